//! Loops over streams, while a template is rendered.
//!
//! Such a loop reads its items when it is reached, and its rows do not stay in the output. `loops` puts three calls into
//! the template: around the loop's target, at the start of each row, and behind the loop. The first hands out the items,
//! the others write marks, between which the rows are cut out.
//!
//! # Invariants
//!
//! - No value of an application can look like a mark: it begins with a number that each render draws anew.
//! - A render without streams writes no marks, and its output is not looked at.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use ::tera::{Kwargs, State, Tera, Value};

use crate::rows::{LazyItems, StreamRows};
use crate::{Error, ErrorKind};

/// The function around a loop's target.
pub(super) const ITEMS: &str = "__relive_items";
/// The function at the start of a row.
pub(super) const ROW: &str = "__relive_row";
/// The function behind a loop.
pub(super) const END: &str = "__relive_end";

/// The key of the map that stands for a stream in a context.
const STREAM: &str = "__relive_stream";

/// The streams of a context, by variable.
pub(super) type Streams = BTreeMap<String, Arc<dyn LazyItems>>;

/// What stands for a stream in a context.
pub(super) fn placeholder(name: &str) -> Value {
    Value::from_serializable(&BTreeMap::from([(STREAM, name)]))
}

/// The render that is under way on this thread.
struct Rendering {
    streams: Streams,
    mark: String,
    /// The loops that are under way: for those over a stream, the index of what was reached.
    loops: Vec<Option<usize>>,
    reached: Vec<Reached>,
}

struct Reached {
    stream: String,
    items: usize,
    at: String,
}

thread_local! {
    static RENDERING: RefCell<Option<Rendering>> = const { RefCell::new(None) };
    static NUMBERS: RandomState = RandomState::new();
}

/// Puts the render back that was under way before.
struct Guard(Option<Rendering>);

impl Drop for Guard {
    fn drop(&mut self) {
        let before = self.0.take();
        RENDERING.with_borrow_mut(|current| *current = before);
    }
}

/// Renders with the streams of a context, and cuts their rows out of what was written from `start` on.
pub(super) fn render(
    streams: &Streams,
    out: &mut Vec<u8>,
    run: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>,
) -> Result<Vec<StreamRows>, Error> {
    if streams.is_empty() {
        return run(out).map(|()| Vec::new());
    }
    let number = NUMBERS.with(|numbers| numbers.hash_one(std::time::Instant::now()));
    let mark = format!("\u{1}{number:020}");
    let rendering = Rendering {
        streams: streams.clone(),
        mark: mark.clone(),
        loops: Vec::new(),
        reached: Vec::new(),
    };
    let start = out.len();
    let guard = Guard(RENDERING.replace(Some(rendering)));
    run(out)?;
    let reached = RENDERING.with_borrow_mut(|current| current.take().map(|own| own.reached));
    drop(guard);
    match reached {
        Some(reached) if !reached.is_empty() => cut(out, start, &mark, &reached),
        _ => Ok(Vec::new()),
    }
}

