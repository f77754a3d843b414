//! A document from nothing: by the strict subset where the HTML is in it, else by html5ever.

use crate::document::Content;
use crate::error::{Error, ErrorKind, excerpt};
use crate::node::Node;
use crate::parse::attributes::Attributes;
use crate::parse::conformant::{self, ContextElement, Data};
use crate::parse::normal;
use crate::parse::start_tag::{self, name_end};
use crate::parse::subtree::{Records, Until, end_tag};
use crate::parse::tags;
use crate::parse::{DEPTH_LIMIT, Stop, Syntax, html};
use crate::patch::Namespace;

/// Records of a whole root, numbered from 0 in document order.
pub(crate) struct Built {
    /// The normal form that they describe; `None`: they describe the source.
    pub(crate) normal: Option<Vec<u8>>,
    pub(crate) nodes: Vec<Node>,
    /// Where the source left the strict subset.
    pub(crate) outside: Option<usize>,
}

/// Builds the records of a root.
pub(crate) fn build(source: &str) -> Result<Built, Error> {
    check_is_root(source)?;
    match strict(source.as_bytes(), Syntax::Html) {
        Ok(nodes) => Ok(Built {
            normal: None,
            nodes,
            outside: None,
        }),
        Err(Stop::TooDeep(at)) => Err(too_deep(at)),
        Err(Stop::Outside(at)) => Ok(Built {
            outside: Some(at),
            ..normal(source)?
        }),
    }
}

/// Builds the records of a root on its normal form.
pub(crate) fn normal(source: &str) -> Result<Built, Error> {
    let normal = normalise(source).map_err(|failure| match failure {
        Failure::Stop(Stop::TooDeep(at) | Stop::Outside(at)) => too_deep(at),
        Failure::Error(error) => error,
    })?;
    let nodes = strict(&normal, Syntax::Normal).map_err(|stop| match stop {
        Stop::TooDeep(at) | Stop::Outside(at) => too_deep(at),
    })?;
    Ok(Built {
        normal: Some(normal),
        nodes,
        outside: None,
    })
}

fn too_deep(at: usize) -> Error {
    ErrorKind::TooDeep {
        at,
        limit: DEPTH_LIMIT,
    }
    .into()
}

fn strict(source: &[u8], syntax: Syntax) -> Result<Vec<Node>, Stop> {
    if syntax == Syntax::Html
        && let Some(at) = memchr::memchr2(b'\r', 0, source)
    {
        return Err(Stop::Outside(at));
    }
    let tag = start_tag::read_root(source, syntax)?;
    let mut records = Records::default();
    // As a rule, a node has more bytes than these.
    records.nodes.reserve(source.len() / 32 + 8);
    records.nodes.push(Node::default());
    records.at.push(0);
    let inner = records.parse(source, tag.end, tag.context, 0, syntax, Until::End)?;
    let end = end_tag(source, inner, &source[1..tag.name_end]).ok_or(Stop::Outside(inner))?;
    if end != source.len() {
        return Err(Stop::Outside(end));
    }
    let mut nodes = records.nodes;
    nodes.shrink_to_fit();
    for (number, node) in (0..).zip(&mut nodes) {
        node.number = number;
    }
    nodes[0] = Node {
        number: 0,
        len: end as u32,
        descendants: (nodes.len() - 1) as u32,
        start: tag.end as u32,
        meta: tag.meta,
    };
    Ok(nodes)
}

enum Failure {
    Stop(Stop),
    Error(Error),
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        Failure::Stop(stop)
    }
}

/// The normal form of a root of any kind.
fn normalise(source: &str) -> Result<Vec<u8>, Failure> {
    let bytes = source.as_bytes();
    let name = root_name(source);
    let (from, to) = inside(bytes);
    if to == bytes.len() && name != "body" {
        let name = name.clone();
        return Err(Failure::Error(
            ErrorKind::RootUnclosed { name, at: 0 }.into(),
        ));
    }
    let namespace = root_namespace(&name);
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 8);
    let start = out.len();
    out.push(b'<');
    match namespace {
        Namespace::Html => {}
        Namespace::Svg => out.push(2),
        Namespace::MathMl => out.push(3),
    }
    out.extend_from_slice(name.as_bytes());
    let marked = start + 1..out.len();
    let attributes = root_attributes(source)?;
    let attributes = attributes
        .iter()
        .map(|(name, value)| (name.as_str().into(), &**value));
    normal::write_attributes(attributes, &mut out);
    out.push(b'>');
    let context = ContextElement {
        namespace,
        name: &name,
        in_form: name == "form",
        html_annotation: false,
    };
    let arena = conformant::parse_fragment(&source[from..to], &context)?;
    normal::write_children(&arena, 0, 0, &mut out)?;
    out.extend_from_slice(b"</");
    out.extend_from_within(marked);
    out.push(b'>');
    Ok(out)
}

