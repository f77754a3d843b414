//! Who is there, and what they may see: routes in scopes, guards, ordinary HTTP handlers.

use relive::Scope;
use relive::auth::{Users, next};
use relive::prelude::*;

use super::inside::{Inside, Staff};
use crate::store::{Account, Store};

/// Guards hold on every way in: over HTTP, when a page joins or comes back, and for redirects over its connection.
pub(crate) fn routes(scope: Scope) -> Scope {
    scope
        .live::<Door>("/", "accounts")
        .post("/log-in/", "log-in", log_in)
        .post("/log-out/", "log-out", log_out)
        .scope("/inside", |scope| {
            scope
                .on_mount(login_required("/accounts/"))
                .live::<Inside>("/", "inside")
                .get("/me.json", "me", me)
                .scope("/staff", |scope| {
                    scope
                        .on_mount(permission_required("staff", "/accounts/inside/"))
                        .live::<Staff>("/", "staff")
                })
        })
}

/// Who the user of a session is: asked before each request and each connection.
impl Users for Store {
    type User = Account;

    async fn find(&self, id: &str) -> Result<Option<Account>> {
        self.account(id.parse()?).await
    }

    fn permits(&self, user: &Account, permission: &str) -> bool {
        permission == "staff" && user.staff
    }
}

#[derive(Deserialize)]
struct LogIn {
    id: i64,
    /// Where to, afterwards: read by `next`, which takes paths of this site only.
    #[serde(default, rename = "next")]
    _next: String,
}

/// An HTTP handler. It gets no request without this browser's `csrf_token`.
async fn log_in(request: Request) -> Result<Response> {
    // A real one checks a password here.
    let LogIn { id, .. } = request.form()?;
    let to = next(&request).unwrap_or_else(|| "/accounts/inside/".to_owned());
    Ok(Response::redirect(to)
        .log_in(id)
        .put_flash(Level::Success, "You are in"))
}

async fn log_out(_request: Request) -> Result<Response> {
    Ok(Response::redirect("/accounts/")
        .log_out()
        .put_flash(Level::Info, "You are out"))
}

async fn me(request: Request) -> Result<Response> {
    Ok(Response::json(&request.user::<Account>()))
}

#[derive(LiveView)]
#[live_view(template_name = "accounts.html")]
pub(crate) struct Door {
    accounts: Vec<Account>,
    next: String,
}

#[derive(Deserialize)]
pub(crate) struct Query {
    #[serde(default)]
    next: String,
}

#[live_view]
impl Door {
    async fn mount(cx: &mut Cx<Self>) -> Result<Self> {
        cx.page_title("Accounts · relive");
        let accounts = cx.state::<Store>().accounts().await?;
        Ok(Door {
            accounts,
            next: String::new(),
        })
    }

    fn handle_params(&mut self, _cx: &mut Cx<Self>, query: Query) {
        self.next = query.next;
    }
}
