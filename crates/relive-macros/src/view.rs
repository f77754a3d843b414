//! `#[live_view] impl`: which method is what.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{FnArg, ImplItem, ImplItemFn, Item, ItemImpl, Meta};

use crate::errors::Errors;
use crate::handlers::Handler;
use crate::lifecycle::{self, is_lifecycle};
use crate::signature::{conditions, is_named, located};

/// Writes `impl Events` and `impl LiveView` beside the block.
pub(crate) fn expand(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let block = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Impl(block)) => block,
        Ok(Item::Struct(view)) => {
            let message = "on a struct, `#[live_view(…)]` stands below `#[derive(LiveView)]`; by itself it marks an `impl`";
            errors.at(&view.ident, message);
            return with(errors, item);
        }
        Ok(other) => {
            errors.at(&other, "`#[live_view]` marks the `impl` of a view");
            return with(errors, item);
        }
        Err(error) => {
            errors.add(error);
            return with(errors, item);
        }
    };
    if !options.is_empty() {
        let message = "`#[live_view]` on an `impl` takes no options: they stand on the struct, below `#[derive(LiveView)]`";
        errors.at(&options, message);
    }
    if let Some((_, path, _)) = &block.trait_ {
        errors.at(
            path,
            "`#[live_view]` marks the view's own `impl`; it writes those of the traits",
        );
        return with(errors, item);
    }
    expand_block(block, errors)
}

fn expand_block(mut block: ItemImpl, mut errors: Errors) -> TokenStream {
    drop_duplicates(&mut block, &mut errors);
    let (mut lifecycle, mut handlers) = (Vec::new(), Vec::new());
    for item in &block.items {
        let ImplItem::Fn(method) = item else { continue };
        let mark = method
            .attrs
            .iter()
            .find(|attribute| is_named(attribute, "event_handler"));
        if let Some(mark) = mark
            && !matches!(mark.meta, Meta::Path(_))
        {
            errors.at(
                mark,
                "`#[event_handler]` takes no options: the event has the method's name",
            );
        }
        let name = method.sig.ident.unraw().to_string();
        match mark {
            Some(_) if is_lifecycle(&name) => {
                let message = format!(
                    "`{name}` is a lifecycle method, which no page can call: an event needs another name"
                );
                errors.at(&method.sig.ident, message);
            }
            Some(_) => handlers.extend(Handler::read(method, &mut errors)),
            None if is_lifecycle(&name) => lifecycle.push(method),
            None => report_stray_marks(method, &mut errors),
        }
    }

    let view = &block.self_ty;
    let (generics, _, bounds) = block.generics.split_for_impl();
    let lifecycle = lifecycle::items(&lifecycle, view, &mut errors);
    let events = handlers.iter().map(Handler::event);
    let (cx, params) = (
        Ident::new("cx", Span::mixed_site()),
        Ident::new("params", Span::mixed_site()),
    );
    let arms = handlers.iter().map(|handler| handler.arm(&cx, &params));
    let place = located(view.span());
    let traits = quote_spanned! {place=>
        #[automatically_derived]
        impl #generics ::relive::__private::Events for #view #bounds {
            const EVENTS: &'static [&'static str] = &[#(#events),*];

            fn dispatch<'a>(
                &'a mut self,
                #cx: &'a mut ::relive::__private::Cx<Self>,
                name: &'a str,
                #params: ::relive::__private::Params,
            ) -> ::relive::__private::Dispatch<'a> {
                match name {
                    #(#arms)*
                    _ => {
                        let _ = (#cx, #params);
                        ::relive::__private::Dispatch::Unknown
                    }
                }
            }
        }

        #[automatically_derived]
        impl #generics ::relive::__private::LiveView for #view #bounds {
            #lifecycle
        }
    };
    remove_marks(&mut block);
    let errors = errors.into_code();
    quote!(#errors #block #traits)
}

fn with(errors: Errors, item: TokenStream) -> TokenStream {
    let errors = errors.into_code();
    quote!(#errors #item)
}

/// Takes out a method whose name is there already, unless conditions choose between them.
fn drop_duplicates(block: &mut ItemImpl, errors: &mut Errors) {
    let mut seen: Vec<Ident> = Vec::new();
    block.items.retain(|item| {
        let ImplItem::Fn(method) = item else {
            return true;
        };
        let ident = &method.sig.ident;
        let called = is_lifecycle(&ident.unraw().to_string())
            || method
                .attrs
                .iter()
                .any(|attribute| is_named(attribute, "event_handler"));
        if !called || !conditions(&method.attrs).is_empty() {
            return true;
        }
        let is_new = !seen.contains(ident);
        if is_new {
            seen.push(ident.clone());
        } else {
            errors.at(
                ident,
                format!("`{ident}` is there already: an event has one handler"),
            );
        }
        is_new
    });
}

/// `#[payload]` and `#[default]` mean nothing on the parameters of other methods.
fn report_stray_marks(method: &ImplItemFn, errors: &mut Errors) {
    for input in &method.sig.inputs {
        let FnArg::Typed(parameter) = input else {
            continue;
        };
        for attribute in &parameter.attrs {
            if is_parameter_mark(attribute) {
                let message = "this stands on a parameter of an event handler; `#[event_handler]` is missing on the method";
                errors.at(attribute, message);
            }
        }
    }
}

/// Takes out the attributes that only this macro knows.
fn remove_marks(block: &mut ItemImpl) {
    for item in &mut block.items {
        let ImplItem::Fn(method) = item else { continue };
        method
            .attrs
            .retain(|attribute| !is_named(attribute, "event_handler"));
        for input in &mut method.sig.inputs {
            if let FnArg::Typed(parameter) = input {
                parameter
                    .attrs
                    .retain(|attribute| !is_parameter_mark(attribute));
            }
        }
    }
}

fn is_parameter_mark(attribute: &syn::Attribute) -> bool {
    is_named(attribute, "payload") || is_named(attribute, "default")
}
