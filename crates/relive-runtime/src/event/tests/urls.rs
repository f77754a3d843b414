//! Values from the page's address: the query, and the pattern's values.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::{PathValues, from_query, to_query};

#[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Show {
    #[default]
    All,
    DoneOnly,
}

#[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
struct Filter {
    #[serde(default)]
    show: Show,
    page: Option<u32>,
    #[serde(default)]
    search: String,
    tag: Vec<String>,
    exact: bool,
}

#[test]
fn a_query_becomes_a_type() {
    let empty: Filter = from_query("").unwrap();
    assert_eq!(empty, Filter::default());
    let filter: Filter =
        from_query("show=done_only&page=2&search=caf%C3%A9+%2B&tag=a&tag=b%26&exact=on&utm=x")
            .unwrap();
    let expected = Filter {
        show: Show::DoneOnly,
        page: Some(2),
        search: "café +".into(),
        tag: vec!["a".into(), "b&".into()],
        exact: true,
    };
    assert_eq!(filter, expected);

    from_query::<()>("anything=1").unwrap();
    assert_eq!(
        from_query::<Option<Filter>>("page=1")
            .unwrap()
            .unwrap()
            .page,
        Some(1)
    );
    let map: BTreeMap<String, String> = from_query("a=1&&b&%zz=%ff").unwrap();
    let pairs: Vec<_> = map
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(pairs, [("%zz", "\u{fffd}"), ("a", "1"), ("b", "")]);

    #[derive(Debug, Deserialize, PartialEq)]
    struct Wrapped(Filter);
    assert_eq!(from_query::<Wrapped>("page=3").unwrap().0.page, Some(3));
}

#[test]
fn a_query_that_does_not_fit_says_so() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Page {
        page: u32,
        size: u8,
    }
    for (query, expected) in [
        (
            "page=x&size=1",
            "query, parameter `page`: expected an integer, got \"x\"",
        ),
        (
            "page=1",
            "query: parameter `size` is missing (expected an integer)",
        ),
        (
            "page=1&page=2&size=1",
            "query, parameter `page`: expected an integer, got a list of 2 values",
        ),
        (
            "page=-1&size=x",
            "query: parameter `page`: expected an integer from 0 to 4294967295, got \"-1\"; \
             parameter `size`: expected an integer, got \"x\"",
        ),
    ] {
        let error = from_query::<Page>(query).unwrap_err();
        assert_eq!(error.to_string(), expected, "{query}");
        assert_eq!(error.event(), None);
    }
    let error = from_query::<u8>("1").unwrap_err();
    assert_eq!(error.to_string(), "query: expected an integer, got a map");
}

#[test]
fn a_query_is_written_from_a_type() {
    let filter = Filter {
        show: Show::DoneOnly,
        page: None,
        search: "a b&c=ü/+".into(),
        tag: vec!["x".into(), "y z".into()],
        exact: false,
    };
    assert_eq!(
        to_query(&filter).unwrap(),
        "show=done_only&search=a+b%26c%3D%C3%BC%2F%2B&tag=x&tag=y+z&exact=false"
    );
    assert_eq!(to_query(&()).unwrap(), "");
    assert_eq!(to_query(&None::<Filter>).unwrap(), "");
    assert_eq!(to_query(&BTreeMap::from([("a", 1.5)])).unwrap(), "a=1.5");
    assert_eq!(
        to_query(&BTreeMap::from([("a", Filter::default())]))
            .unwrap_err()
            .to_string(),
        "cannot write a query: `a` has parts of its own, which a query cannot hold"
    );
    assert_eq!(
        to_query(&BTreeMap::from([("a", u128::MAX)]))
            .unwrap_err()
            .to_string(),
        "cannot write a query: number out of range"
    );
    assert_eq!(
        to_query(&7).unwrap_err().to_string(),
        "cannot write a query: a query is written from a struct, a map or `()`"
    );
}

#[test]
fn the_patterns_values_become_a_type() {
    let none = PathValues::default();
    let one = PathValues::from_iter([("pk", "17")]);
    let two = PathValues::from_iter([("year", "2026"), ("slug", "a b")]);

    none.deserialize::<()>().unwrap();
    two.deserialize::<()>().unwrap();
    assert_eq!(one.deserialize::<i64>().unwrap(), 17);
    assert_eq!(one.deserialize::<String>().unwrap(), "17");
    assert_eq!(one.deserialize::<(u8,)>().unwrap(), (17,));
    assert_eq!(one.deserialize::<Option<u8>>().unwrap(), Some(17));
    assert_eq!(none.deserialize::<Option<u8>>().unwrap(), None);
    assert_eq!(
        two.deserialize::<(u16, String)>().unwrap(),
        (2026, "a b".to_owned())
    );
    assert_eq!(
        two.deserialize::<BTreeMap<String, String>>().unwrap()["slug"],
        "a b"
    );

    #[derive(Debug, Deserialize, PartialEq)]
    struct Id(u32);
    assert_eq!(one.deserialize::<Id>().unwrap(), Id(17));

    #[derive(Debug, Deserialize)]
    #[serde(try_from = "String")]
    #[expect(dead_code, reason = "only read")]
    struct Slug(String);
    impl TryFrom<String> for Slug {
        type Error = &'static str;
        fn try_from(text: String) -> Result<Self, Self::Error> {
            if text == text.to_lowercase() {
                Ok(Slug(text))
            } else {
                Err("a slug has no upper case")
            }
        }
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Post {
        slug: String,
        year: u16,
    }
    assert_eq!(
        two.deserialize::<Post>().unwrap(),
        Post {
            slug: "a b".into(),
            year: 2026
        }
    );
    assert_eq!(two.get("year"), Some("2026"));
    assert_eq!(two.get("month"), None);

    for (message, expected) in [
        (
            PathValues::from_iter([("pk", "x")])
                .deserialize::<i64>()
                .unwrap_err(),
            "URL, value `pk`: expected an integer, got \"x\"",
        ),
        (
            PathValues::from_iter([("pk", "300")])
                .deserialize::<(u8,)>()
                .unwrap_err(),
            "URL, value `pk`: expected an integer from 0 to 255, got \"300\"",
        ),
        (
            none.deserialize::<Id>().unwrap_err(),
            "URL: expected an integer, got no value",
        ),
        (
            two.deserialize::<Id>().unwrap_err(),
            "URL: expected an integer, got 2 values (`year`, `slug`)",
        ),
        (
            one.deserialize::<(u8, u8)>().unwrap_err(),
            "URL: expected 2 values, got 1 value (`pk`)",
        ),
        (
            one.deserialize::<Post>().unwrap_err(),
            "URL: value `slug` is missing (expected text)",
        ),
        (
            PathValues::from_iter([("year", "x"), ("slug", "y")])
                .deserialize::<(u16, String)>()
                .unwrap_err(),
            "URL, value `year`: expected an integer, got \"x\"",
        ),
    ] {
        assert_eq!(message.to_string(), expected);
    }
}
