//! What templates refer to.

use std::sync::Arc;

use relive_template::{Engine, References, TeraEngine};

fn references(templates: &[(&str, &str)]) -> References {
    let mut engine = TeraEngine::new();
    for (name, source) in templates {
        engine.add_inline(name, source).unwrap();
    }
    for function in ["f", "g", "url", "can"] {
        engine.add_function(function, Arc::new(|_| Ok(String::new())));
    }
    engine.finish().unwrap();
    engine.references(templates[0].0).unwrap()
}

/// The free variables of the first template, with `?` behind those that may be missing.
fn free(templates: &[(&str, &str)]) -> String {
    let references = references(templates);
    let mut names: Vec<String> = Vec::new();
    for variable in &references.variables {
        let name = format!(
            "{}{}",
            variable.name,
            if variable.optional { "?" } else { "" }
        );
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(" ")
}

fn check(source: &str, expected: &str) {
    assert_eq!(free(&[("t", source)]), expected, "{source}");
}

#[test]
fn variables_in_expressions() {
    check("plain", "");
    check("{{ a }}{{ b.c.d }}{{ e[0].f }}{{ g[h] }}", "a b e g h");
    check("{{ a + b * -c ~ d // 2 ** e }}", "a b c d e");
    check("{{ not a }}", "a?");
    check("{{ (a.b) }}{{ a.b - 1.5 }}", "a");
    check(
        "{{ [a, b, ...c] }}{{ {'k': d, 'l': 'm', ...e} }}",
        "a b c d e",
    );
    check("{{ a[b:c] }}{{ d[::-1] }}", "a b c d");
    check("{{ a if b else c }}", "a b? c");
    check("{{ a.b if c.d > e else f }}", "a c e f");
    check("{{ a in b }}{{ a not in c }}", "a b c");
    check(
        "{{ true }}{{ True }}{{ false }}{{ none }}{{ None }}{{ null }}{{ 'a' }}{{ 1 }}",
        "",
    );
    check("{{ 'a b' }}{{ \"c {{ d }}\" }}{{ `e` }}", "");
    check("{% raw %}{{ a }}{% endraw %}{# {{ b }} #}", "");
    check("{{ dj_flash_messages | safe }}", "dj_flash_messages");
    check("{{ __tera_context }}", "");
}

#[test]
fn filters_tests_functions_and_their_arguments() {
    check("{{ a | upper | replace(from=b, to='c') }}", "a b");
    check("{{ a is divisible_by(divisor=b) }}", "a? b");
    check("{{ range(end=a) }}{{ f(x=g(y=b), z=[c]) }}", "a b c");
    check(
        "{% filter upper | replace(from=a, to=b) %}{{ c }}{% endfilter %}",
        "a b c",
    );
    check("{% for x in range(end=3) %}{{ x }}{% endfor %}", "");
}

#[test]
fn variables_that_may_be_missing() {
    check("{% if a %}{% elif b %}{% endif %}", "a? b?");
    check("{% if (a) %}{% endif %}", "a?");
    check("{% if a and b.c or not d %}{% endif %}", "a? b d?");
    check("{% if a is defined %}{{ a.b }}{% endif %}", "a?");
    check("{% if a is not defined %}{% endif %}", "a?");
    check("{{ a | default(value=b) }}", "a? b");
    check(
        "{{ a?.b | default(value='') }}{{ c?[0] | default(value='') }}",
        "a? c?",
    );
    check("{{ a.b | default(value='') }}{{ c.d is defined }}", "a c");
    check("{% if page == 'home' %}{% endif %}", "page?");
    check("{% if count > 1 %}{% endif %}", "count");
    check("{{ a or 'none' }}", "a?");
    check("{% if f(x=a) %}{% endif %}", "a");
}

#[test]
fn names_that_loops_bind() {
    check(
        "{% for r in rows %}{{ r.id }}{{ loop.index }}{{ q }}{% endfor %}{{ r }}",
        "rows q r",
    );
    check("{% for k, v in map %}{{ k }}{{ v }}{% endfor %}", "map");
    check(
        "{% for t in t %}{{ t }}{% for t in t %}{{ t }}{% endfor %}{% endfor %}",
        "t",
    );
    check(
        "{% for x in a %}{{ x }}{% else %}{{ x }}{% endfor %}",
        "a x",
    );
    check("{% for x in a if b else c %}{% endfor %}", "a b? c");
    check(
        "{% for x in a %}{% for y in x.b %}{{ x }}{{ y }}{{ z }}{% endfor %}{% endfor %}",
        "a z",
    );
    check(
        "{% for x in a %}{% for y in b %}{% else %}{{ loop.index }}{% endfor %}{% endfor %}",
        "a b",
    );
    check("{{ loop.index }}", "loop");
    check("{{ [x.a ~ y for x in b if x.c and d] }}{{ x }}", "b y d? x");
    check("{{ [x for x in x] | join(sep=',') }}", "x");
    check("{{ [k ~ v for k, v in m] }}", "m");
    check("{{ [[x, z] for x in [1, 2]] | first }}", "z");
}

#[test]
fn names_that_set_binds() {
    check("{% set a = b %}{{ a }}", "b");
    check("{% set a %}{{ b }}{% endset %}{{ a }}", "b");
    check(
        "{% set a | replace(from=c, to='') %}x{% endset %}{{ a }}",
        "c",
    );
    check("{% if a %}{% set b = 1 %}{% endif %}{{ b }}", "a?");
    check(
        "{% for x in a %}{% set b = x %}{{ b }}{% endfor %}{{ b }}",
        "a b",
    );
    check(
        "{% for x in a %}{% set_global b = x %}{% endfor %}{{ b }}",
        "a",
    );
    check(
        "{% for x in a %}{% if not loop.first %}{{ b }}{% endif %}{% set_global b = x %}{% endfor %}",
        "a",
    );
    check(
        "{% set title = title | default(value='x') %}{{ title }}",
        "",
    );
}

#[test]
fn parents_and_blocks() {
    let base = "{{ a }}{% block one %}{{ b }}{% endblock %}{% block two %}{{ c }}{% endblock %}";
    let extends = "{% extends 'base' %}";
    for (child, expected) in [
        ("", "a b c"),
        ("{% block one %}{{ d }}{% endblock %}", "a d c"),
        (
            "{% block one %}{{ super() }}{{ d }}{% endblock one %}",
            "a b d c",
        ),
        ("{% block two %}{% set e = 1 %}{{ e }}{% endblock %}", "a b"),
    ] {
        let templates = [("page", &*format!("{extends}{child}")), ("base", base)];
        assert_eq!(free(&templates), expected, "{child}");
    }
    let templates = [
        (
            "page",
            "{% extends 'middle' %}{% block one %}{{ super() }}{{ x }}{% endblock %}",
        ),
        (
            "middle",
            "{% extends 'base' %}{% block one %}{{ super() }}{{ y }}{% block new %}{{ z }}{% endblock %}{% endblock %}",
        ),
        ("base", base),
    ];
    assert_eq!(free(&templates), "a b y z x c");
    let names: Vec<String> = references(&templates).templates.into_iter().collect();
    assert_eq!(names, ["base", "middle", "page"]);
    let templates = [
        (
            "page",
            "{% extends 'base' %}{% block one %}{{ title }}{% endblock %}",
        ),
        ("base", "{% set title = 'x' %}{% block one %}{% endblock %}"),
    ];
    assert_eq!(free(&templates), "");
}

#[test]
fn includes_see_what_is_bound() {
    let part = ("part", "{{ r.id }}{{ a }}{% set own = 1 %}{{ own }}");
    for (page, expected) in [
        (
            "{% for r in rows %}{% include 'part' %}{% endfor %}",
            "rows a",
        ),
        ("{% include 'part' %}", "r a"),
        (
            "{% for r in rows %}{% include 'part' %}{% endfor %}{% include 'part' %}",
            "rows a r",
        ),
        ("{% set r = {} %}{% include 'part' %}{{ own }}", "a own"),
    ] {
        assert_eq!(free(&[("page", page), part]), expected, "{page}");
    }
    let deep = [
        (
            "page",
            "{% for x in xs %}{% include 'one' %}{% include 'one' %}{% endfor %}",
        ),
        ("one", "{% include 'two' %}{% include 'two' %}"),
        ("two", "{{ x }}{{ y }}"),
    ];
    assert_eq!(free(&deep), "xs y");
}

#[test]
fn components_have_their_own_variables() {
    let button = "{% component Ui.Btn(label: string, kind='a', @user, @theme=none, ...rest) {'meta': 1} %}\
         {{ label }}{{ kind }}{{ user }}{{ theme }}{{ rest }}{{ body }}{{ mystery }}{% endcomponent Ui.Btn %}";
    for (page, expected) in [
        (
            "{{ <Ui.Btn label={a.b} kind=\"c\" /> }}",
            "a user theme? mystery",
        ),
        (
            "{{ <Ui.Btn label user={x} theme=\"d\" /> }}",
            "label x mystery",
        ),
        ("{{ <Ui.Btn {...props} /> }}", "props mystery"),
        (
            "{% set user = 1 %}{{ <Ui.Btn label=\"x\" /> }}",
            "theme? mystery",
        ),
        (
            "{% <Ui.Btn label={a}> %}{{ inner }}{% </Ui.Btn> %}",
            "a user theme? mystery inner",
        ),
        ("{% if a <b %}{% endif %}", "a b"),
    ] {
        assert_eq!(free(&[("page", page), ("ui", button)]), expected, "{page}");
    }
    let nested = [
        ("page", "{% for t in ts %}{{ <Outer /> }}{% endfor %}"),
        (
            "c",
            "{% component Inner(@t) %}{{ t }}{% endcomponent %}{% component Outer() %}{{ <Inner /> }}{% endcomponent %}",
        ),
    ];
    assert_eq!(free(&nested), "ts");
    let tree = [
        ("page", "{{ <Tree of={root} /> }}"),
        (
            "c",
            "{% component Tree(of) %}<li dj-click=\"open\">{% for c in of.children %}{{ <Tree of={c} /> }}{% endfor %}</li>{% endcomponent %}",
        ),
    ];
    assert_eq!(free(&tree), "root");
    assert_eq!(references(&tree).handlers().count(), 1);
}

#[test]
fn calls_have_their_literal_arguments() {
    let source =
        "{{ url(name='item', pk=row.id, q=\"a\" ~ b) }}\n{% if can(what=f(x=1)) %}{% endif %}";
    let found: Vec<String> = references(&[("t", source)])
        .functions
        .into_iter()
        .map(|call| format!("{} {} {:?}", call.position, call.name, call.arguments))
        .collect();
    assert_eq!(
        found,
        [
            r#"t:1:4 url [("name", Some("item")), ("pk", None), ("q", None)]"#,
            r#"t:2:7 can [("what", None)]"#,
            r#"t:2:16 f [("x", None)]"#,
        ]
    );
}
