//! The options in `#[live_view(…)]` on a struct and `#[live(…)]` on its fields.

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, MetaNameValue, Token};

use crate::errors::{Errors, listed};

/// What `#[live_view(…)]` says about a view.
pub(crate) struct ViewOptions {
    /// `template_name = …`
    pub(crate) template_name: Option<Expr>,
    /// `template = …`
    pub(crate) template: Option<Expr>,
    /// `on_mount = […]`
    pub(crate) on_mount: Vec<Expr>,
    /// `use_actors`: found by its type.
    pub(crate) use_actors: Option<Meta>,
    /// `transactional`: a handler that returns an error changes nothing.
    pub(crate) transactional: Option<Meta>,
}

/// What `#[live(…)]` says about a field.
#[derive(Default)]
pub(crate) struct FieldOptions {
    /// `private`: not for the template.
    pub(crate) private: bool,
    /// `temporary`, or `temporary = value`: reset after each render.
    pub(crate) temporary: Option<Temporary>,
}

/// What a temporary field becomes after a render.
pub(crate) enum Temporary {
    Default,
    Value(Expr),
}

impl ViewOptions {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut options = ViewOptions {
            template_name: None,
            template: None,
            on_mount: Vec::new(),
            use_actors: None,
            transactional: None,
        };
        for meta in metas("live_view", attributes, errors) {
            let place = match key(&meta).as_str() {
                "template_name" => &mut options.template_name,
                "template" => &mut options.template,
                "on_mount" => {
                    options.read_hooks(&meta, errors);
                    continue;
                }
                "use_actors" => {
                    flag(&mut options.use_actors, meta, errors);
                    continue;
                }
                "transactional" => {
                    flag(&mut options.transactional, meta, errors);
                    continue;
                }
                "temporary_assigns" => {
                    errors.at(
                        &meta,
                        "`temporary_assigns` is written on the field: `#[live(temporary)]`",
                    );
                    continue;
                }
                other => {
                    unknown(
                        &meta,
                        other,
                        "live_view",
                        &[
                            "template_name",
                            "template",
                            "on_mount",
                            "use_actors",
                            "transactional",
                        ],
                        errors,
                    );
                    continue;
                }
            };
            if place.is_some() {
                errors.at(&meta, format!("`{}` is given twice", key(&meta)));
                continue;
            }
            match &meta {
                Meta::NameValue(pair) if is_empty(&pair.value) => {
                    errors.at(&pair.value, format!("`{}` is empty", key(&meta)));
                    *place = Some(pair.value.clone());
                }
                Meta::NameValue(pair) => *place = Some(pair.value.clone()),
                meta => {
                    let name = key(meta);
                    errors.at(meta, format!("`{name}` needs a text: `{name} = \"…\"`"));
                }
            }
        }
        options
    }

    fn read_hooks(&mut self, meta: &Meta, errors: &mut Errors) {
        if !self.on_mount.is_empty() {
            return errors.at(meta, "`on_mount` is given twice");
        }
        match meta {
            Meta::NameValue(MetaNameValue {
                value: Expr::Array(list),
                ..
            }) => self.on_mount = list.elems.iter().cloned().collect(),
            meta => errors.at(
                meta,
                "`on_mount` needs a list of hooks: `on_mount = [load_tenant, login_required(\"/log-in/\")]`",
            ),
        }
    }
}

impl FieldOptions {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut options = FieldOptions::default();
        for meta in metas("live", attributes, errors) {
            match (key(&meta).as_str(), &meta) {
                ("private", _) if options.private => errors.at(&meta, "`private` is given twice"),
                ("private", Meta::Path(_)) => options.private = true,
                ("private", _) => errors.at(&meta, "`private` takes no value"),
                ("temporary", _) if options.temporary.is_some() => {
                    errors.at(&meta, "`temporary` is given twice");
                }
                ("temporary", Meta::Path(_)) => options.temporary = Some(Temporary::Default),
                ("temporary", Meta::NameValue(pair)) => {
                    options.temporary = Some(Temporary::Value(pair.value.clone()));
                }
                ("temporary", Meta::List(_)) => {
                    errors.at(&meta, "write `temporary`, or `temporary = value`");
                }
                (other, _) => unknown(&meta, other, "live", &["private", "temporary"], errors),
            }
        }
        options
    }
}

/// The options in all attributes of this name.
fn metas(name: &str, attributes: &[Attribute], errors: &mut Errors) -> Vec<Meta> {
    let mut metas = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(name))
    {
        match attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) {
            Ok(parsed) => metas.extend(parsed),
            Err(error) => errors.add(error),
        }
    }
    metas
}

/// An option that is there or not.
fn flag(place: &mut Option<Meta>, meta: Meta, errors: &mut Errors) {
    if place.is_some() {
        errors.at(&meta, format!("`{}` is given twice", key(&meta)));
    } else if !matches!(meta, Meta::Path(_)) {
        errors.at(&meta, format!("`{}` takes no value", key(&meta)));
    }
    *place = Some(meta);
}

fn key(meta: &Meta) -> String {
    let segments: Vec<String> = meta
        .path()
        .segments
        .iter()
        .map(|part| part.ident.to_string())
        .collect();
    segments.join("::")
}

fn unknown(meta: &Meta, name: &str, attribute: &str, known: &[&str], errors: &mut Errors) {
    let known = listed(known);
    errors.at(
        meta,
        format!("`{name}` is not an option of `#[{attribute}(…)]`, which knows {known}"),
    );
}

fn is_empty(value: &Expr) -> bool {
    matches!(value, Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if text.value().is_empty())
}
