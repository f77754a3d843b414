//! The lifecycle methods of a view, called from `impl LiveView`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{ImplItemFn, ReturnType, Type};

use crate::errors::Errors;
use crate::signature::{
    Holds, awaited, borrows_value, check_plain, conditions, holds, is_owned_context, last_name,
    located, output, parameters,
};

/// How a lifecycle method is written.
struct Shape {
    name: &'static str,
    usage: &'static str,
    holds: &'static [Holds],
    /// The reference that it may take: a context for the framework, or for the template.
    context: bool,
    event: bool,
    /// What its owned parameter is.
    value: Option<&'static str>,
}

const SHAPES: [Shape; 6] = [
    Shape {
        name: "mount",
        usage: "async fn mount(cx: &mut Cx<Self>, path: T) -> Result<Self>",
        holds: &[Holds::Nothing],
        context: true,
        event: false,
        value: Some("the values of the URL"),
    },
    Shape {
        name: "handle_params",
        usage: "async fn handle_params(&mut self, cx: &mut Cx<Self>, query: T) -> Result",
        holds: &[Holds::Exclusive, Holds::Shared],
        context: true,
        event: false,
        value: Some("the query"),
    },
    Shape {
        name: "handle_info",
        usage: "async fn handle_info(&mut self, cx: &mut Cx<Self>, event: &str, data: Payload) -> Result",
        holds: &[Holds::Exclusive, Holds::Shared],
        context: true,
        event: true,
        value: Some("the data"),
    },
    Shape {
        name: "handle_async_result",
        usage: "async fn handle_async_result(&mut self, cx: &mut Cx<Self>, name: &str, result: TaskResult) -> Result",
        holds: &[Holds::Exclusive, Holds::Shared],
        context: true,
        event: true,
        value: Some("the task's result"),
    },
    Shape {
        name: "get_context_data",
        usage: "fn get_context_data(&self, context: &mut Context) -> Result",
        holds: &[Holds::Shared],
        context: true,
        event: false,
        value: None,
    },
    Shape {
        name: "disconnect",
        usage: "async fn disconnect(&mut self, reason: Disconnect)",
        holds: &[Holds::Exclusive, Holds::Shared],
        context: false,
        event: false,
        value: Some("the reason"),
    },
];

/// Whether the framework gives this name a meaning of its own.
pub(crate) fn is_lifecycle(name: &str) -> bool {
    SHAPES.iter().any(|shape| shape.name == name)
}

/// A parameter of a lifecycle method, by what the framework hands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Context,
    Event,
    Value,
}

/// A lifecycle method that is written as it should be.
struct Method<'a> {
    source: &'a ImplItemFn,
    roles: Vec<(Role, &'a Type)>,
    /// Where what the compiler says of the method as a whole is reported.
    place: Span,
}

