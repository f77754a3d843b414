//! The figures as a picture: a bar for each workload, on a logarithmic scale.

use std::fmt::Write;

use super::results::Measurement;

const ROW: f64 = 26.0;
const NAMES: f64 = 260.0;
const BARS: f64 = 520.0;

/// An SVG of the medians. A line in each bar's row marks what memcmp took.
pub(crate) fn plot(title: &str, measurements: &[Measurement]) -> String {
    let values = measurements
        .iter()
        .flat_map(|m| [Some(m.median_us), m.memcmp_us])
        .flatten();
    let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    // Whole decades, and one at least.
    let (first, last) = (low.log10().floor(), (high * 1.0001).log10().ceil());
    let x = |value: f64| NAMES + BARS * (value.log10() - first) / (last - first);
    let height = ROW * (measurements.len() as f64 + 3.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {height}\" \
         font-family=\"sans-serif\" font-size=\"13\">\n\
         <style>text {{ fill: #222 }} .bar {{ fill: #4a7ebb }} .base {{ stroke: #c0392b; stroke-width: 2 }} \
         .grid {{ stroke: #ddd }}</style>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"12\" y=\"20\" font-size=\"15\">{}: median time (red: memcmp of the same bytes)</text>\n",
        NAMES + BARS + 90.0,
        escape(title),
    );
    let bottom = ROW * (measurements.len() as f64 + 1.5);
    let mut decade = first;
    while decade <= last {
        let (at, value) = (x(10_f64.powf(decade)), 10_f64.powf(decade));
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{ROW}\" y2=\"{bottom}\"/>\
             <text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{value} µs</text>",
            bottom + 18.0
        );
        decade += 1.0;
    }
    for (index, measurement) in measurements.iter().enumerate() {
        let y = ROW * (index as f64 + 1.3);
        let end = x(measurement.median_us);
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\
             <rect class=\"bar\" x=\"{NAMES}\" y=\"{y}\" width=\"{:.1}\" height=\"16\"/>\
             <text x=\"{:.1}\" y=\"{}\">{:.2}</text>",
            NAMES - 8.0,
            y + 13.0,
            escape(&measurement.workload),
            end - NAMES,
            end + 6.0,
            y + 13.0,
            measurement.median_us
        );
        if let Some(base) = measurement.memcmp_us.map(x) {
            let _ = writeln!(
                svg,
                "<line class=\"base\" x1=\"{base:.1}\" x2=\"{base:.1}\" y1=\"{}\" y2=\"{}\"/>",
                y - 2.0,
                y + 18.0
            );
        }
    }
    svg + "</svg>\n"
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_times_on_a_logarithmic_scale() {
        let measurement = |workload: &str, median_us| Measurement {
            workload: workload.into(),
            median_us,
            ..Measurement::default()
        };
        let svg = plot(
            "a < b",
            &[measurement("W1", 10.0), measurement("W2", 100.0)],
        );
        // Decades from 10 to 1,000 µs: nothing of the width, and half of it.
        assert!(svg.contains("width=\"0.0\" height=\"16\""), "{svg}");
        assert!(svg.contains("width=\"260.0\" height=\"16\""), "{svg}");
        assert!(svg.contains("a &lt; b"), "{svg}");
        assert_eq!(svg.matches("class=\"bar\"").count(), 2);
        assert_eq!(svg.matches("class=\"base\"").count(), 0);
    }
}
