//! How a session comes into being: over HTTP, or over the connection of a page whose session is gone.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use http::StatusCode;
use relive_protocol::ToPage;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tracing::Instrument;

use crate::address::path_of;
use crate::auth::{Caller, Owner};
use crate::cx::CxCore;
use crate::effects::Effects;
use crate::erased::{ErasedView, Failure, Route};
use crate::error::Error;
use crate::gate::{encode, random};
use crate::handle::ViewHandle;
use crate::page::around;
use crate::pubsub::Subscriber;
use crate::render::Template;
use crate::session::core::Core;
use crate::session::desk::Desk;
use crate::session::message::{Input, PageTree, to_page};
use crate::session::picture::Picture;
use crate::session::registry::Seat;
use crate::session::shell::Session;
use crate::session::{Link, Mail};
use crate::shared::Shared;
use crate::task::Tasks;

/// A view that was mounted and rendered, and is not a session yet.
pub(crate) struct Mounted {
    pub(crate) view: Box<dyn ErasedView>,
    pub(crate) picture: Picture,
    temporary: bool,
    place: Place,
}

/// What has to exist before a view does.
pub(crate) struct Place {
    seat: Seat,
    sender: mpsc::Sender<Mail>,
    receiver: mpsc::Receiver<Mail>,
    missed: Arc<AtomicU64>,
    shared: Arc<Shared>,
}

/// Why no session came about.
#[derive(Debug)]
pub(crate) enum NotStarted {
    /// There are as many sessions as there may be.
    Full,
    /// `mount` or `handle_params` took too long.
    TooSlow(Duration),
    /// `mount` or `handle_params` came to nothing.
    View(Failure),
    /// The template could not be rendered.
    Render(String),
    /// The user logged out meanwhile.
    LoggedOut,
}

impl NotStarted {
    /// How it is answered over HTTP. An error of the client is one of the address, and not of the application.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            NotStarted::View(Failure::Address(_)) => StatusCode::BAD_REQUEST,
            NotStarted::View(Failure::Failed(error)) if error.is_not_found() => {
                StatusCode::NOT_FOUND
            }
            NotStarted::Full => StatusCode::SERVICE_UNAVAILABLE,
            NotStarted::TooSlow(_) => StatusCode::GATEWAY_TIMEOUT,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl std::fmt::Display for NotStarted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotStarted::Full => f.write_str("there are as many sessions as there may be"),
            NotStarted::TooSlow(limit) => {
                write!(
                    f,
                    "mount and handle_params took longer than {} s",
                    limit.as_secs()
                )
            }
            NotStarted::View(failure) => failure.fmt(f),
            NotStarted::Render(message) => f.write_str(message),
            NotStarted::LoggedOut => f.write_str("the user logged out meanwhile"),
        }
    }
}

impl Place {
    pub(crate) fn take(
        shared: &Arc<Shared>,
        owner: Owner,
        ticket: Option<[u8; 16]>,
    ) -> Result<Self, NotStarted> {
        let (sender, receiver) = mpsc::channel(shared.limits.mailbox);
        let login = owner.login.clone();
        let seat = shared
            .registry
            .add(sender.clone(), owner, random(), ticket)
            .map_err(|_| NotStarted::Full)?;
        // The user may have logged out after the gate was passed: whoever did so from now on finds the seat.
        shared
            .gate
            .check_login(login.as_ref())
            .map_err(|_| NotStarted::LoggedOut)?;
        Ok(Place {
            seat,
            sender,
            receiver,
            missed: Arc::default(),
            shared: Arc::clone(shared),
        })
    }

    /// Mounts a view for `url`.
    pub(crate) async fn mount(
        self,
        route: &Route,
        route_name: &str,
        url: &str,
        values: Vec<(String, String)>,
        caller: Caller,
        connected: bool,
    ) -> Result<Mounted, NotStarted> {
        let shared = &self.shared;
        let core = CxCore {
            app: Arc::clone(&shared.context),
            route: route_name.to_owned(),
            url: url.to_owned(),
            path_values: values.into_iter().collect(),
            effects: Effects::default(),
            subscriber: Subscriber {
                session: self.seat.number,
                mailbox: self.sender.downgrade(),
                missed: Arc::clone(&self.missed),
            },
            topics: Default::default(),
            handle: ViewHandle::new(
                route.view,
                self.seat.number,
                self.sender.downgrade(),
                shared.limits.max_queued_calls,
            ),
            names: Default::default(),
            actor: None,
            tasks: Tasks::new(shared.limits.max_tasks, Arc::clone(&shared.counters)),
            connected,
            reference: None,
            session_name: encode(&random::<9>()),
            csrf_token: shared.gate.csrf_token(caller.session.visitor),
            caller,
            hooks: Arc::clone(&route.hooks),
            values: http::Extensions::new(),
        };
        shared.counters.mounts.one();
        let span = tracing::debug_span!("mount", view = route.view);
        let limit = shared.limits.mount_time;
        let view = timeout(limit, (route.mount)(core).instrument(span))
            .await
            .map_err(|_| NotStarted::TooSlow(limit))?
            .map_err(|failure| {
                if matches!(failure, Failure::Panicked) {
                    shared.counters.panics.one();
                }
                NotStarted::View(failure)
            })?;
        if self.seat.stop.is_told() {
            return Err(NotStarted::LoggedOut);
        }
        // A view that sends its page elsewhere while it is mounted is not entered.
        let mut view = view;
        if let Some(halt) = view.cx().effects.take_halt(!connected) {
            if !connected && halt.to == url {
                let message = format_args!(
                    "view `{}` sends \"{}\" to itself while it is mounted: browsers would go round in a circle",
                    route.view,
                    url.escape_debug()
                );
                return Err(NotStarted::View(Failure::Failed(Error::msg(message))));
            }
            return Err(NotStarted::View(Failure::Halted(halt)));
        }
        let template = Template {
            name: route.template_name(),
            view: route.view,
        };
        let picture = Picture::new(
            Arc::clone(&shared.engine),
            template,
            Arc::clone(&shared.counters),
        );
        Ok(Mounted {
            view,
            picture,
            temporary: route.temporary,
            place: self,
        })
    }
}

