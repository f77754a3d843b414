//! What a message of the server does to the page.

use relive_protocol::{Around, Effect, ErrorKind, Markup, Outcome, ToPage};
use relive_vdom::Op;
use relive_vdom::apply::NodeView;

use super::link::What;
use super::{Next, Page, ServerError};
use crate::document::Key;
use crate::failure::Failure;
use crate::fields::Fields;

impl Page {
    pub(super) fn message(&mut self, message: ToPage) {
        match message {
            ToPage::Joined {
                outcome,
                session,
                seq,
                first,
                html,
                page,
                ..
            } => {
                if let Some(around) = page {
                    self.surround(&around);
                }
                self.joined(outcome, session, seq, first, html);
            }
            ToPage::Update {
                seq,
                answers,
                effects,
                ops,
                ..
            } => {
                // What the server answers, it has seen: its values may go into the fields.
                self.answered(&answers, None);
                self.update(seq, effects, ops.into_iter().map(|op| op.0).collect());
            }
            ToPage::Error {
                reference,
                kind,
                message,
                ..
            } => self.error(reference, kind, message),
            ToPage::Redirect { url, replace, .. } => self.next = Some(Next::Load { url, replace }),
            ToPage::Html {
                seq,
                node: 0,
                first,
                html,
                ..
            } => self.confirm(seq, first, html),
            ToPage::Refused { reason, .. } | ToPage::Ended { reason, .. } => self.ended(reason),
            ToPage::Html { .. } | ToPage::Renumber { .. } | ToPage::Pong { .. } => {
                self.fail(Failure::new(format!(
                    "the server sent what this page did not ask for: {message:?}"
                )));
            }
        }
    }

    fn joined(
        &mut self,
        outcome: Outcome,
        session: String,
        seq: u32,
        first: u32,
        html: Option<Markup>,
    ) {
        let Some(link) = &mut self.link else { return };
        link.session = Some(session);
        link.joined = true;
        link.outcome = Some(outcome);
        if outcome != Outcome::Resumed {
            link.seq = seq;
        }
        if matches!(outcome, Outcome::Mounted | Outcome::Adopted) {
            link.restart();
        }
        if let Some(html) = html {
            match self.landing.take() {
                Some(flash) => self.arrive_at(&html, first, flash),
                None => self.refill(html, first, outcome == Outcome::Mounted),
            }
        }
    }

    /// Brings what is around the content in line with a new session's.
    fn surround(&mut self, around: &Around) {
        let Some(dom) = self.document.live_mut() else {
            return;
        };
        let NodeView::Element {
            name, attributes, ..
        } = dom.view(dom.root())
        else {
            return;
        };
        if self.landing.is_some() && name != around.tag {
            // The other view's root is another element.
            let url = self.history.url().to_owned();
            self.next = Some(Next::Load { url, replace: true });
            return;
        }
        let is_gone = |name: &String| around.attributes.iter().all(|(own, _)| own != name);
        let gone: Vec<String> = attributes
            .iter()
            .map(|(name, _)| name.clone())
            .filter(is_gone)
            .collect();
        let gone = gone
            .into_iter()
            .map(|name| Op::RemoveAttribute { node: 0, name });
        let set = around.attributes.iter().map(|(name, value)| Op::Attribute {
            node: 0,
            name: name.clone(),
            value: value.clone(),
        });
        let ops: Vec<Op> = gone.chain(set).collect();
        if let Err(error) = dom.apply(&ops) {
            self.fail(Failure::new(format!(
                "the new view's root cannot be made: {error}"
            )));
        }
        self.document.set_title(&around.title);
        if self.landing.is_some() {
            for (name, content) in &around.meta {
                self.document.set_meta(name, content.as_str());
            }
        }
    }

    /// Another view takes the place of the one that was there.
    fn arrive_at(&mut self, html: &Markup, first: u32, flash: Vec<(String, String)>) {
        self.focus = None;
        if let Err(error) = self.document.refill(html, first) {
            self.fail(Failure::new(format!(
                "the server sent content that cannot be read: {error}"
            )));
        }
        self.fields = Fields::default();
        self.held.clear();
        self.free.clear();
        self.document.adopt_flash();
        for (level, message) in flash {
            self.effect(Effect::Flash { level, message });
        }
        if let Some(wish) = self.autofocused().first().copied() {
            self.focus_on(Some(wish));
        }
    }

