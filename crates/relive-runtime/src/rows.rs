//! The rows that a render wrote for streams: as changes for a page that is there, as HTML for one that is made.

use relive_template::StreamRows;
use relive_vdom::{StreamChange, id_before, row_key};

use crate::erased::ErasedView;
use crate::field::StreamStep;

/// A change of the rows of a container, which is known by its id.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RowChange {
    pub(crate) container: String,
    pub(crate) change: StreamChange,
}

/// What a render wrote for one stream.
#[derive(Debug)]
pub(crate) struct Written {
    /// The container's id.
    pub(crate) container: String,
    rows: StreamRows,
    steps: Vec<StreamStep>,
}

impl Written {
    /// What a render of `view` wrote into `html`.
    pub(crate) fn collect(
        view: &mut dyn ErasedView,
        html: &str,
        rows: Vec<StreamRows>,
    ) -> Result<Vec<Written>, String> {
        let mut all: Vec<Written> = Vec::new();
        for rows in rows {
            let (stream, at) = (&rows.stream, &rows.at);
            let Some(field) = view.stream(stream) else {
                return Err(format!(
                    "{at}: the stream `{stream}` is no field of the view"
                ));
            };
            let Some(container) = id_before(html, rows.place).filter(|id| !id.is_empty()) else {
                return Err(format!(
                    "{at}: the element around the loop over the stream `{stream}` has no `id`"
                ));
            };
            if all.iter().any(|other| other.container == container) {
                return Err(format!(
                    "{at}: there is a stream in the element with the id `{container}` already"
                ));
            }
            let keyless = rows
                .rows
                .iter()
                .map(|range| &rows.html[range.clone()])
                .find(|row| !row.is_empty() && row_key(row).is_none());
            if let Some(row) = keyless {
                let row: String = row.chars().take(60).collect();
                return Err(format!(
                    "{at}: a row of the stream `{stream}` has no key (`dj-key`, `data-key` or `id`): {row}"
                ));
            }
            all.push(Written {
                container,
                steps: field.steps(),
                rows,
            });
        }
        Ok(all)
    }

    /// The stream's field.
    pub(crate) fn stream(&self) -> &str {
        &self.rows.stream
    }

    /// Where in the output the rows stand.
    pub(crate) fn place(&self) -> usize {
        self.rows.place
    }

    /// Where the loop is written.
    pub(crate) fn at(&self) -> &str {
        &self.rows.at
    }

    /// For each step, the rows that it speaks of.
    fn steps(&self) -> impl Iterator<Item = (&StreamStep, Vec<&str>)> {
        let mut next = 0;
        self.steps.iter().map(move |step| {
            let count = match step {
                StreamStep::Insert { rows, .. } | StreamStep::Update { rows } => *rows,
                _ => 0,
            };
            let own = self.rows.rows.iter().skip(next).take(count);
            next += count;
            let rows = own.map(|range| &self.rows.html[range.clone()]);
            (step, rows.filter(|row| !row.is_empty()).collect())
        })
    }

    /// What a page that is there has to do.
    pub(crate) fn changes(&self) -> Vec<RowChange> {
        let mut changes = Vec::new();
        for (step, rows) in self.steps() {
            let html = rows.concat();
            let change = match step {
                StreamStep::Insert { .. } | StreamStep::Update { .. } if html.is_empty() => {
                    continue;
                }
                StreamStep::Insert { at, .. } => StreamChange::Insert { at: *at, html },
                StreamStep::Update { .. } => StreamChange::Update { html },
                StreamStep::Delete { key } => StreamChange::Delete { key: key.clone() },
                StreamStep::Reset => StreamChange::Reset,
                StreamStep::Limit { rows } => StreamChange::Limit { rows: *rows },
            };
            changes.push(RowChange {
                container: self.container.clone(),
                change,
            });
        }
        changes
    }

    /// The rows as they are after all steps, for a page that has none yet.
    pub(crate) fn html(&self) -> String {
        let mut list: Vec<(Option<String>, &str)> = Vec::new();
        for (step, rows) in self.steps() {
            match step {
                StreamStep::Insert { at, .. } => {
                    let end = list.len();
                    let mut place = usize::try_from(*at).map_or(end, |at| at.min(end));
                    for row in rows {
                        let key = row_key(row);
                        // Most streams begin with one insertion, whose rows need no search.
                        match list.iter_mut().find(|(own, _)| end > 0 && *own == key) {
                            Some(there) => there.1 = row,
                            None => {
                                list.insert(place, (key, row));
                                place += 1;
                            }
                        }
                    }
                }
                StreamStep::Update { .. } => {
                    for row in rows {
                        let key = row_key(row);
                        if let Some(there) = list.iter_mut().find(|(own, _)| *own == key) {
                            there.1 = row;
                        }
                    }
                }
                StreamStep::Delete { key } => {
                    list.retain(|(own, _)| own.as_ref() != Some(key));
                }
                StreamStep::Reset => list.clear(),
                StreamStep::Limit { rows } => {
                    let keep = list.len().min(rows.unsigned_abs() as usize);
                    if *rows < 0 {
                        list.drain(..list.len() - keep);
                    } else {
                        list.truncate(keep);
                    }
                }
            }
        }
        list.into_iter().map(|(_, row)| row).collect()
    }
}
