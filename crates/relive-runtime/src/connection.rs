//! A page's connection: frames in, frames out, and which region belongs to which session.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use relive_protocol::{ErrorKind, Format, FromPage, Resume, ToPage, VERSION};
use tokio::sync::mpsc;
use tracing::Instrument;

use crate::address::path_of;
use crate::auth::{Caller, Session};
use crate::clock::now;
use crate::gate::{Admission, Refusal, Way, decode};
use crate::session::message::{Input, PageTree};
use crate::session::{Close, Frame, Link, Mail, Outbox, Outgoing};
use crate::shared::Shared;
use crate::start::mount_over;

static LINKS: AtomicU64 = AtomicU64::new(1);

/// The reading half of a connection: a transport hands it what it receives.
pub struct Connection {
    shared: Arc<Shared>,
    number: u64,
    /// `None`: it brought no good cookie, and can join nothing.
    caller: Option<Caller>,
    outgoing: Outbox,
    regions: HashMap<u32, Region>,
    bad_frames: usize,
}

struct Region {
    link: u64,
    mailbox: mpsc::Sender<Mail>,
    /// Shared with the session's link.
    open: Arc<AtomicBool>,
}

impl Connection {
    /// A connection that the gate has let in.
    pub(crate) fn open(shared: Arc<Shared>, caller: Option<Caller>) -> (Self, Outgoing) {
        let (outgoing, receiver) = Outbox::new(shared.limits.outgoing);
        shared.counters.connections.one();
        let number = LINKS.fetch_add(1, Ordering::Relaxed);
        if let Some(login) = caller
            .as_ref()
            .and_then(|caller| caller.session.login.as_ref())
        {
            shared
                .registry
                .connect(&login.user, number, outgoing.clone());
        }
        let connection = Connection {
            shared,
            number,
            caller,
            outgoing,
            regions: HashMap::new(),
            bad_frames: 0,
        };
        (connection, receiver)
    }

    /// Takes a frame. It waits where a session's mailbox is full, so that the page's sending is held up, and breaks off
    /// when the connection has to be closed.
    pub async fn receive(&mut self, frame: Frame) -> ControlFlow<Close> {
        let (format, bytes) = frame.parts();
        let limit = self.shared.limits.max_frame;
        if bytes.len() > limit {
            let message = format!(
                "a frame of {} bytes; at most {limit} are taken",
                bytes.len()
            );
            self.error(format, 0, None, ErrorKind::TooLarge, message);
            return ControlFlow::Break(Close {
                code: 1009,
                reason: "too large",
            });
        }
        let message = match FromPage::decode(format, bytes) {
            Ok(message) => message,
            Err(error) => return self.bad_frame(format, &error.to_string()),
        };
        self.bad_frames = 0;
        match message {
            FromPage::Join {
                version,
                region,
                token,
                url,
                nodes,
                checksum,
                resume,
            } => {
                let page = PageTree { nodes, checksum };
                let join = Join {
                    version,
                    region,
                    token,
                    url,
                    page,
                    resume,
                    format,
                };
                let span = tracing::debug_span!("join", region);
                self.join(join).instrument(span).await;
            }
            FromPage::Event {
                region,
                reference,
                name,
                payload,
                seen: _,
            } => {
                let input = Input::Event {
                    reference,
                    name,
                    payload,
                };
                self.forward(format, region, Some(reference), input).await;
            }
            FromPage::Visit {
                region,
                reference,
                url,
                navigate,
            } => {
                let input = Input::Visit {
                    reference,
                    url,
                    navigate,
                };
                self.forward(format, region, Some(reference), input).await;
            }
            FromPage::Ack { region, seq } => {
                self.forward(format, region, None, Input::Ack { seq }).await;
            }
            FromPage::Resync { region, node } => {
                self.forward(format, region, None, Input::Resync { node })
                    .await;
            }
            FromPage::Leave { region, reason: _ } => {
                self.forward(format, region, None, Input::Leave).await;
                // What the session still says is not for the one that the region has next.
                if let Some(left) = self.regions.remove(&region) {
                    left.open.store(false, Ordering::Release);
                }
            }
            FromPage::Ping { n } => self.send(format, &ToPage::Pong { n }),
        }
        ControlFlow::Continue(())
    }

    fn bad_frame(&mut self, format: Format, reason: &str) -> ControlFlow<Close> {
        self.shared.counters.bad_frames.one();
        self.bad_frames += 1;
        let message = format!("the frame is no message: {reason}");
        self.error(format, 0, None, ErrorKind::BadMessage, message);
        if self.bad_frames > self.shared.limits.max_bad_frames {
            return ControlFlow::Break(Close {
                code: 1008,
                reason: "too many bad messages",
            });
        }
        ControlFlow::Continue(())
    }

    async fn forward(&mut self, format: Format, region: u32, reference: Option<u32>, input: Input) {
        if let Some(bound) = self.regions.get(&region) {
            let mail = Mail::Page {
                link: bound.link,
                input,
            };
            if bound.mailbox.send(mail).await.is_ok() {
                return;
            }
            self.regions.remove(&region);
        }
        let message = format!("region {region} has no session on this connection");
        self.error(format, region, reference, ErrorKind::NotJoined, message);
    }

