//! Parsing whatever the fuzzer finds: `cargo fuzz run parse`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| relive_vdom_fuzz::parse(data));
