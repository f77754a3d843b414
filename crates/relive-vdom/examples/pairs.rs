//! Prints random pairs of renders with their patches, one JSON object a line: what the page's client is tested with.
//!
//! usage: pairs [COUNT] [SEED]
//!
//! `old` and `new` are the outer HTML of a live root, `ops` the operations as `docs/protocol.md` has them; `before`
//! and `after` are what the page has to find: `nodes`, `checksum` and the `numbers` in document order.

use std::io::{BufWriter, Write};

use relive_protocol::{Format, Operations};
use relive_vdom::generate::pair;
use relive_vdom::{Document, Hints};
use serde_json::value::RawValue;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default| arguments.next().map_or(Ok(default), |n| n.parse::<u64>());
    let (count, seed) = (number(100)?, number(0)?);
    let mut out = BufWriter::new(std::io::stdout().lock());
    for seed in seed..seed + count {
        let pair = pair(seed);
        let mut document = Document::parse(&pair.old)?;
        let before = state(&document);
        let mut operations = Operations::new(Format::Json, Vec::new());
        document.update(&pair.new, &Hints::default(), &mut operations)?;
        let ops = RawValue::from_string(String::from_utf8(operations.finish())?)?;
        let line = json!({
            "seed": seed,
            "family": pair.family,
            "old": pair.old,
            "new": pair.new,
            "ops": ops,
            "before": before,
            "after": state(&document),
        });
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn state(document: &Document) -> Value {
    json!({
        "nodes": document.nodes(),
        "checksum": document.checksum(),
        "numbers": document.numbers().collect::<Vec<_>>(),
    })
}
