//! How a step of a test fails: what was asked for, where, what is wrong, and what the page has instead.

use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::page::Page;

/// What a test asks of a page, and where it does.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) what: String,
    pub(crate) at: &'static Location<'static>,
}

/// A message for the author of a test, in parts.
pub(crate) struct Failure {
    problem: String,
    parts: Vec<(String, String)>,
}

impl Failure {
    pub(crate) fn new(problem: impl Into<String>) -> Self {
        Failure {
            problem: problem.into(),
            parts: Vec::new(),
        }
    }

    /// Adds a part under a heading, if there is anything in it.
    pub(crate) fn with(mut self, heading: &str, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.parts.push((heading.to_owned(), text));
        }
        self
    }

    /// The whole message.
    pub(crate) fn message(&self, step: &Step, url: &str) -> String {
        let Step { what, at } = step;
        let mut out = format!(
            "{what}: {}\n  --> {}:{}:{}, on {url}\n",
            self.problem,
            at.file(),
            at.line(),
            at.column()
        );
        for (heading, text) in &self.parts {
            out.push_str(&format!("\n{heading}:\n{}", text.trim_end_matches('\n')));
            out.push('\n');
        }
        out
    }
}

/// Fails the test with a whole message.
#[track_caller]
pub(crate) fn fail_with<T>(message: String) -> T {
    panic!("{message}")
}

/// A step that may fail with a message. It does so where it is awaited: there, and not in the code of an `async fn`, is the
/// place in the test.
pub(crate) struct OrFail<F>(pub(crate) Pin<Box<F>>);

impl<T, F: Future<Output = Result<T, String>>> Future for OrFail<F> {
    type Output = T;

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        match self.0.as_mut().poll(cx) {
            Poll::Ready(Ok(value)) => Poll::Ready(value),
            Poll::Ready(Err(message)) => fail_with(message),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Page {
    /// Fails the test.
    #[track_caller]
    pub(crate) fn fail(&self, failure: Failure) -> ! {
        panic!("{}", failure.message(&self.step, &self.url()))
    }

    /// What the page shows, or the part of it where the step looks, for a message.
    pub(crate) fn excerpt(&self) -> String {
        let scope = self.scope.and_then(|scope| self.document.element(scope));
        let shown = scope.or_else(|| self.document.root()).or_else(|| {
            let body = |element: &scraper::ElementRef<'_>| element.value().name() == "body";
            self.document.elements().find(body)
        });
        shown.map(crate::describe::tree).unwrap_or_default()
    }
}
