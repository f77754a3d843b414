//! From one render to the next: the fast way where both are in the strict subset, html5ever where not.

use std::cell::RefCell;

use crate::build;
use crate::diff::{self, Change, Input, Scratch};
use crate::document::{Document, Hints, Region, Stats, check_size, give_back, is_space};
use crate::error::{Error, ErrorKind};
use crate::parse::{DEPTH_LIMIT, Stop, Syntax};
use crate::patch::Sink;

/// Records that a thread's work buffers keep room for; larger ones are given back.
const KEPT_RECORDS: usize = 1 << 18;

thread_local! {
    /// Work buffers, for whichever document is updated: documents are many, and most of them wait.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Document {
    /// Compares with a new render, emits what the page has to do, and takes the render's place.
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse), if the root's element changed, and if the numbers are used up. The document
    /// and the sink are then as they were.
    pub fn update(
        &mut self,
        html: &str,
        hints: &Hints<'_>,
        sink: &mut impl Sink,
    ) -> Result<Stats, Error> {
        let offset = html.len() - html.trim_start_matches(is_space).len();
        let html = html.trim_matches(is_space);
        check_size(html)?;
        if self.next as usize + html.len() > u32::MAX as usize {
            return Err(ErrorKind::NumbersUsedUp.into());
        }
        build::check_root(&self.source, html)?;
        let (mark, first) = (sink.mark(), self.next);
        let (mut outside, mut parsed) = (None, 0);
        if self.normal.is_none() {
            let regions = self.regions(hints, offset, html.len());
            match self.run(None, html, &regions, sink) {
                Ok(Some((change, nodes))) => {
                    parsed = nodes;
                    self.take_source(html.as_bytes(), change);
                }
                Ok(None) => {}
                Err(Stop::TooDeep(at)) => {
                    sink.rewind(mark);
                    return Err(too_deep(at));
                }
                Err(Stop::Outside(at)) => {
                    sink.rewind(mark);
                    outside = self.update_conformant(html, sink)?.map(|_| at);
                    parsed = self.nodes();
                }
            }
        } else if self.source == html.as_bytes() {
            outside = Some(self.outside);
        } else {
            outside = self.update_conformant(html, sink)?;
            parsed = self.nodes();
        }
        give_back(&mut self.source);
        self.offset = offset;
        self.outside = outside.unwrap_or(0);
        Ok(Stats {
            operations: sink.mark().operations - mark.operations,
            inserted: (self.next - first) as usize,
            parsed,
            outside,
        })
    }

    /// The update of a document that is outside of the strict subset, before or after. Returns where the render is
    /// outside, if it is.
    fn update_conformant(
        &mut self,
        html: &str,
        sink: &mut impl Sink,
    ) -> Result<Option<usize>, Error> {
        let mark = sink.mark();
        let built = build::build(html)?;
        let stays_outside = built.normal.is_some();
        let normal = match built.normal {
            Some(normal) => normal,
            None => build::normal(html)?.normal.unwrap_or_default(),
        };
        // The last render in normal form, and the records on its source, if it was in the subset.
        let (old_normal, nodes_before) = match self.normal.take() {
            Some(old_normal) => (old_normal, None),
            None => {
                let old = build::normal(self.html())?;
                let before = std::mem::replace(&mut self.nodes, old.nodes);
                self.take_numbers(&before);
                (old.normal.unwrap_or_default(), Some(before))
            }
        };
        let normal_text = String::from_utf8_lossy(&normal);
        if let Err(stop) = self.run(Some(&old_normal), &normal_text, &[], sink) {
            sink.rewind(mark);
            match nodes_before {
                Some(nodes) => self.nodes = nodes,
                None => self.normal = Some(old_normal),
            }
            let (Stop::TooDeep(at) | Stop::Outside(at)) = stop;
            return Err(too_deep(at));
        }
        self.source.clear();
        self.source.extend_from_slice(html.as_bytes());
        if stays_outside {
            self.normal = Some(normal);
            return Ok(Some(built.outside.unwrap_or(0)));
        }
        // Back in the subset: the same nodes, described by the source again.
        let numbered = std::mem::replace(&mut self.nodes, built.nodes);
        self.take_numbers(&numbered);
        Ok(None)
    }

    /// Takes the numbers of records of the same nodes.
    fn take_numbers(&mut self, from: &[crate::node::Node]) {
        debug_assert_eq!(self.nodes.len(), from.len());
        for (node, numbered) in self.nodes.iter_mut().zip(from) {
            node.number = numbered.number;
        }
    }

    /// Runs the differ and puts the new records in place. Returns what changed, if anything did, and how many nodes were
    /// parsed.
    fn run(
        &mut self,
        old_normal: Option<&[u8]>,
        new: &str,
        regions: &[Region],
        sink: &mut impl Sink,
    ) -> Result<Option<(Change, usize)>, Stop> {
        let syntax = if old_normal.is_some() {
            Syntax::Normal
        } else {
            Syntax::Html
        };
        let old = old_normal.unwrap_or(&self.source);
        let (nodes, next) = (&mut self.nodes, &mut self.next);
        let mut run = |scratch: &mut Scratch| {
            let input = Input {
                old,
                nodes,
                new,
                syntax,
                regions,
                next: *next,
            };
            let (used, change) = diff::run(&input, scratch, sink)?;
            let parsed = scratch.parsed.nodes.len();
            if change.is_some() {
                *next = used;
                scratch.put_in_place(nodes);
                scratch.shrink(KEPT_RECORDS);
            }
            Ok(change.map(|change| (change, parsed)))
        };
        SCRATCH.with(|own| match own.try_borrow_mut() {
            Ok(mut scratch) => run(&mut scratch),
            // The sink updates a document of its own.
            Err(_) => run(&mut Scratch::default()),
        })
    }

    /// The hints, in order, as places in the HTML without the white space around it.
    fn regions(&self, hints: &Hints<'_>, new_offset: usize, new_len: usize) -> Vec<Region> {
        let mut regions: Vec<Region> = hints
            .regions
            .iter()
            .filter_map(|region| {
                let old = region.old.checked_sub(self.offset)?;
                let new = region.new.checked_sub(new_offset)?;
                let (old_end, new_end) =
                    (old.checked_add(region.len)?, new.checked_add(region.len)?);
                let fits = region.len > 0 && old_end <= self.source.len() && new_end <= new_len;
                fits.then_some(Region {
                    old,
                    new,
                    len: region.len,
                })
            })
            .collect();
        regions.sort_unstable_by_key(|region| region.new);
        regions
    }

    /// Writes what changed of the source.
    fn take_source(&mut self, new: &[u8], change: Change) {
        let Change {
            from,
            old_end,
            new_end,
        } = change;
        let (old_len, new_len) = (self.source.len(), new.len());
        if new_len > old_len {
            self.source.reserve_exact(new_len - old_len);
            self.source.resize(new_len, 0);
        }
        if old_end != new_end {
            self.source.copy_within(old_end..old_len, new_end);
            self.source.truncate(new_len);
        }
        self.source[from..new_end].copy_from_slice(&new[from..new_end]);
    }
}

