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

    #[event_handler(name = "plus")]
    fn add(&mut self, #[default] #[default(1)] step: i64, #[payload] #[default] rest: Vec<i64>) {
        self.count += step + rest.len() as i64;
    }

    #[event_handler]
    fn set(&mut self, #[payload] first: i64, #[payload] second: i64, #[default = 3] third: i64) {
        self.count = first + second + third;
    }

    #[event_handler]
    fn twice(&mut self, id: i64, _id: i64, #[default] _cx: &mut Cx<Self>) {
        self.count = id;
    }

    fn helper(&self, #[default(1)] step: i64) -> i64 {
        step
    }
}

fn main() {}
