//! Routes: from a path to what answers it, and from a route's name back to a path.
//!
//! ```
//! use relive_runtime::router::Router;
//!
//! let mut router = Router::default();
//! router.add("/items/new/", "new-item", 'n')?;
//! router.add("/items/<int:pk>/", "item", 'i')?;
//!
//! let found = router.find("/items/7/").unwrap();
//! assert_eq!((found.name, *found.target), ("item", 'i'));
//! assert_eq!(found.values, [("pk".to_string(), "7".to_string())]);
//! assert_eq!(*router.find("/items/new/").unwrap().target, 'n');
//! assert_eq!(router.url("item", &[("pk".into(), "7".into())])?, "/items/7/");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A pattern is plain text between slashes; `<converter:name>` in place of a whole segment takes a value.
//!
//! | Converter | Takes |
//! | --- | --- |
//! | `int` | digits that fit an `i64` |
//! | `uuid` | 8-4-4-4-12 hexadecimal digits |
//! | `slug` | ASCII letters, digits, `-`, `_` |
//! | `str` | anything but nothing; also where no converter is named (`<name>`) |
//! | `path` | one segment or more; stands last, with or without a slash after it |
//!
//! Where several patterns take a path, the most specific one gets it: segments are compared from left to right, text
//! before `int` before `uuid` before `slug` before `str` before `path`. The order of registration plays no part: two
//! patterns between which only it could decide are an error. Values are percent-decoded **after** the path was
//! taken apart, so that `%2F` never makes a segment; a path with a `.` or `..` in place of a segment, encoded or not,
//! gives no value, since browsers resolve these.

mod error;
mod pattern;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use relive_template::nearest;

pub use error::{RouteError, UrlError};
use pattern::{Converter, Pattern, Segment};

/// What a segment of a path shows as it is: the unreserved characters (RFC 3986, section 2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
/// The same, for a value that has segments of its own.
const SEGMENTS: &AsciiSet = &SEGMENT.remove(b'/');

/// A table of named routes, each with a target.
#[derive(Debug)]
pub struct Router<T> {
    routes: Vec<Route<T>>,
    names: HashMap<String, usize>,
    root: Node,
}

#[derive(Debug)]
struct Route<T> {
    name: String,
    pattern: Pattern,
    target: T,
}

/// A place between two slashes. A path's last segment is empty where it ends with a slash, and so is a pattern's.
#[derive(Debug, Default)]
struct Node {
    route: Option<usize>,
    texts: HashMap<String, Node>,
    /// Most specific converter first.
    values: Vec<(Converter, Node)>,
    /// Takes the rest of a path that ends with a slash, without it.
    rest_with_slash: Option<usize>,
    /// Takes the rest of any path.
    rest: Option<usize>,
}

/// A table of routes to those who need no targets: what makes and reads URLs.
pub(crate) trait Urls: Send + Sync {
    /// The name of the route that a path belongs to, and the values in the path.
    fn locate(&self, path: &str) -> Option<(&str, Vec<(String, String)>)>;
    /// The path of a named route.
    fn url(&self, name: &str, args: &[(String, String)]) -> Result<String, UrlError>;
}

impl<T: Send + Sync> Urls for Router<T> {
    fn locate(&self, path: &str) -> Option<(&str, Vec<(String, String)>)> {
        self.find(path).map(|found| (found.name, found.values))
    }

    fn url(&self, name: &str, args: &[(String, String)]) -> Result<String, UrlError> {
        Router::url(self, name, args)
    }
}

/// The route that a path belongs to.
#[derive(Debug)]
pub struct Match<'a, T> {
    /// The route's name.
    pub name: &'a str,
    /// What it was registered with.
    pub target: &'a T,
    /// The values in the path, percent-decoded, in the pattern's order, with their names.
    pub values: Vec<(String, String)>,
}

impl<T> Default for Router<T> {
    fn default() -> Self {
        Router {
            routes: Vec::new(),
            names: HashMap::new(),
            root: Node::default(),
        }
    }
}

