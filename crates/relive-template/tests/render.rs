//! What templates render to.

use std::collections::BTreeMap;
use std::sync::Arc;

use relive_template::{Context, Engine, ErrorKind, TeraEngine};
use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::json;

fn engine(templates: &[(&str, &str)]) -> TeraEngine {
    let mut engine = TeraEngine::new();
    for (name, source) in templates {
        engine.add_inline(name, source).unwrap();
    }
    engine.finish().unwrap();
    engine
}

fn context(engine: &TeraEngine, values: &serde_json::Value) -> Context {
    let mut context = engine.context();
    for (name, value) in values.as_object().unwrap() {
        context.try_insert(name, value).unwrap();
    }
    context
}

fn render(engine: &TeraEngine, template: &str, context: &Context) -> String {
    let mut out = String::new();
    engine.render(template, context, &mut out).unwrap();
    out
}

fn check(source: &str, expected: &str) {
    let engine = engine(&[("t", source)]);
    let values = json!({
        "rows": [{"id": 1, "label": "a"}, {"id": 2, "label": "<b>"}],
        "empty": [],
        "html": "<i title=\"x\" lang='y'>&</i>",
        "name": "Zoë",
        "one": 1,
        "float": 1.0,
        "dj_flash_messages": "<p>hi</p>",
    });
    assert_eq!(
        render(&engine, "t", &context(&engine, &values)),
        expected,
        "{source}"
    );
}

#[test]
fn values_are_escaped_everywhere() {
    let escaped = "&lt;i title=&quot;x&quot; lang=&#39;y&#39;&gt;&amp;&lt;/i&gt;";
    check("{{ html }}", escaped);
    check(
        "<a title=\"{{ html }}\">",
        &format!("<a title=\"{escaped}\">"),
    );
    check("<a title='{{ html }}'>", &format!("<a title='{escaped}'>"));
    check("{{ html | safe }}", "<i title=\"x\" lang='y'>&</i>");
    check("{{ html ~ '<' }}", &format!("{escaped}&lt;"));
    check("{{ [html] | first }}", escaped);
    check("{% set copy = html %}{{ copy }}", escaped);
    check("{% set copy %}{{ html }}{% endset %}{{ copy }}", escaped);
    check("{% for r in rows %}{{ r.label }}{% endfor %}", "a&lt;b&gt;");
    for name in ["t.html", "t.txt", "t.js", "t", ""] {
        let engine = engine(&[(name, "{{ html }}")]);
        let context = context(&engine, &json!({"html": "<"}));
        assert_eq!(
            render(&engine, name, &context),
            "&lt;",
            "in a template named {name:?}"
        );
    }
}

#[test]
fn escaped_in_includes_parents_and_components() {
    let engine = engine(&[
        ("base.txt", "{% block a %}{% endblock %}"),
        ("part.txt", "{{ x }}"),
        ("c.txt", "{% component C(v) %}{{ v }}{% endcomponent C %}"),
        (
            "page.txt",
            "{% extends 'base.txt' %}{% block a %}{% include 'part.txt' %}{{ <C v={x} /> }}{% endblock %}",
        ),
    ]);
    let context = context(&engine, &json!({"x": "<"}));
    assert_eq!(render(&engine, "page.txt", &context), "&lt;&lt;");
}

#[test]
fn delimiters_in_every_place() {
    check(
        "{% raw %}{{ x }}{% dj_flash %}{% endraw %}",
        "{{ x }}{% dj_flash %}",
    );
    check("{# {{ nope }} {% dj_flash bad %} #}a", "a");
    check("{{ '}} {% dj_flash %}' | safe }}", "}} {% dj_flash %}");
    check("{{ \"%}\" }}{{ `'` }}", "%}&#39;");
    check("a {%- if one -%} b {%- endif %} c", "ab c");
    check("a\r\n{{ one }}\r\nb", "a\r\n1\r\nb");
    check("{{ name }} ☃", "Zoë ☃");
    check("\u{feff}{{ one }}", "1");
    check("{ { one } } {one}", "{ { one } } {one}");
}