/// Writes the items of `impl LiveView`.
pub(crate) fn items(methods: &[&ImplItemFn], view: &Type, errors: &mut Errors) -> TokenStream {
    let [
        mount,
        handle_params,
        handle_info,
        handle_async_result,
        get_context_data,
        disconnect,
    ] = SHAPES.each_ref().map(|shape| {
        let written = methods
            .iter()
            .find(|method| method.sig.ident == shape.name)?;
        Some((*written, read(written, shape, errors)))
    });
    if mount.is_none() {
        let usage = SHAPES[0].usage;
        errors.at(
            view,
            format!("a view needs `mount`, which makes it: `{usage}`"),
        );
    }
    // What is written wrongly is reported; the rest of the code takes it as if it were not there.
    let mount = mount.and_then(|(_, method)| method);
    let handle_params = handle_params.and_then(|(_, method)| method);
    let handle_info = handle_info.and_then(|(_, method)| method);
    let handle_async_result = handle_async_result.and_then(|(_, method)| method);
    let get_context_data = get_context_data.and_then(|(_, method)| method);
    let disconnect = disconnect.and_then(|(_, method)| method);

    let place = located(view.span());
    let path_type = value_type(mount.as_ref());
    let query_type = value_type(handle_params.as_ref());
    let path = from_url(path_type, "PathValues");
    let query = from_url(query_type, "QueryValues");
    let adds_context = get_context_data.is_some();
    let methods = [
        Some(mount_item(mount.as_ref(), &path, path_type, place)),
        handle_params.map(|method| {
            let rest = [("query", query.clone())];
            handle_item(&method, &rest, query_type, |role| {
                if role == Role::Context { "cx" } else { "query" }
            })
        }),
        handle_info.map(|method| {
            let payload = quote!(::relive::__private::Payload);
            let rest = [("event", quote!(&str)), ("data", payload)];
            handle_item(&method, &rest, None, |role| match role {
                Role::Context => "cx",
                Role::Event => "event",
                Role::Value => "data",
            })
        }),
        handle_async_result.map(|method| {
            let result = quote!(::relive::__private::TaskResult);
            let rest = [("name", quote!(&str)), ("result", result)];
            handle_item(&method, &rest, None, |role| match role {
                Role::Context => "cx",
                Role::Event => "name",
                Role::Value => "result",
            })
        }),
        get_context_data.map(|method| context_item(&method)),
        disconnect.map(|method| disconnect_item(&method)),
    ];
    let methods = methods.into_iter().flatten();
    quote_spanned! {place=>
        type Path = #path;
        type Query = #query;
        const ADDS_CONTEXT: bool = #adds_context;
        #(#methods)*
    }
}

/// Checks a method against its shape.
fn read<'a>(method: &'a ImplItemFn, shape: &Shape, errors: &mut Errors) -> Option<Method<'a>> {
    let mut found = Errors::default();
    let Shape { name, usage, .. } = shape;
    let what = format!("`{name}`");
    check_plain(method, &what, &mut found);
    if let Some(condition) = conditions(&method.attrs).first() {
        found.at(
            condition,
            format!("{what} cannot be conditional: put the condition inside it"),
        );
    }
    let held = holds(method);
    if !shape.holds.contains(&held) {
        match method.sig.receiver() {
            Some(receiver) if shape.holds == [Holds::Nothing] => {
                found.at(
                    receiver,
                    format!("{what} makes the view, so it has no `self`: `{usage}`"),
                );
            }
            Some(receiver) if held == Holds::Exclusive => {
                found.at(
                    receiver,
                    format!("{what} only reads the view, `&self`: `{usage}`"),
                );
            }
            Some(receiver) => found.at(receiver, format!("{what} borrows the view: `{usage}`")),
            None => found.at(
                &method.sig.ident,
                format!("{what} needs `&self` or `&mut self`: `{usage}`"),
            ),
        }
    }
    let roles = roles(method, shape, &mut found);
    match (&method.sig.output, shape.name) {
        (ReturnType::Default, "mount") => {
            found.at(
                &method.sig.ident,
                "`mount` returns the view: `Self` or `Result<Self>`",
            );
        }
        (ReturnType::Type(_, ty), "disconnect") => {
            found.at(
                ty,
                "`disconnect` returns nothing: the session has ended, nobody could be told",
            );
        }
        _ => {}
    }
    if let (Some(token), "get_context_data") = (&method.sig.asyncness, shape.name) {
        let message = "`get_context_data` runs before every render and cannot wait: load data in an event or in `mount`";
        found.at(token, message);
    }
    let is_right = found.is_empty();
    errors.append(found);
    let place = located(method.sig.ident.span());
    is_right.then_some(Method {
        source: method,
        roles,
        place,
    })
}

