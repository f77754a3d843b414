use std::fmt;

use relive_vdom::Op;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::ser::{SerializeTuple, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::format::{DecodeError, Format, MAX_DEPTH};
use crate::operations::{Markup, WireOp};

/// Defines an enum of messages, each an array `[number, field, …]` in every format.
macro_rules! messages {
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$vmeta:meta])* $number:literal => $variant:ident { $($(#[$fmeta:meta])* $field:ident: $type:ty),* $(,)? }),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $($(#[$vmeta])* $variant { $($(#[$fmeta])* $field: $type),* }),*
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant { $($field),* } => {
                        let mut tuple = serializer.serialize_tuple(1 + [$(stringify!($field)),*].len())?;
                        tuple.serialize_element(&$number)?;
                        $(tuple.serialize_element($field)?;)*
                        tuple.end()
                    })*
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fields;
                impl<'de> Visitor<'de> for Fields {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an array that begins with the message's number")
                    }

                    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<$name, A::Error> {
                        let number: u8 = next(&mut seq, "message", "number")?;
                        let message = match number {
                            $($number => $name::$variant {
                                $($field: next(&mut seq, stringify!($variant), stringify!($field))?),*
                            },)*
                            _ => return Err(de::Error::custom(format_args!("no message has the number {number}"))),
                        };
                        match seq.next_element::<de::IgnoredAny>()? {
                            None => Ok(message),
                            Some(_) => Err(de::Error::custom("the message has too many fields")),
                        }
                    }
                }
                deserializer.deserialize_seq(Fields)
            }
        }
    };
}

fn next<'de, A: SeqAccess<'de>, T: Deserialize<'de>>(
    seq: &mut A,
    message: &str,
    field: &str,
) -> Result<T, A::Error> {
    match seq.next_element() {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(de::Error::custom(format_args!(
            "{message}: the field `{field}` is missing"
        ))),
        Err(error) => Err(de::Error::custom(format_args!(
            "{message}: the field `{field}`: {error}"
        ))),
    }
}

messages! {
    /// A message from the page to the server.
    pub enum FromPage {
        /// Binds a region to its session.
        1 => Join {
            /// The page's protocol version.
            version: u16,
            /// The region.
            region: u32,
            /// The token that stood in the page.
            token: String,
            /// Path and query of the page.
            url: String,
            /// How many nodes the page numbered.
            nodes: u32,
            /// The checksum over the page's nodes.
            checksum: u32,
            /// Set after a lost connection.
            resume: Option<Resume>,
        },
        /// Calls a handler.
        2 => Event {
            /// The region.
            region: u32,
            /// Counts up from 1; a reference is applied at most once.
            reference: u32,
            /// The handler's name.
            name: String,
            /// Parameters by name.
            payload: Map<String, Value>,
            /// The last update that the page had applied.
            seen: u32,
        },
        /// All updates up to `seq` were applied.
        3 => Ack {
            /// The region.
            region: u32,
            /// The last update that was applied.
            seq: u32,
        },
        /// The page's address changed within the same view, or a link leads to another one.
        4 => Visit {
            /// The region.
            region: u32,
            /// Counted together with events.
            reference: u32,
            /// Path, query and fragment.
            url: String,
            /// Whether a new view is asked for.
            navigate: bool,
        },
        /// Asks for the HTML of a node.
        5 => Resync {
            /// The region.
            region: u32,
            /// The node; 0: the content of the root.
            node: u32,
        },
        /// The page goes away for good.
        6 => Leave {
            /// The region.
            region: u32,
            /// Why, in a word.
            reason: String,
        },
        /// Is answered by [`ToPage::Pong`].
        7 => Ping {
            /// Comes back.
            n: u32,
        },
    }
}

