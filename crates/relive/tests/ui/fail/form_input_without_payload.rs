use relive::prelude::*;

#[derive(Clone, Default, Serialize, Deserialize)]
struct New {
    title: String,
}

impl Validate for New {}

#[derive(LiveView)]
#[live_view(template = "<p>{{ form.values.title }}</p>")]
struct Items {
    form: Form<New>,
}

#[live_view]
impl Items {
    fn mount() -> Self {
        Items {
            form: Form::new(New::default()),
        }
    }

    #[event_handler]
    fn check(&mut self, input: FormInput<New>) {
        self.form.change(input);
    }

    #[event_handler]
    fn save(&mut self, cx: &mut Cx<Self>, #[default] input: relive::FormInput<New>) {
        let _ = (cx, input);
    }
}

fn main() {}