pub(super) fn register(tera: &mut Tera) {
    tera.register_function(ITEMS, |kwargs: Kwargs, _: &State<'_>| items(&kwargs));
    tera.register_function(ROW, |_: Kwargs, _: &State<'_>| mark('r', false));
    tera.register_function(END, |_: Kwargs, _: &State<'_>| mark('e', true));
}

/// What a loop goes through: the items of a stream, or whatever else its target is.
fn items(kwargs: &Kwargs) -> Result<Value, ::tera::Error> {
    let target: Value = kwargs.must_get("of")?;
    let name = target
        .as_map()
        .and_then(|map| map.get(&::tera::value::Key::from(STREAM)))
        .and_then(Value::as_str);
    let Some(name) = name else {
        with_rendering(|rendering| rendering.loops.push(None));
        return Ok(target);
    };
    let at: String = kwargs.must_get("at")?;
    let found = with_rendering(|rendering| {
        if rendering.loops.iter().any(Option::is_some) {
            return Err(format!(
                "the stream `{name}` is looped over inside a row of another stream"
            ));
        }
        if let Some(other) = rendering.reached.iter().find(|own| own.stream == name) {
            let other = &other.at;
            return Err(format!(
                "the stream `{name}` is looped over a second time: {other} did already"
            ));
        }
        Ok(rendering.streams.get(name).cloned())
    });
    let stream = match found {
        Some(Ok(Some(stream))) => stream,
        Some(Err(message)) => return Err(::tera::Error::message(message)),
        _ => {
            return Err(::tera::Error::message(format!(
                "there is no stream `{name}`"
            )));
        }
    };
    let mut values = Vec::new();
    // The items' own code runs here, with nothing borrowed.
    stream
        .read(&mut |item| {
            let value = Value::try_from_serializable(item).map_err(|error| {
                let message = format!("an item of the stream `{name}`: {error}");
                Error::new(ErrorKind::Value, message)
            })?;
            values.push(value);
            Ok(())
        })
        .map_err(|error| ::tera::Error::message(error.message()))?;
    with_rendering(|rendering| {
        rendering.loops.push(Some(rendering.reached.len()));
        rendering.reached.push(Reached {
            stream: name.to_owned(),
            items: values.len(),
            at,
        });
    });
    Ok(Value::from(values))
}

/// A mark, where the innermost of our loops is over a stream.
fn mark(kind: char, ends: bool) -> String {
    let mark = with_rendering(|rendering| {
        let innermost = if ends {
            rendering.loops.pop()
        } else {
            rendering.loops.last().copied()
        };
        let index = innermost.flatten()?;
        Some(format!("{}{kind}{index}\u{1}", rendering.mark))
    });
    mark.flatten().unwrap_or_default()
}

fn with_rendering<T>(act: impl FnOnce(&mut Rendering) -> T) -> Option<T> {
    RENDERING.with_borrow_mut(|rendering| rendering.as_mut().map(act))
}

/// Cuts the rows out of the output.
fn cut(
    out: &mut Vec<u8>,
    start: usize,
    mark: &str,
    reached: &[Reached],
) -> Result<Vec<StreamRows>, Error> {
    let written = std::str::from_utf8(&out[start..])
        .map_err(|error| Error::new(ErrorKind::Render, error.to_string()))?;
    let mut kept = String::new();
    let mut found: Vec<StreamRows> = Vec::new();
    // The start of the row that is being read, and the rows before it.
    let mut row: Option<usize> = None;
    let mut rows: Vec<&str> = Vec::new();
    let mut from = 0;
    for (at, _) in written.match_indices(mark) {
        let rest = &written[at + mark.len()..];
        let Some((name, _)) = rest.split_once('\u{1}') else {
            return Err(mangled(reached));
        };
        let behind = at + mark.len() + name.len() + 1;
        match row.take() {
            Some(start) => rows.push(&written[start..at]),
            None => kept.push_str(&written[from..at]),
        }
        let (kind, index) = name.split_at(name.len().min(1));
        let own = index
            .parse()
            .ok()
            .and_then(|index: usize| reached.get(index));
        match (kind, own) {
            ("r", Some(_)) => row = Some(behind),
            ("e", Some(own)) => {
                if found.iter().any(|other| other.stream == own.stream) {
                    let message =
                        format!("the rows of the stream `{}` are written twice", own.stream);
                    return Err(Error::new(
                        ErrorKind::Render,
                        format!("{}: {message}", own.at),
                    ));
                }
                found.push(stream_rows(own, kept.len(), &std::mem::take(&mut rows)));
                from = behind;
            }
            _ => return Err(mangled(reached)),
        }
    }
    if row.is_some() || found.len() < reached.len() {
        return Err(mangled(reached));
    }
    kept.push_str(&written[from..]);
    for rows in &mut found {
        rows.place += start;
    }
    out.truncate(start);
    out.extend_from_slice(kept.as_bytes());
    // The rows may have been most of it.
    if out.capacity() > 2 * out.len() + 4096 {
        out.shrink_to_fit();
    }
    Ok(found)
}

fn stream_rows(reached: &Reached, place: usize, rows: &[&str]) -> StreamRows {
    let mut html = String::with_capacity(rows.iter().map(|row| row.len() + 1).sum());
    let mut ranges = Vec::with_capacity(reached.items);
    for row in rows {
        let start = html.len();
        let trimmed = row.trim_matches(|c: char| c.is_ascii_whitespace());
        html.push_str(trimmed);
        if !trimmed.is_empty() && trimmed.len() < row.len() {
            html.push('\n');
        }
        ranges.push(start..html.len());
    }
    // Where the loop was left early.
    ranges.resize(reached.items, html.len()..html.len());
    StreamRows {
        stream: reached.stream.clone(),
        place,
        html,
        rows: ranges,
        at: reached.at.clone(),
    }
}

fn mangled(reached: &[Reached]) -> Error {
    let places: Vec<&str> = reached.iter().map(|own| own.at.as_str()).collect();
    let places = places.join(", ");
    let message = format!(
        "{places}: the rows of a stream are not written as they are: filters belong inside its loop"
    );
    Error::new(ErrorKind::Render, message)
}
