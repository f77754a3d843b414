//! The `dj-` attributes that are found in the HTML of templates.

use relive_template::{AttributeKind, Engine, References, TeraEngine};

fn references(templates: &[(&str, &str)]) -> References {
    let mut engine = TeraEngine::new();
    for (name, source) in templates {
        engine.add_inline(name, source).unwrap();
    }
    engine.finish().unwrap();
    engine.references(templates[0].0).unwrap()
}

/// `element name.modifier=value` for each attribute; `*` for a value that is computed.
fn found(templates: &[(&str, &str)]) -> Vec<String> {
    references(templates)
        .attributes
        .into_iter()
        .map(|attribute| {
            let modifiers: String = attribute
                .modifiers
                .iter()
                .map(|m| format!(".{m}"))
                .collect();
            let value = attribute.value.as_deref().unwrap_or("*");
            format!(
                "{} {}{modifiers}={value}",
                attribute.element, attribute.name
            )
        })
        .collect()
}

fn check(source: &str, expected: &[&str]) {
    assert_eq!(found(&[("t", source)]), expected, "{source}");
}

#[test]
fn every_way_to_write_an_attribute() {
    check("<p dj-click=\"a\">", &["p dj-click=a"]);
    check("<P DJ-Click='A b'>", &["p dj-click=A b"]);
    check("<p dj-click=a>", &["p dj-click=a"]);
    check("<p dj-click=a/>", &["p dj-click=a/"]);
    check("<p dj-click = \"a\" >", &["p dj-click=a"]);
    check("<p\n\tdj-click=\"a\"\n>", &["p dj-click=a"]);
    check("<p class=\"x\"dj-click=\"a\">", &["p dj-click=a"]);
    check("<p dj-cloak>", &["p dj-cloak="]);
    check("<p dj-cloak dj-key=1>", &["p dj-cloak=", "p dj-key=1"]);
    check("<p dj-cloak/>", &["p dj-cloak="]);
    check("<p dj-cloak/dj-key=1>", &["p dj-cloak=", "p dj-key=1"]);
    check("<my-part dj-key=é>", &["my-part dj-key=é"]);
    check("<p title=\"> dj-click='no'\" dj-key=1>", &["p dj-key=1"]);
    check(
        "<p dj-keydown.enter=\"a\" dj-keyup.a.b=c>",
        &["p dj-keydown.enter=a", "p dj-keyup.a.b=c"],
    );
}

#[test]
fn what_is_no_attribute() {
    check("dj-click=\"a\"", &[]);
    check("< p dj-click=\"a\">", &[]);
    check("</p dj-click=\"a\">", &[]);
    check("<!-- <p dj-click=\"a\"> --><p dj-key=1>", &["p dj-key=1"]);
    check("<!--><p dj-key=1>", &["p dj-key=1"]);
    check("<!-- a --!><p dj-key=1>", &["p dj-key=1"]);
    check("<!-- a -- b > <p dj-key=1> -->", &[]);
    check("<!doctype html><p dj-key=1>", &["p dj-key=1"]);
    check(
        "<script>if (a<p) x = '<p dj-click=a>'</script><p dj-key=1>",
        &["p dj-key=1"],
    );
    check(
        "<script dj-hook=h>'</scripty><p dj-key=2>'</SCRIPT ><p dj-key=1>",
        &["script dj-hook=h", "p dj-key=1"],
    );
    check(
        "<style>p::before{content:'<p dj-click=a>'}</style><p dj-key=1>",
        &["p dj-key=1"],
    );
    check(
        "<textarea dj-input=a><p dj-click=b></textarea>",
        &["textarea dj-input=a"],
    );
    check(
        "<title><<p dj-click=b></title><p dj-key=1>",
        &["p dj-key=1"],
    );
    check("{# <p dj-click=\"a\"> #}", &[]);
    check("{{ '<p dj-click=a>' }}", &[]);
}

#[test]
fn values_that_are_computed() {
    check("<p dj-click=\"{{ a }}\">", &["p dj-click=*"]);
    check("<p dj-click={{ a }}>", &["p dj-click=*"]);
    check(
        "<p dj-click=\"a{{ b }}c\" dj-key='{{ k }}'>",
        &["p dj-click=*", "p dj-key=*"],
    );
    check(
        "<p dj-click=\"{% if a %}b{% else %}c{% endif %}\">",
        &["p dj-click=*"],
    );
    check(
        "<p dj-click=\"{% raw %}{{a}}{% endraw %}\">",
        &["p dj-click={{a}}"],
    );
    check("<p dj-click=\"a{# note #}b\">", &["p dj-click=ab"]);
    check("<p dj-{{ event }}=\"a\" dj-key=1>", &["p dj-key=1"]);
    check("<p {{ attributes | safe }} dj-key=1>", &["p dj-key=1"]);
    check("<p title=\"{{ a }}\" dj-key=1>", &["p dj-key=1"]);
    check("<{{ tag }} dj-key=1>", &[" dj-key=1"]);
    check("<h{{ level }} dj-key=1>", &[" dj-key=1"]);
    check("{{ a }}<p dj-key=1>{{ b }}</p>", &["p dj-key=1"]);
    check("<script>{{ a }}</script><p dj-key=1>", &["p dj-key=1"]);
}

