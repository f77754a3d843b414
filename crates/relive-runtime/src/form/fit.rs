//! The value that input makes, as far as it fits.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::place::{Part, Place};
use super::show::tree;
use super::{Form, FormErrors, FormInput, Validate};
use crate::event::{Problem, coerce_form};

/// How many values may fail before the rest is not looked at: a page must not buy much work with a large form.
const MISFITS: usize = 32;

impl<T: Serialize + DeserializeOwned + Clone + Validate> Form<T> {
    /// Takes input: what was typed, the value, and what is wrong with it. `before` is what was typed before.
    pub(super) fn take(&mut self, input: FormInput<T>, before: Option<&Map<String, Value>>) {
        let FormInput { values, read, .. } = input;
        let mut mended = Mended::default();
        let fitted = self.fit(&values, read, &mut mended);
        self.misfits.clear();
        for (place, problem) in &mended.misfits {
            let message = (self.messages)(problem);
            self.misfits.put(place.clone(), message);
        }
        // What does not fit was not there for the rules, nor was the list that it is an item of as it should be.
        let misfits = &self.misfits;
        let near = |place: &Place, misfit: &Place| place.is_in(misfit) || misfit.is_in(place);
        let fits = |place: &Place| misfits.iter().all(|(misfit, _)| !near(place, misfit));
        match fitted {
            Some(value) => {
                let mut found = FormErrors::default();
                value.rules(&mut found);
                self.rules.clear();
                for (place, messages) in found.iter() {
                    let place = mended.original(place);
                    if place.is_whole() || fits(&place) {
                        let messages = messages.iter().cloned();
                        messages.for_each(|message| self.rules.put(place.clone(), message));
                    }
                }
                self.value = value;
            }
            // No rule could be asked: what they said of fields that are as they were still holds.
            None => {
                let was = |place: &Place| before.and_then(|raw| place.get(raw));
                self.rules.retain(|place| {
                    !place.is_whole() && fits(place) && was(place) == place.get(&values)
                });
            }
        }
        self.raw = Some(values);
    }

    /// The value that input makes, where a field that does not fit has what it had before, and an item of a list that does
    /// not fit is left out. `None`: that does not make a value either.
    fn fit(
        &self,
        values: &Map<String, Value>,
        mut read: Result<T, Vec<Problem>>,
        mended: &mut Mended,
    ) -> Option<T> {
        let mut known = None;
        loop {
            let problems = match read {
                Ok(value) => return Some(value),
                Err(problems) => problems,
            };
            let known = known.get_or_insert_with(|| {
                mended.values = values.clone();
                tree(&self.value)
            });
            let mut is_new = true;
            for problem in problems {
                is_new &= mended.mend(problem, known);
            }
            if !is_new || mended.misfits.len() > MISFITS {
                return None;
            }
            read = coerce_form(&mended.values);
        }
    }
}

/// Input without what does not fit.
#[derive(Default)]
struct Mended {
    values: Map<String, Value>,
    misfits: Vec<(Place, Problem)>,
    /// The items that each list still has, by their first places.
    lists: BTreeMap<Place, Vec<usize>>,
}

impl Mended {
    /// Takes out what a problem speaks of, and says whether that was possible.
    fn mend(&mut self, problem: Problem, known: &Map<String, Value>) -> bool {
        let place = Place::of(problem.parameter());
        let original = self.original(&place);
        let is_mended = match place.item() {
            Some((list, index)) => self.leave_out(&list, index),
            None => place
                .get(known)
                .is_some_and(|value| place.put(&mut self.values, value.clone())),
        };
        let again = self.misfits.iter().any(|(misfit, _)| *misfit == original);
        if !again {
            self.misfits.push((original, problem));
        }
        is_mended && !again
    }

    fn leave_out(&mut self, list: &Place, index: usize) -> bool {
        let original = self.original(list);
        match list.get_mut(&mut self.values) {
            Some(Value::Array(items)) if index < items.len() => {
                let left = self
                    .lists
                    .entry(original)
                    .or_insert_with(|| (0..items.len()).collect());
                left.remove(index);
                items.remove(index);
                true
            }
            // One value is a list of one.
            Some(single) if !single.is_array() => {
                *single = Value::Array(Vec::new());
                true
            }
            _ => false,
        }
    }

    /// Where something was, before items were left out.
    fn original(&self, place: &Place) -> Place {
        let mut original = Place::default();
        for part in &place.0 {
            let part = match (part, self.lists.get(&original)) {
                (Part::Index(index), Some(left)) => {
                    Part::Index(left.get(*index).copied().unwrap_or(*index))
                }
                (part, _) => part.clone(),
            };
            original = original.then(part);
        }
        original
    }
}
