//! The messages between a relive page and its server, in their JSON and MessagePack forms.
//!
//! `docs/protocol.md` describes them for people; this crate is their one definition. Every message is an array
//! that begins with its number, in either [`Format`].
//!
//! ```
//! use relive_protocol::{Format, FromPage, ToPage};
//!
//! let message = FromPage::decode(Format::Json, br#"[2,0,7,"rename",{"title":"Tea"},3]"#)?;
//! let FromPage::Event { reference, name, .. } = &message else { panic!() };
//! assert_eq!((*reference, name.as_str()), (7, "rename"));
//!
//! let frame = ToPage::Pong { n: 1 }.encode(Format::MessagePack);
//! assert_eq!(frame, [0x92, 39, 1]);
//! # Ok::<(), relive_protocol::DecodeError>(())
//! ```
//!
//! | Module | Subject |
//! | --- | --- |
//! | `message` | the messages |
//! | `format` | the two forms, and decoding with its limits |
//! | `operations` | a patch's operations: written as the differ finds them, and read back |
//! | `update` | the frame of an update, written in one go |
//!
//! **Invariant:** pure data. Nothing here knows a session, a socket or a clock.

mod format;
mod message;
mod operations;
mod update;

pub use format::{DecodeError, Format, MAX_DEPTH};
pub use message::{Around, Effect, ErrorKind, FromPage, Outcome, Resume, ToPage};
pub use operations::{Markup, Operations, WireOp};
pub use serde_json::{Map, Value};
pub use update::UpdateFrame;

/// The protocol's version. A page of another version is told to reload.
pub const VERSION: u16 = 1;
