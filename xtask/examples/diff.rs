//! Shows the patch that turns one HTML file into another. `cargo xtask diff` runs this, optimised.

use std::time::{Duration, Instant};

use relive_protocol::{Format, Operations, WireOp};
use relive_vdom::{Document, Hints, Op, Patch, Stats};

/// How often the update is timed; the median is shown.
const RUNS: usize = 51;
/// How much of one operation is shown.
const SHOWN: usize = 300;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (old, new, with_trees) = match &arguments[..] {
        [old, new] => (old, new, false),
        [old, new, flag] if flag == "--tree" => (old, new, true),
        _ => {
            eprintln!("usage: cargo xtask diff [--tree] OLD NEW");
            std::process::exit(2);
        }
    };
    let shown = read(old).and_then(|old_html| {
        let new_html = read(new)?;
        let mut text = show(old, &old_html, new, &new_html)?;
        if with_trees {
            text += &trees(&old_html, &new_html)?;
        }
        Ok(text)
    });
    match shown {
        Ok(text) => print!("{text}"),
        Err(message) => {
            eprintln!("diff: {message}");
            std::process::exit(1);
        }
    }
}

fn read(file: &str) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))
}

/// The patch and its figures, as text.
fn show(old_file: &str, old: &str, new_file: &str, new: &str) -> Result<String, String> {
    let parse = || Document::parse(old).map_err(|error| format!("{old_file}: {error}"));
    let patched = |error: relive_vdom::Error| format!("{new_file}: {error}");

    let mut document = parse()?;
    let mut patch = Patch::new();
    let stats = document
        .update(new, &Hints::default(), &mut patch)
        .map_err(patched)?;
    let ops = patch.into_ops();
    let bytes = |format| {
        let mut operations = Operations::new(format, Vec::new());
        ops.iter().for_each(|op| op.emit(&mut operations));
        operations.finish().len()
    };

    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let mut document = parse()?;
        let mut operations = Operations::new(Format::MessagePack, Vec::new());
        let start = Instant::now();
        document
            .update(new, &Hints::default(), &mut operations)
            .map_err(patched)?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let sizes = [
        bytes(Format::MessagePack),
        bytes(Format::Json),
        old.len(),
        new.len(),
    ];
    Ok(text(&ops, &stats, sizes, times[RUNS / 2]))
}

fn text(ops: &[Op], stats: &Stats, sizes: [usize; 4], median: Duration) -> String {
    let mut text: String = ops.iter().map(|op| line(op) + "\n").collect();
    let [message_pack, json, old, new] = sizes;
    text += &format!(
        "{} operations, {message_pack} bytes in MessagePack ({json} in JSON) for {new} bytes of HTML \
         (was {old}); {} new nodes; {:.1} µs\n",
        stats.operations,
        stats.inserted,
        median.as_secs_f64() * 1e6,
    );
    if let Some(at) = stats.outside {
        text += &format!("outside of the fast path from byte {at} on\n");
    }
    text
}

/// Where the two trees differ, as a unified diff of their outlines.
fn trees(old: &str, new: &str) -> Result<String, String> {
    let outline = |html| Document::parse(html).map(|document| document.outline());
    let outlines = outline(old).and_then(|old| Ok((old, outline(new)?)));
    let (old, new) = outlines.map_err(|error| error.to_string())?;
    let lines = similar::TextDiff::from_lines(&old, &new);
    Ok(lines.unified_diff().header("old", "new").to_string())
}

/// One operation: its name, and what it says on the wire.
fn line(op: &Op) -> String {
    let name = format!("{op:?}");
    let name = name.split([' ', '(', '{']).next().unwrap_or_default();
    let wire = serde_json::to_string(&WireOp(op.clone())).unwrap_or_default();
    let shown = wire.floor_char_boundary(SHOWN);
    let more = if shown < wire.len() {
        format!(" … ({} bytes)", wire.len())
    } else {
        String::new()
    };
    format!("{name:<16} {}{more}", &wire[..shown])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_operations_and_figures() {
        let shown = show(
            "old",
            "<p>one <b>two</b></p>",
            "new",
            "<p>one <b>three</b></p>",
        )
        .unwrap();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines.len(), 2, "{shown}");
        assert!(
            lines[0].contains(r#"[0,3,"three"]"#) || lines[0].contains("[1,3,3,"),
            "{shown}"
        );
        assert!(lines[1].starts_with("1 operations, "), "{shown}");
        assert!(
            lines[1].contains("for 23 bytes of HTML (was 21); 0 new nodes; "),
            "{shown}"
        );
    }

    #[test]
    fn shows_where_trees_differ() {
        let shown = trees("<p>one <b>two</b></p>", "<p>one <b>three</b></p>").unwrap();
        assert!(
            shown.ends_with("| <p>\n |   \"one \"\n |   <b>\n-|     \"two\"\n+|     \"three\"\n"),
            "{shown}"
        );
        assert_eq!(trees("<p>same</p>", "<p >same</p>").unwrap(), "");
    }

    #[test]
    fn says_which_file_is_wrong() {
        let wrong = show("old.html", "<p>one</p>", "new.html", "two").unwrap_err();
        assert!(wrong.starts_with("new.html: "), "{wrong}");
        let wrong = show("old.html", "one", "new.html", "<p>two</p>").unwrap_err();
        assert!(wrong.starts_with("old.html: "), "{wrong}");
    }
}
