//! What a failed test tells about its pages. It runs while the test unwinds, so it must neither panic nor await.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::driver::Driver;
use super::session::ConsoleEntry;

/// How much of a page's DOM is printed; the whole is in a file.
const SHOWN: usize = 6000;
/// How many entries of the console are printed, the last ones.
const ENTRIES: usize = 40;

/// Prints each window's DOM and console, and keeps screenshots.
pub(super) fn report<'a>(driver: &Driver, sessions: impl Iterator<Item = &'a str>) {
    let mut text = String::new();
    let mut number = 0;
    for session in sessions {
        let path = format!("/session/{session}");
        let windows = driver.request("GET", &format!("{path}/window/handles"), &Value::Null);
        for window in windows
            .as_ref()
            .ok()
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            number += 1;
            let file = crate::artifacts().join(format!("{}-{number}", crate::test_name()));
            let _ = match describe(driver, &path, window, &file) {
                Ok(description) => writeln!(text, "\n--- window {number}: {description}"),
                Err(error) => writeln!(text, "\n--- window {number} does not answer: {error}"),
            };
        }
        let console = driver.request(
            "POST",
            &format!("{path}/se/log"),
            &json!({ "type": "browser" }),
        );
        let entries = console.as_ref().ok().and_then(Value::as_array);
        let entries = entries.map_or(&[][..], Vec::as_slice);
        let (left_out, shown) = entries.split_at(entries.len().saturating_sub(ENTRIES));
        if !left_out.is_empty() {
            let _ = writeln!(text, "console: {} entries before these", left_out.len());
        }
        for entry in shown {
            let _ = writeln!(text, "console: {}", ConsoleEntry::new(entry));
        }
    }
    eprintln!("{text}---");
}

fn describe(driver: &Driver, path: &str, window: &Value, file: &Path) -> Result<String, String> {
    driver.request(
        "POST",
        &format!("{path}/window"),
        &json!({ "handle": window }),
    )?;
    let get = |what: &str| driver.request("GET", &format!("{path}/{what}"), &Value::Null);
    let url = get("url")?;
    let source = get("source")?;
    let source = source.as_str().unwrap_or_default();
    let screenshot = get("screenshot")?;
    let screenshot = BASE64_STANDARD.decode(screenshot.as_str().unwrap_or_default());
    let screenshot = screenshot.map_err(|error| error.to_string())?;
    let html = write(file.with_extension("html"), source.as_bytes())?;
    let png = write(file.with_extension("png"), &screenshot)?;
    let body = source
        .find("<body")
        .map_or(source, |start| &source[start..]);
    let shown = body.floor_char_boundary(SHOWN);
    let more = if shown < body.len() { " …" } else { "" };
    let url = url.as_str().unwrap_or_default();
    Ok(format!(
        "{url}\nscreenshot: {png}\nwhole DOM: {html}\n{}{more}",
        &body[..shown]
    ))
}

fn write(file: PathBuf, bytes: &[u8]) -> Result<String, String> {
    let name = file.display().to_string();
    std::fs::write(file, bytes).map_err(|error| format!("{name} cannot be written: {error}"))?;
    Ok(name)
}
