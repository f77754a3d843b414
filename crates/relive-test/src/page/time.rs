//! Time, and waiting. The page's timers run on tokio's clock: in a test with `start_paused = true` they take no time.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::Page;
use crate::failure::Failure;

/// How long a task may go on.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked at whether tasks have ended.
const MOMENT: Duration = Duration::from_millis(1);

impl Page {
    /// Lets time pass: debounced events go out, flash messages go away, timers and tasks of the server run.
    ///
    /// In a test with `#[tokio::test(start_paused = true)]` this takes no time; otherwise it takes as long as it says.
    #[track_caller]
    pub fn advance(&mut self, time: Duration) -> impl Future<Output = ()> {
        self.begin_to_wait(format!("advance({time:?})"));
        async move {
            let end = Instant::now() + time;
            loop {
                let next = self.next_timer().filter(|next| *next < end).unwrap_or(end);
                self.sleep_until(next).await;
                self.pass(next);
                self.rest().await;
                if next >= end {
                    return;
                }
            }
        }
    }

    /// Waits until nothing is left to do: the background tasks of all views have ended and their results are shown, what
    /// others sent to this page has come, and events that were held back by a debounce have gone out and are answered.
    ///
    /// # Panics
    ///
    /// If a task goes on for a minute of the test's time: one that has no end is waited for with
    /// [`advance`](Self::advance).
    #[track_caller]
    pub fn settle(&mut self) -> impl Future<Output = ()> {
        self.begin_to_wait("settle()".to_owned());
        async move {
            let patience = Instant::now() + PATIENCE;
            loop {
                self.rest().await;
                let held = self.held.iter().filter_map(|held| held.due).min();
                let tasks = self.browser.runtime.counts().tasks;
                if tasks > 0 && Instant::now() > patience {
                    self.fail(Failure::new(format!(
                        "{tasks} background task(s) still run after {} s",
                        PATIENCE.as_secs()
                    )));
                }
                let next = match (held, tasks) {
                    (None, 0) => return,
                    (Some(due), 0) => due,
                    (_, _) => Instant::now() + MOMENT,
                };
                self.sleep_until(next).await;
                self.pass(next);
            }
        }
    }

    /// When something happens by itself.
    fn next_timer(&self) -> Option<Instant> {
        let held = self.held.iter().filter_map(|held| held.due);
        held.chain(self.document.flash().next()).min()
    }

    /// Does what is due by `now`, which a sleep may have passed by part of a millisecond.
    fn pass(&mut self, now: Instant) {
        self.release_due(now);
        if self.document.flash().next().is_some_and(|next| next <= now) {
            self.document.flash_mut().pass(now);
        }
    }

    /// Waits, and takes meanwhile what comes.
    async fn sleep_until(&mut self, until: Instant) {
        let wires = self.browser.wires.clone();
        loop {
            tokio::select! {
                biased;
                () = wires.changed() => {}
                () = sleep_until(until) => return,
            }
            self.take_arrived();
            if self.next.is_some() {
                self.rest().await;
            }
        }
    }

    /// Compares the page with what the server has: every element, text and attribute of the live root, but for what belongs
    /// to the page alone (`dj-update` containers and the like).
    ///
    /// # Panics
    ///
    /// If they differ.
    #[track_caller]
    pub fn check_dom(&mut self) -> impl Future<Output = ()> {
        self.begin("check_dom()".to_owned());
        async move {
            self.rest().await;
            let ask = relive_protocol::FromPage::Resync { region: 0, node: 0 };
            if !self.is_connected() {
                self.fail(Failure::new("the page is not connected"));
            }
            self.send(&ask).await;
            self.rest().await;
            let confirmed = self.link.as_mut().and_then(|link| link.confirmed.take());
            match confirmed {
                Some(Ok(())) => {}
                Some(Err(difference)) => self.fail(
                    Failure::new("the page is not what the server rendered")
                        .with("the difference", difference),
                ),
                None => self.fail(Failure::new("the server did not send its HTML")),
            }
        }
    }
}