fn roles<'a>(method: &'a ImplItemFn, shape: &Shape, errors: &mut Errors) -> Vec<(Role, &'a Type)> {
    let Shape { name, usage, .. } = shape;
    let mut roles: Vec<(Role, &Type)> = Vec::new();
    for parameter in parameters(method) {
        let ty = &*parameter.ty;
        let role = match ty {
            Type::Reference(_) if borrows_value(ty) && shape.event => Role::Event,
            Type::Reference(_) if borrows_value(ty) => {
                errors.at(
                    ty,
                    format!("`{name}` takes values as their own, not borrowed: `{usage}`"),
                );
                continue;
            }
            Type::Reference(_) if shape.context => Role::Context,
            Type::Reference(_) => {
                errors.at(parameter, format!("`{name}` takes no context: `{usage}`"));
                continue;
            }
            _ if is_owned_context(ty) && shape.context => {
                errors.at(ty, format!("the context is taken by reference: `{usage}`"));
                continue;
            }
            _ if shape.name == "handle_params" && is_no_query(ty) => {
                errors.at(
                    parameter,
                    "`handle_params` takes the query as a whole: write a struct that derives `Deserialize`, \
                     with a field for each parameter",
                );
                continue;
            }
            _ if shape.value.is_some() => Role::Value,
            _ => {
                errors.at(
                    parameter,
                    format!("`{name}` takes nothing but a context: `{usage}`"),
                );
                continue;
            }
        };
        if roles.iter().any(|(known, _)| *known == role) {
            let what = match role {
                Role::Context => "the context",
                Role::Event => "the name",
                Role::Value => shape.value.unwrap_or_default(),
            };
            let several = match shape.name {
                "mount" => {
                    "; several values make a tuple, `(year, slug): (u16, String)`, or a struct"
                }
                "handle_params" => "; several parameters make a struct",
                _ => "",
            };
            errors.at(parameter, format!("`{name}` takes {what} once{several}"));
            continue;
        }
        roles.push((role, ty));
    }
    roles
}

/// Whether the type is one that is not made from a map, which a query is. (What an unknown type is made from is found when
/// the query is read.)
fn is_no_query(ty: &Type) -> bool {
    match ty {
        Type::Tuple(tuple) => !tuple.elems.is_empty(),
        Type::Array(_) => true,
        _ => match last_name(ty) {
            Some((name, inner)) if name == "Option" => inner.into_iter().any(is_no_query),
            Some((name, _)) => NO_QUERIES.contains(&name.as_str()),
            None => false,
        },
    }
}

const NO_QUERIES: [&str; 18] = [
    "String", "Vec", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize",
    "u8", "u16", "u32", "u64", "u128", "usize",
];

/// The type of the owned parameter.
fn value_type<'a>(method: Option<&Method<'a>>) -> Option<&'a Type> {
    let roles = method?.roles.iter();
    let (_, ty) = roles.copied().find(|(role, _)| *role == Role::Value)?;
    Some(ty)
}

