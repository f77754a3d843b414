//! A small application, and a server for it that a test has for itself.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use relive_hyper::{ServeError, Server};
use relive_runtime::{
    App, Assigns, Context, Cx, Disconnect, Dispatch, Events, LiveView, Params, Result, Template,
};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// What the views of one server did.
#[derive(Clone, Default)]
pub(crate) struct Probe {
    pub(crate) mounts: Arc<AtomicUsize>,
    pub(crate) shutdowns: Arc<AtomicUsize>,
}

impl Probe {
    pub(crate) fn mounts(&self) -> usize {
        self.mounts.load(Ordering::SeqCst)
    }

    pub(crate) fn app(&self) -> App {
        App::new(self.clone())
            .live::<Counter>("/", "counter")
            .live::<Counter>("/at/<int:n>/", "at")
    }
}

/// Counts, and can grow.
pub(crate) struct Counter {
    count: i64,
    text: String,
    probe: Probe,
}

impl Assigns for Counter {
    const NAME: &'static str = "Counter";
    const TEMPLATE: Template = Template::Inline(
        "<!DOCTYPE html>\n<html>\n<head><title>Counter</title></head>\n<body>\n\
         <main><output>{{ count }}</output><button dj-click=\"add\">+</button><p>{{ text }}</p></main>\n\
         </body>\n</html>\n",
    );
    const FIELDS: &'static [&'static str] = &["count", "text"];
    const PACKAGE_DIR: &'static str = env!("CARGO_MANIFEST_DIR");

    fn assigns(&self, context: &mut Context) {
        context.insert("count", &self.count);
        context.insert("text", &self.text);
    }
}

impl Events for Counter {
    const EVENTS: &'static [&'static str] = &["add", "grow"];

    fn dispatch<'a>(
        &'a mut self,
        _: &'a mut Cx<Self>,
        name: &'a str,
        params: Params,
    ) -> Dispatch<'a> {
        match name {
            "add" => {
                let mut reader = params.read("add", &["by"]);
                match (reader.take_or("by", || 1), reader.is_ok()) {
                    (Some(by), true) => {
                        self.count += by;
                        Dispatch::Done(Ok(()))
                    }
                    _ => Dispatch::Rejected(reader.into_error()),
                }
            }
            "grow" => {
                self.text = "long ".repeat(60_000);
                Dispatch::Done(Ok(()))
            }
            _ => Dispatch::Unknown,
        }
    }
}

impl LiveView for Counter {
    type Path = std::collections::HashMap<String, i64>;
    type Query = ();
    const ADDS_CONTEXT: bool = false;

    async fn mount(cx: &mut Cx<Self>, path: Self::Path) -> Result<Self> {
        let probe: Probe = cx.state();
        probe.mounts.fetch_add(1, Ordering::SeqCst);
        let count = path.get("n").copied().unwrap_or(0);
        assert_ne!(count, 666, "a mount that panics");
        Ok(Counter {
            count,
            text: String::new(),
            probe,
        })
    }

    async fn disconnect(&mut self, reason: Disconnect) {
        if reason == Disconnect::Shutdown {
            self.probe.shutdowns.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// A server that runs until the test stops it.
pub(crate) struct Running {
    pub(crate) addr: SocketAddr,
    pub(crate) probe: Probe,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<Result<(), ServeError>>,
}

impl Running {
    pub(crate) async fn start() -> Self {
        Self::with(|app| app).await
    }

    pub(crate) async fn with(change: impl FnOnce(App) -> App) -> Self {
        let probe = Probe::default();
        let server = Server::bind(change(probe.app()), "127.0.0.1:0")
            .await
            .unwrap();
        Self::run(server, probe)
    }

    pub(crate) fn run(server: Server, probe: Probe) -> Self {
        let addr = server.local_addr();
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(server.run_until(async { drop(stopped.await) }));
        Running {
            addr,
            probe,
            stop: Some(stop),
            served,
        }
    }

    /// Tells the server to stop.
    pub(crate) fn stop(&mut self) {
        self.stop.take();
    }

    /// Waits until the server has stopped.
    pub(crate) async fn stopped(mut self) {
        self.stop();
        self.served.await.unwrap().unwrap();
    }
}