messages! {
    /// A message from the server to the page.
    pub enum ToPage {
        /// The region is bound to a session.
        32 => Joined {
            /// The server's protocol version.
            version: u16,
            /// The region.
            region: u32,
            /// How the session came about.
            outcome: Outcome,
            /// The secret to resume with.
            session: String,
            /// The last update that the page has; those after it follow.
            seq: u32,
            /// The last reference that the session has applied.
            reference: u32,
            /// How often the nodes were numbered anew.
            epoch: u32,
            /// The number of the first node of `html`.
            first: u32,
            /// The content of the root, where the page's own is not right.
            html: Option<Markup>,
            /// The page around it, with a new session.
            page: Option<Around>,
        },
        /// Changes the page. Sessions write this message with [`UpdateFrame`](crate::UpdateFrame).
        33 => Update {
            /// The region.
            region: u32,
            /// Counts up from 1; 0: nothing in the DOM changes.
            seq: u32,
            /// The references that this update answers.
            answers: Vec<u32>,
            /// What leaves a handler besides state.
            effects: Vec<Effect>,
            /// The patch.
            ops: Vec<WireOp>,
        },
        /// Something went wrong; the session goes on.
        34 => Error {
            /// The region.
            region: u32,
            /// The event that this answers.
            reference: Option<u32>,
            /// What kind of thing went wrong.
            kind: ErrorKind,
            /// For people; names the view, the event or the field.
            message: String,
        },
        /// The page goes elsewhere.
        35 => Redirect {
            /// The region.
            region: u32,
            /// Where to.
            url: String,
            /// `"page"` or `"live"`.
            mode: String,
            /// Whether the history entry is replaced.
            replace: bool,
        },
        /// Answers [`FromPage::Resync`].
        36 => Html {
            /// The region.
            region: u32,
            /// The HTML is the state after this update.
            seq: u32,
            /// How often the nodes were numbered anew.
            epoch: u32,
            /// The node that is replaced; 0: the content of the root.
            node: u32,
            /// The number of the HTML's first node.
            first: u32,
            /// The HTML.
            html: Markup,
        },
        /// Both sides number the nodes anew.
        37 => Renumber {
            /// The region.
            region: u32,
            /// How often the nodes were numbered anew.
            epoch: u32,
        },
        /// The join failed.
        38 => Refused {
            /// The region.
            region: u32,
            /// `stale`, `version`, `unauthorised`, `busy` or `not_found`.
            reason: String,
            /// With `busy`: when to try again, in milliseconds.
            retry: Option<u32>,
        },
        /// Answers [`FromPage::Ping`].
        39 => Pong {
            /// The ping's number.
            n: u32,
        },
        /// The session is over.
        40 => Ended {
            /// The region.
            region: u32,
            /// `shutdown`, `logged_out` or `evicted`.
            reason: String,
        },
    }
}

impl FromPage {
    /// Reads a message, with its limits: one message, nested at most [`MAX_DEPTH`] deep.
    pub fn decode(format: Format, bytes: &[u8]) -> Result<Self, DecodeError> {
        let message: FromPage = format.read(bytes)?;
        if let FromPage::Event { payload, name, .. } = &message
            && payload
                .values()
                .any(|value| deeper_than(value, MAX_DEPTH - 1))
        {
            return Err(DecodeError::new(format_args!(
                "the payload of event `{name}` nests deeper than {MAX_DEPTH} levels"
            )));
        }
        Ok(message)
    }

    /// Writes a message.
    pub fn encode(&self, format: Format) -> Vec<u8> {
        let mut out = Vec::new();
        format.write(&mut out, self);
        out
    }
}

impl ToPage {
    /// Reads a message.
    pub fn decode(format: Format, bytes: &[u8]) -> Result<Self, DecodeError> {
        format.read(bytes)
    }

    /// Writes a message.
    pub fn encode(&self, format: Format) -> Vec<u8> {
        let mut out = Vec::new();
        format.write(&mut out, self);
        out
    }
}

impl From<Op> for WireOp {
    fn from(op: Op) -> Self {
        WireOp(op)
    }
}

fn deeper_than(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels == 0 || items.iter().any(|v| deeper_than(v, levels - 1)),
        Value::Object(map) => levels == 0 || map.values().any(|v| deeper_than(v, levels - 1)),
        _ => false,
    }
}

/// What a page brings along to resume its session: `[session, seq, reference]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resume {
    /// The session's secret.
    pub session: String,
    /// The last update that the page applied.
    pub seq: u32,
    /// The last reference that the page gave out.
    pub reference: u32,
}

impl Serialize for Resume {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.session, self.seq, self.reference).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Resume {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (session, seq, reference) = Deserialize::deserialize(deserializer)?;
        Ok(Resume {
            session,
            seq,
            reference,
        })
    }
}

/// What a new session's page has besides the content of its root: `[tag, [attribute, value, …], title, meta]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Around {
    /// The root's tag. A page whose root is another element is loaded.
    pub tag: String,
    /// The root's attributes.
    pub attributes: Vec<(String, String)>,
    /// The document's title.
    pub title: String,
    /// `<meta>` values: from name to content.
    pub meta: Map<String, Value>,
}