    /// The content of the root comes whole. With `keep`, fields that the user changed show what they show: the session has
    /// not seen them.
    fn refill(&mut self, html: Markup, first: u32, keep: bool) {
        let before = self.fields.defaults(&self.document);
        let carried = match self.document.refill(&html, first) {
            Ok(carried) => carried,
            Err(error) => self.fail(Failure::new(format!(
                "the server sent content that cannot be read: {error}"
            ))),
        };
        self.carry(&carried);
        if !keep {
            let before = before
                .into_iter()
                .map(|(key, says)| {
                    (
                        carried.get(&key).copied().unwrap_or(key),
                        says.carried(&carried),
                    )
                })
                .collect();
            self.settle_fields(&before);
        }
    }

    /// The page's elements have other keys now.
    pub(super) fn carry(&mut self, carried: &std::collections::HashMap<Key, Key>) {
        let new = |key: Key| carried.get(&key).copied().unwrap_or(key);
        self.fields.carry(carried);
        self.focus = self.focus.map(new);
        for waiting in self.link.iter_mut().flat_map(|link| &mut link.waiting) {
            waiting.source = waiting.source.map(new);
            waiting.toggled = waiting.toggled.map(new);
        }
        for held in &mut self.held {
            held.carry(&new);
        }
        self.free = std::mem::take(&mut self.free)
            .into_iter()
            .map(|(key, time)| (new(key), time))
            .collect();
    }

    fn update(&mut self, seq: u32, effects: Vec<Effect>, ops: Vec<Op>) {
        let last = self.link.as_ref().map_or(0, |link| link.seq);
        if seq > 0 && seq <= last {
            // It came again, since its acknowledgement was lost.
            return;
        }
        if seq > last + 1 {
            self.fail(Failure::new(format!(
                "update {seq} came after update {last}: one is missing"
            )));
        }
        self.patch(&ops);
        // The page leaves last, with what else was said.
        let (away, effects): (Vec<Effect>, Vec<Effect>) = effects
            .into_iter()
            .partition(|effect| matches!(effect, Effect::Redirect { .. }));
        for effect in effects.into_iter().chain(away) {
            self.effect(effect);
        }
        if let Some(link) = self.link.as_mut().filter(|_| seq > 0) {
            link.seq = seq;
        }
    }

    fn patch(&mut self, ops: &[Op]) {
        if ops.is_empty() {
            // A box whose change was refused shows what its HTML says.
            return self.settle_fields(&Default::default());
        }
        self.note_streams(ops);
        let before = self.fields.defaults(&self.document);
        let wished = self.autofocused();
        if let Some(Err(error)) = self.document.live_mut().map(|dom| dom.apply(ops)) {
            self.fail(
                Failure::new(format!("a patch does not fit the page: {error}"))
                    .with("the page", self.excerpt()),
            );
        }
        self.settle_fields(&before);
        if self
            .focus
            .is_some_and(|focus| self.document.element(focus).is_none())
        {
            self.focus = None;
        }
        // A form that appears may ask for the focus, but not take it from a field that the user is in.
        let in_field = self
            .focus
            .and_then(|focus| self.document.element(focus))
            .is_some_and(crate::forms::is_field);
        if !in_field
            && let Some(wish) = self
                .autofocused()
                .into_iter()
                .find(|wish| !wished.contains(wish))
        {
            self.focus_on(Some(wish));
        }
    }

    /// Keeps what happens to streams, by the id of their container.
    fn note_streams(&mut self, ops: &[Op]) {
        for op in ops {
            if let Op::Stream { container, change } = op {
                let live = self.document.live();
                let node = live.and_then(|dom| dom.node(*container));
                let element = node.and_then(|id| self.document.element(Key::Live(id)));
                let name = element.and_then(|element| element.value().id());
                let name = name.unwrap_or_default().to_owned();
                self.stream_operations.push((name, change.clone()));
            }
        }
    }

    /// The elements with `autofocus`, in document order.
    pub(super) fn autofocused(&self) -> Vec<Key> {
        self.document
            .elements()
            .filter(|element| element.attr("autofocus").is_some())
            .map(|element| self.document.key(element))
            .collect()
    }

    pub(super) fn settle_fields(&mut self, before: &crate::fields::Defaults) {
        let Page {
            fields,
            document,
            link,
            focus,
            ..
        } = self;
        let form = |key: Key| {
            let field = document.element(key)?;
            crate::forms::form_of(document, field).map(|form| document.key(form))
        };
        fields.settle(document, before, |key| {
            *focus == Some(key)
                || link.iter().flat_map(|link| &link.waiting).any(|waiting| {
                    waiting
                        .source
                        .is_some_and(|source| source == key || Some(source) == form(key))
                })
        });
    }

