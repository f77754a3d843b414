//! Loops over streams: when items are read, and what becomes of their rows.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use relive_template::{Context, Engine, Error, LazyItems, StreamRows, TakeItem, TeraEngine};
use serde_json::{Value, json};

/// Counts how many of its items were read.
#[derive(Default)]
struct Counted {
    items: Vec<Value>,
    read: AtomicUsize,
}

impl LazyItems for Counted {
    fn read(&self, take: &mut TakeItem<'_>) -> Result<(), Error> {
        for item in &self.items {
            self.read.fetch_add(1, Ordering::Relaxed);
            take(item)?;
        }
        Ok(())
    }
}

fn engine(templates: &[(&str, &str)]) -> TeraEngine {
    let mut engine = TeraEngine::new();
    for (name, source) in templates {
        engine.add_inline(name, source).unwrap();
    }
    engine.finish().unwrap();
    engine
}

fn stream(items: impl IntoIterator<Item = Value>) -> Arc<Counted> {
    Arc::new(Counted {
        items: items.into_iter().collect(),
        ..Counted::default()
    })
}

/// What is written besides rows, and the rows.
fn render(engine: &TeraEngine, context: &Context) -> (String, Vec<StreamRows>) {
    let mut out = "before ".to_owned();
    let rows = engine.render("page", context, &mut out).unwrap();
    (out.strip_prefix("before ").unwrap().to_owned(), rows)
}

fn texts(rows: &StreamRows) -> Vec<&str> {
    let ranges = rows.rows.iter().cloned();
    ranges.map(|range| &rows.html[range]).collect()
}

const PAGE: &str = r#"<main><ul id="xs" dj-update="stream">
  {% for x in xs %}
  <li dj-key="{{ x }}">{{ x }}</li>
  {% endfor %}
</ul><i>{{ n }}</i></main>"#;

#[test]
fn rows_are_cut_out_and_their_place_is_told() {
    let engine = engine(&[("page", PAGE)]);
    let mut context = engine.context();
    context.insert("n", &1);
    context.insert_stream("xs", stream([json!(1), json!("<b>")]));
    let (out, rows) = render(&engine, &context);
    assert_eq!(
        out,
        "<main><ul id=\"xs\" dj-update=\"stream\">\n  \n</ul><i>1</i></main>"
    );
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].stream, "xs");
    assert_eq!(rows[0].at, "page:2:15");
    assert_eq!(
        texts(&rows[0]),
        [
            "<li dj-key=\"1\">1</li>\n",
            "<li dj-key=\"&lt;b&gt;\">&lt;b&gt;</li>\n"
        ]
    );
    let place = rows[0].place - "before ".len();
    assert!(
        out[..place].ends_with("\"stream\">\n  "),
        "{}",
        &out[..place]
    );
}

#[test]
fn items_are_read_when_the_loop_is_reached_and_not_before() {
    let engine = engine(&[(
        "page",
        r#"{% if show %}<ul id="xs" dj-update="stream">{% for x in xs %}<li id="{{ x }}"></li>{% endfor %}</ul>{% endif %}"#,
    )]);
    let items = stream([json!(1), json!(2)]);
    let mut context = engine.context();
    context.insert_stream("xs", items.clone());
    for (show, read) in [(false, 0), (true, 2)] {
        context.insert("show", &show);
        let (_, rows) = render(&engine, &context);
        assert_eq!(items.read.load(Ordering::Relaxed), read);
        assert_eq!(rows.len(), usize::from(show));
    }
}

#[test]
fn a_stream_without_items_has_a_place_too() {
    let engine = engine(&[("page", PAGE)]);
    let mut context = engine.context();
    context.insert("n", &1);
    context.insert_stream("xs", stream([]));
    let (out, rows) = render(&engine, &context);
    assert!(rows[0].rows.is_empty());
    assert_eq!(&out[rows[0].place - 7..][..6], "\n</ul>");
}