impl<T> Router<T> {
    /// Adds a route. An error leaves the table as it was.
    pub fn add(&mut self, pattern: &str, name: &str, target: T) -> Result<(), RouteError> {
        let parsed = Pattern::parse(name, pattern)?;
        if let Some(&earlier) = self.names.get(name) {
            return Err(RouteError::DuplicateName {
                name: name.into(),
                pattern: pattern.into(),
                earlier: self.routes[earlier].pattern.text.clone(),
            });
        }
        let place = self.root.place(&parsed.segments);
        if let Some(earlier) = *place {
            let earlier = &self.routes[earlier];
            return Err(RouteError::NeverMatches {
                name: name.into(),
                pattern: pattern.into(),
                earlier: earlier.name.clone(),
                earlier_pattern: earlier.pattern.text.clone(),
            });
        }
        *place = Some(self.routes.len());
        self.names.insert(name.into(), self.routes.len());
        self.routes.push(Route {
            name: name.into(),
            pattern: parsed,
            target,
        });
        Ok(())
    }

    /// The pattern and the target of a route, by its name.
    pub fn route_mut(&mut self, name: &str) -> Option<(&str, &mut T)> {
        let route = self.routes.get_mut(*self.names.get(name)?)?;
        Some((&route.pattern.text, &mut route.target))
    }

    /// The route that takes this path: the path of a request as it came, percent-encoded, without the query.
    pub fn find(&self, path: &str) -> Option<Match<'_, T>> {
        let mut values = Vec::new();
        let found = self.root.find(Some(path.strip_prefix('/')?), &mut values)?;
        let route = &self.routes[found];
        let names = route.pattern.names().map(str::to_owned);
        Some(Match {
            name: &route.name,
            target: &route.target,
            values: names.zip(values).collect(),
        })
    }

    /// Whether no route takes this path, but one takes it with a slash at its end: a reason to redirect there.
    pub fn with_slash(&self, path: &str) -> bool {
        !path.ends_with('/')
            && self.find(path).is_none()
            && self.find(&format!("{path}/")).is_some()
    }

    /// The path of a route, from its name and a value for each of its parameters.
    pub fn url(&self, name: &str, args: &[(String, String)]) -> Result<String, UrlError> {
        let Some(&index) = self.names.get(name) else {
            let nearest = nearest(name, self.names()).map(str::to_owned);
            return Err(UrlError::UnknownRoute {
                name: name.into(),
                nearest,
            });
        };
        let pattern = &self.routes[index].pattern;
        let mut given = vec![false; args.len()];
        let mut url = String::with_capacity(pattern.text.len() + 16);
        for segment in &pattern.segments {
            url.push('/');
            match segment {
                Segment::Text(text) => url.extend(utf8_percent_encode(text, SEGMENT)),
                Segment::Value(converter, argument) => {
                    let at = args
                        .iter()
                        .position(|(name, _)| name == argument)
                        .ok_or_else(|| UrlError::Missing {
                            route: name.into(),
                            argument: argument.clone(),
                        })?;
                    given[at] = true;
                    let value = &args[at].1;
                    if !converter.takes(value) {
                        return Err(UrlError::Mismatch {
                            route: name.into(),
                            argument: argument.clone(),
                            value: value.clone(),
                            expected: converter.expects(),
                        });
                    }
                    let shown = if *converter == Converter::Path {
                        SEGMENTS
                    } else {
                        SEGMENT
                    };
                    url.extend(utf8_percent_encode(value, shown));
                }
            }
        }
        match given.iter().position(|given| !given) {
            Some(at) => Err(UrlError::Surplus {
                route: name.into(),
                argument: args[at].0.clone(),
            }),
            None => {
                let open = matches!(
                    pattern.segments.last(),
                    Some(Segment::Value(Converter::Path, _))
                );
                if open && url.ends_with('/') && self.find(&url).is_none_or(|f| f.name != name) {
                    // Another route takes this folder; encoded, the slash is the value's own.
                    url.truncate(url.len() - 1);
                    url.push_str("%2F");
                }
                Ok(url)
            }
        }
    }

    /// Whether [`url`](Self::url) would do with these arguments, whatever those are whose values are not known.
    pub fn check_url(&self, name: &str, args: &[(&str, Option<&str>)]) -> Result<(), UrlError> {
        let sample = |argument: &str| {
            let pattern = &self.routes[*self.names.get(name)?].pattern;
            pattern.segments.iter().find_map(|segment| match segment {
                Segment::Value(converter, own) if own == argument => Some(converter.sample()),
                _ => None,
            })
        };
        let given = |&(argument, value): &(&str, Option<&str>)| {
            let value = value.or_else(|| sample(argument)).unwrap_or_default();
            (argument.to_owned(), value.to_owned())
        };
        let args: Vec<_> = args.iter().map(given).collect();
        self.url(name, &args).map(drop)
    }

    /// The target of a route, by its name.
    pub fn target(&self, name: &str) -> Option<&T> {
        let route = self.routes.get(*self.names.get(name)?)?;
        Some(&route.target)
    }

    /// The names of all routes, in the order of registration.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.routes.iter().map(|route| route.name.as_str())
    }

    /// All routes with their names, in the order of their registration.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.routes
            .iter()
            .map(|route| (route.name.as_str(), &route.target))
    }

    /// What the routes lead to, in the order of their registration.
    pub fn targets(&self) -> impl Iterator<Item = &T> {
        self.routes.iter().map(|route| &route.target)
    }
}