/// What the trait says of values from the URL. Their type may be private, while the view and so the trait's items are not:
/// the values go through the trait as they came, and only the method's body names what they become.
fn from_url(ty: Option<&Type>, values: &str) -> TokenStream {
    match ty {
        Some(_) => {
            let values = Ident::new(values, Span::call_site());
            quote!(::relive::__private::#values)
        }
        None => quote!(()),
    }
}

/// A call with values from the URL, which may not fit.
fn with_url(
    ty: Option<&Type>,
    values: &'static str,
    place: Span,
    call: TokenStream,
) -> TokenStream {
    let Some(ty) = ty else { return call };
    let at = ty.span();
    let (read, given, value) = (
        Ident::new(values, at),
        name(values, place),
        // As `Method::call` names it.
        name(values, at),
    );
    let read = quote_spanned!(at=> ::relive::__private::#read::<#ty>(&#given));
    quote_spanned! {place=>
        match #read {
            ::core::result::Result::Ok(#value) => #call,
            ::core::result::Result::Err(error) => ::core::result::Result::Err(error),
        }
    }
}

/// A name that no code of the user can see, reported at the user's tokens.
fn name(text: &str, place: Span) -> Ident {
    Ident::new(text, Span::mixed_site().located_at(place))
}

impl Method<'_> {
    /// The call, with the arguments in the order that the method takes them.
    fn call(&self, names: impl Fn(Role) -> &'static str) -> TokenStream {
        let arguments = self
            .roles
            .iter()
            .map(|(role, ty)| name(names(*role), ty.span()));
        let receiver = self
            .source
            .sig
            .receiver()
            .map(|_| quote_spanned!(self.place=> self,));
        let ident = &self.source.sig.ident;
        let call = quote_spanned!(output(self.source)=> Self::#ident(#receiver #(#arguments),*));
        awaited(self.source, call)
    }

    /// The method of the trait, as asynchronous as it was written.
    fn item(&self, inputs: TokenStream, output: TokenStream, body: TokenStream) -> TokenStream {
        let ident = &self.source.sig.ident;
        match self.source.sig.asyncness {
            Some(_) => quote_spanned! {self.place=>
                async fn #ident(#inputs) -> #output { #body }
            },
            None => quote_spanned! {self.place=>
                fn #ident(#inputs) -> impl ::core::future::Future<Output = #output> + ::core::marker::Send {
                    ::core::future::ready({ #body })
                }
            },
        }
    }
}

fn mount_item(
    method: Option<&Method<'_>>,
    values: &TokenStream,
    path_type: Option<&Type>,
    view: Span,
) -> TokenStream {
    let place = method.map_or(view, |method| method.place);
    let (cx, path) = (name("cx", place), name("path", place));
    let inputs = quote_spanned!(place=> #cx: &mut ::relive::__private::Cx<Self>, #path: #values);
    let result = quote_spanned!(place=> ::relive::__private::Result<Self>);
    let Some(method) = method else {
        // There is a compile error beside this; it only keeps further ones away.
        return quote_spanned!(place=> async fn mount(#inputs) -> #result { ::core::unreachable!() });
    };
    let call = method.call(|role| if role == Role::Context { "cx" } else { "path" });
    let body = quote_spanned!(output(method.source)=> ::relive::__private::mounted(#call));
    let body = with_url(path_type, "path", place, body);
    method.item(
        inputs,
        result,
        quote_spanned!(place=> let _ = (&#cx, &#path); #body),
    )
}

/// `handle_params`, `handle_info` and `handle_async_result`.
fn handle_item(
    method: &Method<'_>,
    rest: &[(&'static str, TokenStream)],
    query_type: Option<&Type>,
    names: impl Fn(Role) -> &'static str,
) -> TokenStream {
    let (place, cx) = (method.place, name("cx", method.place));
    let (rest, types): (Vec<Ident>, Vec<&TokenStream>) = rest
        .iter()
        .map(|(text, ty)| (name(text, place), ty))
        .unzip();
    let inputs = quote_spanned! {place=>
        &mut self, #cx: &mut ::relive::__private::Cx<Self>, #(#rest: #types),*
    };
    let call = method.call(names);
    let body = quote_spanned!(output(method.source)=> ::relive::__private::finished(#call));
    let body = with_url(query_type, "query", place, body);
    let body = quote_spanned!(place=> let _ = (&#cx, #(&#rest),*); #body);
    method.item(
        inputs,
        quote_spanned!(place=> ::relive::__private::Result),
        body,
    )
}

fn context_item(method: &Method<'_>) -> TokenStream {
    let (place, context) = (method.place, name("context", method.place));
    let call = method.call(|_| "context");
    let body = quote_spanned!(output(method.source)=> ::relive::__private::finished(#call));
    quote_spanned! {place=>
        fn get_context_data(
            &self,
            #context: &mut ::relive::__private::Context,
        ) -> ::relive::__private::Result {
            let _ = &#context;
            #body
        }
    }
}

fn disconnect_item(method: &Method<'_>) -> TokenStream {
    let (place, reason) = (method.place, name("reason", method.place));
    let inputs = quote_spanned!(place=> &mut self, #reason: ::relive::__private::Disconnect);
    let call = method.call(|_| "reason");
    method.item(
        inputs,
        quote_spanned!(place=> ()),
        quote_spanned!(place=> let _ = &#reason; #call),
    )
}
