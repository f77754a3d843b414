//! Event handlers, called from `impl Events` with typed parameters.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, ImplItemFn, Meta, Pat, PatType, Type};

use crate::errors::Errors;
use crate::signature::{
    Holds, awaited, borrows_value, check_plain, conditions, holds, is_named, is_owned_context,
    last_name, output, parameters,
};

/// A method that a page can call.
pub(crate) struct Handler<'a> {
    method: &'a ImplItemFn,
    name: String,
    arguments: Vec<Argument<'a>>,
}

/// What a handler's parameter is filled with.
struct Argument<'a> {
    ty: &'a Type,
    source: Source,
}

enum Source {
    Context,
    Payload,
    Parameter {
        name: String,
        default: Option<TokenStream>,
    },
}

impl<'a> Handler<'a> {
    /// Reads a handler; what is wrong with it is noted.
    pub(crate) fn read(method: &'a ImplItemFn, errors: &mut Errors) -> Option<Self> {
        let mut found = Errors::default();
        check_plain(method, "an event handler", &mut found);
        match holds(method) {
            Holds::Exclusive | Holds::Shared => {}
            Holds::Nothing => {
                found.at(
                    &method.sig.ident,
                    "an event handler needs `&mut self`: it changes the view",
                );
            }
            Holds::Owned => {
                let receiver = method.sig.receiver();
                found.at(&receiver, "an event handler borrows the view: `&mut self`");
            }
        }
        let mut arguments: Vec<Argument<'a>> = Vec::new();
        for parameter in parameters(method) {
            let Some(source) = source(parameter, &mut found) else {
                continue;
            };
            let twice = arguments
                .iter()
                .any(|other| match (&other.source, &source) {
                    (Source::Context, Source::Context) => {
                        found.at(
                            parameter,
                            "the context is here already; values are taken owned, not by reference",
                        );
                        true
                    }
                    (Source::Payload, Source::Payload) => {
                        found.at(
                            parameter,
                            "the payload is taken already: `#[payload]` stands on one parameter",
                        );
                        true
                    }
                    (Source::Parameter { name: known, .. }, Source::Parameter { name, .. })
                        if known == name =>
                    {
                        found.at(
                            parameter,
                            format!("two parameters are named `{name}` for the page"),
                        );
                        true
                    }
                    _ => false,
                });
            if !twice {
                arguments.push(Argument {
                    ty: &parameter.ty,
                    source,
                });
            }
        }
        let is_right = found.is_empty();
        errors.append(found);
        let name = method.sig.ident.unraw().to_string();
        is_right.then_some(Handler {
            method,
            name,
            arguments,
        })
    }

