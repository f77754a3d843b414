//! The figures as a table for people.

use std::fmt::Write;

use super::results::Measurement;

const HEADINGS: [&str; 6] = [
    "workload",
    "median µs",
    "× memcmp",
    "operations",
    "payload B",
    "HTML B",
];

/// A table with a row for each workload; the first column to the left, numbers to the right.
pub(crate) fn table(measurements: &[Measurement]) -> String {
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(measurements.iter().map(row));
    let widths: Vec<usize> = (0..HEADINGS.len())
        .map(|column| {
            rows.iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut table = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let padding = " ".repeat(width - cell.chars().count());
            let _ = match column {
                0 => write!(line, "{cell}{padding}"),
                _ => write!(line, "  {padding}{cell}"),
            };
        }
        let _ = writeln!(table, "{}", line.trim_end());
    }
    table
}

fn row(measurement: &Measurement) -> [String; 6] {
    let count =
        |count: Option<u64>| count.map_or_else(|| "–".to_owned(), |count| count.to_string());
    [
        measurement.workload.clone(),
        significant(measurement.median_us),
        measurement
            .ratio()
            .map_or_else(|| "–".to_owned(), significant),
        count(measurement.operations),
        count(measurement.payload_bytes),
        count(measurement.html_bytes),
    ]
}

/// A number with as many decimals as mean something.
fn significant(number: f64) -> String {
    let decimals = match number {
        n if n < 1.0 => 3,
        n if n < 10.0 => 2,
        n if n < 100.0 => 1,
        _ => 0,
    };
    format!("{number:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_their_headings() {
        let measurements = [
            Measurement {
                workload: "W1".into(),
                median_us: 12.345,
                memcmp_us: Some(6.1),
                operations: Some(1),
                payload_bytes: Some(23),
                html_bytes: Some(335_120),
            },
            Measurement {
                workload: "parse W1".into(),
                median_us: 420.0,
                ..Measurement::default()
            },
        ];
        let expected = "\
workload  median µs  × memcmp  operations  payload B  HTML B
W1             12.3      2.02           1         23  335120
parse W1        420         –           –          –       –
";
        assert_eq!(table(&measurements), expected);
    }
}