impl Serialize for Around {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let attributes: Vec<&str> = self
            .attributes
            .iter()
            .flat_map(|(name, value)| [name.as_str(), value.as_str()])
            .collect();
        (&self.tag, attributes, &self.title, &self.meta).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Around {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (tag, flat, title, meta): (_, Vec<String>, _, _) =
            Deserialize::deserialize(deserializer)?;
        let mut flat = flat.into_iter();
        let mut attributes = Vec::new();
        while let Some(name) = flat.next() {
            let value = flat.next().ok_or_else(|| {
                de::Error::custom(format_args!("the attribute `{name}` has no value"))
            })?;
            attributes.push((name, value));
        }
        Ok(Around {
            tag,
            attributes,
            title,
            meta,
        })
    }
}

/// Defines an enum that is a number or a word on the wire.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident: $repr:ty { $($(#[$vmeta:meta])* $variant:ident = $wire:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$vmeta])* $variant),* }

        impl $name {
            /// The form on the wire.
            pub fn wire(self) -> $repr {
                match self { $(Self::$variant => $wire),* }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.wire().serialize(serializer)
            }
        }
    };
}

words! {
    /// How a join came to its session.
    pub enum Outcome: u8 {
        /// The session that made the page's HTML goes on.
        Adopted = 0,
        /// The same session; missing updates follow.
        Resumed = 1,
        /// The session's state was restored.
        Rebuilt = 2,
        /// A new session.
        Mounted = 3,
    }
}

words! {
    /// What went wrong.
    pub enum ErrorKind: &'static str {
        /// The frame is no message.
        BadMessage = "bad_message",
        /// The frame is over the limit.
        TooLarge = "too_large",
        /// The region has no session on this connection.
        NotJoined = "not_joined",
        /// The view has no such handler.
        UnknownEvent = "unknown_event",
        /// The parameters do not fit the handler.
        InvalidParams = "invalid_params",
        /// The handler returned an error.
        HandlerFailed = "handler_failed",
        /// The handler panicked; the view was mounted again.
        Panicked = "panicked",
        /// The template could not be rendered.
        RenderFailed = "render_failed",
        /// The session's mailbox is full.
        Overloaded = "overloaded",
        /// No route of this view has this URL.
        NotFound = "not_found",
    }
}

impl<'de> Deserialize<'de> for Outcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u8::deserialize(deserializer)? {
            0 => Ok(Outcome::Adopted),
            1 => Ok(Outcome::Resumed),
            2 => Ok(Outcome::Rebuilt),
            3 => Ok(Outcome::Mounted),
            other => Err(de::Error::custom(format_args!("no outcome is {other}"))),
        }
    }
}

impl<'de> Deserialize<'de> for ErrorKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        use ErrorKind::*;
        [
            BadMessage,
            TooLarge,
            NotJoined,
            UnknownEvent,
            InvalidParams,
            HandlerFailed,
            Panicked,
            RenderFailed,
            Overloaded,
            NotFound,
        ]
        .into_iter()
        .find(|kind| kind.wire() == word)
        .ok_or_else(|| de::Error::custom(format_args!("no error is of the kind `{word}`")))
    }
}

messages! {
    /// What leaves a handler besides state.
    pub enum Effect {
        /// Sets the document's title.
        1 => Title {
            /// The title.
            title: String,
        },
        /// Shows a flash message.
        2 => Flash {
            /// Its level.
            level: String,
            /// Its text.
            message: String,
        },
        /// Clears flash messages.
        3 => ClearFlash {
            /// Of one level, or all.
            level: Option<String>,
        },
        /// Changes the address without a page load.
        4 => Url {
            /// Path and query.
            url: String,
            /// Whether the history entry is replaced.
            replace: bool,
        },
        /// An event for the page's JavaScript.
        5 => Push {
            /// Its name.
            name: String,
            /// Its payload.
            payload: Value,
        },
        /// `<meta>` values; `null` takes one out.
        6 => Meta {
            /// From name to content.
            meta: Map<String, Value>,
        },
        /// The page goes elsewhere.
        7 => Redirect {
            /// Where to.
            url: String,
            /// `"live"`: another view, over this connection; `"page"`: a page load.
            mode: String,
            /// Whether the history entry is replaced.
            replace: bool,
            /// With `"live"`: the token to join the other view with.
            token: Option<String>,
            /// Messages that go along: their levels and texts.
            flash: Vec<(String, String)>,
        },
    }
}
