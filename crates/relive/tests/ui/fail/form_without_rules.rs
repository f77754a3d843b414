use relive::prelude::*;

#[derive(Clone, Default, Serialize, Deserialize)]
struct Order {
    name: String,
}

#[derive(LiveView)]
#[live_view(template = "<p>{{ form.values.name }}</p>")]
struct Shop {
    form: Form<Order>,
}

#[live_view]
impl Shop {
    fn mount() -> Self {
        Shop {
            form: Form::new(Order::default()),
        }
    }

    #[event_handler]
    fn order(&mut self, #[payload] input: FormInput<Order>) {
        self.form.change(input);
    }
}

fn main() {}