impl Node {
    /// The place of a pattern's route below this node; nodes on the way are made.
    fn place(&mut self, segments: &[Segment]) -> &mut Option<usize> {
        let Some((segment, after)) = segments.split_first() else {
            return &mut self.route;
        };
        match segment {
            Segment::Text(text) => self.texts.entry(text.clone()).or_default().place(after),
            Segment::Value(Converter::Path, _) if after.is_empty() => &mut self.rest,
            Segment::Value(Converter::Path, _) => &mut self.rest_with_slash,
            Segment::Value(converter, _) => {
                let at = self.values.partition_point(|(other, _)| other < converter);
                if self
                    .values
                    .get(at)
                    .is_none_or(|(other, _)| other != converter)
                {
                    self.values.insert(at, (*converter, Node::default()));
                }
                self.values[at].1.place(after)
            }
        }
    }

    /// The route below this node that takes the rest of a path (`None`: the path ended). Where a branch leads
    /// nowhere, the next less specific one is tried; `values` is then as it was.
    fn find(&self, rest: Option<&str>, values: &mut Vec<String>) -> Option<usize> {
        let Some(rest) = rest else {
            return self.route;
        };
        let (segment, after) = match rest.split_once('/') {
            Some((segment, after)) => (segment, Some(after)),
            None => (rest, None),
        };
        let segment = percent_decode_str(segment).decode_utf8().ok()?;
        if let Some(found) = self
            .texts
            .get(&*segment)
            .and_then(|node| node.find(after, values))
        {
            return Some(found);
        }
        for (_, node) in self
            .values
            .iter()
            .filter(|(converter, _)| converter.takes(&segment))
        {
            values.push(segment.clone().into_owned());
            if let Some(found) = node.find(after, values) {
                return Some(found);
            }
            values.pop();
        }
        let whole = |rest: &str| {
            let value = percent_decode_str(rest).decode_utf8().ok()?;
            Converter::Path.takes(&value).then(|| value.into_owned())
        };
        let without_slash = rest.strip_suffix('/');
        let (found, value) = self
            .rest_with_slash
            .zip(without_slash.and_then(whole))
            .or_else(|| self.rest.zip(whole(rest)))?;
        values.push(value);
        Some(found)
    }
}
