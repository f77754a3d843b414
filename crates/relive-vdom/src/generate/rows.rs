//! Lists and tables of rows, as loops make them.

use super::page::shuffle;
use super::{Pair, Random, TEXTS};

#[derive(Clone)]
struct Row {
    id: usize,
    label: &'static str,
}

#[derive(Clone, Copy)]
struct Look {
    keyed: bool,
    white_space: bool,
    table: bool,
    /// Every third row has something more.
    conditional: bool,
}

fn render(rows: &[Row], look: Look, title: usize) -> String {
    let gap = if look.white_space { "\n    " } else { "" };
    let mut out = format!("<div dj-root id=\"app\">{gap}<h1>Title {title}</h1>{gap}");
    out.push_str(if look.table {
        "<table><tbody>"
    } else {
        "<ul class=\"list\">"
    });
    out.push_str(gap);
    for Row { id, label } in rows {
        let name = if look.table { "tr" } else { "li" };
        out.push('<');
        out.push_str(name);
        if look.keyed {
            out.push_str(&format!(" id=\"r{id}\" data-key=\"{id}\""));
        }
        out.push('>');
        let extra = look.conditional && id % 3 == 0;
        if look.table {
            out.push_str(&format!("{gap}<td class=\"c\">{id}</td><td>{label}</td>"));
            if extra {
                out.push_str("<td><em>extra</em></td>");
            }
        } else {
            if extra {
                out.push_str("<em>extra</em>");
            }
            out.push_str(&format!(
                "{gap}<b class=\"c\">{id}</b><i title=\"{id} x\">{label}</i>"
            ));
        }
        if !look.table {
            out.push_str(&format!("<button data-id=\"{id}\">Remove</button>"));
        }
        out.push_str(&format!("</{name}>{gap}"));
    }
    out.push_str(if look.table {
        "</tbody></table>"
    } else {
        "</ul>"
    });
    out + &format!("{gap}<p>{} rows</p></div>", rows.len())
}

pub(super) fn pair(random: &mut Random) -> Pair {
    let look = Look {
        keyed: random.one_in(2),
        white_space: random.one_in(2),
        table: random.one_in(2),
        conditional: random.one_in(3),
    };
    let most = if random.one_in(6) { 90 } else { 14 };
    let mut next = 100;
    let mut row = |random: &mut Random| {
        next += 1;
        Row {
            id: next,
            label: random.pick(TEXTS),
        }
    };
    let mut rows: Vec<Row> = (0..random.below(most)).map(|_| row(random)).collect();
    let mut title = 0;
    let old = render(&rows, look, title);
    for _ in 0..1 + random.below(3) {
        let n = rows.len();
        match random.below(10) {
            0 => {
                let step = 1 + random.below(9);
                for row in rows.iter_mut().step_by(step) {
                    row.label = random.pick(TEXTS);
                }
            }
            1 | 2 => {
                let at = random.below(n + 1);
                let new: Vec<Row> = (0..1 + random.below(most / 3))
                    .map(|_| row(random))
                    .collect();
                rows.splice(at..at, new);
            }
            3 => {
                let at = random.below(n + 1);
                rows.drain(at..(at + random.below(9)).min(n));
            }
            4 => shuffle(random, &mut rows),
            5 if n > 1 => rows.swap(random.below(n), random.below(n)),
            6 if n > 1 => {
                let moved = rows.remove(random.below(n));
                rows.insert(random.below(n), moved);
            }
            7 if random.one_in(2) => rows.reverse(),
            7 if n > 0 => rows.rotate_left(1),
            8 => title += 1,
            _ if n > 0 => rows[random.below(n)].label = random.pick(TEXTS),
            _ => {}
        }
    }
    Pair {
        family: "rows",
        old,
        new: render(&rows, look, title),
    }
}

/// Many small elements that all change in several ways: sending them anew is shorter.
pub(super) fn chips(random: &mut Random) -> Pair {
    let count = 12 + random.below(20);
    let page = |render: &dyn Fn(usize) -> String| {
        let chips: String = (0..count).map(render).collect();
        format!("<div dj-root><h2>Chips</h2><p>{chips}</p><i>end</i></div>")
    };
    let old = page(&|n| format!("<b title=\"{n}\" hidden class=\"chip\" lang=\"en\">{n}</b>"));
    let (step, end) = (1 + random.below(3), random.below(9));
    let new = page(&|n| {
        if n % step == 0 {
            format!("<b>{end}</b>")
        } else {
            format!("<b dir=\"ltr\">{n}</b>")
        }
    });
    Pair {
        family: "chips",
        old,
        new,
    }
}
