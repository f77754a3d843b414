//! A series of steps, announced and timed, with a table at the end.

use std::fmt::Write;
use std::time::{Duration, Instant};

/// Steps that were run so far.
pub(crate) struct Steps {
    keep_going: bool,
    done: Vec<Step>,
}

struct Step {
    name: String,
    time: Duration,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    /// With the sentence that says what failed.
    Failed(String),
    /// With the reason.
    LeftOut(String),
}

impl Steps {
    /// No steps yet; after a failed one, the rest is run only where `keep_going` says so.
    pub(crate) fn new(keep_going: bool) -> Self {
        Self {
            keep_going,
            done: Vec::new(),
        }
    }

    /// Runs a step, unless one failed before.
    pub(crate) fn run(&mut self, name: &str, step: impl FnOnce() -> Result<(), String>) {
        if !self.keep_going && self.failed() {
            return self.leave_out(name, "a step before it failed");
        }
        eprintln!("\n=== {name}");
        let start = Instant::now();
        let outcome = step().map_or_else(Outcome::Failed, |()| Outcome::Passed);
        let time = start.elapsed();
        let word = match &outcome {
            Outcome::Failed(error) => format!("FAILED: {error}"),
            _ => "passed".to_owned(),
        };
        eprintln!("=== {name}: {word} ({:.1} s)", time.as_secs_f64());
        self.done.push(Step {
            name: name.to_owned(),
            time,
            outcome,
        });
    }

    /// Says that a step is not run, and why.
    pub(crate) fn leave_out(&mut self, name: &str, reason: &str) {
        eprintln!("\n=== {name}: left out, {reason}");
        let outcome = Outcome::LeftOut(reason.to_owned());
        self.done.push(Step {
            name: name.to_owned(),
            time: Duration::ZERO,
            outcome,
        });
    }

    fn failed(&self) -> bool {
        self.done
            .iter()
            .any(|step| matches!(step.outcome, Outcome::Failed(_)))
    }

    /// Prints the table, and fails where a step failed.
    pub(crate) fn finish(self) -> Result<(), String> {
        eprint!("\n{}", self.table());
        let failed = self.done.iter().filter_map(|step| match &step.outcome {
            Outcome::Failed(error) => Some(format!("{}: {error}", step.name)),
            _ => None,
        });
        let failed: Vec<String> = failed.collect();
        if failed.is_empty() {
            Ok(())
        } else {
            Err(failed.join("; "))
        }
    }

    fn table(&self) -> String {
        let total: Duration = self.done.iter().map(|step| step.time).sum();
        let names = self.done.iter().map(|step| step.name.chars().count());
        let width = names.max().unwrap_or(0).max("total".len());
        let mut table = String::new();
        let mut row = |name: &str, time: Duration, outcome: &str| {
            let padding = " ".repeat(width - name.chars().count());
            let line = format!("{name}{padding}  {:>7.1} s  {outcome}", time.as_secs_f64());
            let _ = writeln!(table, "{}", line.trim_end());
        };
        for step in &self.done {
            match &step.outcome {
                Outcome::Passed => row(&step.name, step.time, "passed"),
                Outcome::Failed(_) => row(&step.name, step.time, "FAILED"),
                Outcome::LeftOut(reason) => {
                    row(&step.name, step.time, &format!("left out, {reason}"));
                }
            }
        }
        row("total", total, "");
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three(keep_going: bool) -> Steps {
        let mut steps = Steps::new(keep_going);
        steps.run("one", || Ok(()));
        steps.run("two", || Err("cargo test: failed with code 101".to_owned()));
        steps.run("three", || Ok(()));
        steps
    }

    #[test]
    fn stops_after_a_failure_unless_told_to_go_on() {
        let table = "one        0.0 s  passed\n\
                     two        0.0 s  FAILED\n\
                     three      0.0 s  left out, a step before it failed\n\
                     total      0.0 s\n";
        assert_eq!(three(false).table(), table);
        assert!(three(true).table().contains("three      0.0 s  passed\n"));
    }

    #[test]
    fn outcome_is_that_of_the_steps() {
        let failure = "two: cargo test: failed with code 101".to_owned();
        assert_eq!(three(true).finish(), Err(failure));
        let mut steps = Steps::new(false);
        steps.run("one", || Ok(()));
        steps.leave_out("two", "as was asked for");
        assert_eq!(steps.finish(), Ok(()));
    }
}
