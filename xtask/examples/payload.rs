//! Prints what the patches of the benchmarks' workloads weigh, as a JSON object from workload to figures.
//! `cargo xtask bench differ` runs this beside criterion, which measures nothing but time.

use relive_protocol::{Format, Operations};
use relive_vdom::workloads::{self, Workload};
use relive_vdom::{Document, Hints};
use serde_json::{Map, Value, json};

fn main() {
    let workloads = workloads::standard().into_iter().chain(workloads::harder());
    let figures =
        workloads.map(|workload| figures(&workload).map(|value| (workload.name.into(), value)));
    match figures.collect::<Result<Map<String, Value>, String>>() {
        Ok(figures) => println!("{}", Value::from(figures)),
        Err(message) => {
            eprintln!("payload: {message}");
            std::process::exit(1);
        }
    }
}

fn figures(workload: &Workload) -> Result<Value, String> {
    let failed = |error: relive_vdom::Error| format!("{}: {error}", workload.name);
    let mut document = Document::parse(&workload.old).map_err(failed)?;
    let mut operations = Operations::new(Format::MessagePack, Vec::new());
    let stats = document
        .update(&workload.new, &Hints::default(), &mut operations)
        .map_err(failed)?;
    Ok(json!({
        "ops": stats.operations,
        "payload_bytes": operations.bytes(),
        "html_bytes": workload.new.len(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_changed_row_is_one_small_operation() {
        let workloads = workloads::standard();
        let workload = workloads
            .iter()
            .find(|workload| workload.name == "W1")
            .unwrap();
        let figures = figures(workload).unwrap();
        assert_eq!(figures["ops"], 1);
        assert!(
            figures["payload_bytes"].as_u64().unwrap() < 100,
            "{figures}"
        );
        assert_eq!(figures["html_bytes"], workload.new.len());
    }
}
