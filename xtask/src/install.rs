//! What the tests need besides Rust: whether it is there, and how it gets there.

use std::sync::Once;

use crate::command::{program, run, works};

/// Makes sure that Chromium and chromedriver are there, by apt-get where that is allowed.
pub(crate) fn browser() -> Result<(), String> {
    let missing = [("CHROMIUM", "chromium"), ("CHROMEDRIVER", "chromedriver")]
        .iter()
        .any(|(variable, name)| std::env::var_os(variable).is_none() && !on_path(name));
    if !missing {
        return Ok(());
    }
    let advice = "Chromium is missing: run `apt-get install chromium chromium-driver` (Debian), \
                  set CHROMIUM and CHROMEDRIVER, or pass --no-browser";
    apt_get(&["chromium", "chromium-driver"]).map_err(|error| format!("{advice} ({error})"))
}

/// Makes sure that Node is there; installs it by apt-get in CI only.
pub(crate) fn node() -> Result<(), String> {
    if on_path("node") && on_path("npm") {
        return Ok(());
    }
    let advice = "Node is missing: install Node 18 or later with npm, for example by \
                  `apt-get install nodejs npm`";
    if std::env::var_os("CI").is_none() {
        return Err(advice.to_owned());
    }
    apt_get(&["nodejs", "npm"]).map_err(|error| format!("{advice} ({error})"))
}

/// Whether valgrind is there; installs it by apt-get in CI only.
pub(crate) fn valgrind() -> Result<bool, String> {
    if on_path("valgrind") || std::env::var_os("CI").is_none() {
        return Ok(on_path("valgrind"));
    }
    apt_get(&["valgrind"]).map(|()| true)
}

/// Installs Debian packages, if this user may.
fn apt_get(packages: &[&str]) -> Result<(), String> {
    if !on_path("apt-get") {
        return Err("there is no apt-get here".to_owned());
    }
    let root = works("sh", &["-c", "test \"$(id -u)\" = 0"]);
    if !root && !works("sudo", &["-n", "true"]) {
        return Err("apt-get needs root, and sudo asks for a password".to_owned());
    }
    let apt_get = |arguments: &[&str]| {
        let prefix: &[&str] = if root { &[] } else { &["sudo", "-n"] };
        let words = [
            prefix,
            &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y"],
            arguments,
        ];
        let words = words.concat();
        run(program(words[0], &words[1..]).stdin(std::process::Stdio::null()))
    };
    static UPDATE: Once = Once::new();
    let mut updated = Ok(());
    UPDATE.call_once(|| updated = apt_get(&["update"]));
    updated?;
    apt_get(&[&["install", "--no-install-recommends"], packages].concat())
}

fn on_path(name: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(name).is_file())
}
