use relive::prelude::*;

struct Order {
    name: String,
}

#[derive(LiveView)]
#[live_view(template = "<p>{{ name }}</p>")]
struct Shop {
    name: String,
}

#[live_view]
impl Shop {
    fn mount() -> Self {
        Shop { name: String::new() }
    }

    #[event_handler]
    fn order(&mut self, #[payload] input: FormInput<Order>) {
        self.name = format!("{input:?}");
    }
}

fn main() {}
