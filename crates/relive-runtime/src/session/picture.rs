//! What a session's page shows: the view's last render as a document, and how changes of it go out.
//!
//! Rows of streams are not in the document, and effects are not in any: what went out of these is kept until the page
//! says that it has it, and goes out again where the page gets the document anew.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use relive_protocol::{Effect, Format, Markup, Operations, UpdateFrame};
use relive_template::Engine;
use relive_vdom::{self as vdom, Document, Hints, Resync, Sink, StreamChange};

use super::message::{PageTree, Rendered};
use crate::counters::Counters;
use crate::erased::ErasedView;
use crate::render::{Render, Template};
use crate::rows::{RowChange, Written};

/// The baseline of the next update.
pub(crate) struct Picture {
    render: Render,
    /// What the page shows. `None` before the first render, and after a fault of the differ: the next update then brings
    /// everything.
    document: Option<Document>,
    epoch: u32,
    counters: Arc<Counters>,
    /// What went out, and is not acknowledged.
    sent: VecDeque<Sent>,
    /// What goes out with the next update, before all that is new.
    waiting: Sent,
    /// Whether the page may have rows that the view knows nothing of.
    strange_rows: bool,
}

/// What an update has besides changes of the document.
#[derive(Default)]
struct Sent {
    seq: u32,
    effects: Vec<Effect>,
    rows: Vec<RowChange>,
}

/// Why a render came to nothing.
enum NoRender {
    Failed(String),
    Panicked(String),
}

impl NoRender {
    fn message(self) -> String {
        match self {
            NoRender::Failed(message) | NoRender::Panicked(message) => message,
        }
    }
}

/// What a page has to put in the place of a node, or inside its root, with the number of the first node.
pub(crate) struct Content {
    pub(crate) first: u32,
    pub(crate) markup: Markup,
    pub(crate) epoch: u32,
}

impl Content {
    fn of(resync: Resync<'_>, epoch: u32) -> Self {
        let markup = match resync.content {
            vdom::Content::Html(html) => Markup::Html(html.into_owned()),
            vdom::Content::Tree(nodes) => Markup::Tree(nodes),
        };
        Content {
            first: resync.first,
            markup,
            epoch,
        }
    }
}

impl Picture {
    pub(crate) fn new(
        engine: Arc<dyn Engine>,
        template: Template,
        counters: Arc<Counters>,
    ) -> Self {
        Picture {
            render: Render::new(engine, template),
            document: None,
            epoch: 0,
            counters,
            sent: VecDeque::new(),
            waiting: Sent::default(),
            strange_rows: false,
        }
    }

    /// Renders the whole page for HTTP, and keeps its root as the baseline.
    pub(crate) fn page(
        &mut self,
        view: &mut dyn ErasedView,
        flash: &str,
    ) -> Result<&Render, String> {
        self.render(view, flash).map_err(NoRender::message)?;
        let root = self.render.root();
        let document = Document::parse(&root).map_err(|error| self.render.failed(&error))?;
        for rows in self.render.rows() {
            if document.stream_container(&rows.container).is_none() {
                return Err(self.render.failed(&misplaced(rows)));
            }
        }
        self.document = Some(document);
        shown(self.render.rows(), view);
        Ok(&self.render)
    }

    /// The last render.
    pub(crate) fn rendered(&self) -> &Render {
        &self.render
    }

    /// The rows of the first render go to a page that is there already, and may show another view.
    pub(crate) fn send_rows(&mut self) {
        self.strange_rows = true;
        let written = self.render.take_rows();
        self.take_rows(&written);
    }

    /// The view is another one: rows that the page has are none of it.
    pub(crate) fn forget_rows(&mut self) {
        self.strange_rows = true;
    }

    /// Puts rows with what waits for the next update.
    fn take_rows(&mut self, written: &[Written]) {
        for written in written {
            if self.strange_rows {
                self.waiting.rows.push(RowChange {
                    container: written.container.clone(),
                    change: StreamChange::Reset,
                });
            }
            self.waiting.rows.extend(written.changes());
        }
        self.strange_rows = false;
    }

    /// The page has all updates up to `seq`.
    pub(crate) fn acknowledged(&mut self, seq: u32) {
        while self.sent.front().is_some_and(|sent| sent.seq <= seq) {
            self.sent.pop_front();
        }
        if self.sent.is_empty() {
            self.sent = VecDeque::new();
        }
    }

    /// The page gets the document anew: what it has not acknowledged of the rest goes out again. Says whether there is
    /// something.
    pub(crate) fn send_again(&mut self) -> bool {
        let unsent = std::mem::take(&mut self.waiting);
        let mut again = Sent::default();
        for sent in self.sent.drain(..).chain([unsent]) {
            again.effects.extend(sent.effects);
            again.rows.extend(sent.rows);
        }
        self.waiting = again;
        !(self.waiting.effects.is_empty() && self.waiting.rows.is_empty())
    }

    /// Lets go of what only a next render needs.
    pub(crate) fn rest(&mut self) {
        self.render.rest();
    }

    /// Renders the view. A panic in what it shows is an error like others.
    fn render(&mut self, view: &mut dyn ErasedView, flash: &str) -> Result<(), NoRender> {
        self.counters.renders.one();
        let _entered = tracing::debug_span!("render").entered();
        let rendered = catch_unwind(AssertUnwindSafe(|| self.render.run(view, flash)));
        match rendered {
            Ok(rendered) => rendered.map_err(NoRender::Failed),
            Err(_) => {
                self.counters.panics.one();
                let message = "rendering the view panicked".to_owned();
                Err(NoRender::Panicked(message))
            }
        }
    }

