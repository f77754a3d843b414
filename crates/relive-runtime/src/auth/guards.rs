//! Guards: hooks that let in whom they know.

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::Result;
use crate::gate::is_own_url;
use crate::handler::Request;
use crate::hooks::{HookCx, Next, OnMount};
use crate::view::BoxFuture;

/// What of an address stands for itself in a query's value.
const QUERY_VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// Lets in who is logged in. Others are sent to `login_url`, with the address that they wanted as the parameter `next`.
pub fn login_required(login_url: impl Into<String>) -> LoginRequired {
    LoginRequired {
        login_url: login_url.into(),
    }
}

/// Lets in who is logged in and has a permission, as [`Users::permits`](super::Users::permits) says. Others are sent
/// to `otherwise`.
pub fn permission_required(
    permission: impl Into<String>,
    otherwise: impl Into<String>,
) -> PermissionRequired {
    PermissionRequired {
        permission: permission.into(),
        otherwise: otherwise.into(),
    }
}

/// The hook that [`login_required`] makes.
#[derive(Clone, Debug)]
pub struct LoginRequired {
    login_url: String,
}

impl OnMount for LoginRequired {
    fn name(&self) -> String {
        format!("login_required({:?})", self.login_url)
    }

    fn on_mount<'a>(&'a self, cx: &'a mut HookCx<'_>) -> BoxFuture<'a, Result<Next>> {
        let next = if cx.user_id().is_some() {
            Next::Continue
        } else if *cx.method() == Method::GET {
            let mark = if self.login_url.contains('?') {
                '&'
            } else {
                '?'
            };
            let wanted = utf8_percent_encode(cx.url(), QUERY_VALUE);
            keep_out(cx, &format!("{}{mark}next={wanted}", self.login_url))
        } else {
            // What was sent is gone, and its address may have no page.
            keep_out(cx, &self.login_url)
        };
        Box::pin(async { Ok(next) })
    }

    fn needs_users(&self) -> bool {
        true
    }
}

/// The hook that [`permission_required`] makes.
#[derive(Clone, Debug)]
pub struct PermissionRequired {
    permission: String,
    otherwise: String,
}

impl OnMount for PermissionRequired {
    fn name(&self) -> String {
        let PermissionRequired {
            permission,
            otherwise,
        } = self;
        format!("permission_required({permission:?}, {otherwise:?})")
    }

    fn on_mount<'a>(&'a self, cx: &'a mut HookCx<'_>) -> BoxFuture<'a, Result<Next>> {
        let next = if cx.permits(&self.permission) {
            Next::Continue
        } else {
            keep_out(cx, &self.otherwise)
        };
        Box::pin(async { Ok(next) })
    }

    fn needs_users(&self) -> bool {
        true
    }
}

/// Sends away who is not let in. A connection knows who was there when it was opened, and somebody may have logged in since
/// then, in another window: the browser loads the page that was wanted, and the guard sees the cookie that it has now. (A page
/// that comes back does so over a new connection.)
fn keep_out(cx: &HookCx<'_>, to: &str) -> Next {
    let is_old = cx.connected() && !cx.reconnecting();
    Next::redirect(if is_old { cx.url() } else { to })
}

/// Where somebody wanted to go before they were asked to log in: the parameter `next` of the query or of the form, if
/// it is a path of this site.
pub fn next(request: &Request) -> Option<String> {
    let values = [request.form_value("next"), request.query_value("next")];
    let next = values.into_iter().flatten().find(|next| !next.is_empty())?;
    if is_own_url(&next) {
        Some(next)
    } else {
        tracing::info!(next, "`next` is no path of this site, and is passed over");
        None
    }
}
