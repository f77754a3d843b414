//! Going elsewhere: to another live view over the same connection, or away by a page load.
//!
//! **Invariant:** a page is sent to an address of this application, unless the view says that it is external; and it is
//! this module that decides whether another view may follow over the same connection.

use std::collections::HashMap;

use relive_protocol::Effect;
use relive_template::Engine;
use serde::Serialize;

use crate::address::path_of;
use crate::auth::Caller;
use crate::auth::hop::{Hop, LoginChange};
use crate::clock::now;
use crate::cx::{Cx, CxCore};
use crate::error::{Error, Result};
use crate::event::to_query;
use crate::gate::{is_own_path, is_own_url, is_web_url, random};
use crate::hooks::Halt;
use crate::router::Router;
use crate::shared::Shared;
use crate::target::Target;

/// Where a view sends its page, for [`Cx::redirect`].
///
/// ```
/// # use relive_runtime::{Redirect, Result};
/// # fn redirects() -> Result {
/// Redirect::to("/items/?show=open#new").replace();
/// Redirect::to("/items/").query(&std::collections::BTreeMap::from([("show", "open")]))?;
/// Redirect::page("/report.pdf");
/// Redirect::external("https://example.com/");
/// # Ok(())
/// # }
/// # redirects().unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "it is for `cx.redirect`"]
pub struct Redirect {
    url: String,
    kind: Kind,
    replace: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Over the connection where that can be.
    Any,
    PageLoad,
    External,
}

impl Redirect {
    /// To a page of the application: a path, with a query and a fragment or without. A live view of the same scope and
    /// layout takes the place of the present one over the same connection; anything else is a page load.
    pub fn to(url: impl Into<String>) -> Self {
        Redirect {
            url: url.into(),
            kind: Kind::Any,
            replace: false,
        }
    }

    /// The same, but always by a page load.
    pub fn page(url: impl Into<String>) -> Self {
        Redirect {
            kind: Kind::PageLoad,
            ..Redirect::to(url)
        }
    }

    /// To another site: an address that begins with `https://` or `http://`.
    pub fn external(url: impl Into<String>) -> Self {
        Redirect {
            kind: Kind::External,
            ..Redirect::to(url)
        }
    }

    /// With this query, in the place of whatever query there is.
    ///
    /// # Errors
    ///
    /// Where it cannot be written as a query.
    pub fn query(mut self, query: &(impl Serialize + ?Sized)) -> Result<Self> {
        let query = to_query(query)?;
        let (path, fragment) = match self.url.split_once('#') {
            Some((path, fragment)) => (path, Some(fragment)),
            None => (self.url.as_str(), None),
        };
        let mut url = path_of(path).to_owned();
        if !query.is_empty() {
            url.push('?');
            url.push_str(&query);
        }
        if let Some(fragment) = fragment {
            url.push('#');
            url.push_str(fragment);
        }
        self.url = url;
        Ok(self)
    }

    /// In place of the current history entry.
    pub fn replace(mut self) -> Self {
        self.replace = true;
        self
    }

    /// Whether it may be followed.
    fn check(&self) -> Result {
        let shown = self.url.escape_debug();
        match self.kind {
            Kind::External if !is_web_url(&self.url) => Err(Error::msg(format_args!(
                "redirect: an external address begins with `https://` or `http://`, unlike \"{shown}\""
            ))),
            Kind::Any | Kind::PageLoad if !is_own_url(&self.url) => Err(Error::msg(format_args!(
                "redirect: \"{shown}\" is no path of this application, such as `/items/` \
                 (`Redirect::external` leads elsewhere)"
            ))),
            _ => Ok(()),
        }
    }
}

/// A redirect that a view asked for, and that has not gone out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leaving {
    redirect: Redirect,
    login: Option<LoginChange>,
}

impl Leaving {
    /// As a hook's redirect: for a view that sends its page elsewhere before there is one.
    pub(crate) fn into_halt(self, flash: Vec<(String, String)>) -> Halt {
        Halt {
            to: self.redirect.url,
            external: self.redirect.kind == Kind::External,
            flash,
            login: self.login,
        }
    }

    /// What the page of a live session is told; `flash` goes along.
    pub(crate) fn into_effect(
        self,
        shared: &Shared,
        from: &str,
        caller: &Caller,
        flash: Vec<(String, String)>,
    ) -> Effect {
        let Leaving { redirect, login } = self;
        let Redirect { url, kind, replace } = redirect;
        let next = (kind == Kind::Any && login.is_none())
            .then(|| shared.context.layouts.follow(&shared.router, from, &url))
            .flatten();
        if let Some(route) = next {
            let expires = now() + shared.limits.token_time.as_secs();
            let owner = caller.session.owner();
            let token = shared.gate.join_token(random(), &owner, route, expires);
            return Effect::Redirect {
                url,
                mode: "live".to_owned(),
                replace,
                token: Some(token),
                flash,
            };
        }
        let url = if flash.is_empty() && login.is_none() {
            url
        } else {
            let hop = Hop {
                to: url,
                flash,
                login,
            };
            shared.context.hops.give(caller.session.visitor, hop)
        };
        Effect::Redirect {
            url,
            mode: "page".to_owned(),
            replace,
            token: None,
            flash: Vec::new(),
        }
    }
}

