use proptest::prelude::*;

use super::*;

fn router(routes: &[(&str, &'static str)]) -> Router<()> {
    let mut router = Router::default();
    for (pattern, name) in routes {
        router.add(pattern, name, ()).unwrap();
    }
    router
}

/// What a path finds, as `name key=value …`; `-` for nothing.
fn find(router: &Router<()>, path: &str) -> String {
    match router.find(path) {
        None => "-".into(),
        Some(found) => found
            .values
            .iter()
            .fold(found.name.to_string(), |line, (name, value)| {
                format!("{line} {name}={value}")
            }),
    }
}

fn error(routes: &[(&str, &str)]) -> String {
    let mut router = Router::default();
    let errors = routes
        .iter()
        .filter_map(|(pattern, name)| router.add(pattern, name, ()).err());
    errors
        .map(|error| error.to_string())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn paths_and_their_routes() {
    let uuid = "0A1b2c3d-0000-4000-8000-0123456789ab";
    let router = router(&[
        ("/", "home"),
        ("/items/<slug:s>/", "slug"),
        ("/items/<path:rest>", "anything"),
        ("/items/<any>/", "any"),
        ("/items/new/", "new"),
        ("/items/<int:pk>/", "pk"),
        ("/items/<uuid:id>/", "uuid"),
        ("/items/<int:pk>/edit/", "edit"),
        ("/items/<slug:s>/delete/", "delete"),
        ("/<str:user>/new/", "user-new"),
        ("/docs/<path:page>/", "docs"),
        ("/docs/<path:page>", "docs-file"),
        ("/straße/a b/100%/", "text"),
        ("/no-slash", "no-slash"),
    ]);
    for (path, expected) in [
        ("/", "home"),
        ("/items/new/", "new"),
        ("/items/n%65w/", "new"),
        ("/items/7/", "pk pk=7"),
        ("/items/007/", "pk pk=007"),
        ("/items/9223372036854775807/", "pk pk=9223372036854775807"),
        ("/items/9223372036854775808/", "slug s=9223372036854775808"),
        ("/items/-7/", "slug s=-7"),
        ("/items/tea-pot_2/", "slug s=tea-pot_2"),
        (&format!("/items/{uuid}/"), &format!("uuid id={uuid}")),
        ("/items/a%20b/", "any any=a b"),
        ("/items/caf%C3%A9/", "any any=café"),
        ("/items/café/", "any any=café"),
        ("/items/TCP%2FIP/", "any any=TCP/IP"),
        ("/items/a+b%2B/", "any any=a+b+"),
        ("/items/%zz/", "any any=%zz"),
        // The most specific branch leads nowhere: the next one is tried, and the values of the first are gone.
        ("/items/7/edit/", "edit pk=7"),
        ("/items/7/delete/", "delete s=7"),
        ("/items/new/delete/", "delete s=new"),
        ("/items/7/other", "anything rest=7/other"),
        ("/items/x", "anything rest=x"),
        ("/bob/new/", "user-new user=bob"),
        ("/docs/new/", "docs page=new"),
        ("/docs/a/b/", "docs page=a/b"),
        ("/docs/a/b", "docs-file page=a/b"),
        ("/docs/a%2Fb", "docs-file page=a/b"),
        ("/stra%C3%9Fe/a%20b/100%25/", "text"),
        ("/no-slash", "no-slash"),
        // Nothing, and why: empty segments, dots however written, bytes that are no text, another form of target.
        ("", "-"),
        ("*", "-"),
        ("items/new/", "-"),
        ("//", "-"),
        ("//items/new/", "-"),
        ("/no-slash/", "-"),
        ("/items", "-"),
        ("/items//", "-"),
        ("/items/7//edit/", "-"),
        ("/docs/", "-"),
        ("/docs//etc", "-"),
        ("/docs/a//b", "-"),
        ("/docs/%2Fetc", "-"),
        ("/items/./", "-"),
        ("/items/../", "-"),
        ("/items/%2e%2E/", "-"),
        ("/items/..%2F..%2Fetc/", "-"),
        ("/docs/a/../b", "-"),
        ("/docs/a%2F..%2Fb", "-"),
        ("/items/%FF/", "-"),
        ("/docs/a/%C3", "-"),
        ("/No-slash", "-"),
    ] {
        assert_eq!(find(&router, path), expected, "{path}");
    }
}

#[test]
fn the_order_of_registration_plays_no_part() {
    let mut routes = [
        ("/<path:p>", "path"),
        ("/<str:s>", "str"),
        ("/<slug:s>", "slug"),
        ("/<int:i>", "int"),
        ("/x", "x"),
    ];
    for _ in 0..2 {
        let router = router(&routes);
        for (path, expected) in [
            ("/x", "x"),
            ("/1", "int i=1"),
            ("/y", "slug s=y"),
            ("/é", "str s=é"),
            ("/x/y", "path p=x/y"),
        ] {
            assert_eq!(find(&router, path), expected, "{path}");
        }
        routes.reverse();
    }
}

#[test]
fn a_slash_that_is_missing() {
    let router = router(&[
        ("/items/<int:pk>/", "item"),
        ("/a", "a"),
        ("/a/", "a-slash"),
        ("/d/<path:p>/", "d"),
    ]);
    for (path, expected) in [
        ("/items/7", true),
        ("/items/7/", false),
        ("/items/x", false),
        ("/a", false),
        ("/d/x/y", true),
        ("/", false),
        ("", false),
        ("//d/x", false),
    ] {
        assert_eq!(router.with_slash(path), expected, "{path:?}");
    }
}

#[test]
fn routes_that_are_refused() {
    for (routes, expected) in [
        (
            &[("/a/", "a"), ("/b/", "a")][..],
            "route `a` (`/b/`): the name is taken by `/a/`; give each route its own",
        ),
        (
            &[("/i/<int:pk>/", "a"), ("/i/<int:id>/", "b")],
            "route `b` (`/i/<int:id>/`) can never match: route `a` (`/i/<int:pk>/`) takes every path that it could",
        ),
        (
            &[("/i/<path:p>/", "a"), ("/i/<path:q>/", "b")],
            "route `b` (`/i/<path:q>/`) can never match: route `a` (`/i/<path:p>/`) takes every path that it could",
        ),
        (
            &[("/i/<int:pk>/", "a"), ("/i/<int:pk>/", "b")],
            "route `b` can never match: it has the same pattern `/i/<int:pk>/` as route `a`",
        ),
        (
            &[("items/", "a")],
            "route `a` (`items/`), character 1: a pattern starts with `/`",
        ),
        (
            &[("", "a")],
            "route `a` (``), character 1: a pattern starts with `/`",
        ),
        (
            &[("/é/<itn:pk>/", "a")],
            "route `a` (`/é/<itn:pk>/`), character 5: unknown converter `itn`: did you mean `int`?",
        ),
        (
            &[("/<float:x>/", "a")],
            "route `a` (`/<float:x>/`), character 3: unknown converter `float`: there are int, uuid, slug, str, path",
        ),
        (
            &[("/<int:pk>/<str:pk>/", "a")],
            "route `a` (`/<int:pk>/<str:pk>/`), character 11: there is a parameter `pk` already",
        ),
        (
            &[("/<int:pk/", "a")],
            "route `a` (`/<int:pk/`), character 2: this `<` has no `>`",
        ),
        (
            &[("/int:pk>/", "a")],
            "route `a` (`/int:pk>/`), character 8: this `>` has no `<`",
        ),
        (
            &[("/<int:>/", "a")],
            "route `a` (`/<int:>/`), character 7: a parameter's name is made of ASCII letters, digits and `_`, \
             no digit first",
        ),
        (
            &[("/<int: pk>/", "a")],
            "route `a` (`/<int: pk>/`), character 7: a parameter's name is made of ASCII letters, digits and `_`, \
             no digit first",
        ),
        (
            &[("/item-<int:pk>/", "a"), ("/<int:pk>.json", "b")],
            "route `a` (`/item-<int:pk>/`), character 7: a parameter takes a whole segment: `/<int:pk>/`, not \
             `/item-<int:pk>/`\n\
             route `b` (`/<int:pk>.json`), character 10: a parameter takes a whole segment: `/<int:pk>/`, not \
             `/item-<int:pk>/`",
        ),
        (
            &[("/a//b/", "a")],
            "route `a` (`/a//b/`), character 4: a segment is empty",
        ),
        (
            &[("//", "a")],
            "route `a` (`//`), character 2: a segment is empty",
        ),
        (
            &[("/<path:p>/edit/", "a")],
            "route `a` (`/<path:p>/edit/`), character 11: nothing but a slash can follow a `path`",
        ),
        (
            &[("/a/?b", "a")],
            "route `a` (`/a/?b`), character 4: a pattern is a path: no query, no fragment (`?`)",
        ),
        (
            &[("/a/../", "a")],
            "route `a` (`/a/../`), character 4: browsers never ask for `..`: they resolve it",
        ),
        (
            &[("/a\\b", "a")],
            "route `a` (`/a\\b`), character 3: browsers read a backslash as a slash",
        ),
        (
            &[("/a\nb", "a")],
            "route `a` (`/a\nb`), character 3: a path has no control characters ('\\n')",
        ),
        (
            &[("/a%20b/", "a")],
            "route `a` (`/a%20b/`), character 3: a pattern is plain text: write the character, not its encoding",
        ),
    ] {
        assert_eq!(error(routes), expected, "{routes:?}");
    }
}

#[test]
fn a_refused_route_leaves_the_table_as_it_was() {
    let mut router = router(&[("/a/", "a")]);
    assert!(router.add("/b/", "a", ()).is_err());
    assert!(router.add("/a/", "b", ()).is_err());
    assert_eq!(find(&router, "/b/"), "-");
    assert_eq!(router.names().collect::<Vec<_>>(), ["a"]);
    router.add("/b/", "b", ()).unwrap();
    assert_eq!(find(&router, "/b/"), "b");
}

#[test]
fn urls_from_names() {
    let router = router(&[
        ("/", "home"),
        ("/items/<int:pk>/", "item"),
        ("/tags/<tag>/<slug:s>", "tag"),
        ("/docs/<path:page>/", "docs"),
        ("/straße/100%/", "text"),
    ]);
    for (name, args, expected) in [
        ("home", &[][..], "/"),
        ("item", &[("pk", "7")], "/items/7/"),
        (
            "tag",
            &[("s", "x"), ("tag", "a/b ?#é%'\"<")],
            "/tags/a%2Fb%20%3F%23%C3%A9%25%27%22%3C/x",
        ),
        ("docs", &[("page", "a b/c\\d")], "/docs/a%20b/c%5Cd/"),
        ("text", &[], "/stra%C3%9Fe/100%25/"),
        (
            "itme",
            &[],
            "no route is named `itme`: did you mean `item`?",
        ),
        ("elsewhere", &[], "no route is named `elsewhere`"),
        ("item", &[], "route `item` wants an argument `pk`"),
        (
            "item",
            &[("pk", "7"), ("id", "7")],
            "route `item` has no use for an argument `id`",
        ),
        (
            "item",
            &[("pk", "7"), ("pk", "8")],
            "route `item` has no use for an argument `pk`",
        ),
        (
            "item",
            &[("pk", "-7")],
            "route `item`, argument `pk`: expected digits that fit an i64, got \"-7\"",
        ),
        (
            "tag",
            &[("tag", ".."), ("s", "x")],
            "route `tag`, argument `tag`: expected text that is not empty, `.` or `..`, got \"..\"",
        ),
        (
            "docs",
            &[("page", "/etc")],
            "route `docs`, argument `page`: expected a path without empty, `.` or `..` segments and without a \
             leading slash, got \"/etc\"",
        ),
    ] {
        let args: Vec<_> = args
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect();
        let url = router
            .url(name, &args)
            .unwrap_or_else(|error| error.to_string());
        assert_eq!(url, expected, "{name} {args:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the values are: a URL that can be built leads back to its route and its values, and shows only
    /// characters that no browser changes.
    #[test]
    fn a_url_leads_back_to_its_route(
        int in any::<i64>(),
        slug in "[-_a-zA-Z0-9]{1,8}",
        text in "([/.%]|\\PC|[\\x00-\\x20]){0,6}",
        path in "([/.%]|\\PC){0,8}",
    ) {
        let router = router(&[
            ("/i/<int:i>/<str:s>/", "int"),
            ("/i/<slug:g>/<str:s>/", "slug"),
            ("/i/<str:g>/<path:p>", "path"),
            ("/i/<str:g>/<path:p>/", "folder"),
        ]);
        let arg = |name: &str, value: &str| (name.to_string(), value.to_string());
        for (name, args) in [
            ("int", vec![arg("i", &int.to_string()), arg("s", &text)]),
            ("slug", vec![arg("g", &format!("s{slug}")), arg("s", &format!("{slug}{}", text.replace('/', "")))]),
            ("path", vec![arg("g", &format!("{text}é")), arg("p", &format!("{path}/x"))]),
            ("folder", vec![arg("g", &format!("{text}é")), arg("p", &format!("a/{path}"))]),
        ] {
            let url = match router.url(name, &args) {
                Ok(url) => url,
                Err(error) => {
                    prop_assert!(matches!(error, UrlError::Mismatch { .. }) && name != "slug", "{}", error);
                    continue;
                }
            };
            prop_assert!(url.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~%/".contains(&b)), "{}", url);
            let found = router.find(&url);
            prop_assert!(found.is_some(), "{} {:?}", url, args);
            let found = found.unwrap();
            prop_assert_eq!(found.name, name, "{}", url);
            prop_assert_eq!(&found.values, &args, "{}", url);
        }
    }

    #[test]
    fn a_path_that_ends_with_a_slash_leads_back_to_its_route(path in "([a/.%]|\\PC){0,8}") {
        let router = router(&[("/a/<path:p>", "p"), ("/a/<path:p>/", "d"), ("/b/<path:p>", "b")]);
        for name in ["p", "d", "b"] {
            let args = [("p".to_string(), format!("{path}/"))];
            if let Ok(url) = router.url(name, &args) {
                let found = router.find(&url).map(|found| (found.name, found.values));
                prop_assert_eq!(found, Some((name, args.to_vec())), "{}", url);
            }
        }
    }

    /// No path makes it panic, and what it finds can be built again.
    #[test]
    fn any_path_is_looked_up(path in "/([a/.%]|%2[EF]|%[0-9A-F]{2}|\\PC){0,12}") {
        let router = router(&[("/<str:s>", "s"), ("/a/<path:p>", "p"), ("/a/<path:p>/", "d"), ("/<int:i>/", "i")]);
        if let Some(found) = router.find(&path) {
            let url = router.url(found.name, &found.values);
            prop_assert!(url.is_ok(), "{} {:?}", path, url);
            let again = router.find(&url.unwrap()).map(|again| again.values);
            prop_assert_eq!(again, Some(found.values), "{}", path);
        }
    }
}
