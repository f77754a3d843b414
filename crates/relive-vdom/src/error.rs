//! What can be wrong with a render.

/// The error of this crate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct Error {
    kind: ErrorKind,
}

/// What was wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The HTML does not begin with an element.
    #[error("expected a live root, one element, but the HTML begins with {found:?}")]
    NoRoot {
        /// The first characters of the HTML.
        found: String,
    },
    /// Something follows the root's end tag.
    #[error("expected one live root, but after </{root}> comes {found:?}")]
    AfterRoot {
        /// The root's name.
        root: String,
        /// What follows.
        found: String,
    },
    /// The root's element can have no live content.
    #[error("<{name}> cannot be a live root")]
    BadRoot {
        /// The root's name.
        name: String,
    },
    /// The root's element changed; a live view keeps its root.
    #[error("the live root was <{old}> and is now <{new}>; a live view keeps its root element")]
    RootChanged {
        /// The root's name in the last render.
        old: String,
        /// The root's name now.
        new: String,
    },
    /// Elements are nested deeper than browsers keep them.
    #[error("elements are nested deeper than {limit} at byte {at}; browsers flatten such trees")]
    TooDeep {
        /// Where, in bytes of the HTML.
        at: usize,
        /// The limit.
        limit: usize,
    },
    /// The HTML is larger than a document can be.
    #[error("the HTML has {bytes} bytes; a live root has at most {limit}")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// All node numbers were given out; `renumber` makes room.
    #[error("the node numbers of this epoch are used up; number anew")]
    NumbersUsedUp,
    /// There is more than one element at the top of a fragment.
    #[error("expected one element at the top, but found <{first}> and, at byte {at}, {second}")]
    ManyRoots {
        /// The first element's name.
        first: String,
        /// What else there is.
        second: String,
        /// Where, in bytes of the page.
        at: usize,
    },
    /// There is no element that could be the live root.
    #[error("found no element that could be the live root: {reason}")]
    RootNotFound {
        /// Why not.
        reason: &'static str,
    },
    /// The live root has no end.
    #[error("the live root <{name}> at byte {at} has no end tag")]
    RootUnclosed {
        /// Its name.
        name: String,
        /// Where it starts, in bytes of the page.
        at: usize,
    },
}

impl Error {
    /// What was wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Error { kind }
    }
}

/// The first characters of `html`, for messages.
pub(crate) fn excerpt(html: &str) -> String {
    html.chars().take(24).collect()
}
