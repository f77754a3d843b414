use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template = "<p></p>", on_moutn = [login], transactionl)]
struct Counter {
    #[live(privat)]
    count: i64,
    #[live(temporary(1))]
    notices: Vec<String>,
}

#[derive(LiveView)]
#[live_view(template_nmae = "items.html", temporary_assigns = [items])]
struct Items {
    #[live(private, private)]
    items: Vec<String>,
}

fn main() {}
