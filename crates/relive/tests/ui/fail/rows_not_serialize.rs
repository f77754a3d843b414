use relive::prelude::*;

struct Row {
    id: u64,
}

struct Line {
    text: String,
}

#[derive(LiveView)]
#[live_view(template = "<p></p>")]
struct Items {
    rows: Stream<Row>,
    lines: Vec<Line>,
    first: Option<Line>,
    pages: Vec<Vec<Line>>,
}

fn main() {
    let _ = (Row { id: 1 }.id, Line { text: String::new() }.text);
}