fn too_deep(at: usize) -> Error {
    ErrorKind::TooDeep {
        at,
        limit: DEPTH_LIMIT,
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Segment;
    use crate::node::Node;

    #[test]
    fn hints_become_places_without_the_white_space_in_order_and_those_that_cannot_be_are_left_out()
    {
        let document = Document::parse("  <p>abc</p>").unwrap();
        let hint = |old, new, len| Region { old, new, len };
        let regions = |new_len, hints: &[Region]| {
            document
                .regions(&Hints { regions: hints }, 1, new_len)
                .into_iter()
                .map(|region| (region.old, region.new, region.len))
                .collect::<Vec<_>>()
        };
        // The old HTML has 10 bytes after 2 of white space, the new one 1 before it.
        assert_eq!(
            regions(10, &[hint(7, 6, 5), hint(2, 1, 4)]),
            [(0, 0, 4), (5, 5, 5)]
        );
        assert_eq!(
            regions(10, &[hint(2, 1, 10), hint(2, 1, 1)]),
            [(0, 0, 10), (0, 0, 1)]
        );
        // Of no length; before the HTML; past the old one's end, past the new one's.
        assert_eq!(
            regions(10, &[hint(3, 2, 0), hint(1, 1, 4), hint(2, 0, 4)]),
            []
        );
        assert_eq!(regions(20, &[hint(2, 1, 11)]), []);
        assert_eq!(regions(9, &[hint(2, 1, 10)]), []);
        assert_eq!(
            regions(10, &[hint(usize::MAX, 1, 4), hint(2, usize::MAX, 4)]),
            []
        );
    }

    #[test]
    fn an_update_counts_its_own_operations_and_knows_the_white_space_before_its_html() {
        let mut document = Document::parse("<p>abc</p>").unwrap();
        let mut patch = crate::Patch::new();
        for (html, offset) in [("   <p>b</p>", 3), ("\n<p>c</p> ", 1)] {
            let stats = document
                .update(html, &Hints::default(), &mut patch)
                .unwrap();
            assert_eq!((stats.operations, document.offset), (1, offset));
        }
        assert_eq!(patch.len(), 2);
    }

    #[test]
    fn large_work_buffers_are_given_back_and_others_kept() {
        let capacities = |scratch: &Scratch| {
            [
                scratch.parsed.nodes.capacity(),
                scratch.spare.capacity(),
                scratch.edits.capacity(),
                scratch.segments.capacity(),
            ]
        };
        let with = |room: usize| {
            let mut scratch = Scratch::default();
            scratch.parsed.nodes = Vec::with_capacity(room);
            scratch.spare = Vec::<Node>::with_capacity(room);
            scratch.edits = Vec::with_capacity(room);
            scratch.segments = Vec::<Segment>::with_capacity(room);
            scratch.shrink(100);
            capacities(&scratch)
        };
        assert_eq!(with(100), [100; 4]);
        assert_eq!(with(101), [0; 4]);
        assert_eq!(with(1000), [0; 4]);
    }
}
