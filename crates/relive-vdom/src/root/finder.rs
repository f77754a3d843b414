//! Finding the root in page after page, without reading what did not change.

use super::{RootRange, root_range};
use crate::error::Error;

/// Finds the live root in the renders of one view.
///
/// It remembers what stands before and after the root. A page that begins and ends the same way has its root in
/// between: two memory comparisons, and the root's inside is not looked at.
///
/// A page whose root is closed too early (a stray end tag, or another element after the root that ends like it)
/// looks the same. The differ finds such HTML outside of its subset: where
/// [`Stats::outside`](crate::Stats::outside) is set, [`find_anew`](Self::find_anew) tells for sure.
#[derive(Clone, Debug, Default)]
pub struct RootFinder {
    /// Up to the end of the root's start tag.
    before: Vec<u8>,
    /// From the root's end tag on.
    after: Vec<u8>,
    /// The length of that end tag.
    end_tag: usize,
    last: Option<RootRange>,
}

impl RootFinder {
    /// A finder that knows no page yet.
    pub fn new() -> Self {
        RootFinder::default()
    }

    /// Finds the root in the next page.
    ///
    /// # Errors
    ///
    /// Those of [`root_range`].
    pub fn find(&mut self, page: &str) -> Result<RootRange, Error> {
        let bytes = page.as_bytes();
        if let Some(last) = &self.last
            && bytes.len() >= self.before.len() + self.after.len()
            && bytes.starts_with(&self.before)
            && bytes.ends_with(&self.after)
        {
            let end = bytes.len() - self.after.len() + self.end_tag;
            return Ok(RootRange {
                end,
                ..last.clone()
            });
        }
        self.find_anew(page)
    }

    /// Finds the root by reading the whole page.
    ///
    /// # Errors
    ///
    /// Those of [`root_range`].
    pub fn find_anew(&mut self, page: &str) -> Result<RootRange, Error> {
        self.last = None;
        let range = root_range(page)?;
        let bytes = page.as_bytes();
        let inside = bytes[range.start..range.end]
            .iter()
            .rposition(|&byte| byte == b'<');
        let start_tag = bytes[range.attributes_end..]
            .iter()
            .position(|&byte| byte == b'>');
        if let (Some(close), Some(open), false) = (inside, start_tag, range.unclosed) {
            let (open, close) = (range.attributes_end + open + 1, range.start + close);
            if open <= close {
                self.before.clear();
                self.before.extend_from_slice(&bytes[..open]);
                self.after.clear();
                self.after.extend_from_slice(&bytes[close..]);
                self.end_tag = range.end - close;
                self.last = Some(range.clone());
            }
        }
        Ok(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_page_is_all_but_the_inside_of_its_root() {
        let mut finder = RootFinder::new();
        finder
            .find_anew("<p>a</p><u dj-root>b<i>c</i></u ><p>d</p>")
            .unwrap();
        assert_eq!(finder.before, b"<p>a</p><u dj-root>");
        assert_eq!(finder.after, b"</u ><p>d</p>");
        assert_eq!(finder.end_tag, 5);
        finder.find_anew("<u dj-root />b</u>").unwrap();
        assert_eq!(finder.before, b"<u dj-root />");
        // Where nothing is inside, one begins where the other ends.
        finder.find_anew("<u dj-root></u>").unwrap();
        assert_eq!(
            (&*finder.before, &*finder.after),
            (&b"<u dj-root>"[..], &b"</u>"[..])
        );
    }
}