#[test]
fn numbers_keep_their_kind() {
    check("{{ one }} {{ float }} {{ one == float }}", "1 1.0 true");
    check("{{ one + one }} {{ float + one }}", "2 2.0");
}

#[test]
fn undefined_variables() {
    for source in [
        "{{ x }}",
        "{{ x.y }}",
        "{{ one.y }}",
        "{{ x[0] }}",
        "{{ x | upper }}",
        "{{ x + 1 }}",
        "{% for y in x %}{% endfor %}",
        "{% if x.y %}{% endif %}",
        "{{ x.y | default(value='') }}",
    ] {
        let engine = engine(&[("t", source)]);
        let context = context(&engine, &json!({"one": {}}));
        let error = engine
            .render("t", &context, &mut String::new())
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Render, "{source}");
        assert!(
            error.message().contains("is not defined"),
            "{source}: {error}"
        );
    }
    check(
        "{% if x %}a{% else %}b{% endif %}{% if x == 1 %}c{% endif %}",
        "b",
    );
    check(
        "{{ 'a' ~ x }}{{ x or 'b' }}{{ x | default(value='c') }}{{ x is defined }}",
        "abcfalse",
    );
}

#[test]
fn loops_have_their_variables() {
    check(
        "{% for r in rows %}{{ loop.index }}/{{ loop.length }}{% if loop.last %}.{% endif %}{% endfor %}",
        "1/22/2.",
    );
    check(
        "{% for r in empty %}{{ r }}{% else %}none{% endfor %}",
        "none",
    );
}

#[test]
fn the_flash_container() {
    let html = "<div id=\"dj-flash-container\" class=\"dj-flash-container\" aria-live=\"polite\" \
                data-dj-auto-dismiss=\"5000\"><p>hi</p></div>";
    check("{% dj_flash %}", html);
    check("a {%- dj_flash -%} b", &format!("a{html}b"));
    check("a {% dj_flash\n%} b", &format!("a {html} b"));
    check("{% if one %}{% dj_flash %}{% endif %}", html);
    let silent = engine(&[("t", "{% dj_flash %}")]);
    let out = render(&silent, "t", &silent.context());
    assert!(out.ends_with("\"5000\"></div>"), "without messages: {out}");
    let engine = engine(&[
        (
            "base",
            "<body>{% block flash %}{% endblock %}{% include 'part' %}</body>",
        ),
        ("part", "{% dj_flash auto_dismiss=0 position='top-right' %}"),
        (
            "page",
            "{% extends 'base' %}{% block flash %}-{% endblock %}",
        ),
    ]);
    let context = context(&engine, &json!({"dj_flash_messages": ""}));
    assert_eq!(
        render(&engine, "page", &context),
        "<body>-<div id=\"dj-flash-container\" class=\"dj-flash-container dj-flash-top-right\" \
         aria-live=\"polite\" data-dj-auto-dismiss=\"0\"></div></body>"
    );
}

#[test]
fn a_bad_flash_tag_is_refused() {
    for (tag, message, column) in [
        (
            "{% dj_flash auto_dismis=1 %}",
            "`dj_flash` has no argument `auto_dismis`",
            15,
        ),
        (
            "{% dj_flash auto_dismiss=-1 %}",
            "`auto_dismiss` takes whole milliseconds, found `-`",
            28,
        ),
        (
            "{% dj_flash auto_dismiss=soon %}",
            "`auto_dismiss` takes whole milliseconds, found `soon`",
            28,
        ),
        (
            "{% dj_flash auto_dismiss %}",
            "`auto_dismiss` needs a value",
            15,
        ),
        (
            "{% dj_flash position: 'x' %}",
            "expected `=` after `position`, found `:`",
            23,
        ),
        (
            "{% dj_flash position=corner %}",
            "`position` takes a string such as \"top-right\", found `corner`",
            24,
        ),
        (
            "{% dj_flash position='' %}",
            "`position` takes a string such as \"top-right\", found `''`",
            24,
        ),
        (
            "{% dj_flash 5000 %}",
            "expected an argument of `dj_flash`, found `5000`",
            15,
        ),
        (
            "{% dj_flash auto_dismiss=1 auto_dismiss=2 %}",
            "`auto_dismiss` is given twice",
            30,
        ),
    ] {
        let error = TeraEngine::new()
            .add_inline("t", &format!("\nab{tag}"))
            .unwrap_err();
        assert_eq!(error.message(), message);
        assert_eq!(error.kind(), ErrorKind::Syntax);
        let position = error.position().unwrap();
        assert_eq!((position.line, position.column), (2, column), "{tag}");
    }
}

