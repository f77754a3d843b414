//! What comes with an event, and how it becomes typed values.
//!
//! | File | Subject |
//! | --- | --- |
//! | `params` | [`Params`], an event's payload |
//! | `from_payload` | [`FromPayload`]: what `#[payload]` can stand on |
//! | `reader` | [`Reader`]: a handler's parameters, one by one, all problems at once |
//! | `attempt`, `coerce`, `access`, `given`, `scalar`, `fault` | the lenient deserializer |
//! | `error` | [`ParamError`] and its messages |
//! | `query` | [`from_query`] and [`to_query`]; forms over HTTP |
//! | `path` | [`PathValues`], the values of a URL pattern |
//! | `payload` | [`Payload`], the data of a message from the server's side |

mod access;
mod attempt;
mod coerce;
mod error;
mod fault;
mod from_payload;
mod given;
mod params;
mod path;
mod payload;
mod query;
mod reader;
mod scalar;
#[cfg(test)]
mod tests;

pub(crate) use attempt::{coerce_form, fields_of};
pub use error::{ParamError, Problem, ProblemKind, Unfit};
pub use from_payload::FromPayload;
pub use params::Params;
pub use path::PathValues;
pub use payload::Payload;
pub use query::{QueryError, QueryValues, from_query, to_query};
pub(crate) use query::{form_values, from_form};
pub use reader::Reader;
pub(crate) use scalar::bool_from_text;
