//! What a route leads to: a live view, ordinary handlers by method, or both.

use http::Method;

use crate::erased::Route;
use crate::handler::MethodHandler;

/// What answers a path.
#[derive(Default)]
pub(crate) struct Target {
    /// A live view answers GET and HEAD.
    pub(crate) live: Option<Route>,
    pub(crate) handlers: Vec<MethodHandler>,
}

impl Target {
    /// What answers a method. HEAD is answered as GET is.
    pub(crate) fn answer(&self, method: &Method) -> Option<Answer<'_>> {
        let method = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        if *method == Method::GET
            && let Some(route) = &self.live
        {
            return Some(Answer::Live(route));
        }
        let handler = self
            .handlers
            .iter()
            .find(|handler| handler.method == *method)?;
        Some(Answer::Handler(handler))
    }

    /// The methods that are answered, as the header `Allow` lists them.
    pub(crate) fn allow(&self) -> String {
        let mut methods: Vec<&str> = Vec::new();
        if self.answer(&Method::GET).is_some() {
            methods.extend(["GET", "HEAD"]);
        }
        let others = self.handlers.iter().map(|handler| handler.method.as_str());
        methods.extend(others.filter(|method| *method != "GET"));
        methods.join(", ")
    }

    /// Whether some hook runs before what answers.
    pub(crate) fn has_hooks(&self) -> bool {
        let mut handlers = self.handlers.iter();
        self.live
            .as_ref()
            .is_some_and(|route| !route.hooks.is_empty())
            || handlers.any(|handler| !handler.hooks.is_empty())
    }

    /// Takes over what another registration of the same route adds; an error names the method that both answer.
    pub(crate) fn merge(&mut self, mut other: Target) -> Result<(), Method> {
        if let Some(route) = other.live.take() {
            if self.answer(&Method::GET).is_some() {
                return Err(Method::GET);
            }
            self.live = Some(route);
        }
        for handler in other.handlers {
            if self.answer(&handler.method).is_some() {
                return Err(handler.method);
            }
            self.handlers.push(handler);
        }
        Ok(())
    }
}

/// What answers one request.
pub(crate) enum Answer<'a> {
    Live(&'a Route),
    Handler(&'a MethodHandler),
}
