//! What the user has done to form fields. A field's attribute follows the server at once; what the field *shows*
//! follows once the server has seen the latest keystroke, as in `fields.ts` of the client.

use std::collections::{HashMap, HashSet};

use scraper::{ElementRef, Selector};

use crate::document::{Document, Key};

/// What the user did to the fields of one page.
#[derive(Clone, Default)]
pub(crate) struct Fields {
    clock: u64,
    /// Fields that were edited, and when last; 0: an answered event has carried it.
    edited: HashMap<Key, u64>,
    values: HashMap<Key, String>,
    checked: HashMap<Key, bool>,
    chosen: HashMap<Key, Vec<Key>>,
    /// Fields whose attributes changed since, and which have not followed.
    behind: HashSet<Key>,
}

/// What the HTML says about fields.
pub(crate) type Defaults = HashMap<Key, Says>;

/// What the HTML says about one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    Value(String),
    Checked(bool),
    Chosen(Vec<Key>),
}

impl Says {
    /// The same, where the page's elements have other keys now.
    pub(crate) fn carried(self, to: &HashMap<Key, Key>) -> Self {
        let new = |key: Key| to.get(&key).copied().unwrap_or(key);
        match self {
            Says::Chosen(options) => Says::Chosen(options.into_iter().map(new).collect()),
            other => other,
        }
    }
}

impl Fields {
    /// The time of the latest edit: what an event carries includes everything up to it.
    pub(crate) fn now(&self) -> u64 {
        self.clock
    }

    fn edit(&mut self, field: Key) {
        self.clock += 1;
        self.edited.insert(field, self.clock);
    }

    /// What a field shows.
    pub(crate) fn value(&self, document: &Document, field: ElementRef<'_>) -> String {
        let key = document.key(field);
        if field.value().name() == "select" {
            let chosen = self.chosen(document, field);
            return chosen
                .first()
                .map(|option| option_value(*option))
                .unwrap_or_default();
        }
        self.values
            .get(&key)
            .cloned()
            .unwrap_or_else(|| default_value(field))
    }

    /// Whether a box or a radio button is on.
    pub(crate) fn is_checked(&self, document: &Document, field: ElementRef<'_>) -> bool {
        let own = self.checked.get(&document.key(field)).copied();
        own.unwrap_or_else(|| field.attr("checked").is_some())
    }

    /// The options of a select that are chosen.
    pub(crate) fn chosen<'a>(
        &self,
        document: &'a Document,
        select: ElementRef<'a>,
    ) -> Vec<ElementRef<'a>> {
        let options = options(select);
        let own = self.chosen.get(&document.key(select));
        if let Some(own) = own {
            let still: Vec<_> = options
                .iter()
                .copied()
                .filter(|option| own.contains(&document.key(*option)))
                .collect();
            // A list that lost the chosen option shows what its HTML says.
            if !still.is_empty() || select.attr("multiple").is_some() {
                return still;
            }
        }
        default_options(select, &options)
    }

    pub(crate) fn set_value(&mut self, field: Key, value: String) {
        self.values.insert(field, value);
        self.edit(field);
    }

    pub(crate) fn set_chosen(&mut self, select: Key, options: Vec<Key>) {
        self.chosen.insert(select, options);
        self.edit(select);
    }

    /// Turns a box on or off, or a radio button on and the others of its group off.
    pub(crate) fn set_checked(&mut self, document: &Document, field: ElementRef<'_>, on: bool) {
        if field.attr("type") == Some("radio") {
            for other in radio_group(document, field) {
                self.checked.insert(document.key(other), false);
            }
        }
        let key = document.key(field);
        self.checked.insert(key, on);
        self.edit(key);
    }

    /// A field shows again what its HTML says.
    pub(crate) fn reset(&mut self, field: Key) {
        self.values.remove(&field);
        self.checked.remove(&field);
        self.chosen.remove(&field);
    }

    /// A field is to show what its HTML says as soon as that disturbs nobody.
    pub(crate) fn follow(&mut self, field: Key) {
        self.behind.insert(field);
    }

    /// The server has seen what these fields held at `time`.
    pub(crate) fn seen(&mut self, fields: &[Key], time: u64) {
        for field in fields {
            if let Some(edited) = self.edited.get_mut(field)
                && *edited <= time
            {
                *edited = 0;
            }
        }
    }

    /// What the HTML says about the fields that the user has changed.
    pub(crate) fn defaults(&self, document: &Document) -> Defaults {
        let values = self.values.keys().map(|&key| {
            (
                key,
                document
                    .element(key)
                    .map(|field| Says::Value(default_value(field))),
            )
        });
        let checked = self.checked.keys().map(|&key| {
            let on = document
                .element(key)
                .map(|field| field.attr("checked").is_some());
            (key, on.map(Says::Checked))
        });
        let chosen = self.chosen.keys().map(|&key| {
            let chosen = document.element(key).map(|select| {
                let chosen = default_options(select, &options(select));
                Says::Chosen(
                    chosen
                        .into_iter()
                        .map(|option| document.key(option))
                        .collect(),
                )
            });
            (key, chosen)
        });
        values
            .chain(checked)
            .chain(chosen)
            .filter_map(|(key, default)| Some((key, default?)))
            .collect()
    }

    /// Takes note of the fields whose HTML is another than `before`, and lets follow those that may. `is_used` tells
    /// whether the user is in a field, or an event with its value is under way.
    pub(crate) fn settle(
        &mut self,
        document: &Document,
        before: &Defaults,
        is_used: impl Fn(Key) -> bool,
    ) {
        for (key, default) in self.defaults(document) {
            if before.get(&key).is_some_and(|before| *before != default) {
                self.behind.insert(key);
            }
        }
        for key in std::mem::take(&mut self.behind) {
            let unseen = self.edited.get(&key).is_some_and(|&edited| edited > 0);
            if unseen && is_used(key) {
                self.behind.insert(key);
            } else {
                self.reset(key);
            }
        }
    }

    /// Carries what the user did over to the elements that stand for the old ones, where content came whole.
    pub(crate) fn carry(&mut self, to: &HashMap<Key, Key>) {
        fn renamed<V>(map: &mut HashMap<Key, V>, to: &HashMap<Key, Key>) {
            *map = std::mem::take(map)
                .into_iter()
                .map(|(key, value)| (to.get(&key).copied().unwrap_or(key), value))
                .collect();
        }
        renamed(&mut self.edited, to);
        renamed(&mut self.values, to);
        renamed(&mut self.checked, to);
        renamed(&mut self.chosen, to);
        for chosen in self.chosen.values_mut() {
            for option in chosen {
                *option = to.get(option).copied().unwrap_or(*option);
            }
        }
        self.behind = self
            .behind
            .iter()
            .map(|key| to.get(key).copied().unwrap_or(*key))
            .collect();
    }
}