    /// Takes out what is answered; `failed` says how, where it is an error.
    fn answered(&mut self, references: &[u32], failed: Option<ErrorKind>) {
        let Some(link) = &mut self.link else { return };
        let (settled, waiting) = std::mem::take(&mut link.waiting)
            .into_iter()
            .partition(|waiting| references.contains(&waiting.reference));
        link.waiting = waiting;
        let settled: Vec<super::link::Waiting> = settled;
        for answered in settled {
            if let Some(source) = answered.source.and_then(|key| self.document.element(key)) {
                let fields = if crate::forms::is_form(source) {
                    crate::forms::elements(&self.document, source)
                } else {
                    vec![source]
                };
                let fields: Vec<Key> = fields
                    .into_iter()
                    .map(|field| self.document.key(field))
                    .collect();
                self.fields.seen(&fields, answered.time);
            }
            if let (Some(_), Some(toggled)) = (failed, answered.toggled) {
                self.fields.follow(toggled);
            }
            match (failed, answered.what) {
                // The view does not know the address: another one may.
                (
                    Some(ErrorKind::NotFound),
                    What::Visit {
                        navigate: false, ..
                    },
                ) => {
                    self.visit(self.history.url().to_owned(), true);
                }
                // There is none, and the browser loads what is there.
                (
                    Some(_),
                    What::Visit {
                        url,
                        navigate: true,
                    },
                ) => {
                    self.next = Some(Next::Load {
                        url,
                        replace: false,
                    });
                }
                _ => {}
            }
        }
    }

    fn error(&mut self, reference: Option<u32>, kind: ErrorKind, message: String) {
        if kind == ErrorKind::NotJoined {
            // The session is gone, and what it did not take goes to the next one.
            self.next = Some(Next::Reconnect);
            return;
        }
        let mut waiting = self.link.iter().flat_map(|link| &link.waiting);
        let answered = waiting.find(|waiting| Some(waiting.reference) == reference);
        let event = answered.map(|answered| answered.what.name().to_owned());
        // An address that this view does not have is no error: another one may have it, or the browser loads it.
        let is_elsewhere = answered.is_some_and(|answered| match answered.what {
            What::Visit { navigate, .. } => navigate || kind == ErrorKind::NotFound,
            What::Event { .. } => false,
        });
        self.answered(reference.as_slice(), Some(kind));
        if !is_elsewhere {
            self.errors.push(ServerError {
                kind,
                event,
                message,
            });
        }
        self.settle_fields(&Default::default());
    }

    /// The join was refused, or the session is over.
    fn ended(&mut self, reason: String) {
        let Some(link) = &mut self.link else { return };
        link.joined = false;
        link.ended = Some(reason.clone());
        match reason.as_str() {
            "busy" => self.next = Some(Next::Reconnect),
            // What HTTP says of the address is for the user to see.
            _ if self.landing.take().is_some() => {
                let url = self.history.url().to_owned();
                self.next = Some(Next::Load { url, replace: true });
            }
            "stale" | "evicted" => self.next = Some(Next::Refetch),
            // The server is gone; `reconnect` finds the next one.
            "shutdown" => link.cut(),
            "failed" => link.cut(),
            _ => {
                let url = self.history.url().to_owned();
                self.next = Some(Next::Load { url, replace: true });
            }
        }
    }

    /// The server's HTML has come, to be compared with the page.
    fn confirm(&mut self, seq: u32, first: u32, html: Markup) {
        let Markup::Html(html) = html else {
            self.refill(html, first, false);
            return;
        };
        let confirmed = match self.document.live_mut() {
            Some(dom) => dom.confirm_content(&html, first),
            None => return,
        };
        let Some(link) = &mut self.link else { return };
        link.seq = seq;
        link.confirmed = Some(confirmed.map_err(|error| match error {
            relive_vdom::apply::Confirmation::Unreadable(error) => format!("  {error}\n"),
            relive_vdom::apply::Confirmation::Differs { have, sent } => {
                crate::describe::difference(&sent, &have)
            }
        }));
    }

    pub(super) fn effect(&mut self, effect: Effect) {
        match effect {
            Effect::Title { title } => self.document.set_title(&title),
            Effect::Flash { level, message } => {
                if !self.document.flash_mut().put(&level, &message) {
                    self.warnings.push(format!(
                        "the page has no #dj-flash-container for the {level} message {message:?}"
                    ));
                }
            }
            Effect::ClearFlash { level } => self.document.flash_mut().clear(level.as_deref()),
            Effect::Url { url, replace } => self.history.set(url, replace),
            Effect::Push { name, payload } => self.pushed.push((name, payload)),
            Effect::Redirect {
                url,
                replace,
                token,
                flash,
                ..
            } => {
                self.next = Some(match token {
                    Some(token) => Next::Follow {
                        url,
                        replace,
                        token,
                        flash,
                    },
                    None => Next::Load { url, replace },
                });
            }
            Effect::Meta { meta } => {
                for (name, content) in meta {
                    self.document.set_meta(&name, content.as_str());
                }
            }
        }
    }
}
