//! Keys: `dj-key`, `data-key` or `id`, in this order of preference.

use crate::parse::attributes::{Attribute, Attributes};
use crate::parse::start_tag::name_end;

/// The attribute that is the key of the element at `at`, if there is one with a value.
pub(crate) fn of(source: &[u8], at: usize) -> Option<Attribute> {
    if source.get(at) != Some(&b'<') || source.get(at + 1) == Some(&b'!') {
        return None;
    }
    let mut found = None;
    let mut rank = 0;
    for attribute in Attributes::new(source, name_end(source, at)?) {
        let own = match attribute.name(source) {
            b"dj-key" => 3,
            b"data-key" => 2,
            b"id" => 1,
            _ => 0,
        };
        if own > rank && attribute.value.0 < attribute.value.1 {
            (found, rank) = (Some(attribute), own);
            if rank == 3 {
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_key_is_the_best_attribute_that_has_a_value() {
        for (source, key) in [
            ("<p>", None),
            ("<p class=\"a\">", None),
            ("<p id=\"a\">", Some("a")),
            ("<p id=a data-key=b>", Some("b")),
            ("<p data-key=b id=a>", Some("b")),
            ("<p id=a dj-key=c data-key=b>", Some("c")),
            ("<p dj-key=c data-key=b id=a>", Some("c")),
            ("<p data-key=\"\" id=a>", Some("a")),
            ("<p dj-key id=a>", Some("a")),
            ("<p id=\"\">", None),
            ("<p ID=a>", None),
            ("<p id=a id=b>", Some("a")),
            ("<p id='a b'/>", Some("a b")),
            ("<!-- id=a -->", None),
            ("text id=a", None),
            ("<p", None),
            ("", None),
        ] {
            let found = super::of(source.as_bytes(), 0);
            let found = found.map(|key| key.value(source.as_bytes()));
            assert_eq!(found, key.map(str::as_bytes), "{source}");
        }
    }
}
