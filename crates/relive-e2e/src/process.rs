//! Child processes: their output, and their end. What was started here ends here, also when a test panics.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

/// A child process and what it has said so far. Dropping it kills it, and waits until it is gone.
pub(crate) struct Process {
    name: String,
    child: Child,
    output: Arc<Mutex<String>>,
}

impl Process {
    /// Starts a command without standard input, with both outputs kept.
    pub(crate) fn start(name: &str, command: &mut Command) -> io::Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let output = Arc::default();
        if let Some(stdout) = child.stdout.take() {
            keep(stdout, &output);
        }
        if let Some(stderr) = child.stderr.take() {
            keep(stderr, &output);
        }
        Ok(Self {
            name: name.to_owned(),
            child,
            output,
        })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything that the process has said on either output.
    pub(crate) fn output(&self) -> String {
        self.output
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Waits until the output has a line for which `find` has an answer.
    pub(crate) async fn line<T>(
        &mut self,
        deadline: Duration,
        find: impl Fn(&str) -> Option<T>,
    ) -> Result<T, String> {
        let start = Instant::now();
        loop {
            // Asked before the output is read: what an ended process said is all there then.
            let ended = self.ended();
            let output = self.output();
            if let Some(found) = output.lines().find_map(&find) {
                return Ok(found);
            }
            if let Some(status) = ended {
                return Err(format!("{} ended ({status}):\n{output}", self.name));
            }
            if start.elapsed() > deadline {
                return Err(format!(
                    "{} said nothing of it in {deadline:?}:\n{output}",
                    self.name
                ));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// How the process ended, if it did.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Asks the process to end (SIGTERM) and waits; `None` where it has not ended by the deadline.
    pub(crate) async fn terminate(&mut self, deadline: Duration) -> Option<ExitStatus> {
        if self.ended().is_none()
            && let Some(pid) = Pid::from_raw(self.id().cast_signed())
        {
            // It may have ended since; that is what was asked for.
            let _ = kill_process(pid, Signal::TERM);
        }
        let start = Instant::now();
        loop {
            let ended = self.ended();
            if ended.is_some() || start.elapsed() > deadline {
                return ended;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Ends the process without asking (SIGKILL).
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        if thread::panicking() {
            eprintln!("\n--- output of {}\n{}---", self.name, self.output());
        }
    }
}

/// Reads an output to its end, a line at a time.
fn keep(from: impl Read + Send + 'static, output: &Arc<Mutex<String>>) {
    let output = Arc::clone(output);
    thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        while from
            .read_until(b'\n', &mut line)
            .is_ok_and(|length| length > 0)
        {
            let text = String::from_utf8_lossy(&line);
            output
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push_str(&text);
            line.clear();
        }
    });
}

/// A process among the descendants of another; its start time tells it from a later one of the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Descendant {
    pid: i32,
    started: u64,
}

impl Descendant {
    pub(crate) fn id(&self) -> u32 {
        self.pid.cast_unsigned()
    }

    fn command_contains(&self, mark: &str) -> bool {
        let command = std::fs::read(format!("/proc/{}/cmdline", self.pid)).unwrap_or_default();
        String::from_utf8_lossy(&command).contains(mark)
    }
}

/// All processes that exist now and descend from `root`, or from a child of this process whose command line
/// contains `mark`.
///
/// The second kind are orphans (of a daemon's double fork), adopted by this process.
pub(crate) fn descendants(root: u32, mark: &str) -> Vec<Descendant> {
    let mut children: HashMap<i32, Vec<Descendant>> = HashMap::new();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    for entry in entries {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        if let Some((parent, started)) = parent_and_start(pid) {
            children
                .entry(parent)
                .or_default()
                .push(Descendant { pid, started });
        }
    }
    let own = children
        .remove(&std::process::id().cast_signed())
        .unwrap_or_default();
    let mut found: Vec<Descendant> = own
        .into_iter()
        .filter(|child| child.id() != root && child.command_contains(mark))
        .collect();
    let mut open: Vec<i32> = found.iter().map(|orphan| orphan.pid).collect();
    open.push(root.cast_signed());
    while let Some(parent) = open.pop() {
        for child in children.remove(&parent).unwrap_or_default() {
            open.push(child.pid);
            found.push(child);
        }
    }
    found
}

/// Ends what is left of these processes, and waits until it is gone.
///
/// They must have become children of this process (see `adopt_orphans`) for none to stay behind as a zombie.
pub(crate) fn end_all(descendants: &[Descendant]) {
    let start = Instant::now();
    loop {
        let left = descendants.iter().filter(|descendant| {
            let pid = descendant.pid;
            if parent_and_start(pid).is_none_or(|(_, started)| started != descendant.started) {
                return false;
            }
            if let Some(pid) = Pid::from_raw(pid) {
                // Gone already, or not a child of ours: the next look at it tells.
                let _ = kill_process(pid, Signal::KILL);
                let _ = waitpid(Some(pid), WaitOptions::NOHANG);
            }
            true
        });
        if left.count() == 0 || start.elapsed() > Duration::from_secs(5) {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Makes this process the parent of its descendants' orphans, so that it can wait for them.
pub(crate) fn adopt_orphans() {
    // Where the kernel refuses, orphans go to process 1, as ever.
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

fn parent_and_start(pid: i32) -> Option<(i32, u64)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is a name in brackets, and may contain anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let parent = fields.nth(1)?.parse().ok()?;
    let started = fields.nth(17)?.parse().ok()?;
    Some((parent, started))
}
