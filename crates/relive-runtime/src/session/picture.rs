//! What a session's page shows: the view's last render as a document, and how changes of it go out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use relive_protocol::{Effect, Format, Markup, Operations, UpdateFrame};
use relive_template::Engine;
use relive_vdom::{self as vdom, Document, Hints, Resync, Sink};

use super::message::{PageTree, Rendered};
use crate::counters::Counters;
use crate::erased::ErasedView;
use crate::render::{Render, Template};

/// The baseline of the next update.
pub(crate) struct Picture {
    render: Render,
    /// What the page shows. `None` before the first render, and after a fault of the differ: the next update then brings
    /// everything.
    document: Option<Document>,
    epoch: u32,
    counters: Arc<Counters>,
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
        self.document = Some(document);
        Ok(&self.render)
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

    /// What a node has to be, for a page that lost it. Both sides number what is inside anew.
    pub(crate) fn node(&mut self, node: u32) -> Option<Content> {
        let epoch = self.epoch;
        Some(Content::of(self.document.as_mut()?.html_of(node)?, epoch))
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
        let mut frame = UpdateFrame::new(format, region, seq, answers, effects);
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
        if frame.operations().count() == 0 && effects.is_empty() {
            return Rendered::Unchanged;
        }
        let frame = tracing::debug_span!("encode").in_scope(|| Bytes::from(frame.finish()));
        self.counters.updates.one();
        self.counters.update_bytes.add(frame.len() as u64);
        Rendered::Update(frame)
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
