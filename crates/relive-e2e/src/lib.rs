//! End-to-end tests of relive, and what they are made with.
//!
//! - [`proxy`]: a TCP proxy with faults, to stand between page and server
//! - [`browser`]: headless Chromium, driven through chromedriver
//! - [`server`]: the examples as child processes, to be stopped, killed and started again
//!
//! The tests are in `tests/`, a file for each behaviour. They need Chromium, and say so where they are told to do without
//! (`RELIVE_NO_BROWSER=1`).

#[cfg(feature = "harness")]
pub mod browser;
#[cfg(feature = "harness")]
mod process;
pub mod proxy;
#[cfg(feature = "harness")]
pub mod server;

/// Where the tests leave what helps to understand a failure: `e2e` in the build's target folder.
#[cfg(feature = "harness")]
#[must_use]
pub fn artifacts() -> std::path::PathBuf {
    // A test's executable is target/PROFILE/deps/NAME, wherever the target folder is.
    let executable = std::env::current_exe().unwrap_or_default();
    let target = executable
        .ancestors()
        .nth(3)
        .unwrap_or(std::path::Path::new("target"));
    let folder = target.join("e2e");
    // A folder that cannot be made shows when something is written into it.
    let _ = std::fs::create_dir_all(&folder);
    folder
}

/// The name of the running test, for file names and messages.
#[cfg(feature = "harness")]
fn test_name() -> String {
    let name = std::thread::current()
        .name()
        .unwrap_or("test")
        .replace("::", "-");
    let package = std::env::current_exe().unwrap_or_default();
    let binary = package
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned());
    // The executable's name ends in a hash.
    let binary = binary
        .as_deref()
        .and_then(|stem| stem.rsplit_once('-'))
        .map_or("", |(stem, _)| stem);
    format!("{binary}-{name}")
}
