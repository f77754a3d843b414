//! Rows that the page keeps and the server forgets: a log, however long.

use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template_name = "streams.html")]
pub(crate) struct Log {
    /// What is put in here goes to the page with the next render, and leaves the server's memory.
    lines: Stream<Line>,
    added: u32,
    #[live(private)]
    limited: bool,
}

#[derive(Serialize)]
struct Line {
    id: u32,
    text: String,
}

#[live_view]
impl Log {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_title("Streams · relive");
        let lines = (1..=3).map(line);
        Log {
            lines: Stream::of(lines),
            added: 3,
            limited: false,
        }
    }

    #[event_handler]
    fn append(&mut self) {
        self.added += 1;
        self.lines.insert(line(self.added));
    }

    #[event_handler]
    fn prepend(&mut self) {
        self.added += 1;
        self.lines.prepend(line(self.added));
    }

    /// Nobody makes these rows before the template reaches them, and then one after the other.
    #[event_handler]
    fn append_many(&mut self) {
        let from = self.added + 1;
        self.added += 10_000;
        self.lines.extend((from..=self.added).map(line));
    }

    /// A row whose key the page has is brought in line where it stands; the others are not sent again.
    #[event_handler]
    fn update(&mut self, id: u32) {
        let text = format!("Line {id}, changed");
        self.lines.update(Line { id, text });
    }

    #[event_handler]
    fn delete(&mut self, id: u32) {
        self.lines.delete(id);
    }

    /// The page keeps the last ten.
    #[event_handler]
    fn limit(&mut self) {
        self.limited = !self.limited;
        self.lines.limit(if self.limited { -10 } else { 0 });
    }

    #[event_handler]
    fn reset(&mut self) {
        self.added = 3;
        self.lines.reset((1..=3).map(line));
    }
}

fn line(id: u32) -> Line {
    Line {
        id,
        text: format!("Line {id}"),
    }
}
