//! The engine itself: what is added, checked and rendered.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use ::tera::{Kwargs, State, Tera};

use super::links::TemplateSet;
use super::source::Source;
use super::translate::{Sources, Translator, not_found};
use super::values::{TeraValues, arguments};
use super::{escape, folder, streams, tags, walk};
use crate::{Context, Engine, Error, ErrorKind, Errors, Function, References, StreamRows};

/// The functions that Tera has of its own.
const BUILT_IN_FUNCTIONS: [&str; 2] = ["range", "throw"];

/// The engine for [Tera](https://docs.rs/tera) 2 templates.
///
/// Beyond Tera itself:
///
/// - Every value is escaped, whatever the template's name; `| safe` is the way out for one value.
/// - `{% dj_flash %}` is the container of the flash messages, with `auto_dismiss=5000` (milliseconds;
///   0 for never) and `position="top-right"`. The variable [`FLASH_VARIABLE`](crate::FLASH_VARIABLE)
///   has the messages in it.
/// - Maps keep their own order.
///
/// What an undefined variable does is Tera's rule: writing it, reading a field of it, looping over it
/// and calculating with it are errors; a condition takes it for false, `==` for unequal, and `~` for
/// the empty string. `{{ note | default(value="") }}` and `{% if note is defined %}` say that it may be
/// missing.
///
/// ```
/// use relive_template::{Engine, TeraEngine};
///
/// let mut engine = TeraEngine::new();
/// engine.add_inline("base", "<main>{% block body %}{% endblock %}</main>")?;
/// engine.add_inline("page", r#"{% extends "base" %}{% block body %}{{ text }}{% endblock %}"#)?;
/// engine.finish()?;
///
/// let mut context = engine.context();
/// context.insert("text", "1 < 2");
/// let mut out = String::new();
/// engine.render("page", &context, &mut out)?;
/// assert_eq!(out, "<main>1 &lt; 2</main>");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TeraEngine {
    tera: Tera,
    sources: Sources,
    /// What is wrong with templates of the folder, for `finish` to tell.
    broken: BTreeMap<String, Vec<Error>>,
    functions: BTreeMap<String, Function>,
    /// The templates as `finish` has checked them; none where something was added since then.
    finished: Option<TemplateSet>,
}

impl TeraEngine {
    /// An engine without templates.
    #[must_use]
    pub fn new() -> Self {
        Self {
            tera: new_tera(),
            sources: Sources::new(),
            broken: BTreeMap::new(),
            functions: BTreeMap::new(),
            finished: None,
        }
    }

    /// An engine with the templates below a folder: files that end in `.html`, `.txt`, `.xml` or
    /// `.svg`, named by their path from the folder with `/` between its parts. Hidden files and
    /// folders are left out.
    ///
    /// What is wrong *in* templates is told by [`finish`](Engine::finish), all of it together.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] where the folder does not exist, or something in it cannot be read.
    pub fn from_dir(folder: impl AsRef<Path>) -> Result<Self, Error> {
        let mut engine = Self::new();
        for (name, text) in folder::read(folder.as_ref())? {
            match prepare(&name, &text) {
                Ok(source) => engine.insert(source),
                Err(errors) => {
                    engine.broken.insert(name, errors);
                }
            }
        }
        Ok(engine)
    }

    fn insert(&mut self, source: Source) {
        self.broken.remove(&*source.name);
        self.sources
            .insert(source.name.to_string(), Arc::new(source));
        self.finished = None;
    }

    fn function_names(&self) -> Vec<&str> {
        self.functions
            .keys()
            .map(String::as_str)
            .chain(BUILT_IN_FUNCTIONS)
            .collect()
    }

    fn translate(&self, error: &::tera::Error, variables: &[String]) -> Vec<Error> {
        let functions = self.function_names();
        let translator = Translator {
            sources: &self.sources,
            functions: &functions,
            variables,
        };
        translator.translate(error)
    }

    /// The checked templates, if the one that is asked for is among them.
    fn checked(&self, template: &str) -> Result<&TemplateSet, Error> {
        if !self.contains(template) {
            return Err(not_found(template, &self.sources));
        }
        self.finished.as_ref().ok_or_else(|| {
            let message = "templates were added, and `finish` was not called or failed since then";
            Error::new(ErrorKind::Usage, message)
        })
    }
}

impl Default for TeraEngine {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine for TeraEngine {
    fn context(&self) -> Context {
        Context::new(TeraValues::default())
    }

