//! What an event carries: the fields of a form, the value of a field, and `dj-value-*`; as in `forms.ts` of the client.

use relive_protocol::Value;
use scraper::{ElementRef, Selector};
use serde_json::Map;

use crate::document::Document;
use crate::fields::{Fields, option_is_disabled, option_value};

/// An event's parameters.
pub(crate) type Payload = Map<String, Value>;

/// `dj-value-item-id="3"` is the parameter `item_id`.
pub(crate) fn values(element: ElementRef<'_>) -> Payload {
    let mut payload = Payload::new();
    add_values(element, &mut payload);
    payload
}

fn add_values(element: ElementRef<'_>, payload: &mut Payload) {
    for (name, value) in element.value().attrs() {
        if let Some(key) = name.strip_prefix("dj-value-").filter(|key| !key.is_empty()) {
            payload.insert(key.replace('-', "_"), value.into());
        }
    }
}

/// `dj-value-*`, and all fields of a form as a browser would submit them; a name that stands several times has a list.
pub(crate) fn form_values(
    document: &Document,
    fields: &Fields,
    form: ElementRef<'_>,
    submitter: Option<ElementRef<'_>>,
) -> Payload {
    let mut payload = Payload::new();
    for (name, value) in entries(document, fields, form, submitter) {
        match payload.get_mut(&name) {
            None => {
                payload.insert(name, value.into());
            }
            Some(Value::Array(list)) => list.push(value.into()),
            Some(one) => *one = Value::Array(vec![one.take(), value.into()]),
        }
    }
    payload.insert("_form".to_owned(), true.into());
    add_values(form, &mut payload);
    payload
}

/// A changed field: alone, or with its whole form where the form has the attribute.
pub(crate) fn changed(
    document: &Document,
    fields: &Fields,
    element: ElementRef<'_>,
    field: ElementRef<'_>,
) -> Payload {
    let mut payload = if is_form(element) {
        form_values(document, fields, element, None)
    } else {
        let mut payload = values(element);
        payload.insert("value".to_owned(), field_value(document, fields, field));
        payload
    };
    if let Some(name) = field.attr("name").filter(|name| !name.is_empty()) {
        payload.insert("_target".to_owned(), name.into());
    }
    payload
}

fn field_value(document: &Document, fields: &Fields, field: ElementRef<'_>) -> Value {
    if field.attr("type") == Some("checkbox") {
        return fields.is_checked(document, field).into();
    }
    if field.value().name() == "select" && field.attr("multiple").is_some() {
        let chosen = fields.chosen(document, field);
        return chosen.into_iter().map(option_value).collect();
    }
    fields.value(document, field).into()
}

/// What a browser would submit: the "entry list" of the HTML standard (section 4.10.21.4), without files.
pub(crate) fn entries(
    document: &Document,
    fields: &Fields,
    form: ElementRef<'_>,
    submitter: Option<ElementRef<'_>>,
) -> Vec<(String, String)> {
    let mut list = Vec::new();
    for field in elements(document, form) {
        let element = field.value();
        let kind = kind(field);
        let is_button =
            element.name() == "button" || matches!(kind, "submit" | "image" | "reset" | "button");
        let skipped = is_disabled(field)
            || has_ancestor(field, |ancestor| ancestor.value().name() == "datalist")
            || (is_button && submitter.map(|own| own.id()) != Some(field.id()))
            || (matches!(kind, "checkbox" | "radio") && !fields.is_checked(document, field))
            || kind == "file";
        let name = element.attr("name").unwrap_or_default();
        if skipped || name.is_empty() {
            continue;
        }
        if element.name() == "select" {
            let chosen = fields.chosen(document, field).into_iter();
            let values = chosen
                .filter(|option| !option_is_disabled(*option))
                .map(option_value);
            list.extend(values.map(|value| (name.to_owned(), value)));
        } else {
            list.push((name.to_owned(), fields.value(document, field)));
        }
    }
    list
}

/// The fields and buttons of a form, in document order, those elsewhere with `form="…"` among them.
pub(crate) fn elements<'a>(document: &'a Document, form: ElementRef<'a>) -> Vec<ElementRef<'a>> {
    let listed = Selector::parse("button,input,select,textarea").expect("a selector");
    document
        .select(&listed)
        .into_iter()
        .filter(|field| form_of(document, *field).map(|own| own.id()) == Some(form.id()))
        .collect()
}

/// The form that a field belongs to.
pub(crate) fn form_of<'a>(document: &'a Document, field: ElementRef<'a>) -> Option<ElementRef<'a>> {
    if let Some(id) = field.attr("form") {
        return document
            .elements()
            .find(|element| element.value().id() == Some(id))
            .filter(|element| is_form(*element));
    }
    ancestors(field).find(|element| is_form(*element))
}

pub(crate) fn is_form(element: ElementRef<'_>) -> bool {
    element.value().name() == "form"
}

pub(crate) fn is_field(element: ElementRef<'_>) -> bool {
    matches!(element.value().name(), "input" | "textarea" | "select")
}

