use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template = "<p>{{ count }}</p>")]
struct Counter {
    count: i64,
}

#[live_view]
impl Counter {
    fn mount() -> Self {
        Counter { count: 0 }
    }

    fn get_context_data(&mut self, _context: &mut Context, _other: u8) {
        self.count += 1;
    }
}

fn main() {}