#[test]
fn each_item_has_its_row_whatever_the_loop_does() {
    let engine = engine(&[(
        "page",
        r#"<ul id="xs" dj-update="stream">{% for x in xs %}{% if x == 2 %}{% continue %}{% endif %}{% if x == 4 %}{% break %}{% endif %}
           <li id="{{ x }}">{% for y in [1, 2] %}{{ y }}{% else %}{% endfor %}</li>{% endfor %}</ul>"#,
    )]);
    let mut context = engine.context();
    context.insert_stream("xs", stream((1..6).map(|n| json!(n))));
    let (_, rows) = render(&engine, &context);
    assert_eq!(
        texts(&rows[0]),
        [
            "<li id=\"1\">12</li>\n",
            "",
            "<li id=\"3\">12</li>\n",
            "",
            ""
        ]
    );
}

#[test]
fn streams_in_parents_blocks_and_includes() {
    let engine = engine(&[
        (
            "base",
            "<main>{% block body %}<ol id=\"a\" dj-update=\"stream\">{% for x in xs %}<li id=\"{{ x }}\"></li>{% endfor %}</ol>{% endblock %}</main>",
        ),
        (
            "page",
            "{% extends \"base\" %}{% block body %}<p>é</p>{{ super() }}{% include \"part\" %}{% endblock %}",
        ),
        (
            "part",
            "<ul id=\"b\" dj-update=\"stream\">{%- for y in ys -%} {% include \"row\" %} {%- endfor -%}</ul>",
        ),
        ("row", "<li id=\"{{ y }}\"></li>"),
    ]);
    let mut context = engine.context();
    context.insert_stream("xs", stream([json!("x")]));
    context.insert_stream("ys", stream([json!("y")]));
    let (out, rows) = render(&engine, &context);
    assert_eq!(
        out,
        "<main><p>é</p><ol id=\"a\" dj-update=\"stream\"></ol><ul id=\"b\" dj-update=\"stream\"></ul></main>"
    );
    let found: Vec<_> = rows
        .iter()
        .map(|rows| (rows.stream.as_str(), texts(rows)))
        .collect();
    assert_eq!(
        found,
        [
            ("xs", vec!["<li id=\"x\"></li>"]),
            ("ys", vec!["<li id=\"y\"></li>"])
        ]
    );
}

#[test]
fn lists_in_such_a_container_stay_in_the_output() {
    let engine = engine(&[("page", PAGE)]);
    let mut context = engine.context();
    context.insert("n", &1);
    context.insert("xs", &[1, 2]);
    // A stream that nobody loops over.
    context.insert_stream("other", stream([]));
    let (out, rows) = render(&engine, &context);
    assert!(rows.is_empty());
    assert!(out.contains("<li dj-key=\"1\">1</li>") && out.contains("<li dj-key=\"2\">"));
    assert!(!out.contains('\u{1}'), "{out:?}");
}

#[test]
fn values_that_look_like_marks_are_values() {
    let engine = engine(&[("page", PAGE)]);
    let mut context = engine.context();
    let mark = "\u{1}00000000000000000000e0\u{1}";
    context.insert("n", mark);
    context.insert_stream("xs", stream([json!(mark)]));
    let (out, rows) = render(&engine, &context);
    assert!(out.contains(mark));
    assert!(texts(&rows[0])[0].contains(mark));
}

#[test]
fn what_goes_wrong_is_told_with_its_place() {
    let list = "<ul id=a dj-update=stream>{% for x in xs %}<li id={{ x }}></li>{% endfor %}</ul>";
    let twice = format!("{list}\n{list}");
    let filtered = format!("{{% filter replace(from=\"0\", to=\"\") %}}{list}{{% endfilter %}}");
    for (page, expected) in [
        (
            twice.as_str(),
            "the stream `xs` is looped over a second time: page:1:39 did already\n --> page:2:39",
        ),
        (
            &filtered,
            "the rows of a stream are not written as they are",
        ),
        (
            "<ul id=a dj-update=stream>{% for x in xz %}<li id=b></li>{% endfor %}</ul>",
            "`xz`",
        ),
        (
            "<ul id=a dj-update=stream>{% for x in 5 %}<li id=b></li>{% endfor %}</ul>",
            "cannot iterate over an integer\n --> page:1:39",
        ),
    ] {
        let engine = engine(&[("page", page)]);
        let mut context = engine.context();
        context.insert_stream("xs", stream([json!(10), json!(100)]));
        let mut out = "kept".to_owned();
        let error = engine.render("page", &context, &mut out).unwrap_err();
        let told = error.to_string();
        assert!(told.contains(expected), "{told}\nexpected: {expected}");
        assert_eq!(out, "kept");
    }
}

