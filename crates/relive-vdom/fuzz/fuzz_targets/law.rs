//! The law on whatever the fuzzer finds: `cargo fuzz run law`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| relive_vdom_fuzz::law(data));
