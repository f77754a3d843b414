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

struct Outcome {
    free: Vec<String>,
    renders: Box<dyn Fn(&[String]) -> bool>,
}

fn outcome(page: &str, part: &str) -> Outcome {
    let mut engine = TeraEngine::new();
    engine.add_inline("page", page).unwrap();
    engine.add_inline("part", part).unwrap();
    engine.finish().unwrap();
    let references = engine.references("page").unwrap();
    let mut free: Vec<String> = references
        .variables
        .iter()
        .map(|variable| variable.name.clone())
        .collect();
    free.sort();
    free.dedup();
    assert!(
        references
            .variables
            .iter()
            .all(|variable| !variable.optional)
    );
    let renders = Box::new(move |names: &[String]| {
        let mut context = engine.context();
        for name in names {
            context.insert(name, "x").unwrap();
        }
        engine.render("page", &context, &mut String::new()).is_ok()
    });
    Outcome { free, renders }
}

fn without_includes(part: &str) -> String {
    part.replace("{% include 'part' %}", "")
}

proptest! {
    #[test]
    fn free_variables_are_needed_and_suffice(page in template(false), part in template(false)) {
        let outcome = outcome(&page, &without_includes(&part));
        prop_assert!((outcome.renders)(&outcome.free), "{page}\n{part}\n{:?}", outcome.free);
        for name in &outcome.free {
            let others: Vec<String> = outcome.free.iter().filter(|own| *own != name).cloned().collect();
            prop_assert!(!(outcome.renders)(&others), "{name} is not needed in {page}\n{part}");
        }
    }

    /// Here a name may count as bound although it is set too late, but never the other way round.
    #[test]
    fn with_set_free_variables_are_needed(page in template(true), part in template(true)) {
        let outcome = outcome(&page, &without_includes(&part));
        let all: Vec<String> = NAMES.into_iter().map(str::to_owned).collect();
        for name in &outcome.free {
            let others: Vec<String> = all.iter().filter(|own| *own != name).cloned().collect();
            prop_assert!(!(outcome.renders)(&others), "{name} is not needed in {page}\n{part}");
        }
    }
}
