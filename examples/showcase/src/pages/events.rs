//! Event handlers: methods that a page can call, with parameters of their types.

use relive::prelude::*;

#[derive(Default, LiveView)]
#[live_view(template_name = "events.html")]
pub(crate) struct Handlers {
    count: i64,
    key: String,
    found: Vec<&'static str>,
    searches: u32,
    volume: u8,
    order: Option<Order>,
}

#[derive(Serialize, Deserialize)]
struct Order {
    name: String,
    /// A text that is no whole number is refused, and so is an empty one.
    count: u32,
    /// An empty field is `None`.
    discount: Option<f64>,
    size: Size,
    /// Boxes of one name.
    #[serde(default)]
    extras: Vec<String>,
    /// An unchecked box sends nothing: `false`.
    express: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Size {
    Small,
    Large,
}

#[live_view]
impl Handlers {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_title("Events · relive");
        Handlers::default()
    }

    #[event_handler]
    fn add(&mut self, #[default(1)] by: i8) {
        self.count += i64::from(by);
    }

    #[event_handler]
    fn press(&mut self, key: String) {
        self.key = key;
    }

    #[event_handler]
    fn search(&mut self, value: String) {
        let all = [
            "apple", "apricot", "banana", "cherry", "grape", "orange", "pear",
        ];
        self.found = all
            .into_iter()
            .filter(|name| name.contains(value.trim()))
            .collect();
        self.searches += 1;
    }

    #[event_handler]
    fn set_volume(&mut self, value: u8) {
        self.volume = value;
    }

    /// All fields of a form as one struct.
    #[event_handler]
    fn order(&mut self, #[payload] order: Order) {
        self.order = Some(order);
    }
}
