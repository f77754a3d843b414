//! `#[derive(LiveView)]`: a struct's public fields, for its template.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Field, Fields};

use crate::errors::Errors;
use crate::options::{FieldOptions, Temporary, ViewOptions};
use crate::signature::located;

/// Writes `impl Assigns` for the struct.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let mut found = Errors::default();
    let options = ViewOptions::read(&input.attrs, &mut found);
    let (hooks, kept) = (hooks(&options), kept(&options));
    let template = template(input, options, found, &mut errors);
    let mut names = Vec::new();
    let mut inserts = TokenStream::new();
    let (mut kinds, mut streams) = (Vec::new(), TokenStream::new());
    let mut resets = TokenStream::new();
    for field in fields(input, &mut errors) {
        let options = FieldOptions::read(&field.attrs, &mut errors);
        let Some(ident) = &field.ident else { continue };
        let (name, ty) = (ident.unraw().to_string(), &field.ty);
        if !options.private && !name.starts_with('_') {
            inserts.extend(quote_spanned! {ty.span()=>
                (&self.#ident).relive_assign(context, #name);
            });
            kinds.push(quote_spanned! {ty.span()=>
                (#name, <#ty>::IS_RELIVE_STREAM)
            });
            streams.extend(quote_spanned! {ty.span()=>
                #name => <#ty>::relive_stream(&mut self.#ident),
            });
            names.push(name);
        }
        match options.temporary {
            Some(Temporary::Default) => resets.extend(quote_spanned! {ty.span()=>
                self.#ident = ::core::default::Default::default();
            }),
            Some(Temporary::Value(value)) => resets.extend(quote!(self.#ident = #value;)),
            None => {}
        }
    }
    let reset_temporary = (!resets.is_empty()).then(|| {
        quote! {
            const TEMPORARY: bool = true;

            fn reset_temporary(&mut self) { #resets }
        }
    });
    let errors = errors.into_code();
    let (ident, name) = (&input.ident, input.ident.unraw().to_string());
    let (generics, arguments, conditions) = input.generics.split_for_impl();
    quote! {
        #errors

        #[automatically_derived]
        impl #generics ::relive::__private::Assigns for #ident #arguments #conditions {
            const NAME: &'static str = #name;
            const TEMPLATE: ::relive::__private::Template = ::relive::__private::Template::#template;
            const FIELDS: &'static [&'static str] = &[#(#names),*];
            const STREAMS: &'static [(&'static str, bool)] = {
                #[allow(unused_imports)]
                use ::relive::__private::NoStream as _;
                &[#(#kinds),*]
            };
            const PACKAGE_DIR: &'static str = ::core::env!("CARGO_MANIFEST_DIR");

            fn assigns(&self, context: &mut ::relive::__private::Context) {
                #[allow(unused_imports)]
                use ::relive::__private::{ItemsField as _, PlainField as _};
                let _ = &context;
                #inserts
            }

            fn stream(
                &mut self,
                name: &str,
            ) -> ::core::option::Option<&mut dyn ::relive::__private::StreamField> {
                #[allow(unused_imports)]
                use ::relive::__private::NoStream as _;
                match name {
                    #streams
                    _ => ::core::option::Option::None,
                }
            }

            #reset_temporary

            #hooks

            #kept
        }
    }
}

/// The view's own hooks, where it names some.
fn hooks(options: &ViewOptions) -> TokenStream {
    if options.on_mount.is_empty() {
        return TokenStream::new();
    }
    let hooks = options.on_mount.iter().map(|hook| {
        let place = located(hook.span());
        quote_spanned!(place=> let hooks = hooks.hook(#hook);)
    });
    quote! {
        fn on_mount() -> ::relive::__private::Hooks {
            let hooks = ::relive::__private::Hooks::new();
            #(#hooks)*
            hooks
        }
    }
}

/// How the state is kept, and how its view is found.
fn kept(options: &ViewOptions) -> TokenStream {
    let actor = options.use_actors.as_ref().map(|_| {
        quote!(
            const ACTOR: bool = true;
        )
    });
    let (constant, copy) = match &options.transactional {
        Some(option) => (
            Some(quote!(
                const TRANSACTIONAL: bool = true;
            )),
            quote_spanned! {located(option.span())=>
                ::core::option::Option::Some(::relive::__private::copy(self))
            },
        ),
        None => (
            None,
            quote! {{
                use ::relive::__private::{CopyOrNothing as _, NothingToCopy as _};
                (&::relive::__private::Snapshot(self)).snapshot()
            }},
        ),
    };
    quote! {
        #actor
        #constant

        fn snapshot(&self) -> ::core::option::Option<Self> { #copy }
    }
}

/// The variant of `Template`.
fn template(
    input: &DeriveInput,
    options: ViewOptions,
    found: Errors,
    errors: &mut Errors,
) -> TokenStream {
    let code = match (options.template_name, options.template) {
        (Some(_), Some(template)) => {
            errors.at(
                &template,
                "a view has either `template_name` or `template`, not both",
            );
            None
        }
        (Some(name), None) => Some(quote!(Named(#name))),
        (None, Some(template)) => Some(quote!(Inline(#template))),
        (None, None) => {
            // A misspelt option is reported already; that it is missing follows from it.
            if found.is_empty() {
                let message = "this view has no template: write `#[live_view(template_name = \"….html\")]` \
                               or `#[live_view(template = \"…\")]` below the derive";
                errors.at(&input.ident, message);
            }
            None
        }
    };
    errors.append(found);
    code.unwrap_or_else(|| quote!(Inline("")))
}

/// The fields of the struct; a unit struct has none.
fn fields<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Vec<&'a Field> {
    let message = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return fields.named.iter().collect(),
            Fields::Unit => return Vec::new(),
            Fields::Unnamed(_) => "a view's fields need names: its template uses them",
        },
        Data::Enum(_) => "a view is a struct; an enum can be one of its fields",
        Data::Union(_) => "a view is a struct",
    };
    errors.at(&input.ident, message);
    Vec::new()
}