#[derive(Serialize)]
struct Everything {
    option: Option<i32>,
    some: Option<i32>,
    unit: Kind,
    tuple: Kind,
    fields: Kind,
    character: char,
    nan: f64,
    float: f32,
    unsigned: u64,
    signed: i64,
    huge: i128,
    keys: BTreeMap<i32, &'static str>,
    nothing: (),
}

#[derive(Serialize)]
enum Kind {
    Open,
    Pair(u8, u8),
    Named { at: u8 },
}

#[test]
fn every_kind_of_value() {
    let everything = Everything {
        option: None,
        some: Some(-1),
        unit: Kind::Open,
        tuple: Kind::Pair(1, 2),
        fields: Kind::Named { at: 3 },
        character: 'é',
        nan: f64::NAN,
        float: 0.5,
        unsigned: u64::MAX,
        signed: i64::MIN,
        huge: i128::MAX,
        keys: BTreeMap::from([(2, "two"), (10, "ten")]),
        nothing: (),
    };
    let engine = engine(&[(
        "t",
        "{{ v.option }}|{{ v.some }}|{{ v.unit }}|{{ v.tuple.Pair[1] }}|{{ v.fields.Named.at }}|\
         {{ v.character }}|{{ v.nan }}|{{ v.float }}|{{ v.unsigned }}|{{ v.signed }}|{{ v.huge }}|\
         {% for k, s in v.keys %}{{ k }}={{ s }};{% endfor %}|{{ v.keys[10] }}|{{ v.nothing }}",
    )]);
    let mut context = engine.context();
    context.try_insert("v", &everything).unwrap();
    assert_eq!(
        render(&engine, "t", &context),
        "|-1|Open|2|3|é|NaN|0.5|18446744073709551615|-9223372036854775808|\
         170141183460469231731687303715884105727|2=two;10=ten;|ten|"
    );
}

/// A map in an order of its own.
struct Backwards;

impl Serialize for Backwards {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(20))?;
        for key in (0..20).rev() {
            map.serialize_entry(&format!("k{key:02}"), &key)?;
        }
        map.end()
    }
}

#[test]
fn maps_keep_their_order() {
    let engine = engine(&[("t", "{% for k, v in m %}{{ v }} {% endfor %}")]);
    let mut context = engine.context();
    context.try_insert("m", &Backwards).unwrap();
    let expected: String = (0..20).rev().map(|key| format!("{key} ")).collect();
    assert_eq!(render(&engine, "t", &context), expected);
}

struct Unspeakable;

impl Serialize for Unspeakable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("the lock is poisoned"))
    }
}

#[test]
fn a_value_that_does_not_serialise_is_named() {
    let engine = engine(&[("t", "{{ a }}")]);
    let mut context = engine.context();
    context.try_insert("a", "before").unwrap();
    let error = context.try_insert("a", &Unspeakable).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Value);
    assert_eq!(
        error.to_string(),
        "variable `a` has no form that templates know: the lock is poisoned"
    );
    assert_eq!(render(&engine, "t", &context), "before");
    let keys = BTreeMap::from([((1, 2), "pair")]);
    let error = context.try_insert("keys", &keys).unwrap_err();
    assert_eq!(
        error.message(),
        "variable `keys` has no form that templates know: map key must be string, integer, or bool"
    );
}