/// What a field shows before anybody has changed it.
pub(crate) fn default_value(field: ElementRef<'_>) -> String {
    match field.value().name() {
        "textarea" => field.text().collect(),
        "input" => match (field.attr("value"), field.attr("type")) {
            (Some(value), _) => value.to_owned(),
            (None, Some("checkbox" | "radio")) => "on".to_owned(),
            (None, _) => String::new(),
        },
        _ => field.attr("value").unwrap_or_default().to_owned(),
    }
}

/// The options of a select, in order.
pub(crate) fn options(select: ElementRef<'_>) -> Vec<ElementRef<'_>> {
    select
        .descendants()
        .filter_map(ElementRef::wrap)
        .filter(|element| element.value().name() == "option")
        .collect()
}

pub(crate) fn option_value(option: ElementRef<'_>) -> String {
    match option.attr("value") {
        Some(value) => value.to_owned(),
        None => crate::text::normal(&option.text().collect::<String>()),
    }
}

/// Whether an option cannot be chosen.
pub(crate) fn option_is_disabled(option: ElementRef<'_>) -> bool {
    let group = option.parent().and_then(ElementRef::wrap);
    option.attr("disabled").is_some()
        || group.is_some_and(|group| {
            group.value().name() == "optgroup" && group.attr("disabled").is_some()
        })
}

fn default_options<'a>(select: ElementRef<'a>, options: &[ElementRef<'a>]) -> Vec<ElementRef<'a>> {
    let mut selected = options
        .iter()
        .copied()
        .filter(|option| option.attr("selected").is_some());
    if select.attr("multiple").is_some() {
        return selected.collect();
    }
    // A list that is no drop-down may have nothing chosen.
    let lines: u32 = select
        .attr("size")
        .and_then(|size| size.parse().ok())
        .unwrap_or(1);
    let first = || {
        options
            .iter()
            .copied()
            .find(|option| lines <= 1 && !option_is_disabled(*option))
    };
    selected.next_back().or_else(first).into_iter().collect()
}

/// The radio buttons that one is a choice among, itself too.
fn radio_group<'a>(document: &'a Document, radio: ElementRef<'a>) -> Vec<ElementRef<'a>> {
    let Some(name) = radio.attr("name").filter(|name| !name.is_empty()) else {
        return vec![radio];
    };
    let form = crate::forms::form_of(document, radio).map(|form| form.id());
    let radios = Selector::parse("input[type=radio]").expect("a selector");
    document
        .select(&radios)
        .into_iter()
        .filter(|other| {
            other.attr("name") == Some(name)
                && crate::forms::form_of(document, *other).map(|form| form.id()) == form
        })
        .collect()
}
