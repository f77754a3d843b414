//! The sources of the pages, which each page shows beside itself.

use std::sync::Arc;

use relive::{Engine, Result, TeraEngine};

/// A page's name, its module and its template.
macro_rules! sources {
    ($($page:literal: $module:literal),* $(,)?) => {
        &[$((
            $page,
            concat!("src/pages/", $module, ".rs"),
            include_str!(concat!("pages/", $module, ".rs")),
            concat!("templates/", $module, ".html"),
            include_str!(concat!("../templates/", $module, ".html")),
        )),*]
    };
}

type Source = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const SOURCES: &[Source] = sources! {
    "views": "views",
    "lifecycle": "lifecycle",
    "events": "events",
    "navigation": "navigation",
    "flash": "flash",
    "server-push": "server_push",
    "faults": "faults",
};

/// Tera, with one function more: `source(of="rust", path=request_path)` is a text about the page at a path.
pub(crate) fn engine() -> Result<TeraEngine> {
    let mut engine = TeraEngine::from_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates"))?;
    engine.add_function(
        "source",
        Arc::new(|arguments| {
            let path = arguments.text("path").unwrap_or_default();
            let page = path.split('/').nth(1).unwrap_or_default();
            let (_, module, rust, template, html) = SOURCES
                .iter()
                .find(|source| source.0 == page)
                .ok_or_else(|| format!("there is no page at `{path}`"))?;
            match arguments.text("of") {
                Some("module") => Ok((*module).to_owned()),
                Some("rust") => Ok((*rust).to_owned()),
                Some("template") => Ok((*template).to_owned()),
                Some("html") => Ok((*html).to_owned()),
                other => Err(format!(
                    "`of` is one of module, rust, template and html, not {other:?}"
                )),
            }
        }),
    );
    Ok(engine)
}
