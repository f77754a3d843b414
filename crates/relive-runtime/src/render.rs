//! From a view to HTML: context, engine, and the live root in what comes out.

use std::borrow::Cow;
use std::sync::Arc;

use relive_template::Engine;
use relive_vdom::{RootFinder, RootRange};

use crate::address::path_of;
use crate::erased::ErasedView;
use crate::rows::Written;

/// The id of the element that flash messages stand in.
const FLASH_CONTAINER: &str = "dj-flash-container";

/// A view's template, and how messages name the view.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub(crate) name: String,
    pub(crate) view: &'static str,
}

/// Renders one view again and again, into the same buffer.
pub(crate) struct Render {
    engine: Arc<dyn Engine>,
    template: Template,
    html: String,
    /// The rows of streams, which are not in `html`.
    rows: Vec<Written>,
    root: RootRange,
    finder: RootFinder,
}

impl Render {
    pub(crate) fn new(engine: Arc<dyn Engine>, template: Template) -> Self {
        Render {
            engine,
            template,
            html: String::new(),
            rows: Vec::new(),
            root: RootRange::default(),
            finder: RootFinder::new(),
        }
    }

    /// Renders, and finds the live root. After an error the last render is gone.
    pub(crate) fn run(&mut self, view: &mut dyn ErasedView, flash: &str) -> Result<(), String> {
        let context = {
            let mut context = self.engine.context();
            let core = view.cx();
            let path = path_of(&core.url);
            let framework = [
                ("dj_view_id", core.route.as_str()),
                ("csrf_token", core.csrf_token.as_str()),
                ("request_path", path),
                ("dj_flash_messages", flash),
            ];
            for (name, value) in framework {
                context.insert(name, value);
            }
            view.context(&mut context)
                .map_err(|error| self.failed(&error))?;
            context
        };
        self.html.clear();
        self.rows.clear();
        let rows = self
            .engine
            .render(&self.template.name, &context, &mut self.html)
            .map_err(|error| self.failed(&error))?;
        self.rows =
            Written::collect(view, &self.html, rows).map_err(|error| self.failed(&error))?;
        self.root = self
            .finder
            .find(&self.html)
            .map_err(|error| self.failed(&error))?;
        Ok(())
    }

    /// Finds the root again, by reading the whole output: layouts seldom change, so [`run`](Self::run) only looks whether it
    /// begins and ends as before. Says whether that was wrong.
    pub(crate) fn find_root_anew(&mut self) -> bool {
        match self.finder.find_anew(&self.html) {
            Ok(root) if root != self.root => {
                self.root = root;
                true
            }
            _ => false,
        }
    }

    /// The rows of streams.
    pub(crate) fn rows(&self) -> &[Written] {
        &self.rows
    }

    /// The rows of streams, taken out.
    pub(crate) fn take_rows(&mut self) -> Vec<Written> {
        std::mem::take(&mut self.rows)
    }

    /// The whole output, but for the rows of streams.
    pub(crate) fn html(&self) -> &str {
        &self.html
    }

    /// The live root: its element, from the start tag to the end tag.
    pub(crate) fn root(&self) -> Cow<'_, str> {
        self.root.outer(&self.html)
    }

    /// Where the live root is.
    pub(crate) fn place(&self) -> &RootRange {
        &self.root
    }

    /// Lets go of the buffer; the next render makes one again.
    pub(crate) fn rest(&mut self) {
        self.html = String::new();
        self.rows = Vec::new();
    }

    /// There is a flash message: says so where the page has no place for it.
    pub(crate) fn needs_flash_container(&self) {
        if !self.html.contains(FLASH_CONTAINER) {
            tracing::warn!(
                view = self.template.view,
                template = self.template.name,
                "a flash message cannot be seen: the template has no {{% dj_flash %}}"
            );
        }
    }

    /// A failure, with the view's name.
    pub(crate) fn failed(&self, error: &dyn std::fmt::Display) -> String {
        format!("view `{}`: {error}", self.template.view)
    }
}
