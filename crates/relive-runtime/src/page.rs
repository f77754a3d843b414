//! The HTML of a live page: what the framework adds to what the template wrote.

use std::collections::BTreeMap;

use relive_protocol::{Around, Map, Value};
use relive_template::{AttributeKind, classify};
use relive_vdom::{Head, start_tag, start_tags};

use crate::effects::escape;
use crate::render::Render;

/// What goes into a page besides its template's output.
pub(crate) struct Additions<'a> {
    pub(crate) view_id: &'a str,
    /// `None` for a page that nothing will join.
    pub(crate) token: Option<&'a str>,
    pub(crate) title: Option<&'a str>,
    /// `<meta>` values; `None` takes one out.
    pub(crate) meta: &'a BTreeMap<String, Option<String>>,
    /// The URL of the client.
    pub(crate) script: &'a str,
}

/// The whole page.
///
/// # Errors
///
/// A page without a doctype: browsers would read it by other rules than those that the differ knows.
pub(crate) fn assemble(render: &Render, additions: &Additions<'_>) -> Result<String, String> {
    let html = render.html();
    let root = render.place();
    let (start, end) = (root.start, root.end);
    let doctype = html.trim_start_matches('\u{feff}').trim_start().get(..9);
    if !root.fragment && !doctype.is_some_and(|text| text.eq_ignore_ascii_case("<!doctype")) {
        return Err("the page does not begin with `<!doctype html>`".to_owned());
    }
    let mut live = html[start..root.attributes_end].to_owned();
    if !root.has_root {
        live.push_str(" dj-root");
    }
    if !root.has_view {
        live.push_str(&format!(r#" dj-view="{}""#, escape(additions.view_id)));
    }
    if let Some(token) = additions.token {
        live.push_str(&format!(r#" dj-token="{}""#, escape(token)));
    }
    let mut at = root.attributes_end;
    for rows in render.rows() {
        live.push_str(&html[at..rows.place()]);
        live.push_str(&rows.html());
        at = rows.place();
    }
    live.push_str(&html[at..end]);

    let script = format!(
        r#"<script src="{}" defer></script>"#,
        escape(additions.script)
    );
    if root.fragment {
        let title = escape(additions.title.unwrap_or(additions.view_id));
        let values = additions.meta.iter();
        let meta: String = values
            .filter_map(|(name, content)| Some(meta_tag(name, content.as_deref()?) + "\n"))
            .collect();
        return Ok(format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<link rel=\"icon\" href=\"data:,\">\n{meta}{script}\n</head>\n<body>{}{live}{}</body>\n</html>\n",
            &html[..start],
            &html[end..],
        ));
    }
    let before = with_head(&html[..start], additions, script);
    let end_tag = if root.unclosed { "</body>" } else { "" };
    // White space after `</body>` would become part of the body.
    Ok([&before, &live, end_tag, &root.after(html)].concat())
}

/// The part before the root, with the title, the `<meta>` values and the client's script.
fn with_head(before: &str, additions: &Additions<'_>, script: String) -> String {
    let head = Head::of(before);
    let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    let mut added = String::new();
    if let Some(title) = additions.title {
        let title = format!("<title>{}</title>", escape(title));
        match head.title {
            Some((place, _)) => edits.push((place, title)),
            None => added.push_str(&title),
        }
    }
    for (name, content) in additions.meta {
        let mut tag = content.as_deref().map(|content| meta_tag(name, content));
        for known in head.metas.iter().filter(|meta| meta.name == *name) {
            edits.push((known.tag.clone(), tag.take().unwrap_or_default()));
        }
        added.push_str(&tag.unwrap_or_default());
    }
    edits.push((head.end..head.end, added + &script));
    edits.sort_by_key(|(place, _)| place.start);
    let mut out = before.to_owned();
    for (place, text) in edits.into_iter().rev() {
        out.replace_range(place, &text);
    }
    out
}

fn meta_tag(name: &str, content: &str) -> String {
    let attribute = if name.starts_with("og:") || name.starts_with("twitter:") {
        "property"
    } else {
        "name"
    };
    let (name, content) = (escape(name), escape(content));
    format!(r#"<meta {attribute}="{name}" content="{content}">"#)
}

/// What a page has besides the content of its root, for one that comes to a new session over its connection.
pub(crate) fn around(
    render: &Render,
    view_id: &str,
    title: Option<&str>,
    meta: &BTreeMap<String, Option<String>>,
) -> Around {
    let (html, root) = (render.html(), render.place());
    let (tag, mut attributes) = start_tag(&html[root.start..]).unwrap_or_default();
    for (name, value, is_there) in [
        ("dj-root", "", root.has_root),
        ("dj-view", view_id, root.has_view),
    ] {
        if !is_there {
            attributes.push((name.to_owned(), value.to_owned()));
        }
    }
    let head = if root.fragment {
        Head::default()
    } else {
        Head::of(&html[..root.start])
    };
    let own = head.title.map(|(_, title)| title);
    let title = title.map(str::to_owned).or(own);
    let mut values: Map<String, Value> = Map::new();
    for known in head.metas {
        values.entry(known.name).or_insert(known.content.into());
    }
    for (name, content) in meta {
        let content = content.clone().map_or(Value::Null, Value::String);
        values.insert(name.clone(), content);
    }
    Around {
        tag,
        attributes,
        title: title.unwrap_or_else(|| match root.fragment {
            true => view_id.to_owned(),
            false => String::new(),
        }),
        meta: values,
    }
}

/// Attributes that name handlers and stand outside of the root, where nothing hears their events.
pub(crate) fn unheard(render: &Render) -> Vec<String> {
    let (html, root) = (render.html(), render.place());
    let around = [&html[..root.start], &html[root.end..]];
    let mut unheard = Vec::new();
    for (element, attributes) in around.into_iter().flat_map(start_tags) {
        for (name, handler) in attributes {
            if classify(&name).2 == AttributeKind::Handler {
                unheard.push(format!("<{element} {name}=\"{handler}\">"));
            }
        }
    }
    unheard
}

/// A page that says that something went wrong.
pub(crate) fn error_page(status: http::StatusCode, message: &str) -> String {
    let title = escape(&status.to_string());
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n</head>\n\
         <body>\n<h1>{title}</h1>\n<p style=\"white-space: pre-wrap\">{}</p>\n</body>\n</html>\n",
        escape(message)
    )
}
