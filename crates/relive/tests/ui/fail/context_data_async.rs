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

    async fn get_context_data(&self, context: &mut Context) -> Result {
        context.insert("double", &(self.count * 2));
        Ok(())
    }
}

fn main() {}
