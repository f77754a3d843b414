//! The commands of the repository, run as `cargo xtask COMMAND`.

fn main() {
    eprintln!("usage: cargo xtask COMMAND");
    std::process::exit(2);
}
