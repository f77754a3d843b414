//! Random templates: what is reported as free is what rendering cannot do without.

use proptest::prelude::*;
use relive_template::{Engine, TeraEngine};

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

fn name() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(NAMES.to_vec())
}

/// Templates whose every part is rendered, over strings of one character, which can be written as
/// well as iterated. With `set`, a name may be used before it is set.
fn template(set: bool) -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        name().prop_map(|a| format!("{{{{ {a} }}}}")),
        name().prop_map(|a| format!("{{{{- {a} | upper -}}}}")),
        (name(), name(), name())
            .prop_map(|(a, b, c)| format!("{{{{ [{a} | upper for {b} in {c}] | join(sep='') }}}}")),
        name().prop_map(|a| format!("{{# {{{{ {a} }}}} #}}{{% raw %}}{{{{ {a} }}}}{{% endraw %}}")),
        name().prop_map(|a| format!("{{{{ '{a}' ~ \"}}}}{a}\" }}}}")),
        Just("{% include 'part' %}".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let body = proptest::collection::vec(inner, 1..4).prop_map(|parts| parts.concat());
        let looped = (name(), name(), body.clone())
            .prop_map(|(a, b, body)| format!("{{% for {a} in {b} %}}{body}{{% endfor %}}"));
        let filtered = body
            .clone()
            .prop_map(|body| format!("{{% filter upper %}}{body}{{% endfilter %}}"));
        if !set {
            return prop_oneof![looped, filtered, body].boxed();
        }
        let word = prop_oneof![Just("set"), Just("set_global")];
        let assigned = (word, name(), name())
            .prop_map(|(word, a, b)| format!("{{% {word} {a} = {b} | upper %}}"));
        let captured = (name(), body.clone())
            .prop_map(|(a, body)| format!("{{% set {a} %}}x{body}{{% endset %}}"));
        prop_oneof![looped, filtered, body, assigned, captured].boxed()
    })
}

struct Page {
    engine: TeraEngine,
    free: Vec<String>,
}

impl Page {
    fn new(page: &str, part: &str) -> Self {
        let mut engine = TeraEngine::new();
        engine.add_inline("page", page).unwrap();
        engine.add_inline("part", part).unwrap();
        engine.finish().unwrap();
        let variables = engine.references("page").unwrap().variables;
        assert!(variables.iter().all(|variable| !variable.optional));
        let mut free: Vec<String> = variables
            .into_iter()
            .map(|variable| variable.name)
            .collect();
        free.sort();
        free.dedup();
        Self { engine, free }
    }

    fn renders<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> bool {
        let mut context = self.engine.context();
        for name in names {
            context.try_insert(name, "x").unwrap();
        }
        self.engine
            .render("page", &context, &mut String::new())
            .is_ok()
    }
}

fn without_includes(part: &str) -> String {
    part.replace("{% include 'part' %}", "")
}

/// Pieces that make templates, most of them wrong.
fn scraps() -> impl Strategy<Value = String> {
    let pieces = vec![
        "{{ ",
        " }}",
        "{% ",
        " %}",
        "{%- ",
        " -%}",
        "{#",
        "#}",
        "{% if a %}",
        "{% endif %}",
        "{% else %}",
        "{% for a in b %}",
        "{% endfor %}",
        "{% dj_flash ",
        "position=",
        "auto_dismiss=",
        "'top'",
        "\"",
        "7",
        "a",
        ".",
        "|",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "=",
        "...",
        "<",
        "</",
        ">",
        "é",
        "\r\n",
        "\\",
        "{% raw %}",
        "{% endraw %}",
        "{% set x = a %}",
        "{% set x %}",
        "{% endset %}",
        " for x in ",
        "{{ <C a={b} /> }}",
        "{% component C(a, @b=1) %}",
        "{% endcomponent %}",
        "<p dj-click=",
        "\">",
        "{% include 't' %}",
        "{% extends 't' %}",
        "{% block a %}",
        "{% endblock %}",
        "\u{feff}",
        "☃ ",
    ];
    proptest::collection::vec(proptest::sample::select(pieces), 0..12)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    /// Whatever is wrong with a template is an error with a place in it, and never a panic.
    #[test]
    fn every_template_is_taken_or_refused(source in scraps()) {
        let mut engine = TeraEngine::new();
        let error = match engine.add_inline("t", &source) {
            Err(error) => Some(error),
            Ok(()) => engine.finish().err().and_then(|errors| errors.into_iter().next()),
        };
        match error {
            Some(error) => {
                let position = error.position().expect("a place").clone();
                let text = source.strip_prefix('\u{feff}').unwrap_or(&source);
                let line = text.split('\n').nth(position.line - 1);
                prop_assert_eq!(line.map(|line| line.trim_end_matches('\r')), error.source_line());
                prop_assert!(!error.to_string().is_empty());
            }
            None => {
                engine.references("t").unwrap();
            }
        }
    }

    #[test]
    fn free_variables_are_needed_and_suffice(page in template(false), part in template(false)) {
        let tested = Page::new(&page, &without_includes(&part));
        let free = || tested.free.iter().map(String::as_str);
        prop_assert!(tested.renders(free()), "{page}\n{part}\n{:?}", tested.free);
        for name in free() {
            let renders = tested.renders(free().filter(|own| *own != name));
            prop_assert!(!renders, "{name} is not needed in {page}\n{part}");
        }
    }

    /// Here a name may count as bound although it is set too late, but never the other way round.
    #[test]
    fn with_set_free_variables_are_needed(page in template(true), part in template(true)) {
        let tested = Page::new(&page, &without_includes(&part));
        for name in &tested.free {
            let renders = tested.renders(NAMES.into_iter().filter(|own| own != name));
            prop_assert!(!renders, "{name} is not needed in {page}\n{part}");
        }
    }
}
