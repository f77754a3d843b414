/// Whether a path leads to a place of this origin, as browsers read it: they take a backslash for a slash, and leave
/// out tabs and line breaks, so that `/\\host` and `/<tab>/host` lead to another host.
pub(crate) fn is_own_path(path: &str) -> bool {
    !path.contains(['?', '#']) && is_own_url(path)
}

/// The same for a path with a query and a fragment, or without.
pub(crate) fn is_own_url(url: &str) -> bool {
    url.starts_with('/')
        && !url.starts_with("//")
        && !url.contains(|c: char| c == '\\' || c.is_control() || c.is_whitespace())
}

/// Whether this is an address of the web, with its scheme: what a redirect that says that it is external may lead to.
pub(crate) fn is_web_url(url: &str) -> bool {
    let host = ["https://", "http://"].iter().find_map(|scheme| {
        let start = url.get(..scheme.len())?;
        start
            .eq_ignore_ascii_case(scheme)
            .then(|| &url[scheme.len()..])
    });
    host.is_some_and(|host| !host.is_empty() && !host.starts_with(['/', '?', '#']))
        && !url.contains(|c: char| c == '\\' || c.is_control() || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_this_origin() {
        for path in ["/", "/a/b/", "/a//b", "/%5Chost/", "/:@!$&'()*+,;=~/é/"] {
            assert!(is_own_path(path), "{path}");
            assert!(is_own_url(&format!("{path}?next=//b#top")), "{path}");
        }
        for path in [
            "",
            "a",
            "//host/",
            "/\\host/",
            "\\\\host/",
            "/a\\b",
            "/\t/host/",
            "/\n/host/",
            "/\r\nSet-Cookie: a=b/",
            "/a b/",
            "https://host/",
            "javascript:alert(1)",
            " /a",
            "/\u{a0}/",
            "/\0/",
        ] {
            assert!(!is_own_path(path), "{path:?}");
            assert!(!is_own_url(path), "{path:?}");
        }
        for path in ["/a?b", "/a#b"] {
            assert!(!is_own_path(path), "{path:?}");
            assert!(is_own_url(path), "{path:?}");
        }
    }

    #[test]
    fn addresses_of_the_web() {
        for url in [
            "https://host",
            "http://host/a?b#c",
            "HTTPS://host:1/",
            "https://é/",
        ] {
            assert!(is_web_url(url), "{url}");
        }
        for url in [
            "",
            "/a",
            "//host",
            "https:/host",
            "https://",
            "https:///host",
            "https://?a",
            "javascript://host/%0aalert(1)",
            "data:text/html,a",
            "https://ho\\st",
            "https://host/\r\nset-cookie: a=b",
            "https://h st",
            " https://host",
            "httpsé//",
        ] {
            assert!(!is_web_url(url), "{url:?}");
        }
    }
}
