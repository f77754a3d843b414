use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template_name = "")]
struct Counter;

fn main() {}
