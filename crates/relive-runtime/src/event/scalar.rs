//! Numbers and truth values from text and JSON.

use serde_json::Number;

/// Beyond this, a JSON number with a fraction or an exponent no longer tells which integer it meant.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// An integer that a value stands for, or what was expected instead.
pub(super) trait Integer: Sized + Copy {
    fn from_text(text: &str) -> Result<Self, String>;
    fn from_number(number: &Number) -> Result<Self, String>;
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl Integer for $type {
            fn from_text(text: &str) -> Result<Self, String> {
                use std::num::IntErrorKind::{NegOverflow, PosOverflow};
                let text = text.trim();
                let range = || format!("an integer from {} to {}", <$type>::MIN, <$type>::MAX);
                text.parse().map_err(|error: std::num::ParseIntError| match error.kind() {
                    PosOverflow | NegOverflow => range(),
                    // An unsigned type calls a minus sign an invalid digit.
                    _ if text.parse::<i128>().is_ok() => range(),
                    _ => "an integer".to_owned(),
                })
            }

            fn from_number(number: &Number) -> Result<Self, String> {
                let range = || format!("an integer from {} to {}", <$type>::MIN, <$type>::MAX);
                if let Some(number) = number.as_u64() {
                    return number.try_into().map_err(|_| range());
                }
                if let Some(number) = number.as_i64() {
                    return number.try_into().map_err(|_| range());
                }
                match number.as_f64() {
                    Some(float) if float.fract() != 0.0 => Err("an integer".to_owned()),
                    Some(float) if float.abs() < EXACT => {
                        (float as i64).try_into().map_err(|_| range())
                    }
                    Some(float) if float > <$type>::MAX as f64 || float < <$type>::MIN as f64 => Err(range()),
                    _ => Err("an exact integer (larger ones as text)".to_owned()),
                }
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, i128, u8, u16, u32, u64, u128);

/// `true/1/yes/on` and `false/0/no/off`, whatever their case; nothing else.
pub(crate) fn bool_from_text(text: &str) -> Option<bool> {
    let text = text.trim();
    let is_one_of = |words: [&str; 4]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_one_of(["true", "1", "yes", "on"]) {
        Some(true)
    } else if is_one_of(["false", "0", "no", "off"]) {
        Some(false)
    } else {
        None
    }
}

/// The JSON numbers 1 and 0.
pub(super) fn bool_from_number(number: &Number) -> Option<bool> {
    match number.as_f64() {
        Some(1.0) => Some(true),
        Some(0.0) => Some(false),
        _ => None,
    }
}

/// A decimal number; what Rust also reads (`inf`, `nan`) is none.
pub(super) fn float_from_text(text: &str) -> Result<f64, &'static str> {
    let text = text.trim();
    if text
        .bytes()
        .any(|byte| byte.is_ascii_alphabetic() && !matches!(byte, b'e' | b'E'))
    {
        return Err("a number");
    }
    text.parse().map_err(|_| "a number").and_then(finite)
}

/// The number itself, if it is one that has an end.
pub(super) fn finite(number: f64) -> Result<f64, &'static str> {
    if number.is_finite() {
        Ok(number)
    } else {
        Err("a finite number")
    }
}

/// As `f32`, if it is not too large for one.
pub(super) fn to_f32(number: f64) -> Result<f32, &'static str> {
    let narrow = number as f32;
    if narrow.is_finite() {
        Ok(narrow)
    } else {
        Err("a number that fits into 32 bits")
    }
}
