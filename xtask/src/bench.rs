//! `cargo xtask bench`: criterion's benchmarks, then a table of what they found.

mod plot;
mod results;
mod table;

use std::time::SystemTime;

use serde_json::Value;

use crate::arguments::Arguments;
use crate::command::{cargo, output, run as run_command, target};
use results::Measurement;

pub(crate) const HELP: &str = "\
Measures, and prints a table. Criterion's reports go to target/criterion, a plot to target/bench-NAME.svg.

usage: cargo xtask bench [--json FILE] [--quick] [NAME…]

  differ   the differ on its own: old HTML and new HTML in, patch out
  event    a whole event, from the change of state to the encoded frame

  --json FILE   writes the figures as a list of objects: workload, median_us, memcmp_us, ratio, ops,
                payload_bytes, html_bytes
  --quick       fewer samples, for a first look
  NAME…         only these; all where none is named

The ratio is that of the median to comparing the old HTML with an equal copy of itself, in the same run.
";

/// A benchmark: its name, and where it is.
struct Bench {
    name: &'static str,
    package: &'static str,
    /// Whether its workloads are those of the example `payload`.
    has_payloads: bool,
}

const BENCHES: [Bench; 2] = [
    Bench {
        name: "differ",
        package: "relive-vdom",
        has_payloads: true,
    },
    Bench {
        name: "event",
        package: "relive",
        has_payloads: false,
    },
];

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let arguments = Arguments::parse(arguments, &["--quick"], &["--json"])?;
    for name in &arguments.rest {
        if !BENCHES.iter().any(|bench| bench.name == name) {
            let names: Vec<&str> = BENCHES.iter().map(|bench| bench.name).collect();
            return Err(format!(
                "there is no benchmark {name:?}, only {}",
                names.join(", ")
            ));
        }
    }
    let wanted = |bench: &&Bench| {
        arguments.rest.is_empty() || arguments.rest.iter().any(|name| name == bench.name)
    };
    let mut all = Vec::new();
    for bench in BENCHES.iter().filter(wanted) {
        let measurements = measure(bench, arguments.has("--quick"))?;
        print!("\n{}\n{}", bench.name, table::table(&measurements));
        let file = target().join(format!("bench-{}.svg", bench.name));
        let plot = plot::plot(bench.name, &measurements);
        std::fs::write(&file, plot).map_err(|error| format!("{}: {error}", file.display()))?;
        println!("plot: {}", file.display());
        all.extend(measurements);
    }
    if let Some(file) = arguments.value("--json") {
        let list: Vec<Value> = all.iter().map(Measurement::to_json).collect();
        std::fs::write(file, format!("{:#}\n", Value::from(list)))
            .map_err(|error| format!("{file}: {error}"))?;
    }
    Ok(())
}

fn measure(bench: &Bench, quick: bool) -> Result<Vec<Measurement>, String> {
    let start = SystemTime::now();
    let mut command = cargo(&["bench", "--package", bench.package, "--bench", bench.name]);
    if quick {
        command.args(["--", "--quick"]);
    }
    run_command(&mut command)?;
    let mut measurements = results::read(&target().join("criterion"), start)?;
    if bench.has_payloads {
        let mut payloads = cargo(&["run", "--quiet", "--release", "--package", "xtask"]);
        payloads.args(["--example", "payload"]);
        results::add_payloads(&mut measurements, &output(&mut payloads)?)?;
    }
    Ok(measurements)
}
