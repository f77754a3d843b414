//! Sending nodes of a tree that HTML text may not parse to: as HTML where that has been tried, else as a tree.

use super::Walk;
use crate::parse::{html, start_tag};
use crate::patch::{Namespace, Sink, TreeNode};

impl<S: Sink> Walk<'_, S> {
    /// HTML that parses, inside the element at the end of the path, to the nodes from `at` to `end`; or the nodes.
    pub(super) fn as_html(&self, at: usize, end: usize) -> Result<String, Vec<TreeNode>> {
        let bytes = &self.new[at..end];
        let mut names = self
            .path
            .iter()
            .map(|&start| element_name(self.new, start as usize));
        let in_form = names
            .clone()
            .any(|(namespace, name)| namespace == Namespace::Html && name == "form");
        let (namespace, name) = names.next_back().unwrap_or((Namespace::Html, "div"));
        html::verified(bytes, namespace, name, in_form)
    }
}

/// Namespace and local name of the element at `at`, in normal form.
fn element_name(source: &[u8], at: usize) -> (Namespace, &str) {
    let end = start_tag::name_end(source, at).unwrap_or(source.len());
    let (namespace, start) = match source[at + 1] {
        2 => (Namespace::Svg, at + 2),
        3 => (Namespace::MathMl, at + 2),
        _ => (Namespace::Html, at + 1),
    };
    (
        namespace,
        std::str::from_utf8(&source[start..end]).unwrap_or_default(),
    )
}
