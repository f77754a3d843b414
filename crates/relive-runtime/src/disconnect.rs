/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Disconnect {
    /// The user closed the page or went elsewhere.
    Left,
    /// The connection was lost, and the page did not come back in time.
    Expired,
    /// No page ever joined.
    NeverJoined,
    /// The server shuts down.
    Shutdown,
    /// The view could not go on after a panic.
    Failed,
    /// The session made room for others.
    Evicted,
    /// The user has logged out.
    LoggedOut,
    /// A hook sent the page elsewhere when it came back, or when its user's rights had changed.
    Halted,
}
