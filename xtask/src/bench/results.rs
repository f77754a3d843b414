//! What criterion found, read from its files.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use serde_json::{Map, Value, json};

/// The function that every workload is compared with.
const BASE: &str = "memcmp";

/// The figures of one workload.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Measurement {
    pub(crate) workload: String,
    pub(crate) median_us: f64,
    /// What comparing the old HTML with an equal copy of itself took.
    pub(crate) memcmp_us: Option<f64>,
    pub(crate) operations: Option<u64>,
    pub(crate) payload_bytes: Option<u64>,
    pub(crate) html_bytes: Option<u64>,
}

impl Measurement {
    pub(crate) fn ratio(&self) -> Option<f64> {
        self.memcmp_us.map(|base| self.median_us / base)
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "workload": self.workload,
            "median_us": self.median_us,
            "memcmp_us": self.memcmp_us,
            "ratio": self.ratio(),
            "ops": self.operations,
            "payload_bytes": self.payload_bytes,
            "html_bytes": self.html_bytes,
        })
    }
}

/// Reads the medians that were written into criterion's folder since a time.
pub(crate) fn read(folder: &Path, since: SystemTime) -> Result<Vec<Measurement>, String> {
    let mut found = Vec::new();
    collect(folder, since, &mut found)?;
    if found.is_empty() {
        return Err(format!(
            "criterion has written nothing into {}",
            folder.display()
        ));
    }
    Ok(measurements(&found))
}

/// One function of one workload, and its median in nanoseconds.
#[derive(Clone, Debug)]
struct Median {
    workload: String,
    function: String,
    nanoseconds: f64,
}

fn collect(folder: &Path, since: SystemTime, found: &mut Vec<Median>) -> Result<(), String> {
    let at = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(at)? {
        let entry = entry.map_err(at)?;
        let path = entry.path();
        if !path.is_dir() {
            continue;
        }
        if entry.file_name() != "new" {
            collect(&path, since, found)?;
            continue;
        }
        let written = std::fs::metadata(path.join("estimates.json"))
            .and_then(|file| file.modified())
            .map_err(|error| format!("{}: {error}", path.display()))?;
        if written >= since {
            let about = json_file(&path.join("benchmark.json"))?;
            let estimates = json_file(&path.join("estimates.json"))?;
            found.push(
                median(&about, &estimates)
                    .ok_or_else(|| format!("{}: not what criterion writes", path.display()))?,
            );
        }
    }
    Ok(())
}

/// A group for each workload, in it what is done with it (`W1/update`); or a group for what is done, in it the workloads
/// (`event/counter`).
fn median(about: &Value, estimates: &Value) -> Option<Median> {
    let (group, name) = (about["group_id"].as_str()?, about["function_id"].as_str()?);
    let (workload, function) = match name {
        BASE | "update" | "parse" => (group, name),
        _ => (name, group),
    };
    Some(Median {
        workload: workload.to_owned(),
        function: function.to_owned(),
        nanoseconds: estimates["median"]["point_estimate"].as_f64()?,
    })
}

/// Brings each function of a workload together with that workload's base.
fn measurements(found: &[Median]) -> Vec<Measurement> {
    let bases: BTreeMap<&str, f64> = found
        .iter()
        .filter(|median| median.function == BASE)
        .map(|median| (median.workload.as_str(), median.nanoseconds))
        .collect();
    let others = found.iter().filter(|median| median.function != BASE);
    let mut measurements: Vec<Measurement> = others
        .map(|median| {
            let plain = matches!(median.function.as_str(), "update" | "event");
            Measurement {
                workload: if plain {
                    median.workload.clone()
                } else {
                    format!("{} {}", median.function, median.workload)
                },
                median_us: median.nanoseconds / 1000.0,
                memcmp_us: bases
                    .get(median.workload.as_str())
                    .map(|base| base / 1000.0),
                ..Measurement::default()
            }
        })
        .collect();
    measurements.sort_by_cached_key(|measurement| order(&measurement.workload));
    measurements
}