/// The namespace of a root with this name.
pub(crate) fn root_namespace(name: &str) -> Namespace {
    match name {
        "svg" => Namespace::Svg,
        "math" => Namespace::MathMl,
        _ => Namespace::Html,
    }
}

/// The root's attributes, as html5ever reads them.
pub(crate) fn root_attributes(source: &str) -> Result<Vec<(String, String)>, Stop> {
    let bytes = source.as_bytes();
    let name = root_name(source);
    // Under a name that may stand anywhere.
    let probe_name = if root_namespace(&name) == Namespace::Html {
        "x-root"
    } else {
        &*name
    };
    let name_end = name_end(bytes, 0).unwrap_or(bytes.len());
    let probe = format!("<{probe_name}{}", &source[name_end..inside(bytes).0]);
    let context = ContextElement {
        namespace: Namespace::Html,
        name: "div",
        in_form: false,
        html_annotation: false,
    };
    let arena = conformant::parse_fragment(&probe, &context)?;
    let mut attributes = Vec::new();
    for child in arena.children(0) {
        if let Data::Element(element) = arena.data(child) {
            let own = element.attributes();
            attributes.extend(own.map(|(name, value)| (name.into_owned(), value.to_owned())));
        }
    }
    Ok(attributes)
}

/// The root's name, in lower case.
pub(crate) fn root_name(source: &str) -> String {
    let end = name_end(source.as_bytes(), 0).unwrap_or(source.len());
    source.get(1..end).unwrap_or_default().to_ascii_lowercase()
}

/// Where the inside of a root begins and ends; without an end tag, it ends with the source.
pub(crate) fn inside(source: &[u8]) -> (usize, usize) {
    let name_end = name_end(source, 0).unwrap_or(source.len());
    let from = Attributes::new(source, name_end)
        .finish()
        .map_or(source.len(), |end| end.at);
    let close = memchr::memmem::rfind(&source[from..], b"</")
        .map(|at| from + at)
        .filter(|&at| {
            let tag = &source[at + 2..];
            let name = &source[1..name_end];
            tag.len() > name.len()
                && tag[..name.len()].eq_ignore_ascii_case(name)
                && tag[name.len()..].trim_ascii() == b">"
        });
    (from, close.unwrap_or(source.len()))
}

/// Checks that the HTML begins with an element that can be a live root.
pub(crate) fn check_is_root(source: &str) -> Result<(), Error> {
    let bytes = source.as_bytes();
    let starts = bytes.first() == Some(&b'<') && bytes.get(1).is_some_and(u8::is_ascii_alphabetic);
    if !starts {
        return Err(ErrorKind::NoRoot {
            found: excerpt(source),
        }
        .into());
    }
    let name = root_name(source);
    let tag = tags::tag(tags::tag_index(name.as_bytes()));
    let never = matches!(
        &*name,
        "html" | "head" | "frameset" | "frame" | "plaintext" | "xmp" | "noembed" | "noframes"
    );
    if tag.sealed || tag.content != tags::Content::Normal || never {
        return Err(ErrorKind::BadRoot { name }.into());
    }
    Ok(())
}

/// Checks that a new render has the root of the last one.
pub(crate) fn check_root(old: &[u8], new: &str) -> Result<(), Error> {
    let end = name_end(old, 0).unwrap_or(old.len());
    let same =
        new.as_bytes().get(..end) == Some(&old[..end]) && name_end(new.as_bytes(), 0) == Some(end);
    if same {
        return Ok(());
    }
    check_is_root(new)?;
    let old = String::from_utf8_lossy(&old[1..end]).to_ascii_lowercase();
    let new = root_name(new);
    if old == new {
        Ok(())
    } else {
        Err(ErrorKind::RootChanged { old, new }.into())
    }
}

/// The content to put in the place of the node at `index`.
pub(crate) fn content_of<'a>(
    bytes: &'a [u8],
    syntax: Syntax,
    nodes: &[Node],
    index: usize,
) -> Content<'a> {
    let mut path = vec![0];
    let (mut at, mut start) = (0, 0);
    // Down from the root: into the child that holds the node.
    while at != index {
        start += nodes[at].start as usize;
        let mut child = at + 1;
        while nodes[child].past(child) <= index {
            start += nodes[child].len as usize;
            child = nodes[child].past(child);
        }
        at = child;
        if at != index {
            path.push(start);
        }
    }
    let own = &bytes[start..start + nodes[index].len as usize];
    if syntax == Syntax::Html {
        return Content::Html(String::from_utf8_lossy(own));
    }
    let mut names = path.iter().map(|&at| {
        let end = name_end(bytes, at).unwrap_or(bytes.len());
        html::bare(&bytes[at + 1..end])
    });
    let in_form = names.clone().any(|name| name == (b"form", Namespace::Html));
    let (name, namespace) = names.next_back().unwrap_or((b"div", Namespace::Html));
    match html::verified(own, namespace, &String::from_utf8_lossy(name), in_form) {
        Ok(html) => Content::Html(html.into()),
        Err(nodes) => Content::Tree(nodes),
    }
}
