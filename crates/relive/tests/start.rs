//! What is wrong with an application is found when it starts, all at once, with its place.

use relive::prelude::*;

macro_rules! view {
    ($name:ident, $template:expr) => {
        #[derive(LiveView)]
        #[live_view(template = $template)]
        pub(crate) struct $name {
            count: i64,
        }

        #[live_view]
        impl $name {
            fn mount(_cx: &mut Cx<Self>) -> Self {
                $name { count: 0 }
            }

            #[event_handler]
            fn increment(&mut self) {
                self.count += 1;
            }
        }
    };
}

view!(
    Good,
    r#"<main><button dj-click="increment">{{ count }}</button></main>"#
);
view!(
    WrongHandler,
    "<main>\n<button dj-click=\"incremnt\">{{ count }}</button></main>"
);
view!(WrongVariable, "<main>\n\n  {{ cuont }}</main>");
view!(WrongSyntax, "<main>{% if count %}</main>");

#[derive(LiveView)]
#[live_view(template_name = "mising.html")]
struct NoTemplate {}

#[live_view]
impl NoTemplate {
    fn mount(_cx: &mut Cx<Self>) -> Self {
        NoTemplate {}
    }
}

fn problem(app: App) -> String {
    match app.start("/x.js") {
        Ok(_) => panic!("it started"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_good_application_starts() {
    assert!(
        App::new(())
            .live::<Good>("/", "good")
            .start("/x.js")
            .is_ok()
    );
}

#[test]
fn a_handler_that_the_view_does_not_have() {
    let text = problem(App::new(()).live::<WrongHandler>("/", "x"));
    for part in [
        ":2:",
        "dj-click=\"incremnt\"",
        "view `WrongHandler`",
        "did you mean `increment`?\n  = help: a method is a handler only with `#[event_handler]`",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_variable_that_the_view_does_not_have() {
    let text = problem(App::new(()).live::<WrongVariable>("/", "x"));
    for part in [
        ":3:",
        "`cuont`",
        "view `WrongVariable`",
        "did you mean `count`?",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_template_that_does_not_parse() {
    let text = problem(App::new(()).live::<WrongSyntax>("/", "x"));
    assert!(
        text.contains("WrongSyntax") && text.contains("endif") || text.contains("if"),
        "{text}"
    );
}

#[test]
fn a_template_that_does_not_exist() {
    let text = problem(App::new(()).live::<NoTemplate>("/", "x"));
    for part in ["route `x`", "view `NoTemplate`", "`mising.html`"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_template_that_does_not_exist_says_where_it_was_looked_for() {
    let package = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let default = problem(App::new(()).live::<NoTemplate>("/", "x"));
    let folder = package.join("templates");
    let expected = format!(
        "`mising.html`\n  = help: there is no folder `{}`",
        folder.display()
    );
    assert!(default.contains(&expected), "{default}");
    let named = problem(App::new(()).live::<NoTemplate>("/", "x").templates("tests"));
    let expected = format!(
        "`mising.html`\n  = help: templates are read from the folder `{}`",
        package.join("tests").display()
    );
    assert!(named.contains(&expected), "{named}");
}

#[test]
fn the_same_pattern_twice() {
    let app = App::new(())
        .live::<Good>("/a/", "home")
        .live::<Good>("/a/", "other");
    let text = problem(app);
    let expected = "route `other` can never match: it has the same pattern `/a/` as route `home`";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn routes_folders_and_keys() {
    let text = problem(
        App::new(())
            .live::<Good>("/a/", "same")
            .live::<Good>("/b/", "same")
            .live::<Good>("/c/<it:pk>/", "converter")
            .live::<WrongHandler>("/d/", "handler")
            .static_files("/static/", "no-such-folder")
            .secret_key(*b"short"),
    );
    for part in ["`same`", "`it`", "no-such-folder", "5 bytes", "incremnt"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn a_templates_folder_that_does_not_exist() {
    let text = problem(
        App::new(())
            .live::<Good>("/", "x")
            .templates("no-such-folder"),
    );
    assert!(text.contains("no-such-folder"), "{text}");
}

mod shop {
    use relive::prelude::*;

    view!(
        Good,
        r#"<main><b dj-click="increment">the shop: {{ count }}</b></main>"#
    );
}

#[tokio::test]
async fn views_of_one_name_in_two_modules_keep_their_templates() {
    let app = App::new(())
        .live::<Good>("/", "good")
        .live::<shop::Good>("/shop/", "shop");
    let runtime = app.start("/x.js").unwrap();
    for (path, shop) in [("/", false), ("/shop/", true)] {
        let (head, ()) = http::Request::get(path).body(()).unwrap().into_parts();
        let page = runtime.page(&head, None).await.unwrap();
        assert_eq!(page.body().contains("the shop"), shop, "{path}");
    }
}

#[test]
fn a_public_origin_that_no_browser_writes_is_an_error() {
    for origin in [
        "example.com",
        "https://example.com/",
        "https://example.com/app",
        "",
    ] {
        let problem = problem(App::new(()).public_origin(origin));
        assert!(problem.contains("public origin"), "{origin}: {problem}");
    }
    let app = App::new(()).public_origin("https://example.com");
    assert!(app.live::<Good>("/", "good").start("/x.js").is_ok());
}

macro_rules! shows {
    ($name:ident, $template:expr) => {
        #[derive(LiveView)]
        #[live_view(template = $template)]
        struct $name {
            id: i64,
        }

        #[live_view]
        impl $name {
            fn mount() -> Self {
                $name { id: 1 }
            }
        }
    };
}

shows!(
    GoodUrls,
    "<main><a href='{{ url(name=\"item\", pk=id) }}'>{{ url(name=\"item\", pk=\"3\") }}{{ url(name=\"home\") }}</a></main>"
);
shows!(
    WrongRoute,
    "<main>\n {{ id }}{{ url(name=\"itme\", pk=id) }}</main>"
);
shows!(NoRoute, "<main>{{ url(pk=id) }}</main>");
shows!(
    WrongArgument,
    "<main>{{ url(name=\"item\", kp=id) }}</main>"
);
shows!(
    SurplusArgument,
    "<main>{{ url(name=\"item\", pk=id, q=id) }}</main>"
);
shows!(
    WrongValue,
    "<main>{{ url(name=\"item\", pk=\"x\") }}</main>"
);
shows!(NoDoctype, "\n<html><body>{{ id }}</body></html>");

#[test]
fn an_address_that_no_route_has_and_a_page_without_a_doctype() {
    fn told<V: LiveView>() -> Option<String> {
        let app = App::new(())
            .live::<GoodUrls>("/items/<int:pk>/", "item")
            .live::<V>("/", "home");
        app.start("/x.js").err().map(|error| error.to_string())
    }
    assert_eq!(told::<Good>(), None);
    for (text, parts) in [
        (
            told::<WrongRoute>(),
            &[":2:13:", "no route is named `itme`", "did you mean `item`?"][..],
        ),
        (told::<NoRoute>(), &["`url` needs the name of a route"]),
        (
            told::<WrongArgument>(),
            &["route `item` wants an argument `pk`"],
        ),
        (
            told::<SurplusArgument>(),
            &["route `item` has no use for an argument `q`"],
        ),
        (
            told::<WrongValue>(),
            &["route `item`, argument `pk`: expected", "got \"x\""],
        ),
        (
            told::<NoDoctype>(),
            &[":2:1:", "does not begin with `<!doctype html>`"],
        ),
    ] {
        let text = text.expect("it does not start");
        for part in parts {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}
