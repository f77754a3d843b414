//! `#[on_mount]`: a function becomes a hook.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{FnArg, ItemFn, ReturnType, Type, Visibility};

use crate::errors::Errors;
use crate::signature::located;

/// Writes a unit struct of the function's name, and `impl OnMount` for it.
pub(crate) fn expand(options: &TokenStream, item: TokenStream) -> TokenStream {
    let mut function: ItemFn = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(_) => {
            let message = "`#[on_mount]` marks a function: `async fn hook(cx: &mut HookCx<'_>) -> Result<Next>`";
            let error = syn::Error::new(item.span(), message).into_compile_error();
            return quote!(#error #item);
        }
    };
    let mut errors = Errors::default();
    if !options.is_empty() {
        errors.at(
            options,
            "`#[on_mount]` takes no options: a hook with parameters is a type that implements `OnMount`",
        );
    }
    check(&function, &mut errors);
    let name = function.sig.ident.clone();
    let vis = std::mem::replace(&mut function.vis, Visibility::Inherited);
    if !errors.is_empty() {
        // The type is there all the same, so that its uses are no further mistakes.
        let errors = errors.into_code();
        return quote! {
            #errors
            #[allow(non_camel_case_types, dead_code)]
            #vis struct #name;

            #[automatically_derived]
            impl ::relive::__private::OnMount for #name {
                fn name(&self) -> ::std::string::String { ::std::unreachable!() }
                fn on_mount<'a>(
                    &'a self,
                    _: &'a mut ::relive::__private::HookCx<'_>,
                ) -> ::relive::__private::BoxFuture<'a, ::relive::__private::Result<::relive::__private::Next>> {
                    ::std::unreachable!()
                }
            }
        };
    }
    let (shown, inner): (Vec<_>, Vec<_>) = function.attrs.drain(..).partition(|attribute| {
        attribute.path().is_ident("doc") || attribute.path().is_ident("cfg")
    });
    function.attrs = inner;
    let text = name.unraw().to_string();
    let parameter = function
        .sig
        .inputs
        .first()
        .map_or(name.span(), |input| match input {
            FnArg::Typed(parameter) => parameter.ty.span(),
            FnArg::Receiver(receiver) => receiver.span(),
        });
    let argument = quote_spanned!(located(parameter)=> cx);
    let call = match function.sig.asyncness {
        Some(_) => quote_spanned!(located(name.span())=> #name(#argument).await),
        None => quote_spanned!(located(name.span())=> #name(#argument)),
    };
    let output = located(match &function.sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => name.span(),
    });
    let result = quote_spanned!(output=> ::relive::__private::hooked(output));
    quote! {
        #(#shown)*
        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy, Debug)]
        #vis struct #name;

        #[automatically_derived]
        impl ::relive::__private::OnMount for #name {
            fn name(&self) -> ::std::string::String {
                ::std::concat!(::core::module_path!(), "::", #text).into()
            }

            fn on_mount<'a>(
                &'a self,
                cx: &'a mut ::relive::__private::HookCx<'_>,
            ) -> ::relive::__private::BoxFuture<'a, ::relive::__private::Result<::relive::__private::Next>> {
                #function
                ::std::boxed::Box::pin(async move {
                    let output = #call;
                    #result
                })
            }
        }
    }
}

fn check(function: &ItemFn, errors: &mut Errors) {
    let signature = &function.sig;
    if let Some(parameter) = signature.generics.params.first() {
        errors.at(
            parameter,
            "a hook cannot be generic: the framework calls it",
        );
    }
    if let Some(token) = &signature.unsafety {
        errors.at(token, "a hook cannot be `unsafe`: the framework calls it");
    }
    let mut inputs = signature.inputs.iter();
    let takes_context = match (inputs.next(), inputs.next()) {
        (Some(FnArg::Typed(parameter)), None) => {
            matches!(&*parameter.ty, Type::Reference(reference) if reference.mutability.is_some())
        }
        _ => false,
    };
    if !takes_context {
        errors.at(
            &signature.ident,
            "a hook takes one parameter, its context: `cx: &mut HookCx<'_>`",
        );
    }
}
