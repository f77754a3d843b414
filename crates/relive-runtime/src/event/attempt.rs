//! Reading a whole value: once, and again after each problem, to tell all of them.

use std::cell::{Cell, RefCell};
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::coerce::Coercion;
use super::error::Problem;
use super::fault::Fault;
use super::given::Given;

/// How many entries of a map may fail before the rest is not looked at: a page must not buy much work with a large payload.
const ATTEMPTS: usize = 8;

/// One attempt to read a type, and what was seen on the way.
#[derive(Default)]
pub(super) struct Pass {
    /// The value comes from a form or an address: a truth value or a list that is absent is false or empty.
    pub(super) form: bool,
    /// Fields of the outermost struct that it missed in an earlier attempt.
    pub(super) absent: Vec<&'static str>,
    /// Fields of the outermost struct that failed in an earlier attempt: they are read last.
    pub(super) failed: Vec<String>,
    /// Keys of the outermost map that the type passed over.
    pub(super) ignored: RefCell<Vec<String>>,
    /// The type passed over the value that it was just given.
    pub(super) passed_over: Cell<bool>,
    /// The fields of the outermost struct.
    pub(super) fields: RefCell<&'static [&'static str]>,
    /// What a struct inside does not know is a problem as well.
    pub(super) strict: bool,
}

impl Pass {
    /// How many fields may fail: all that the type has, since that is not the page's to choose.
    fn attempts(&self) -> usize {
        self.fields.borrow().len().max(ATTEMPTS)
    }
}

/// Reads a `T`, or says all that is wrong with it.
///
/// `unknown` says whether a key that `T` passes over is a problem.
pub(super) fn coerce<T: DeserializeOwned>(
    given: Given<'_>,
    form: bool,
    unknown: bool,
) -> Result<T, Vec<Problem>> {
    let start = Pass {
        form,
        ..Pass::default()
    };
    attempts(start, unknown, |pass| {
        Coercion::new(given, pass).read(PhantomData)
    })
}

/// Reads the fields of a form. What `T` does not know is a problem, in structs inside of it too: a form sets nothing
/// that it was not meant to set.
pub(crate) fn coerce_form<T: DeserializeOwned>(
    values: &Map<String, Value>,
) -> Result<T, Vec<Problem>> {
    let start = Pass {
        form: true,
        strict: true,
        ..Pass::default()
    };
    attempts(start, true, |pass| {
        Coercion::new(Given::Map(values), pass).read(PhantomData)
    })
}

/// The names of the fields of `T`; none where it is no struct.
pub(crate) fn fields_of<T: DeserializeOwned>() -> &'static [&'static str] {
    let pass = Pass::default();
    // Nothing fits, but the type has said what it is.
    let _ = Coercion::new(Given::Null, &pass).read(PhantomData::<T>);
    pass.fields.take()
}

/// Tries again after each problem, to find those that it hid.
pub(super) fn attempts<T>(
    mut pass: Pass,
    unknown: bool,
    read: impl Fn(&Pass) -> Result<T, Fault>,
) -> Result<T, Vec<Problem>> {
    let mut problems = Vec::new();
    let outcome = loop {
        pass.ignored.take();
        let fault = match read(&pass) {
            Ok(value) => break Some(value),
            Err(fault) => fault,
        };
        match fault {
            // Only the field's type knows whether it can be absent and what it expects: it is asked.
            Fault {
                missing: Some(name),
                ..
            } if !pass.absent.contains(&name) => pass.absent.push(name),
            // The other fields may have problems too: this one is read after them.
            Fault {
                field: Some(field),
                problem,
                ..
            } if !pass.failed.contains(&field) && pass.failed.len() < pass.attempts() => {
                problems.push(*problem);
                pass.failed.push(field);
            }
            Fault { problem, .. } => {
                if !problems.contains(&problem) {
                    problems.push(*problem);
                }
                break None;
            }
        }
    };
    if unknown {
        let fields = *pass.fields.borrow();
        let ignored = pass.ignored.take();
        problems.extend(
            ignored
                .iter()
                .map(|name| Problem::unknown(name, fields.iter().copied())),
        );
    }
    match outcome {
        Some(value) if problems.is_empty() => Ok(value),
        _ => Err(problems),
    }
}