    /// The event's name, under the method's conditions.
    pub(crate) fn event(&self) -> TokenStream {
        let (conditions, name) = (conditions(&self.method.attrs), &self.name);
        quote!(#(#conditions)* #name)
    }

    /// The arm that calls the handler.
    pub(crate) fn arm(&self, cx: &Ident, params: &Ident) -> TokenStream {
        let (conditions, name, method) = (
            conditions(&self.method.attrs),
            &self.name,
            &self.method.sig.ident,
        );
        let reader = Ident::new("reader", Span::mixed_site());
        let (mut names, mut reads, mut values, mut calls) = (vec![], vec![], vec![], vec![]);
        for (index, Argument { ty, source }) in self.arguments.iter().enumerate() {
            let place = ty.span();
            let value = Ident::new(
                &format!("value{index}"),
                Span::mixed_site().located_at(place),
            );
            let read = match source {
                Source::Context => {
                    calls.push(Ident::new("cx", Span::mixed_site().located_at(place)));
                    continue;
                }
                Source::Payload => {
                    quote_spanned!(place=> ::relive::__private::payload::<#ty>(&mut #reader))
                }
                Source::Parameter {
                    name,
                    default: None,
                } => {
                    names.push(name);
                    quote_spanned!(place=> ::relive::__private::take::<#ty>(&mut #reader, #name))
                }
                Source::Parameter {
                    name,
                    default: Some(default),
                } => {
                    names.push(name);
                    quote_spanned!(place=> ::relive::__private::take_or::<#ty>(&mut #reader, #name, || #default))
                }
            };
            // The payload is what the named parameters leave.
            let order = usize::from(matches!(source, Source::Payload));
            reads.push((order, quote!(let #value = #read;)));
            values.push(value.clone());
            calls.push(value);
        }
        reads.sort_by_key(|(order, _)| *order);
        let reads = reads.iter().map(|(_, read)| read);
        let place = output(self.method);
        let call = quote_spanned!(place=> Self::#method(self, #(#calls),*));
        let call = awaited(self.method, call);
        let call = quote_spanned!(place=> ::relive::__private::finished(#call));
        let dispatch = match self.method.sig.asyncness {
            Some(_) => quote_spanned! {method.span()=>
                ::relive::__private::Dispatch::Pending(::std::boxed::Box::pin(async move { #call }))
            },
            None => quote!(::relive::__private::Dispatch::Done(#call)),
        };
        quote! {
            #(#conditions)*
            #name => {
                let _ = &#cx;
                let mut #reader = #params.read(#name, &[#(#names),*]);
                #(#reads)*
                match (#(#values,)*) {
                    (#(::core::option::Option::Some(#values),)*) if #reader.is_ok() => #dispatch,
                    _ => ::relive::__private::Dispatch::Rejected(#reader.into_error()),
                }
            }
        }
    }
}

/// What fills a parameter.
fn source(parameter: &PatType, errors: &mut Errors) -> Option<Source> {
    let default = default(&parameter.attrs, errors);
    let payload = parameter
        .attrs
        .iter()
        .find(|attribute| is_named(attribute, "payload"));
    if let Some(Attribute {
        meta: Meta::List(_) | Meta::NameValue(_),
        ..
    }) = payload
    {
        errors.at(&payload, "`#[payload]` takes no options");
    }
    let ty = &*parameter.ty;
    if borrows_value(ty) {
        errors.at(
            ty,
            "a parameter is taken as its own value: `String` or `Vec<T>`, not a reference",
        );
        return None;
    }
    if is_owned_context(ty) {
        errors.at(ty, "the context is taken by reference: `&mut Cx<Self>`");
        return None;
    }
    if payload.is_none() && last_name(ty).is_some_and(|(name, _)| name == "FormInput") {
        errors.at(
            parameter,
            "a `FormInput` takes all fields of a form: write `#[payload]` before this parameter",
        );
        return None;
    }
    let is_reference = matches!(ty, Type::Reference(_));
    match (is_reference, payload, default) {
        (true, None, None) => Some(Source::Context),
        (true, _, _) => {
            errors.at(parameter, "a reference is the context; `#[payload]` and `#[default]` stand on owned parameters");
            None
        }
        (false, Some(_), Some(_)) => {
            errors.at(
                parameter,
                "the payload is always there: `#[default]` stands on a single parameter",
            );
            None
        }
        (false, Some(_), None) => Some(Source::Payload),
        (false, None, default) => {
            match &*parameter.pat {
                Pat::Ident(pattern) if pattern.subpat.is_none() && pattern.by_ref.is_none() => {
                    let name = pattern.ident.unraw().to_string();
                    Some(Source::Parameter {
                        name: name.trim_start_matches('_').to_owned(),
                        default,
                    })
                }
                pattern => {
                    errors.at(pattern, "a parameter is taken by its name: write a name here, and the pattern inside");
                    None
                }
            }
        }
    }
}

/// The value in `#[default]` or `#[default(value)]`.
fn default(attributes: &[Attribute], errors: &mut Errors) -> Option<TokenStream> {
    let mut defaults = attributes
        .iter()
        .filter(|attribute| is_named(attribute, "default"));
    let first = defaults.next()?;
    if let Some(second) = defaults.next() {
        errors.at(second, "`#[default]` is given twice");
    }
    Some(match &first.meta {
        Meta::Path(_) => quote!(::core::default::Default::default()),
        Meta::List(_) => match first.parse_args::<Expr>() {
            Ok(value) => quote!(#value),
            Err(error) => {
                errors.add(error);
                quote!(::core::unreachable!())
            }
        },
        Meta::NameValue(_) => {
            errors.at(first, "write `#[default(value)]`");
            quote!(::core::unreachable!())
        }
    })
}
