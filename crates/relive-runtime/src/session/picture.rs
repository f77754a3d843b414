//! What a session's page shows: the view's last render as a document, and how changes of it go out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use relive_protocol::{Effect, Format, Markup, UpdateFrame};
use relive_template::Engine;
use relive_vdom::{self as vdom, Document, Hints, Resync, Stats};

use super::core::{PageTree, Rendered};
use crate::counters::Counters;
use crate::erased::ErasedView;
use crate::render::{Render, Template};

/// The baseline of the next update.
pub(crate) struct Picture {
    render: Render,
    baseline: Baseline,
    epoch: u32,
    counters: Arc<Counters>,
}

enum Baseline {
    /// As it went out over HTTP: read when the page joins.
    Html(String),
    Document(Box<Document>),
    /// The HTML was no document; the next render starts anew.
    None,
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
            baseline: Baseline::None,
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
        self.render(view, flash)?;
        self.baseline = Baseline::Html(self.render.root().into_owned());
        Ok(&self.render)
    }

    /// Renders the view. A panic in what it shows is an error like others.
    fn render(&mut self, view: &mut dyn ErasedView, flash: &str) -> Result<(), String> {
        self.counters.renders.one();
        let _entered = tracing::debug_span!("render").entered();
        let rendered = catch_unwind(AssertUnwindSafe(|| self.render.run(view, flash)));
        rendered.unwrap_or_else(|_| {
            self.counters.panics.one();
            Err("rendering the view panicked".to_owned())
        })
    }

    /// Whether the page numbered the same nodes as we do.
    pub(crate) fn equals(&mut self, page: PageTree) -> bool {
        match self.document() {
            Some(document) => {
                document.nodes() as u32 == page.nodes && document.checksum() == page.checksum
            }
            None => false,
        }
    }

    /// The content of the root, for a page that shows something else. Both sides number it anew.
    pub(crate) fn content(&mut self) -> Option<Content> {
        let epoch = self.epoch + 1;
        let content = self
            .document()
            .map(|document| Content::of(document.root_content(), epoch));
        self.epoch = epoch;
        content
    }

    /// What a node has to be, for a page that lost it. Both sides number what is inside anew.
    pub(crate) fn node(&mut self, node: u32) -> Option<Content> {
        let epoch = self.epoch;
        Some(Content::of(self.document()?.html_of(node)?, epoch))
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
        if let Err(message) = self.render(view, "") {
            return Rendered::Failed(message);
        }
        let span = tracing::debug_span!("diff");
        let _entered = span.enter();
        self.document();
        let Baseline::Document(document) = &mut self.baseline else {
            return Rendered::Failed("the page's last HTML could not be read".to_owned());
        };
        let mut frame = UpdateFrame::new(format, region, seq, answers, effects);
        let mut updated =
            document.update(&self.render.root(), &Hints::default(), frame.operations());
        if matches!(
            updated,
            Err(_)
                | Ok(Stats {
                    outside: Some(_),
                    ..
                })
        ) && self.render.find_root_anew()
        {
            let root = self.render.root();
            updated = document.update(&root, &Hints::default(), frame.operations());
        }
        match updated {
            Err(error) => Rendered::Failed(error.to_string()),
            Ok(_) if frame.operations().count() == 0 && effects.is_empty() => Rendered::Unchanged,
            Ok(_) => {
                let frame = Bytes::from(frame.finish());
                self.counters.updates.one();
                self.counters.update_bytes.add(frame.len() as u64);
                Rendered::Update(frame)
            }
        }
    }

    fn document(&mut self) -> Option<&mut Document> {
        if let Baseline::Html(html) = &self.baseline {
            self.baseline = match Document::parse(html) {
                Ok(document) => Baseline::Document(Box::new(document)),
                Err(error) => {
                    tracing::error!(%error, "a page's HTML could not be read");
                    Baseline::None
                }
            };
        }
        match &mut self.baseline {
            Baseline::Document(document) => Some(document),
            _ => None,
        }
    }
}
