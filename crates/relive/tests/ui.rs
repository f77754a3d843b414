//! What the macros accept, and what they say to each mistake: `ui/fail/*.stderr` holds the compiler's words.

#[test]
fn macros() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}
