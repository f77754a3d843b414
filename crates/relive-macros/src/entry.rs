//! `#[relive::main]`: an asynchronous `main`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ItemFn;

pub(crate) fn expand(options: &TokenStream, item: TokenStream) -> TokenStream {
    let function: ItemFn = match syn::parse2(item) {
        Ok(function) => function,
        Err(error) => return error.into_compile_error(),
    };
    let problem = if !options.is_empty() {
        Some((
            options.to_token_stream(),
            "`#[relive::main]` takes no options",
        ))
    } else if function.sig.asyncness.is_none() {
        Some((
            function.sig.fn_token.to_token_stream(),
            "`#[relive::main]` needs an `async fn`",
        ))
    } else if !function.sig.inputs.is_empty() {
        Some((
            function.sig.inputs.to_token_stream(),
            "`main` takes no parameters",
        ))
    } else {
        None
    };
    if let Some((place, message)) = problem {
        let error = syn::Error::new_spanned(place, message).into_compile_error();
        // Without a `main` the compiler would miss one as well.
        let name = &function.sig.ident;
        return quote!(#error fn #name() {});
    }
    let ItemFn {
        attrs,
        vis,
        sig,
        block,
    } = function;
    let (name, output) = (&sig.ident, &sig.output);
    quote! {
        #(#attrs)*
        #vis fn #name() #output {
            ::relive::__private::run(async #block)
        }
    }
}
