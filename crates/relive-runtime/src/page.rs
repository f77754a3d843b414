//! The HTML of a live page: what the framework adds to what the template wrote.

use crate::effects::escape;
use crate::render::Render;

/// What goes into a page besides its template's output.
pub(crate) struct Additions<'a> {
    pub(crate) view_id: &'a str,
    /// `None` for a page that nothing will join.
    pub(crate) token: Option<&'a str>,
    pub(crate) title: Option<&'a str>,
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
        return Ok(format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<link rel=\"icon\" href=\"data:,\">\n{script}\n</head>\n<body>{}{live}{}</body>\n</html>\n",
            &html[..start],
            &html[end..],
        ));
    }
    let before = with_head(&html[..start], additions.title, &script);
    let end_tag = if root.unclosed { "</body>" } else { "" };
    // White space after `</body>` would become part of the body.
    Ok([&before, &live, end_tag, &root.after(html)].concat())
}

/// The part before the root, with the title and the client's script.
fn with_head(before: &str, title: Option<&str>, script: &str) -> String {
    let mut out = before.to_owned();
    if let Some(title) = title {
        let title = format!("<title>{}</title>", escape(title));
        match element(&out, "title") {
            Some(range) => out.replace_range(range, &title),
            None => insert_into_head(&mut out, &title),
        }
    }
    insert_into_head(&mut out, script);
    out
}

fn insert_into_head(out: &mut String, what: &str) {
    let at = find(out, "</head", 0)
        .or_else(|| find(out, "<body", 0))
        .unwrap_or(out.len());
    out.insert_str(at, what);
}

/// From the start tag of the first such element to the end of its end tag.
fn element(html: &str, tag: &str) -> Option<std::ops::Range<usize>> {
    let start = find(html, &format!("<{tag}"), 0)?;
    let end = find(html, &format!("</{tag}"), start)?;
    let close = html[end..].find('>')?;
    Some(start..end + close + 1)
}

/// Finds a tag's beginning, in any case, outside of comments.
fn find(html: &str, tag: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let next = at + html[at..].find('<')?;
        if html[next..].starts_with("<!--") {
            at = next + html[next..].find("-->")? + 3;
        } else if html
            .get(next..next + tag.len())
            .is_some_and(|h| h.eq_ignore_ascii_case(tag))
        {
            return Some(next);
        } else {
            at = next + 1;
        }
    }
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
