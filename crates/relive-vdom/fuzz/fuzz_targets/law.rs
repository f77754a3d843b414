//! The law on whatever the fuzzer finds: `cargo +nightly fuzz run law`.
//!
//! The input is two renders with a byte 0xff between them; each is put inside a root.

#![no_main]

use libfuzzer_sys::fuzz_target;
use relive_vdom::apply::Page;
use relive_vdom::{Document, Hints, Patch};

fuzz_target!(|data: &[u8]| {
    let Some(at) = data.iter().position(|&byte| byte == 0xff) else { return };
    let root = |bytes| format!("<main dj-root>{}</main>", String::from_utf8_lossy(bytes));
    let (old, new) = (root(&data[..at]), root(&data[at + 1..]));
    let (Ok(mut document), Ok(mut page)) = (Document::parse(&old), Page::parse(&old)) else { return };
    assert_eq!(document.outline(), page.dump(false));
    let mut patch = Patch::new();
    if document.update(&new, &Hints::default(), &mut patch).is_err() {
        assert_eq!(document.html(), old);
        return;
    }
    page.apply(patch.ops()).unwrap();
    assert_eq!(page.dump(false), Page::parse(&new).unwrap().dump(false));
    assert_eq!(document.outline(), page.dump(false));
    assert_eq!(document.numbers().collect::<Vec<_>>(), page.numbers());
    assert_eq!(document.checksum(), page.checksum());
});
