//! temporary
#[derive(Clone, Debug)]
pub(crate) struct Root {
    pub(crate) element: std::ops::Range<usize>,
    pub(crate) attributes_end: usize,
    pub(crate) has_root: bool,
    pub(crate) has_view: bool,
    pub(crate) fragment: bool,
    pub(crate) is_body: bool,
}
pub(crate) fn root(html: &str) -> Result<Root, String> {
    let (start, end, fragment) = if let Some(b) = html.find("<body") {
        (b, html.find("</body>").unwrap() + 7, false)
    } else {
        (
            html.find('<').ok_or("no root")?,
            html.trim_end().len(),
            true,
        )
    };
    let ae = start + html[start..].find('>').unwrap();
    Ok(Root {
        element: start..end,
        attributes_end: ae,
        has_root: html[start..ae].contains("dj-root"),
        has_view: html[start..ae].contains("dj-view"),
        fragment,
        is_body: !fragment,
    })
}
