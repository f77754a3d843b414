/// Whether a path leads to a place of this origin, as browsers read it: they take a backslash for a slash, and leave
/// out tabs and line breaks, so that `/\\host` and `/<tab>/host` lead to another host.
pub(crate) fn is_own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(|c: char| {
            matches!(c, '\\' | '?' | '#') || c.is_control() || c.is_whitespace()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_this_origin() {
        for path in ["/", "/a/b/", "/a//b", "/%5Chost/", "/:@!$&'()*+,;=~/é/"] {
            assert!(is_own_path(path), "{path}");
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
            "/a?b",
            "/a#b",
            "https://host/",
            "javascript:alert(1)",
            " /a",
            "/\u{a0}/",
            "/\0/",
        ] {
            assert!(!is_own_path(path), "{path:?}");
        }
    }
}