impl Mounted {
    /// Renders the page for HTTP.
    pub(crate) fn render(&mut self, flash: &str) -> Result<&crate::render::Render, NotStarted> {
        self.picture
            .page(self.view.as_mut(), flash)
            .map_err(NotStarted::Render)
    }

    /// Parks the session until its page joins.
    pub(crate) fn park(mut self) {
        self.picture.rest();
        self.view.reset_temporary();
        let changed = !self.view.cx().effects.is_empty();
        let core = Core::parked(&self.place.shared.limits, !self.temporary, changed);
        let session = self.into_session(core);
        tokio::spawn(session.run());
    }

    /// The session as one that was made over a connection.
    fn into_live(mut self) -> Session {
        self.view.reset_temporary();
        self.picture.send_rows();
        let core = Core::mounted(&self.place.shared.limits, !self.temporary);
        self.into_session(core)
    }

    fn into_session(self, mut core: Core) -> Session {
        let Mounted {
            mut view,
            picture,
            place,
            ..
        } = self;
        let cx = view.cx();
        cx.connected = true;
        let visitor = cx.caller.session.visitor;
        let checks =
            !cx.hooks.is_empty() || (cx.app.users.is_some() && cx.caller.session.login.is_some());
        let handle = cx.handle.clone();
        if cx.tasks.wait_for_start() {
            core.input(Input::TasksWait);
        }
        Session {
            view,
            mailbox: place.receiver,
            desk: Desk {
                shared: place.shared,
                core,
                picture,
                link: None,
                around: None,
                deadline: None,
                held: None,
                missed: place.missed,
                handle,
                tasks: JoinSet::new(),
                finished: Vec::new(),
                secret: encode(&place.seat.secret),
                idle: Vec::new(),
                ended: None,
                stop: place.seat.stop.clone(),
                pending: None,
                checks,
                visitor,
            },
            seat: place.seat,
        }
    }
}

/// Mounts a view for a page that is connected already, and lets it join. An error is the reason of a refusal.
pub(crate) fn mount_over(
    shared: &Arc<Shared>,
    caller: Caller,
    url: &str,
    link: Link,
    page: PageTree,
) -> Result<mpsc::Sender<Mail>, &'static str> {
    let place = Place::take(shared, caller.session.owner(), None).map_err(|error| match error {
        NotStarted::LoggedOut => "stale",
        _ => "busy",
    })?;
    let mailbox = place.sender.clone();
    let (shared, url) = (Arc::clone(shared), url.to_owned());
    let visitor = caller.session.visitor;
    tokio::spawn(async move {
        let region = link.region;
        let refused = |reason: &str| ToPage::Refused {
            region,
            reason: reason.to_owned(),
            retry: None,
        };
        let router = Arc::clone(&shared.router);
        let found = router.find(path_of(&url));
        let Some((found, route)) = found.and_then(|found| {
            let route = found.target.live.as_ref()?;
            Some((found, route))
        }) else {
            return link.send(&refused("not_found"));
        };
        let mounted = place
            .mount(route, found.name, &url, found.values, caller, true)
            .await;
        let started = mounted.and_then(|mut mounted| {
            mounted.render("")?;
            let effects = &mut mounted.view.cx().effects;
            effects.told_around();
            let (title, meta) = (effects.title().map(str::to_owned), effects.meta().clone());
            let render = mounted.picture.rendered();
            let page = around(render, found.name, title.as_deref(), &meta);
            let mut session = mounted.into_live();
            session.desk.around = Some(page);
            Ok(session)
        });
        match started {
            Ok(mut session) => {
                session.desk.core.write_for(link.format, region);
                session.desk.link = Some(link);
                session.desk.core.input(Input::Join { page, resume: None });
                session.run().await;
            }
            Err(NotStarted::View(Failure::Halted(halt))) => {
                let url = shared.context.leads_to(halt, visitor);
                link.send(&to_page(region, url));
            }
            Err(error) => {
                // The page fetches itself again, and shows what HTTP says to it.
                if error.status().is_client_error() {
                    tracing::info!(%error, url, "a page joined at a wrong address");
                } else {
                    tracing::error!(%error, url, "a view could not be mounted over a connection");
                }
                link.send(&refused("stale"));
            }
        }
    });
    Ok(mailbox)
}
