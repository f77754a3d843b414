//! What can be wrong with a route, and with the arguments of a URL.

use thiserror::Error;

/// Why a route cannot be added.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouteError {
    /// Another route has this name.
    #[error(
        "route `{name}` (`{pattern}`): the name is taken by `{earlier}`; give each route its own"
    )]
    DuplicateName {
        /// The name of both.
        name: String,
        /// The later route's pattern.
        pattern: String,
        /// The earlier route's pattern.
        earlier: String,
    },
    /// An earlier route takes every path that this one could.
    #[error("{}", never_matches(.name, .pattern, .earlier, .earlier_pattern))]
    NeverMatches {
        /// The later route's name.
        name: String,
        /// The later route's pattern.
        pattern: String,
        /// The earlier route's name.
        earlier: String,
        /// The earlier route's pattern.
        earlier_pattern: String,
    },
    /// The pattern cannot be read.
    #[error("route `{name}` (`{pattern}`), character {position}: {problem}")]
    Syntax {
        /// The route's name.
        name: String,
        /// The pattern.
        pattern: String,
        /// Where, in characters from 1.
        position: usize,
        /// What is wrong there.
        problem: String,
    },
}

/// Why a URL cannot be built from a route's name.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlError {
    /// No route has this name.
    #[error("no route is named `{name}`{}", did_you_mean(.nearest))]
    UnknownRoute {
        /// The name that was asked for.
        name: String,
        /// The name that was meant, perhaps.
        nearest: Option<String>,
    },
    /// The route has a parameter that no argument gives.
    #[error("route `{route}` wants an argument `{argument}`")]
    Missing {
        /// The route's name.
        route: String,
        /// The parameter.
        argument: String,
    },
    /// An argument that the route has no parameter for, or that is given twice.
    #[error("route `{route}` has no use for an argument `{argument}`")]
    Surplus {
        /// The route's name.
        route: String,
        /// The argument.
        argument: String,
    },
    /// An argument that the parameter's converter does not take.
    #[error("route `{route}`, argument `{argument}`: expected {expected}, got {value:?}")]
    Mismatch {
        /// The route's name.
        route: String,
        /// The parameter.
        argument: String,
        /// What was given.
        value: String,
        /// What the converter takes, in words.
        expected: &'static str,
    },
}

fn never_matches(name: &str, pattern: &str, earlier: &str, earlier_pattern: &str) -> String {
    if pattern == earlier_pattern {
        return format!(
            "route `{name}` can never match: it has the same pattern `{pattern}` as route `{earlier}`"
        );
    }
    format!(
        "route `{name}` (`{pattern}`) can never match: route `{earlier}` (`{earlier_pattern}`) takes every path that it could"
    )
}

fn did_you_mean(nearest: &Option<String>) -> String {
    nearest
        .as_ref()
        .map(|name| format!(": did you mean `{name}`?"))
        .unwrap_or_default()
}