/// The type of an input or button.
pub(crate) fn kind(field: ElementRef<'_>) -> &str {
    match (field.value().name(), field.attr("type")) {
        ("input", Some(kind)) => kind,
        ("input", None) => "text",
        ("button", Some(kind @ ("reset" | "button"))) => kind,
        ("button", _) => "submit",
        _ => "",
    }
}

/// Whether this is a field that text is typed into.
pub(crate) fn is_text_field(element: ElementRef<'_>) -> bool {
    match element.value().name() {
        "textarea" => true,
        "input" => !matches!(
            kind(element),
            "checkbox" | "radio" | "file" | "hidden" | "submit" | "image" | "reset" | "button"
        ),
        _ => false,
    }
}

/// Whether this is a button that submits a form.
pub(crate) fn is_submit_button(element: ElementRef<'_>) -> bool {
    matches!(kind(element), "submit" | "image")
}

/// Whether a field or button is disabled, by itself or by a `fieldset` around it.
pub(crate) fn is_disabled(element: ElementRef<'_>) -> bool {
    disabled_by(element).is_some()
}

/// What disables a field or button: itself, or a `fieldset` around it.
pub(crate) fn disabled_by(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    if !matches!(
        element.value().name(),
        "button" | "input" | "select" | "textarea" | "fieldset" | "option" | "optgroup"
    ) {
        return None;
    }
    if element.attr("disabled").is_some() {
        return Some(element);
    }
    let mut inner = element;
    for outer in ancestors(element) {
        if outer.value().name() == "fieldset" && outer.attr("disabled").is_some() {
            let legend = outer
                .child_elements()
                .find(|child| child.value().name() == "legend");
            // What stands in the legend can be used.
            if legend.map(|legend| legend.id()) != Some(inner.id()) {
                return Some(outer);
            }
        }
        inner = outer;
    }
    None
}

/// The elements around one, from the inside out.
pub(crate) fn ancestors(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    element.ancestors().filter_map(ElementRef::wrap)
}

/// The nearest element with this attribute, itself or around it.
pub(crate) fn closest<'a>(element: ElementRef<'a>, attribute: &str) -> Option<ElementRef<'a>> {
    std::iter::once(element)
        .chain(ancestors(element))
        .find(|element| element.attr(attribute).is_some())
}

fn has_ancestor(element: ElementRef<'_>, is: impl Fn(ElementRef<'_>) -> bool) -> bool {
    ancestors(element).any(is)
}

/// Why a browser would not submit the form, if it would not: its own checks of `required` and of types.
pub(crate) fn invalid(
    document: &Document,
    fields: &Fields,
    form: ElementRef<'_>,
    submitter: Option<ElementRef<'_>>,
) -> Option<String> {
    let lenient = form.attr("novalidate").is_some()
        || submitter.is_some_and(|button| button.attr("formnovalidate").is_some());
    if lenient {
        return None;
    }
    elements(document, form).into_iter().find_map(|field| {
        let checked = is_field(field)
            && !is_disabled(field)
            && field.attr("readonly").is_none()
            && !matches!(
                kind(field),
                "hidden" | "submit" | "image" | "reset" | "button"
            );
        let complaint = checked
            .then(|| complaint(document, fields, field))
            .flatten()?;
        Some(format!(
            "{}: {complaint}",
            crate::describe::start_tag(field)
        ))
    })
}

fn complaint(document: &Document, fields: &Fields, field: ElementRef<'_>) -> Option<String> {
    let required = field.attr("required").is_some();
    match kind(field) {
        "checkbox" => {
            return (required && !fields.is_checked(document, field))
                .then(|| "it is required and not checked".to_owned());
        }
        "radio" => {
            let group = Selector::parse("input[type=radio]").expect("a selector");
            let any = document.select(&group).into_iter().any(|other| {
                other.attr("name") == field.attr("name") && fields.is_checked(document, other)
            });
            return (required && !any).then(|| "it is required and none is chosen".to_owned());
        }
        "file" => return None,
        _ => {}
    }
    let value = fields.value(document, field);
    if value.is_empty() {
        return required.then(|| "it is required and empty".to_owned());
    }
    match kind(field) {
        "email"
            if !value
                .split_once('@')
                .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty()) =>
        {
            Some(format!("{value:?} is no e-mail address"))
        }
        "url" if url::Url::parse(&value).is_err() => Some(format!("{value:?} is no URL")),
        "number" | "range" => number_complaint(field, &value),
        _ => None,
    }
}

fn number_complaint(field: ElementRef<'_>, value: &str) -> Option<String> {
    let Ok(number) = value.parse::<f64>() else {
        return Some(format!("{value:?} is no number"));
    };
    let bound = |name| field.attr(name).and_then(|bound| bound.parse::<f64>().ok());
    match (bound("min"), bound("max")) {
        (Some(min), _) if number < min => Some(format!("{value} is less than {min}")),
        (_, Some(max)) if number > max => Some(format!("{value} is more than {max}")),
        _ => None,
    }
}