#[test]
fn conditions_around_attributes() {
    check(
        "<p{% if a %} dj-click=\"a\"{% endif %} dj-key=1>",
        &["p dj-click=a", "p dj-key=1"],
    );
    check(
        "<p dj-root{% if a %} class=\"b\"{% endif %}>",
        &["p dj-root="],
    );
    check(
        "<p dj-{% if a %}click{% endif %}=\"a\" dj-key=1>",
        &["p dj-key=1"],
    );
    check("<p {% if a %}dj-key=b{% endif %}>", &["p dj-key=b"]);
    check(
        "<p dj-key={% if a %}b{% else %}c{% endif %}>",
        &["p dj-key=c", "p dj-key=b"],
    );
    check(
        "<p dj-key=a{% if a %}{% else %}c{% endif %}>",
        &["p dj-key=*"],
    );
    check("<p dj-key={% if a %}b{% endif %}c>", &["p dj-key=*"]);
    check(
        "<p dj-root{% if a %}{% else %} dj-key=1{% endif %}>",
        &["p dj-root=", "p dj-key=1"],
    );
    check(
        "<p {% if a %}dj-click=\"b\"{% elif c %}dj-click=\"d\"{% else %}dj-submit=e{% endif %} dj-key=1>",
        &[
            "p dj-click=b",
            "p dj-click=d",
            "p dj-submit=e",
            "p dj-key=1",
        ],
    );
    check(
        "{% if a %}<p dj-click=b>{% else %}<div dj-click=c>{% endif %}dj-click=no<p dj-key=1>",
        &["p dj-click=b", "div dj-click=c", "p dj-key=1"],
    );
    check(
        "<p {% if a %}dj-click=b>{% else %}dj-click=c>{% endif %}",
        &["p dj-click=b", "p dj-click=c"],
    );
    check(
        "<p dj-click={% if a %}\"b\"{% else %}\"c\"{% endif %}>",
        &["p dj-click=b", "p dj-click=c"],
    );
    check(
        "{% for r in rows %}<p dj-click=a>{% else %}<p dj-click=b>{% endfor %}",
        &["p dj-click=a", "p dj-click=b"],
    );
    check(
        "{% set x %}<p dj-click=a>{% endset %}<b title=\"{{ x }}\" dj-key=1>",
        &["p dj-click=a", "b dj-key=1"],
    );
}

#[test]
fn attributes_across_templates() {
    let templates = [
        (
            "page",
            "{% extends 'base' %}{% block attributes %}dj-click=\"a\"{% endblock %}{% block body %}{% include 'part' %}{{ <Btn /> }}{% endblock %}",
        ),
        (
            "base",
            "<main dj-root {% block attributes %}dj-click=\"b\"{% endblock %}>{% block body %}{% endblock %}</main>",
        ),
        ("part", "<p dj-submit=\"c\">{% dj_flash %}"),
        (
            "c",
            "{% component Btn() %}<b dj-focus=\"d\">{% endcomponent %}{% component Unused() %}<b dj-blur=\"e\">{% endcomponent %}",
        ),
    ];
    assert_eq!(
        found(&templates),
        [
            "main dj-root=",
            "main dj-click=a",
            "p dj-submit=c",
            "b dj-focus=d"
        ]
    );
    let references = references(&templates);
    assert_eq!(references.root.unwrap().to_string(), "base:1:7");
    assert_eq!(references.flash.unwrap().to_string(), "part:1:18");
    let positions: Vec<String> = references
        .attributes
        .iter()
        .map(|attribute| attribute.position.to_string())
        .collect();
    assert_eq!(positions, ["base:1:7", "page:1:43", "part:1:4", "c:1:25"]);
}

#[test]
fn root_and_flash_are_found_or_not() {
    for (source, root, flash) in [
        ("<div></div>", None, None),
        ("<div dj-root></div>", Some("t:1:6"), None),
        (
            "é\r\n<div\r\n  dj-root>{% dj_flash position='top' %}",
            Some("t:3:3"),
            Some("t:3:11"),
        ),
        ("<div id=\"dj-flash-container\"></div>", None, Some("t:1:6")),
        ("<!-- <div dj-root> -->", None, None),
    ] {
        let references = references(&[("t", source)]);
        assert_eq!(
            references.root.map(|at| at.to_string()).as_deref(),
            root,
            "{source}"
        );
        assert_eq!(
            references.flash.map(|at| at.to_string()).as_deref(),
            flash,
            "{source}"
        );
    }
}

#[test]
fn what_is_known() {
    use AttributeKind::{Handler, Other, Unknown, UnknownModifier};
    for (attribute, kind) in [
        ("dj-click=a", Handler),
        ("dj-click-away=a", Handler),
        ("dj-window-keydown.escape=a", Handler),
        ("dj-window-scroll=a", Handler),
        ("dj-viewport-bottom=a", Handler),
        ("dj-value-id=1", Other),
        ("dj-update=append", Other),
        ("dj-root", Other),
        ("dj-value-=1", Unknown),
        ("dj-window-=a", Unknown),
        ("dj-clikc=a", Unknown),
        ("dj-=a", Unknown),
        ("dj-click.twice=a", UnknownModifier),
        ("dj-keydown.=a", UnknownModifier),
    ] {
        let references = references(&[("t", &format!("<p {attribute}>"))]);
        assert_eq!(references.attributes[0].kind, kind, "{attribute}");
    }
}

#[test]
fn handlers_are_those_with_a_written_name() {
    let references = references(&[(
        "t",
        "<p dj-click=\"a\" dj-focus=\"{{ b }}\" dj-key=\"c\" dj-clikc=\"d\">",
    )]);
    let names: Vec<&str> = references.handlers().map(|(name, _)| name).collect();
    assert_eq!(names, ["a"]);
}
