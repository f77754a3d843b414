//! Running other programs, and saying which one failed.

use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

/// The top of the checkout.
pub(crate) fn root() -> PathBuf {
    // Set by `cargo run`; the value from the build would be wrong in a checkout that was moved.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package
        .parent()
        .map_or_else(|| package.clone(), PathBuf::from)
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The cargo that runs this.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = program("cargo", arguments);
    if let Some(cargo) = std::env::var_os("CARGO") {
        let mut same = Command::new(cargo);
        same.args(arguments).current_dir(root());
        command = same;
    }
    // Of this package's own build; they would be wrong for others.
    for variable in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        command.env_remove(variable);
    }
    command
}

/// A program, to be run at the top of the checkout.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// Prints a command, and runs it with this process's own input and output.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let line = line(command);
    eprintln!("$ {line}");
    let status = command
        .status()
        .map_err(|error| format!("{line}: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{line}: {}", ended(status)))
    }
}

/// Runs a command, and returns what it printed.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let line = line(command);
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("{line}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{line}: {}", ended(output.status)));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{line}: {error}"))
}

/// Whether a program is there and runs; what it prints is thrown away.
pub(crate) fn works(name: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(name);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A command as it would be typed.
fn line(command: &Command) -> String {
    let program = command.get_program();
    let program = std::path::Path::new(program).file_name().unwrap_or(program);
    let mut words = vec![program.to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|argument| argument.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

fn ended(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("failed with code {code}"),
        None => status.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failure_names_the_command() {
        let failed = run(&mut program("sh", &["-c", "exit 3"]));
        assert_eq!(failed, Err("sh -c exit 3: failed with code 3".to_owned()));
        let missing = output(&mut program("no-such-program", &["x"])).unwrap_err();
        assert!(missing.starts_with("no-such-program x: "), "{missing}");
        assert_eq!(
            output(&mut program("echo", &["hello"])),
            Ok("hello\n".to_owned())
        );
    }
}