/// What stands around each view: views with the same surroundings can follow each other in one page.
#[derive(Debug, Default)]
pub(crate) struct Layouts(HashMap<String, Option<String>>);

impl Layouts {
    /// Reads the templates of all views.
    pub(crate) fn new(router: &Router<Target>, engine: &dyn Engine) -> Self {
        let views = router
            .iter()
            .filter_map(|(name, target)| Some((name, target.live.as_ref()?)));
        let layout = |template: &str| engine.references(template).ok()?.layout;
        Layouts(
            views
                .map(|(name, route)| (name.to_owned(), layout(&route.template_name())))
                .collect(),
        )
    }

    /// The route of `url`, where its view can take the place of the one on the route `from`.
    fn follow<'r>(&self, router: &'r Router<Target>, from: &str, url: &str) -> Option<&'r str> {
        let found = router.find(path_of(url))?;
        let next = found.target.live.as_ref()?;
        let present = router.target(from)?.live.as_ref()?;
        let same_layout = self.0.get(from)? == self.0.get(found.name)?;
        (same_layout && next.scope == present.scope).then_some(found.name)
    }
}

impl<V> Cx<V> {
    /// Leaves this view for another, which takes its place when the handler has returned. The query comes from a
    /// value; `&()` is none. Flash messages of this step go along, earlier ones are cleared.
    ///
    /// ```ignore
    /// cx.live_redirect("/items/", &Filter { show: Show::Open })?;
    /// ```
    ///
    /// # Errors
    ///
    /// Where the path is not one of this application as browsers read it, or the query cannot be written as one.
    pub fn live_redirect(&mut self, path: &str, query: &(impl Serialize + ?Sized)) -> Result {
        self.core.leave_for(path, query, false)
    }

    /// Like [`live_redirect`](Self::live_redirect), in place of the current history entry.
    ///
    /// # Errors
    ///
    /// As [`live_redirect`](Self::live_redirect).
    pub fn live_redirect_replace(
        &mut self,
        path: &str,
        query: &(impl Serialize + ?Sized),
    ) -> Result {
        self.core.leave_for(path, query, true)
    }

    /// Leaves this view, in the way that the [`Redirect`] says.
    ///
    /// # Errors
    ///
    /// Where its address is not what it has to be.
    pub fn redirect(&mut self, redirect: Redirect) -> Result {
        self.core.leave(redirect, None)
    }

    /// Logs a user in, and leads to a page of the application. The page makes one request over HTTP for it, since a live
    /// connection cannot set cookies.
    ///
    /// # Errors
    ///
    /// Where `to` is not a path of this application.
    pub fn log_in(&mut self, user_id: impl std::fmt::Display, to: &str) -> Result {
        let login = LoginChange::In(user_id.to_string());
        self.core.leave(Redirect::page(to), Some(login))
    }

    /// Logs the user out, here and everywhere, and leads to a page of the application.
    ///
    /// # Errors
    ///
    /// Where `to` is not a path of this application.
    pub fn log_out(&mut self, to: &str) -> Result {
        self.core.leave(Redirect::page(to), Some(LoginChange::Out))
    }
}

impl CxCore {
    fn leave_for(
        &mut self,
        path: &str,
        query: &(impl Serialize + ?Sized),
        replace: bool,
    ) -> Result {
        if !is_own_path(path) {
            return Err(Error::msg(format_args!(
                "live_redirect: \"{}\" is no path of this application, such as `/items/`; the query is an argument of \
                 its own, and `cx.redirect(Redirect::external(…))` leads elsewhere",
                path.escape_debug()
            )));
        }
        let redirect = Redirect::to(path).query(query)?;
        let redirect = if replace {
            redirect.replace()
        } else {
            redirect
        };
        self.leave(redirect, None)
    }

    pub(crate) fn leave(&mut self, redirect: Redirect, login: Option<LoginChange>) -> Result {
        redirect.check()?;
        self.effects.leave(Leaving { redirect, login });
        Ok(())
    }

    /// A link leads to another view. Says whether there is a live view at this address.
    pub(crate) fn navigate(&mut self, url: &str) -> bool {
        let is_view = self
            .app
            .urls
            .locate(path_of(url))
            .is_some_and(|(route, _)| self.app.layouts.0.contains_key(route));
        is_view && self.leave(Redirect::to(url), None).is_ok()
    }
}
