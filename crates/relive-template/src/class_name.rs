/// A word made safe as a part of a class name: letters, digits, `-` and `_` stay, all else becomes `-`.
///
/// ```
/// assert_eq!(relive_template::class_name("very bad_1"), "very-bad_1");
/// ```
#[must_use]
pub fn class_name(word: &str) -> String {
    let safe = |c: char| match c {
        '_' | 'a'..='z' | 'A'..='Z' | '0'..='9' => c,
        _ => '-',
    };
    word.chars().map(safe).collect()
}
