#[relive::main]
fn main() {}
