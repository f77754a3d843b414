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
