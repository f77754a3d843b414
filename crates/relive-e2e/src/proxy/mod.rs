//! A TCP proxy that makes a connection as bad as a test needs it.
//!
//! It stands between a page and a server and delays, jitters, throttles, stalls and cuts at a given byte, in each direction on
//! its own. Settings can be changed while connections are open. What it never does is change the bytes or
//! their order.
//!
//! ```
//! use std::time::Duration;
//! use relive_e2e::proxy::{Options, Proxy};
//! use tokio::net::{TcpListener, TcpStream};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let server = TcpListener::bind("127.0.0.1:0").await?;
//! let proxy = Proxy::start(server.local_addr()?, Options::delayed(Duration::from_millis(20))).await?;
//!
//! let page = TcpStream::connect(proxy.address()).await?;
//! let (at_server, _) = server.accept().await?;
//! at_server.writable().await?;
//! at_server.try_write(b"hello")?;
//! page.readable().await?; // 20 ms later
//!
//! proxy.cut_all(); // both sides see the connection end
//! # Ok(())
//! # }
//! ```

mod conditions;
mod pipe;
mod shared;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

pub use conditions::{Conditions, Direction, Options};
use pipe::{Cut, Pipe};
pub use shared::Counters;
use shared::{Shared, State};

/// A running proxy. Dropping it ends it and all of its connections.
pub struct Proxy {
    address: SocketAddr,
    target: watch::Sender<SocketAddr>,
    shared: Arc<Shared>,
    task: AbortHandle,
}

impl Proxy {
    /// Starts a proxy to the server `to`, on a free port of the loopback interface.
    ///
    /// # Errors
    ///
    /// Where no socket can be opened.
    pub async fn start(to: SocketAddr, options: Options) -> io::Result<Self> {
        Self::listen(SocketAddr::from(([127, 0, 0, 1], 0)), to, options).await
    }

    /// Starts a proxy to the server `to` that listens on the address `on`.
    ///
    /// # Errors
    ///
    /// Where the address cannot be listened on.
    pub async fn listen(on: SocketAddr, to: SocketAddr, options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(on).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(options));
        let (target, to) = watch::channel(to);
        let task = tokio::spawn(accept(listener, to, Arc::clone(&shared))).abort_handle();
        Ok(Self {
            address,
            target,
            shared,
            task,
        })
    }

    /// Where pages connect to.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends new connections to another server; open ones stay where they are.
    pub fn set_target(&self, to: SocketAddr) {
        self.target.send_replace(to);
    }

    /// Changes the conditions of one direction. Bytes that are under way arrive when they would have.
    pub fn set(&self, direction: Direction, conditions: Conditions) {
        self.change(|state| *state.conditions_mut(direction) = conditions);
    }

    /// Changes delay and jitter of both directions.
    pub fn set_delay(&self, delay: Duration, jitter: Duration) {
        self.change(|state| {
            for conditions in [&mut state.up, &mut state.down] {
                conditions.delay = delay;
                conditions.jitter = jitter;
            }
        });
    }

    /// Delivers nothing from now on, in either direction; connections stay open.
    pub fn stall(&self) {
        self.change(|state| state.stalled = true);
    }

    /// Delivers again, after [`stall`](Self::stall) as well as after a `stall_after` point, which is taken away.
    pub fn resume(&self) {
        self.change(|state| {
            state.stalled = false;
            state.up.stall_after = None;
            state.down.stall_after = None;
        });
    }

    /// Closes all open connections, whatever is under way in them.
    pub fn cut_all(&self) {
        self.change(|state| state.cuts += 1);
    }

    /// Closes, once, the connection that delivers the `bytes`-th byte from now on in this direction, right after that byte.
    ///
    /// # Panics
    ///
    /// Where `bytes` is 0; [`cut_all`](Self::cut_all) is for that.
    pub fn cut_after(&self, direction: Direction, bytes: u64) {
        assert!(bytes > 0, "a cut comes after a byte");
        self.shared.arm(direction, bytes);
    }

    /// Closes new connections as they come; open ones go on.
    pub fn refuse(&self) {
        self.change(|state| state.refusing = true);
    }

    /// Takes new connections again after [`refuse`](Self::refuse).
    pub fn accept(&self) {
        self.change(|state| state.refusing = false);
    }

    /// What passed through so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.shared.counters()
    }

    /// Waits until no connection is open.
    pub async fn closed(&self) {
        // The sender lives as long as the proxy, so waiting cannot fail.
        let _ = self
            .shared
            .open
            .subscribe()
            .wait_for(|open| *open == 0)
            .await;
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        self.shared.state.send_modify(change);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, target: watch::Receiver<SocketAddr>, shared: Arc<Shared>) {
    // Owned by this task, so that the connections end with it.
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        let Ok((page, _)) = accepted else {
            // Out of file descriptors, for instance: connections that end make room.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        if shared.state.borrow().refusing {
            shared.refused.fetch_add(1, Relaxed);
            continue;
        }
        let number = shared.connections.fetch_add(1, Relaxed);
        shared.open.send_modify(|open| *open += 1);
        connections.spawn(connect(
            page,
            *target.borrow(),
            number,
            Open(Arc::clone(&shared)),
        ));
    }
}

/// Counts a connection as open for as long as it lives.
struct Open(Arc<Shared>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.send_modify(|open| *open -= 1);
    }
}

async fn connect(mut page: TcpStream, to: SocketAddr, number: u64, open: Open) {
    let shared = &open.0;
    let (up, down) = (
        Pipe::new(shared, number, Direction::Up),
        Pipe::new(shared, number, Direction::Down),
    );
    let Ok(mut server) = TcpStream::connect(to).await else {
        shared.unreachable.fetch_add(1, Relaxed);
        return;
    };
    // Small messages go at once; the delay is ours to make.
    let _ = (page.set_nodelay(true), server.set_nodelay(true));
    let (from_page, to_page) = page.split();
    let (from_server, to_server) = server.split();
    if let Err(Cut) = tokio::try_join!(up.run(from_page, to_server), down.run(from_server, to_page))
    {
        shared.cut.fetch_add(1, Relaxed);
    }
}
