//! The script that a live page loads, as bytes, with a file name that changes when the script does.
//!
//! ```
//! assert!(relive_client::file_name().starts_with("relive-"));
//! assert!(!relive_client::SCRIPT.is_empty());
//! ```
//!
//! The TypeScript is in `src-ts/`; `npm run build` in this crate's folder makes `dist/relive.js`, which is checked
//! in, so that nobody who uses the crate needs Node.

use std::sync::LazyLock;

/// The page's script, minified: one classic script without dependencies, to be loaded with `defer`.
pub const SCRIPT: &str = include_str!("../dist/relive.js");

/// A hash of [`SCRIPT`]: two builds with the same script have the same one.
pub const HASH: u64 = fnv1a(SCRIPT.as_bytes());

/// The script's file name, `relive-` + 16 hexadecimal digits + `.js`. It names the content, so a response under
/// this name may be cached for ever.
pub fn file_name() -> &'static str {
    static NAME: LazyLock<String> = LazyLock::new(|| format!("relive-{HASH:016x}.js"));
    &NAME
}

/// 64-bit FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>): not for secrets, but it tells builds apart.
const fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
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
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn the_file_name_names_the_content() {
        let hex = file_name()
            .strip_prefix("relive-")
            .and_then(|rest| rest.strip_suffix(".js"));
        assert_eq!(hex.map(|hex| u64::from_str_radix(hex, 16)), Some(Ok(HASH)));
        assert_eq!(file_name().len(), "relive-0123456789abcdef.js".len());
    }

    #[test]
    fn the_script_can_stand_in_any_page() {
        assert!(
            !SCRIPT.contains("sourceMappingURL"),
            "the map is not served"
        );
        assert!(SCRIPT.is_ascii(), "a page in another encoding reads it too");
    }
}