/// What would be wrong with the template's loop if it were over a stream.
fn mistakes(page: &str) -> Vec<String> {
    let engine = engine(&[("page", page), ("row", "<li id=a></li>")]);
    let references = engine.references("page").unwrap();
    let of_loops = references.loops.iter().flat_map(|own| &own.mistakes);
    let told = of_loops.map(|(message, position)| format!("{position}: {message}"));
    told.chain(
        references
            .without_loop
            .iter()
            .map(|position| format!("{position}: no loop")),
    )
    .collect()
}

#[test]
fn what_a_container_of_a_stream_must_be() {
    let only = "an element with `dj-update=\"stream\"` holds its loop and nothing else";
    let key = "a row of a stream needs a key: `dj-key`, `data-key` or `id`";
    for (page, expected) in [
        // Right.
        ("<ul id=a dj-update=stream>{% for x in xs %}<li dj-key={{ x }}>a</li>{% endfor %}</ul>", vec![]),
        ("<ul dj-update=\"stream\" id=\"{{ a }}\">\n{% if y %}\n{% for x in xs %}\n<li\n data-key=\"{{ x }}\"><b>a</b></li>\n{% endfor %}\n{% endif %}\n</ul>", vec![]),
        ("<ul {{ all }} dj-update=stream>{% for x in xs %}<li {{ all }}></li>{% endfor %}</ul>", vec![]),
        ("<ul id=a dj-update=stream>{# no #}{% for x in xs %}{% include \"row\" %}{% endfor %}</ul>", vec![]),
        ("<ul id=a dj-update=stream>{% for x in xs %}{{ x }}{% endfor %}</ul>", vec![]),
        ("<ul dj-update=append>{% for x in xs %}<li></li>{% endfor %}</ul>", vec![]),
        ("<!-- <ul dj-update=stream></ul> --><p title=\"<ul dj-update=stream>\"></p>", vec![]),
        ("<ul id=a dj-update=stream>{% for x in xs %}<li id=b>{% for y in x %}{% else %}{% endfor %}{% if a %}{% else %}{% endif %}</li>{% endfor %}</ul>", vec![]),
        // Wrong.
        ("<ul dj-update=stream>{% for x in xs %}<li id=b></li>{% endfor %}</ul>", vec!["page:1:5: an element with `dj-update=\"stream\"` needs an `id`".to_owned()]),
        ("<ul id=a dj-update=stream>{% for x in xs %}\n  <li class=b><b id=c></b></li>{% endfor %}</ul>", vec![format!("page:2:3: {key}")]),
        ("<ul id=a dj-update=stream>{% for x in xs %}<li id=b></li>{% else %}none{% endfor %}</ul>", vec!["page:1:58: a loop over a stream has no `else`: only the page knows whether there are rows".to_owned()]),
        ("<ul id=a dj-update=stream>Rows:{% for x in xs %}<li id=b></li>{% endfor %}</ul>", vec![format!("page:1:27: {only}")]),
        ("<ul id=a dj-update=stream>{% for x in xs %}<li id=b></li>{% endfor %}{{ y }}</ul>", vec![format!("page:1:70: {only}")]),
        ("<ul id=a dj-update=stream>{% for x in xs %}<li id=b></li>{% endfor %}<li></li></ul>", vec![format!("page:1:70: {only}")]),
        ("<ul id=a dj-update=stream></ul>", vec!["page:1:10: no loop".to_owned()]),
        ("<ul id=a dj-update=stream><li>{% for x in xs %}{% endfor %}</li></ul>", vec!["page:1:10: no loop".to_owned()]),
        ("<ul id=a dj-update=stream>{% include \"row\" %}</ul>", vec!["page:1:10: no loop".to_owned()]),
    ] {
        assert_eq!(mistakes(page), expected, "{page}");
    }
}