#[test]
fn a_context_tells_what_it_has() {
    let mut context = TeraEngine::new().context();
    context.try_insert("b", &1).unwrap();
    context.try_insert("a", &1).unwrap();
    context.try_insert("a", "secret").unwrap();
    assert_eq!(context.names(), ["a", "b"]);
    assert_eq!(format!("{context:?}"), r#"Context(["a", "b"])"#);
    assert!(context.remove("a"));
    assert!(!context.remove("a"));
    assert!(!context.contains("a") && context.contains("b"));
    assert_eq!(context.names(), ["b"]);
}

#[test]
fn functions_get_their_arguments() {
    let mut engine = TeraEngine::new();
    engine
        .add_inline("t", "{{ f(b=[1, 2], a='x', c=none) }} {{ g() }}")
        .unwrap();
    engine.add_function(
        "f",
        Arc::new(|arguments| {
            Ok(arguments
                .iter()
                .map(|(name, value)| format!("{name}={value};"))
                .collect())
        }),
    );
    engine.finish().unwrap_err();
    engine.add_function("g", Arc::new(|_| Ok("<&>".to_owned())));
    engine.finish().unwrap();
    let context = engine.context();
    assert_eq!(
        render(&engine, "t", &context),
        "a=&quot;x&quot;;b=[1,2];c=null; &lt;&amp;&gt;"
    );
    engine.add_function("g", Arc::new(|_| Ok("again".to_owned())));
    assert!(render(&engine, "t", &context).ends_with("again"));
}

#[test]
fn output_is_appended_and_a_failure_leaves_it() {
    let engine = engine(&[("good", "é"), ("bad", "written{{ nope }}")]);
    let context = engine.context();
    let mut out = "before ".to_owned();
    engine.render("good", &context, &mut out).unwrap();
    assert_eq!(out, "before é");
    engine.render("bad", &context, &mut out).unwrap_err();
    assert_eq!(out, "before é");
}

#[test]
fn the_order_of_use_is_checked() {
    let mut engine = TeraEngine::new();
    engine
        .add_inline(
            "child",
            "{% extends 'parent' %}{% block a %}b{% endblock %}",
        )
        .unwrap();
    let context = engine.context();
    let mut out = String::new();
    let error = engine.render("child", &context, &mut out).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(
        engine.references("child").unwrap_err().kind(),
        ErrorKind::Usage
    );
    assert!(engine.finish().is_err());
    engine
        .add_inline("parent", "a{% block a %}{% endblock %}")
        .unwrap();
    engine.finish().unwrap();
    assert_eq!(render(&engine, "child", &context), "ab");
    assert_eq!(engine.names(), ["child", "parent"]);
    assert!(engine.contains("child") && !engine.contains("Child"));
    let error = engine.render("chidl", &context, &mut out).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(
        error.to_string(),
        "there is no template `chidl`\n  = help: did you mean `child`?"
    );
}

#[test]
fn rendering_from_many_threads() {
    let engine = engine(&[("t", "{% for r in rows %}{{ r }},{% endfor %}")]);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let engine = &engine;
            scope.spawn(move || {
                for round in 0..50 {
                    let mut context = engine.context();
                    context.try_insert("rows", &[thread, round]).unwrap();
                    assert_eq!(render(engine, "t", &context), format!("{thread},{round},"));
                }
            });
        }
    });
}

#[test]
fn a_value_that_did_not_go_in_makes_the_render_fail() {
    let mut engine = TeraEngine::new();
    engine.add_inline("t", "text").unwrap();
    engine.finish().unwrap();
    let mut context = engine.context();
    context.insert("fine", &1);
    context.insert("bad", &Unspeakable);
    let error = engine
        .render("t", &context, &mut String::new())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Value);
    assert!(error.to_string().contains("`bad`"), "{error}");
}