    /// Whether the page numbered the same nodes as we do.
    pub(crate) fn equals(&self, page: PageTree) -> bool {
        self.document.as_ref().is_some_and(|document| {
            document.nodes() as u32 == page.nodes && document.checksum() == page.checksum
        })
    }

    /// The content of the root, for a page that shows something else. Both sides number it anew.
    pub(crate) fn content(&mut self) -> Option<Content> {
        let epoch = self.epoch + 1;
        self.epoch = epoch;
        let document = self.document.as_mut()?;
        Some(Content::of(document.root_content(), epoch))
    }

    /// What a node has to be, for a page that lost it. Both sides number what is inside anew. `None` where there is no such
    /// node, or the page would lose more than that: rows that are not in the document stay where all content is brought in line.
    pub(crate) fn node(&mut self, node: u32) -> Option<Content> {
        let epoch = self.epoch;
        let document = self.document.as_mut()?;
        if document.has_opaque(node) {
            return None;
        }
        Some(Content::of(document.html_of(node)?, epoch))
    }

    pub(crate) fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Renders the view, and writes what changed into the frame of an update.
    pub(crate) fn update(
        &mut self,
        view: &mut dyn ErasedView,
        (format, region, seq): (Format, u32, u32),
        answers: &[u32],
        effects: &[Effect],
    ) -> Rendered {
        match self.render(view, "") {
            Ok(()) => {}
            Err(NoRender::Failed(message)) => return Rendered::Failed(message),
            Err(NoRender::Panicked(message)) => {
                let restored = false;
                return Rendered::Panicked { message, restored };
            }
        }
        let mut all_effects = self.waiting.effects.clone();
        all_effects.extend_from_slice(effects);
        let mut frame = UpdateFrame::new(format, region, seq, answers, &all_effects);
        let compared = tracing::debug_span!("diff")
            .in_scope(|| catch_unwind(AssertUnwindSafe(|| self.compare(frame.operations()))));
        match compared {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Rendered::Failed(self.render.failed(&error)),
            Err(_) => {
                // What it knows of the page may be half of it.
                self.document = None;
                self.counters.panics.one();
                return Rendered::Failed("comparing the page panicked".to_owned());
            }
        }
        let written = self.render.take_rows();
        shown(&written, view);
        self.take_rows(&written);
        let mut sent = std::mem::take(&mut self.waiting);
        if let Some(document) = &self.document {
            emit(document, &mut sent.rows, frame.operations());
        }
        if frame.operations().count() == 0 && all_effects.is_empty() {
            return Rendered::Unchanged;
        }
        sent.seq = seq;
        sent.effects = all_effects;
        if !(sent.effects.is_empty() && sent.rows.is_empty()) {
            self.sent.push_back(sent);
        }
        let frame = tracing::debug_span!("encode").in_scope(|| Bytes::from(frame.finish()));
        self.counters.updates.one();
        self.counters.update_bytes.add(frame.len() as u64);
        Rendered::Update(frame)
    }

    /// An update that says where the page goes, without a picture of what it leaves.
    pub(crate) fn leave(
        &mut self,
        (format, region, seq): (Format, u32, u32),
        answers: &[u32],
        effects: Vec<Effect>,
    ) -> Rendered {
        let mut all = std::mem::take(&mut self.waiting.effects);
        all.extend(effects);
        let frame = UpdateFrame::new(format, region, seq, answers, &all);
        self.sent.push_back(Sent {
            seq,
            effects: all,
            ..Sent::default()
        });
        self.counters.updates.one();
        Rendered::Update(frame.finish().into())
    }

    /// Compares the last render with what the page shows.
    fn compare(&mut self, sink: &mut Operations) -> Result<(), vdom::Error> {
        let Some(document) = &mut self.document else {
            let document = self.document.insert(Document::parse(&self.render.root())?);
            let resync = document.root_content();
            match resync.content {
                vdom::Content::Html(html) => sink.content(0, resync.first, &html),
                vdom::Content::Tree(nodes) => {
                    sink.content(0, resync.first, "");
                    sink.tree(0, 0, resync.first, &nodes);
                }
            }
            return Ok(());
        };
        let hints = Hints::default();
        let updated = document.update(&self.render.root(), &hints, sink);
        let doubtful = match &updated {
            Ok(stats) => stats.outside.is_some(),
            Err(_) => true,
        };
        if doubtful && self.render.find_root_anew() {
            document.update(&self.render.root(), &hints, sink)?;
            return Ok(());
        }
        updated.map(drop)
    }
}

/// Writes the changes of rows; those of a container that the page does not have are dropped.
fn emit(document: &Document, rows: &mut Vec<RowChange>, sink: &mut Operations) {
    let mut container: Option<(String, Option<u32>)> = None;
    rows.retain(|row| {
        let known = container.as_ref().filter(|(id, _)| *id == row.container);
        let number = match known {
            Some((_, number)) => *number,
            None => {
                let number = document.stream_container(&row.container);
                if number.is_none() {
                    tracing::warn!(
                        container = row.container,
                        "rows of a stream are dropped: the page has no such container any more"
                    );
                }
                container = Some((row.container.clone(), number));
                number
            }
        };
        number
            .inspect(|&number| sink.stream(number, &row.change))
            .is_some()
    });
}

/// The view's streams let go of what was shown.
fn shown(written: &[Written], view: &mut dyn ErasedView) {
    for written in written {
        if let Some(stream) = view.stream(written.stream()) {
            stream.shown();
        }
    }
}

fn misplaced(rows: &Written) -> String {
    let (at, stream, id) = (rows.at(), rows.stream(), &rows.container);
    format!(
        "{at}: the stream `{stream}`: inside of the live root there is no element `{id}` with `dj-update=\"stream\"`; it cannot be the \
         root itself, nor stand in an element whose inside is not the server's"
    )
}