/// W2 before W10, and both before what has other names.
fn order(workload: &str) -> (bool, u64, String) {
    let number = workload.strip_prefix('W').map(|rest| {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        rest[..digits].parse().unwrap_or(0)
    });
    (number.is_none(), number.unwrap_or(0), workload.to_owned())
}

/// Adds operations and bytes from what the example `payload` prints: a JSON object from workload to figures.
pub(crate) fn add_payloads(measurements: &mut [Measurement], payloads: &str) -> Result<(), String> {
    let payloads: Map<String, Value> =
        serde_json::from_str(payloads).map_err(|error| format!("payloads: {error}"))?;
    for measurement in measurements {
        let Some(payload) = payloads.get(&measurement.workload) else {
            continue;
        };
        measurement.operations = payload["ops"].as_u64();
        measurement.payload_bytes = payload["payload_bytes"].as_u64();
        measurement.html_bytes = payload["html_bytes"].as_u64();
    }
    Ok(())
}

fn json_file(path: &Path) -> Result<Value, String> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(about: &Value, nanoseconds: f64) -> Median {
        median(
            about,
            &json!({ "median": { "point_estimate": nanoseconds } }),
        )
        .unwrap()
    }

    #[test]
    fn brings_medians_together_by_workload() {
        let of = |group: &str, function: &str, nanoseconds| {
            given(
                &json!({ "group_id": group, "function_id": function }),
                nanoseconds,
            )
        };
        let found = [
            of("W10", "update", 3000.0),
            of("W10", "memcmp", 1500.0),
            of("W2", "update", 8000.0),
            of("W2", "memcmp", 2000.0),
            of("W2", "parse", 10_000.0),
            of("event", "counter", 3000.0),
        ];
        let mut measurements = measurements(&found);
        let payloads = r#"{"W2": {"ops": 100, "payload_bytes": 900, "html_bytes": 335000}}"#;
        add_payloads(&mut measurements, payloads).unwrap();
        let expected = [
            Measurement {
                workload: "W2".into(),
                median_us: 8.0,
                memcmp_us: Some(2.0),
                operations: Some(100),
                payload_bytes: Some(900),
                html_bytes: Some(335_000),
            },
            Measurement {
                workload: "W10".into(),
                median_us: 3.0,
                memcmp_us: Some(1.5),
                ..Measurement::default()
            },
            Measurement {
                workload: "counter".into(),
                median_us: 3.0,
                ..Measurement::default()
            },
            Measurement {
                workload: "parse W2".into(),
                median_us: 10.0,
                memcmp_us: Some(2.0),
                ..Measurement::default()
            },
        ];
        assert_eq!(measurements, expected);
        assert_eq!(measurements[0].ratio(), Some(4.0));
        assert_eq!(
            measurements[0].to_json(),
            json!({
                "workload": "W2", "median_us": 8.0, "memcmp_us": 2.0, "ratio": 4.0, "ops": 100,
                "payload_bytes": 900, "html_bytes": 335_000,
            })
        );
    }

    #[test]
    fn reads_only_what_is_new() {
        let folder = std::env::temp_dir().join(format!("relive-xtask-{}", std::process::id()));
        let new = folder.join("W1").join("update").join("new");
        std::fs::create_dir_all(&new).unwrap();
        let about = r#"{"group_id": "W1", "function_id": "update", "value_str": null}"#;
        std::fs::write(new.join("benchmark.json"), about).unwrap();
        let estimates = r#"{"median": {"point_estimate": 12000.0}}"#;
        std::fs::write(new.join("estimates.json"), estimates).unwrap();
        let found = read(&folder, SystemTime::UNIX_EPOCH);
        let later = SystemTime::now() + std::time::Duration::from_secs(60);
        let stale = read(&folder, later);
        std::fs::remove_dir_all(&folder).unwrap();
        let expected = Measurement {
            workload: "W1".into(),
            median_us: 12.0,
            ..Measurement::default()
        };
        assert_eq!(found, Ok(vec![expected]));
        assert!(
            stale
                .unwrap_err()
                .starts_with("criterion has written nothing into")
        );
    }
}
