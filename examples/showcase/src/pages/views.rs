//! A view is a plain struct. Its public fields are what its template can show.

use std::time::Instant;

use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template_name = "views.html")]
pub(crate) struct Basket {
    /// Public: a variable of the template.
    lines: Vec<Line>,
    /// Temporary: empty again after each render. The page keeps the rows that it has.
    #[live(temporary)]
    journal: Vec<Entry>,
    /// Private: the template cannot see it, and it need not be `Serialize`.
    #[live(private)]
    opened: Instant,
    /// Private as well, by its name.
    _changes: u32,
}

#[derive(Serialize)]
struct Line {
    name: &'static str,
    cents: u32,
    count: u32,
}

#[derive(Serialize)]
struct Entry {
    number: u32,
    text: String,
}

#[live_view]
impl Basket {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_title("Views · relive");
        let lines = [("Apple", 45), ("Bread", 320), ("Tea", 599)].map(|(name, cents)| Line {
            name,
            cents,
            count: 0,
        });
        Basket {
            lines: lines.into(),
            journal: Vec::new(),
            opened: Instant::now(),
            _changes: 0,
        }
    }

    /// What is computed from the state, before every render.
    fn get_context_data(&self, context: &mut Context) {
        let cents: u32 = self.lines.iter().map(|line| line.cents * line.count).sum();
        context.insert("total", &format!("{}.{:02}", cents / 100, cents % 100));
    }

    #[event_handler]
    fn add(&mut self, name: String) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.name == name) {
            line.count = line.count.saturating_add(1).min(99);
            self._changes += 1;
            self.journal.push(Entry {
                number: self._changes,
                text: format!("{name}, {} s after mount", self.opened.elapsed().as_secs()),
            });
        }
    }
}

/// A short template may stand in the source.
#[derive(LiveView)]
#[live_view(template = r#"{% extends "base.html" %}
{% block title %}A template in the source{% endblock %}
{% block about %}This page has no file: it extends the layout all the same.{% endblock %}
{% block demo %}<button dj-click="add">Clicked {{ count }} times</button>{% endblock %}"#)]
pub(crate) struct Inline {
    count: u32,
}

#[live_view]
impl Inline {
    fn mount() -> Self {
        Inline { count: 0 }
    }

    #[event_handler]
    fn add(&mut self) {
        self.count += 1;
    }
}
