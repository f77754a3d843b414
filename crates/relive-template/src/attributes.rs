//! The `dj-…` attributes that pages understand.

use crate::AttributeKind::{self, Handler, Other, Unknown, UnknownModifier};

/// Attributes whose value names an event handler.
const HANDLERS: &[&str] = &[
    "dj-blur",
    "dj-change",
    "dj-click",
    "dj-click-away",
    "dj-focus",
    "dj-input",
    "dj-keydown",
    "dj-keyup",
    "dj-mounted",
    "dj-poll",
    "dj-submit",
    "dj-viewport-bottom",
    "dj-viewport-top",
];

/// Attributes whose value is something else, or that have none.
const OTHERS: &[&str] = &[
    "dj-auto-recover",
    "dj-cloak",
    "dj-confirm",
    "dj-debounce",
    "dj-disable-with",
    "dj-hook",
    "dj-key",
    "dj-loading",
    "dj-model",
    "dj-navigate",
    "dj-no-recover",
    "dj-patch",
    "dj-remove",
    "dj-root",
    "dj-target",
    "dj-throttle",
    "dj-transition",
    "dj-update",
    "dj-view",
];

/// Events of the window that `dj-window-…` listens to.
const WINDOW_EVENTS: &[&str] = &[
    "blur",
    "click",
    "focus",
    "keydown",
    "keyup",
    "resize",
    "scroll",
    "visibilitychange",
];

/// Splits an attribute's name into its base and its modifiers, and says what is known of it.
///
/// ```
/// use relive_template::{AttributeKind, classify};
///
/// assert_eq!(classify("dj-keydown.enter"), ("dj-keydown", vec!["enter"], AttributeKind::Handler));
/// assert_eq!(classify("dj-clikc").2, AttributeKind::Unknown);
/// ```
#[must_use]
pub fn classify(name: &str) -> (&str, Vec<&str>, AttributeKind) {
    let mut parts = name.split('.');
    let base = parts.next().unwrap_or(name);
    let modifiers: Vec<&str> = parts.collect();
    let window = base.strip_prefix("dj-window-");
    let kind = if HANDLERS.contains(&base) || window.is_some_and(|e| WINDOW_EVENTS.contains(&e)) {
        Handler
    } else if OTHERS.contains(&base)
        || base
            .strip_prefix("dj-value-")
            .is_some_and(|v| !v.is_empty())
    {
        Other
    } else {
        Unknown
    };
    // Keys are the page's own names (`enter`, `escape`, `a`, …), so any is taken for one.
    let takes_modifiers =
        base.ends_with("keydown") || base.ends_with("keyup") || base == "dj-loading";
    if kind != Unknown && !modifiers.is_empty() && (!takes_modifiers || modifiers.contains(&"")) {
        return (base, modifiers, UnknownModifier);
    }
    (base, modifiers, kind)
}

/// The names of all attributes, for suggestions; `dj-value-…` and `dj-window-…` are families.
pub fn known_attributes() -> impl Iterator<Item = &'static str> {
    HANDLERS.iter().chain(OTHERS).copied()
}
