//! The script that a live page loads, as bytes, with file names that change when the script does.
//!
//! ```
//! let script = relive_client::script(relive_client::file_name());
//! assert_eq!(script, Some(relive_client::SCRIPT));
//! ```
//!
//! It has two parts: [`SCRIPT`] is in every live page, and fetches [`MORE`] from beside itself when a page needs it.
//!
//! The TypeScript is in `src-ts/`; `npm run build` in this crate's folder makes both files in `dist/`, which are
//! checked in, so that nobody who uses the crate needs Node.

use std::sync::LazyLock;

/// The page's script, minified: one classic script without dependencies, to be loaded with `defer`.
pub const SCRIPT: &str = include_str!("../dist/relive.js");

/// What most pages never need, minified: a module that the script imports when it does.
pub const MORE: &str = include_str!("../dist/relive-more.js");

/// A hash of both parts, which belong together: two builds with the same parts have the same one.
pub const HASH: u64 = fnv1a(fnv1a(BASIS, SCRIPT.as_bytes()), MORE.as_bytes());

/// The script's file name, `relive-` + 16 hexadecimal digits + `.js`. It names the content, so a response under
/// this name may be cached for ever.
pub fn file_name() -> &'static str {
    static NAME: LazyLock<String> = LazyLock::new(|| format!("relive-{HASH:016x}.js"));
    &NAME
}

/// The name of the second part, `relive-more-` + the same digits + `.js`: so the first part finds it.
pub fn more_file_name() -> &'static str {
    static NAME: LazyLock<String> = LazyLock::new(|| format!("relive-more-{HASH:016x}.js"));
    &NAME
}

/// The part with this file name, if it is one of this build's.
pub fn script(name: &str) -> Option<&'static str> {
    if name == file_name() {
        Some(SCRIPT)
    } else if name == more_file_name() {
        Some(MORE)
    } else {
        None
    }
}

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// 64-bit FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>), from where another stopped: not for secrets, but it
/// tells builds apart.
const fn fnv1a(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01b3);
        i += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv1a() {
        assert_eq!(fnv1a(BASIS, b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(BASIS, b"foobar"), 0x8594_4171_f739_67e8);
        assert_eq!(fnv1a(fnv1a(BASIS, b"foo"), b"bar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn the_file_name_names_the_content() {
        for (name, prefix, content) in [
            (file_name(), "relive-", SCRIPT),
            (more_file_name(), "relive-more-", MORE),
        ] {
            let hex = name
                .strip_prefix(prefix)
                .and_then(|rest| rest.strip_suffix(".js"));
            assert_eq!(hex.map(|hex| u64::from_str_radix(hex, 16)), Some(Ok(HASH)));
            assert_eq!(hex.map(str::len), Some(16));
            assert_eq!(script(name), Some(content));
        }
        assert_eq!(script("relive-0123456789abcdef.js"), None);
    }

    #[test]
    fn the_script_can_stand_in_any_page() {
        for part in [SCRIPT, MORE] {
            assert!(!part.contains("sourceMappingURL"), "the map is not served");
            assert!(part.is_ascii(), "a page in another encoding reads it too");
        }
    }
}
