//! Child processes: their output, and their end. What was started here ends here, also when a test panics.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

/// A child process and what it has said so far. Dropping it kills it, and waits until it is gone.
pub(crate) struct Process {
    name: String,
    child: Child,
    output: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
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
        let stdout = child.stdout.take().map(|stdout| keep(stdout, &output));
        let stderr = child.stderr.take().map(|stderr| keep(stderr, &output));
        let readers = stdout.into_iter().chain(stderr).collect();
        Ok(Self {
            name: name.to_owned(),
            child,
            output,
            readers,
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
            // Asked before the output is read, so that nothing of what an ended process said is missed.
            let all_read = self.readers.iter().all(JoinHandle::is_finished);
            let output = self.output();
            if let Some(found) = output.lines().find_map(&find) {
                return Ok(found);
            }
            if let Some(status) = self.ended().filter(|_| all_read) {
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
fn keep(from: impl Read + Send + 'static, output: &Arc<Mutex<String>>) -> JoinHandle<()> {
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
    })
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

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    fn shell(script: &str) -> Process {
        Process::start("shell", Command::new("sh").args(["-c", script])).unwrap()
    }

    fn number(line: &str) -> Option<u32> {
        line.strip_prefix("number ")?.parse().ok()
    }

    #[tokio::test]
    async fn waits_for_a_line_on_either_output() {
        for redirect in ["", ">&2"] {
            let script =
                format!("echo starting; sleep 0.1; echo number 7 {redirect}; exec sleep 60");
            assert_eq!(shell(&script).line(SOON, number).await, Ok(7));
        }
    }

    #[tokio::test]
    async fn says_what_a_process_said_that_ends_or_stays_silent() {
        let ended = shell("echo no such file >&2; exit 3")
            .line(SOON, number)
            .await;
        assert_eq!(
            ended,
            Err("shell ended (exit status: 3):\nno such file\n".to_owned())
        );
        let silent = shell("echo hm; exec sleep 60")
            .line(Duration::from_millis(300), number)
            .await;
        assert_eq!(
            silent,
            Err("shell said nothing of it in 300ms:\nhm\n".to_owned())
        );
    }

    #[tokio::test]
    async fn terminates_by_asking_and_kills_without() {
        let mut polite = shell("trap 'exit 4' TERM; echo number 1; while :; do sleep 0.01; done");
        polite.line(SOON, number).await.unwrap();
        assert_eq!(
            polite
                .terminate(SOON)
                .await
                .and_then(|status| status.code()),
            Some(4)
        );

        let mut deaf = shell("trap '' TERM; echo number 1; while :; do sleep 0.01; done");
        deaf.line(SOON, number).await.unwrap();
        assert_eq!(deaf.terminate(Duration::from_millis(200)).await, None);
        deaf.kill();
        assert_eq!(deaf.ended().and_then(|status| status.signal()), Some(9));
    }

    #[tokio::test]
    async fn finds_and_ends_descendants_and_marked_orphans() {
        adopt_orphans();
        let mark = format!("relive-e2e-test-{}", std::process::id());
        // A child, a grandchild, and an orphan that carries the mark.
        let script = format!(
            "(sh -c 'sleep 61; : {mark}' &); sh -c 'sleep 62 & wait' & echo number 1; wait"
        );
        let mut parent = shell(&script);
        parent.line(SOON, number).await.unwrap();
        let start = Instant::now();
        // sh, its sleep, the orphan and its sleep.
        while descendants(parent.id(), &mark).len() < 4 {
            assert!(
                start.elapsed() < SOON,
                "{:?}",
                descendants(parent.id(), &mark)
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let all = descendants(parent.id(), &mark);
        parent.kill();
        end_all(&all);
        let left = all
            .iter()
            .filter(|process| parent_and_start(process.pid).is_some());
        assert_eq!(left.collect::<Vec<_>>(), Vec::<&Descendant>::new());
    }
}