    fn render(
        &self,
        template: &str,
        context: &Context,
        out: &mut String,
    ) -> Result<Vec<StreamRows>, Error> {
        self.checked(template)?;
        context.check()?;
        let Some(values) = context.values::<TeraValues>() else {
            let message = "this context was made by another engine";
            return Err(Error::new(ErrorKind::Usage, message));
        };
        let start = out.len();
        let mut bytes = std::mem::take(out).into_bytes();
        let result = streams::render(&values.streams, &mut bytes, |bytes| {
            let rendered = self.tera.render_to(template, &values.context, bytes);
            rendered.map_err(|error| {
                let mut errors = self.translate(&error, &context.names());
                errors.swap_remove(0)
            })
        });
        if result.is_err() {
            bytes.truncate(start);
        }
        *out = String::from_utf8(bytes).map_err(|error| {
            let message = format!("`{template}` wrote something that is not UTF-8: {error}");
            Error::new(ErrorKind::Render, message)
        })?;
        result
    }

    fn add_inline(&mut self, name: &str, source: &str) -> Result<(), Error> {
        let source = prepare(name, source).map_err(|mut errors| errors.swap_remove(0))?;
        self.insert(source);
        Ok(())
    }

    fn add_function(&mut self, name: &str, function: Function) {
        register(&mut self.tera, name, &function);
        self.functions.insert(name.to_owned(), function);
    }

    fn finish(&mut self) -> Result<(), Errors> {
        let mut errors: Vec<Error> = self.broken.values().flatten().cloned().collect();
        let set = TemplateSet::new(&self.sources);
        errors.extend(set.check(&self.broken.keys().map(String::as_str).collect()));
        // Tera gives up at the first template that it cannot link, so it gets those that it can.
        let bad: BTreeSet<String> = errors
            .iter()
            .filter_map(Error::template)
            .map(str::to_owned)
            .collect();
        let sound = set.sound(&bad);
        let mut tera = new_tera();
        for (name, function) in &self.functions {
            register(&mut tera, name, function);
        }
        let sources = self
            .sources
            .iter()
            .filter(|(name, _)| sound.contains(name.as_str()));
        if let Err(error) = tera.add_raw_templates(sources.map(|(name, own)| (name, own.code()))) {
            let mut found = self.translate(&error, &[]);
            // A component may be missing because its template is.
            found.retain(|error| {
                bad.is_empty() || !error.message().starts_with("unknown component")
            });
            errors.extend(found);
        }
        Errors::check(errors)?;
        self.tera = tera;
        self.finished = Some(set);
        Ok(())
    }

    fn references(&self, template: &str) -> Result<References, Error> {
        let set = self.checked(template)?;
        let found = set
            .get(template)
            .ok_or_else(|| not_found(template, &self.sources))?;
        Ok(walk::references(set, found))
    }

    fn contains(&self, template: &str) -> bool {
        self.sources.contains_key(template)
    }

    fn names(&self) -> Vec<String> {
        self.sources.keys().cloned().collect()
    }
}

fn new_tera() -> Tera {
    let mut tera = Tera::new();
    // Every name ends with the empty string.
    tera.autoescape_on([""]);
    tera.set_escape_fn(escape::escape);
    streams::register(&mut tera);
    tera
}

fn register(tera: &mut Tera, name: &str, function: &Function) {
    let (own_name, function) = (name.to_owned(), function.clone());
    tera.register_function(name.to_owned(), move |kwargs: Kwargs, _: &State<'_>| {
        arguments(&kwargs)
            .and_then(|arguments| function(&arguments))
            .map_err(|error| ::tera::Error::message(format!("`{own_name}`: {error}")))
    });
}

/// Rewrites a template's tags and has Tera parse it, apart from the other templates.
fn prepare(name: &str, text: &str) -> Result<Source, Vec<Error>> {
    let mut source = Source::new(name, text);
    tags::rewrite(&mut source)?;
    let Err(error) = Tera::new().add_raw_template(name, source.code()) else {
        return Ok(source);
    };
    if !matches!(error.kind(), ::tera::ErrorKind::SyntaxError(_)) {
        // Something that it refers to: that may be added later.
        return Ok(source);
    }
    let source = Arc::new(source);
    let sources = Sources::from([(name.to_owned(), source)]);
    Err(Translator {
        sources: &sources,
        functions: &[],
        variables: &[],
    }
    .translate(&error))
}