    async fn join(&mut self, join: Join) {
        let (format, region) = (join.format, join.region);
        match self.admit(join).await {
            Ok(bound) => {
                // The session that the region had before waits for a page of its own now.
                if let Some(earlier) = self.regions.insert(region, bound) {
                    earlier.lost();
                }
            }
            Err(reason) => {
                self.shared.counters.refused.one();
                self.send(
                    format,
                    &ToPage::Refused {
                        region,
                        reason: reason.to_owned(),
                        retry: None,
                    },
                );
            }
        }
    }

    /// Finds or makes the session of a page that joins. An error is the reason of a refusal.
    async fn admit(&mut self, join: Join) -> Result<Region, &'static str> {
        if join.version != VERSION {
            return Err("version");
        }
        if self.regions.len() >= self.shared.limits.max_regions
            && !self.regions.contains_key(&join.region)
        {
            return Err("busy");
        }
        let link = Link {
            number: LINKS.fetch_add(1, Ordering::Relaxed),
            region: join.region,
            format: join.format,
            outgoing: self.outgoing.clone(),
            open: Arc::new(AtomicBool::new(true)),
        };
        let open = Arc::clone(&link.open);
        if let Some(resume) = &join.resume
            && let Some(region) = self.resume(resume, &link, join.page).await
        {
            return Ok(region);
        }
        let path = path_of(&join.url);
        let found = self.shared.router.find(path).ok_or("not_found")?;
        if found.target.live.is_none() {
            return Err("not_found");
        }
        let way = Way::Join {
            session: self.session(),
            token: &join.token,
            route: found.name,
            now: now(),
        };
        let ticket = match self.shared.gate.pass(way) {
            Ok(Admission::Join { ticket }) => ticket,
            Ok(_) => return Err("stale"),
            Err(refusal) => {
                tracing::info!(%refusal, route = found.name, "a join was refused");
                return Err("stale");
            }
        };
        let caller = self.caller.clone().ok_or("stale")?;
        if join.resume.is_none()
            && let Some(handle) = self.shared.registry.claim(&ticket)
        {
            let number = link.number;
            let mail = Mail::Join {
                link,
                page: join.page,
                resume: None,
                caller: Box::new(caller),
            };
            if handle.mailbox.send(mail).await.is_ok() {
                return Ok(Region {
                    link: number,
                    mailbox: handle.mailbox,
                    open,
                });
            }
            return Err("stale");
        }
        // The token is ours, but its session is gone (or was adopted by another copy of the page): a new one.
        let number = link.number;
        let mailbox = mount_over(&self.shared, caller, &join.url, link, join.page)?;
        Ok(Region {
            link: number,
            mailbox,
            open,
        })
    }

    async fn resume(&self, resume: &Resume, link: &Link, page: PageTree) -> Option<Region> {
        let secret = decode(&resume.session)?;
        let handle = self.shared.registry.by_secret(&secret)?;
        let way = Way::Resume {
            session: self.session(),
            owner: &handle.owner,
        };
        if let Err(refusal) = self.shared.gate.pass(way) {
            tracing::warn!(%refusal, "a resume was refused");
            return None;
        }
        let mail = Mail::Join {
            link: link.clone(),
            page,
            resume: Some(resume.clone()),
            caller: Box::new(self.caller.clone()?),
        };
        handle.mailbox.send(mail).await.ok()?;
        Some(Region {
            link: link.number,
            mailbox: handle.mailbox,
            open: Arc::clone(&link.open),
        })
    }

    fn session(&self) -> Option<&Session> {
        Some(&self.caller.as_ref()?.session)
    }

    fn error(
        &self,
        format: Format,
        region: u32,
        reference: Option<u32>,
        kind: ErrorKind,
        message: String,
    ) {
        self.send(
            format,
            &ToPage::Error {
                region,
                reference,
                kind,
                message,
            },
        );
    }

    fn send(&self, format: Format, message: &ToPage) {
        let frame = Frame::new(format, message.encode(format).into());
        self.outgoing.frame(frame);
    }
}

/// However a connection ends, its sessions learn of it.
impl Drop for Connection {
    fn drop(&mut self) {
        self.shared.counters.connections.less();
        if let Some(login) = self.session().and_then(|session| session.login.as_ref()) {
            let registry = &self.shared.registry;
            registry.disconnect(&login.user, self.number);
        }
        for (_, region) in self.regions.drain() {
            region.lost();
        }
    }
}

impl Region {
    /// Tells the session that its page is gone.
    fn lost(self) {
        let mail = Mail::Lost { link: self.link };
        if let Err(mpsc::error::TrySendError::Full(mail)) = self.mailbox.try_send(mail)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            // A session must not miss this: it would wait for its page for ever.
            runtime.spawn(async move { self.mailbox.send(mail).await });
        }
    }
}

/// The fields of a join.
struct Join {
    version: u16,
    region: u32,
    token: String,
    url: String,
    page: PageTree,
    resume: Option<Resume>,
    format: Format,
}

impl From<Refusal> for http::StatusCode {
    fn from(_: Refusal) -> Self {
        http::StatusCode::FORBIDDEN
    }
}
