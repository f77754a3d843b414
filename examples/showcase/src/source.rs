//! The sources of the pages, which each page shows beside itself.

use std::sync::Arc;

use relive::{Engine, Result, TeraEngine};

/// A page's files, and what stands in them.
struct Source {
    /// What the paths of the page begin with.
    path: &'static str,
    module: &'static str,
    rust: &'static str,
    template: &'static str,
    html: &'static str,
}

macro_rules! sources {
    ($($path:literal $name:literal)*) => {
        &[$(Source {
            path: $path,
            module: concat!("src/pages/", $name, ".rs"),
            rust: include_str!(concat!("pages/", $name, ".rs")),
            template: concat!("templates/", $name, ".html"),
            html: include_str!(concat!("../templates/", $name, ".html")),
        }),*]
    };
}

/// A page below another one comes first.
const SOURCES: &[Source] = sources! {
    "/views/" "views"
    "/lifecycle/" "lifecycle"
    "/events/" "events"
    "/navigation/" "navigation"
    "/streams/" "streams"
    "/chat/" "chat"
    "/background-work/" "background_work"
    "/flash/" "flash"
    "/server-push/" "server_push"
    "/accounts/inside/" "inside"
    "/accounts/" "accounts"
    "/forms/" "forms"
    "/faults/" "faults"
};

/// Tera, with one function more: `source(of="rust", path=request_path)` gives a text about the page at a path.
pub(crate) fn engine() -> Result<TeraEngine> {
    let mut engine = TeraEngine::from_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates"))?;
    engine.add_function(
        "source",
        Arc::new(|arguments| {
            let path = arguments.text("path").unwrap_or_default();
            let source = SOURCES
                .iter()
                .find(|source| path.starts_with(source.path))
                .ok_or_else(|| format!("no page at `{path}` has a source"))?;
            let text = match arguments.text("of") {
                Some("module") => source.module,
                Some("rust") => source.rust,
                Some("template") => source.template,
                Some("html") => source.html,
                _ => return Err("`of` is module, rust, template or html".to_owned()),
            };
            Ok(text.to_owned())
        }),
    );
    Ok(engine)
}
