//! What the methods of a view have in common: receiver, parameters, attributes.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, FnArg, GenericArgument, ImplItemFn, PatType, PathArguments, Receiver, ReturnType,
    Type,
};

use crate::errors::Errors;

/// The attribute's last name is this: `#[event_handler]`, `#[relive::event_handler]`.
pub(crate) fn is_named(attribute: &Attribute, name: &str) -> bool {
    attribute
        .path()
        .segments
        .last()
        .is_some_and(|segment| segment.ident == name)
}

/// The `#[cfg(…)]` among the attributes.
pub(crate) fn conditions(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
        .collect()
}

/// How a method holds the view.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    Nothing,
    Shared,
    Exclusive,
    Owned,
}

/// How a method holds the view, by its receiver.
pub(crate) fn holds(method: &ImplItemFn) -> Holds {
    let Some(receiver) = method.sig.receiver() else {
        return Holds::Nothing;
    };
    match receiver {
        Receiver {
            reference: Some(_),
            mutability: Some(_),
            ..
        } => Holds::Exclusive,
        Receiver {
            reference: Some(_), ..
        } => Holds::Shared,
        receiver => match &*receiver.ty {
            Type::Reference(reference) if reference.mutability.is_some() => Holds::Exclusive,
            Type::Reference(_) => Holds::Shared,
            _ => Holds::Owned,
        },
    }
}

/// The parameters after the receiver.
pub(crate) fn parameters(method: &ImplItemFn) -> Vec<&PatType> {
    let typed = method.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(parameter) => Some(parameter),
        FnArg::Receiver(_) => None,
    });
    typed.collect()
}

/// Notes what no method that the framework calls can be.
pub(crate) fn check_plain(method: &ImplItemFn, what: &str, errors: &mut Errors) {
    let signature = &method.sig;
    if let Some(token) = &signature.unsafety {
        errors.at(
            token,
            format!("{what} cannot be `unsafe`: the framework calls it"),
        );
    }
    if let Some(parameter) = signature.generics.params.first() {
        errors.at(
            parameter,
            format!("{what} cannot be generic: the framework calls it with types that it names"),
        );
    }
    for parameter in parameters(method) {
        if let Type::ImplTrait(ty) = &*parameter.ty {
            errors.at(
                ty,
                format!("{what} cannot be generic: name the parameter's type"),
            );
        }
        if let Some(condition) = conditions(&parameter.attrs).first() {
            errors.at(
                condition,
                format!("a parameter of {what} cannot be conditional"),
            );
        }
    }
}

/// Whether the reference is to text or a list: never a context.
pub(crate) fn borrows_value(ty: &Type) -> bool {
    let Type::Reference(reference) = ty else {
        return false;
    };
    match &*reference.elem {
        Type::Slice(_) => true,
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|segment| segment.ident == "str" || segment.ident == "String"),
        _ => false,
    }
}

/// The last name of a type's path, and the types between its angle brackets: `Option` and `u8` of `std::option::Option<u8>`.
pub(crate) fn last_name(ty: &Type) -> Option<(String, Vec<&Type>)> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    let inner = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => arguments
            .args
            .iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    Some((segment.ident.to_string(), inner))
}

/// Whether the type is a context, and no reference to one.
pub(crate) fn is_owned_context(ty: &Type) -> bool {
    last_name(ty).is_some_and(|(name, _)| name == "Cx")
}

/// A call's result, awaited where the method is asynchronous.
pub(crate) fn awaited(method: &ImplItemFn, call: TokenStream) -> TokenStream {
    match method.sig.asyncness {
        Some(_) => quote_spanned!(output(method)=> #call.await),
        None => call,
    }
}

/// The place of the user's tokens, for code that is not theirs.
pub(crate) fn located(place: Span) -> Span {
    Span::call_site().located_at(place)
}

/// Where a method's result is reported.
pub(crate) fn output(method: &ImplItemFn) -> Span {
    located(match &method.sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => method.sig.ident.span(),
    })
}
