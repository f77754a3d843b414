use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template = "<p>{{ count }}</p>")]
struct Counter {
    count: i64,
}

struct Slug(String);

#[live_view]
impl Counter {
    async fn mount(_cx: &mut Cx<Self>, slug: Slug) -> Result<Self> {
        Ok(Counter { count: slug.0.len() as i64 })
    }
}

fn main() {}
