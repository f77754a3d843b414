use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template = "<p></p>")]
struct Counter {
    _shared: std::rc::Rc<i64>,
}

#[live_view]
impl Counter {
    fn mount() -> Self {
        Counter { _shared: Default::default() }
    }
}

fn main() {}
