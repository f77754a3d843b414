//! Lists in a form: items that a person adds and takes away.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::place::{Part, Place};
use super::show::tree;
use super::{Form, FormErrors, FormInput, Validate};
use crate::event::coerce_form;

impl<T: Serialize + DeserializeOwned + Clone + Validate> Form<T> {
    /// Adds an item to a list: one more line of an order. What was typed stays. Says whether there is such a list.
    ///
    /// ```
    /// use relive_runtime::form::{Form, FormInput, Validate};
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Clone, Default, Serialize, Deserialize)]
    /// struct Order {
    ///     lines: Vec<Line>,
    /// }
    ///
    /// #[derive(Clone, Default, Serialize, Deserialize)]
    /// struct Line {
    ///     amount: u32,
    /// }
    ///
    /// impl Validate for Order {}
    ///
    /// let mut form = Form::<Order>::default();
    /// assert!(form.push_item("lines", &Line { amount: 1 }));
    /// assert!(form.push_item("lines", &Line { amount: 2 }));
    /// assert!(form.remove_item("lines", 0));
    /// assert_eq!(form.value().lines[0].amount, 2);
    /// assert!(!form.remove_item("lines", 7));
    /// ```
    pub fn push_item(&mut self, list: &str, item: &impl Serialize) -> bool {
        let Ok(item) = serde_json::to_value(item) else {
            return false;
        };
        self.edit(&Place::of(list), |items| {
            items.push(item);
            true
        })
    }

    /// Takes an item out of a list. What was typed into the others stays, and so do their errors. Says whether there is such
    /// an item.
    pub fn remove_item(&mut self, list: &str, index: usize) -> bool {
        let list = Place::of(list);
        let is_removed = self.edit(&list, |items| {
            let is_there = index < items.len();
            if is_there {
                items.remove(index);
            }
            is_there
        });
        if is_removed {
            let moved = |place: &Place| place.without_item(&list, index);
            self.touched = std::mem::take(&mut self.touched)
                .iter()
                .filter_map(moved)
                .collect::<BTreeSet<_>>();
            let mut added = FormErrors::default();
            for (place, messages) in self.added.iter() {
                if let Some(place) = moved(place) {
                    let messages = messages.iter().cloned();
                    messages.for_each(|message| added.put(place.clone(), message));
                }
            }
            self.added = added;
        }
        is_removed
    }

    /// Changes a list among what was typed, and looks at everything again.
    fn edit(&mut self, list: &Place, change: impl FnOnce(&mut Vec<Value>) -> bool) -> bool {
        let before = self.raw.take();
        let mut values = before.clone().unwrap_or_else(|| tree(&self.value));
        let is_changed = items(list, &mut values, &tree(&self.value)).is_some_and(change);
        if !is_changed {
            self.raw = before;
            return false;
        }
        let input = FormInput {
            read: coerce_form(&values),
            values,
            target: None,
        };
        self.take(input, before.as_ref());
        true
    }
}

/// The list among what was typed: an empty one, where only the value says that there is one; a page sends no empty lists.
fn items<'v>(
    list: &Place,
    values: &'v mut Map<String, Value>,
    typed: &Map<String, Value>,
) -> Option<&'v mut Vec<Value>> {
    if !list.get(typed)?.is_array() {
        return None;
    }
    match list.get(values) {
        Some(Value::Array(_)) => {}
        Some(single) => {
            let single = single.clone();
            list.put(values, Value::Array(vec![single]));
        }
        None => {
            list.put(values, Value::Array(Vec::new()));
        }
    }
    list.get_mut(values)?.as_array_mut()
}

impl Place {
    /// Where this is when an item of a list is gone; `None`: it lies in that item.
    fn without_item(&self, list: &Place, gone: usize) -> Option<Place> {
        let mut moved = self.clone();
        if self.is_in(list)
            && let Some(Part::Index(index)) = moved.0.get_mut(list.0.len())
        {
            if *index == gone {
                return None;
            }
            if *index > gone {
                *index -= 1;
            }
        }
        Some(moved)
    }
}
