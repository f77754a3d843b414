//! Forms: what is typed is checked as it is typed, kept as it was typed, and comes out only as a whole.

mod support;

use relive::prelude::*;
use relive_protocol::ErrorKind;
use serde_json::{Value, json};
use support::{Browser, Page, start};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Size {
    #[default]
    Small,
    Large,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Address {
    street: String,
    floor: Option<u8>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Line {
    product: String,
    amount: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Order {
    email: String,
    age: u8,
    price: f64,
    day: Option<String>,
    size: Size,
    gift: bool,
    tags: Vec<String>,
    password: String,
    address: Address,
    lines: Vec<Line>,
}

impl Validate for Order {
    fn rules(&self, errors: &mut FormErrors) {
        if !self.email.contains('@') {
            errors.add("email", "An e-mail address has an @.");
        }
        if self.age < 18 {
            errors.add("age", "Only for adults.");
        }
        if self.address.street.is_empty() {
            errors.add("address.street", "Where to?");
        }
        for (index, line) in self.lines.iter().enumerate() {
            if line.amount == 0 {
                errors.add(&format!("lines[{index}].amount"), "At least one.");
            }
        }
        if self.lines.len() > 2 {
            errors.add("lines", "At most two lines.");
        }
        if self.gift && self.price > 100.0 {
            errors.add_to_form("A gift costs 100 at most.");
        }
    }
}

#[derive(LiveView)]
#[live_view(template = r#"<main>
<form id="order" dj-change="change" dj-submit="order" dj-key="{{ form.key }}">
  <p>{% for error in form.non_field_errors %}{{ error }}{% endfor %}</p>
  <input name="email" value="{{ form.values.email }}">
  <i>{% for error in form.errors.email %}{{ error }}{% endfor %}</i>
  <input name="age" value="{{ form.values.age }}">{% for error in form.errors.age %}{{ error }}{% endfor %}
  <input name="price" value="{{ form.values.price }}">{% for error in form.errors.price %}{{ error }}{% endfor %}
  <input type="date" name="day" value="{{ form.values.day }}">
  <select name="size">{% for size in ["small", "large"] %}
    <option value="{{ size }}"{% if form.values.size == size %} selected{% endif %}>{{ size }}</option>{% endfor %}
  </select>
  <input type="checkbox" name="gift"{% if form.values.gift %} checked{% endif %}>
  <select name="tags" multiple>{% for tag in ["new", "old"] %}
    <option{% if tag in form.values.tags %} selected{% endif %}>{{ tag }}</option>{% endfor %}
  </select>
  <input type="password" name="password" value="{{ form.values.password }}">
  <input name="address.street" value="{{ form.values.address.street }}">
  <i>{% for error in form.errors.address.street %}{{ error }}{% endfor %}</i>
  <input name="address.floor" value="{{ form.values.address.floor }}">
  <i>{% for error in form.errors.address.floor %}{{ error }}{% endfor %}</i>
  {% for line in form.values.lines %}
    {% set at = loop.index0 %}
    <input name="lines[{{ at }}].product" value="{{ line.product }}">
    <input name="lines[{{ at }}].amount" value="{{ line.amount }}">
    <i>{% for error in form.item_errors.lines[at].amount %}{{ error }}{% endfor %}</i>
  {% endfor %}
  <i>{% for error in form.errors.lines %}{{ error }}{% endfor %}</i>
  <button{% if not form.valid %} class="not-yet"{% endif %}>Order</button>
</form>
<output>{{ ordered }}</output></main>"#)]
struct Shop {
    form: Form<Order>,
    ordered: String,
}

#[live_view]
impl Shop {
    fn mount() -> Self {
        Shop {
            form: Form::default().secret("password"),
            ordered: String::new(),
        }
    }

    #[event_handler]
    fn change(&mut self, #[payload] input: FormInput<Order>) {
        self.form.change(input);
    }

    #[event_handler]
    async fn order(&mut self, #[payload] input: FormInput<Order>) -> Result {
        let Some(order) = self.form.submit(input) else {
            return Ok(());
        };
        match order.email.as_str() {
            "taken@example.com" => self.form.add_error("email", "This address is taken."),
            "closed@example.com" => self.form.add_form_error("The shop is closed."),
            _ => {
                self.ordered = format!("{order:?}");
                self.form.reset();
            }
        }
        Ok(())
    }
}

async fn open() -> Page {
    let app = App::new(()).live::<Shop>("/", "shop").secret_key([1; 32]);
    Browser::new(&start(app)).open("/").await
}

/// The page on one line: `<input> name="age" value="2" "text"`.
fn flat(page: &Page) -> String {
    let shown = page.shows();
    let words = shown
        .split(['|', ' ', '\n'])
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// What a browser sends of the form, where nothing but `fields` differs from a right order.
fn fields(fields: Value) -> Value {
    let mut sent = json!({
        "_form": true, "email": "ann@example.com", "age": "30", "price": "9.5", "day": "", "size": "large",
        "password": "hunter2", "address.street": "Main Street 1", "address.floor": "",
    });
    for (name, value) in fields.as_object().unwrap() {
        sent[name] = value.clone();
    }
    sent
}

/// What a browser sends when a field changed.
fn changed(target: &str, values: Value) -> Value {
    let mut sent = fields(values);
    sent["_target"] = json!(target);
    sent
}

#[tokio::test(start_paused = true)]
async fn a_form_shows_its_value() {
    let page = open().await;
    let html = flat(&page);
    for part in [
        r#"name="age" value="0""#,
        r#"name="price" value="0""#,
        r#"name="day" type="date" value="""#,
        r#"class="not-yet""#,
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    assert!(
        !html.contains("Only for adults"),
        "nobody has been there yet: {html}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_typed_is_shown_as_it_was_typed_whether_it_fits_or_not() {
    let mut page = open().await;
    for (field, typed, shows, errors) in [
        (
            "age",
            json!("2"),
            r#"name="age" value="2""#,
            "Only for adults.",
        ),
        (
            "age",
            json!("abc"),
            r#"name="age" value="abc""#,
            "Enter a whole number.",
        ),
        (
            "age",
            json!("300"),
            r#"name="age" value="300""#,
            "Enter a whole number from 0 to 255.",
        ),
        ("age", json!(" 040 "), r#"name="age" value=" 040 ""#, ""),
        (
            "age",
            json!(""),
            r#"name="age" value="""#,
            "This field is required.",
        ),
        ("price", json!("2."), r#"name="price" value="2.""#, ""),
        (
            "price",
            json!("2,5"),
            r#"name="price" value="2,5""#,
            "Enter a number.",
        ),
        (
            "email",
            json!("ann"),
            r#"name="email" value="ann""#,
            "An e-mail address has an @.",
        ),
        ("email", json!("a@b"), r#"name="email" value="a@b""#, ""),
        (
            "day",
            json!("2026-11-25"),
            r#"name="day" type="date" value="2026-11-25""#,
            "",
        ),
        (
            "address.street",
            json!(""),
            r#"name="address.street" value="""#,
            "Where to?",
        ),
        (
            "address.floor",
            json!("-1"),
            r#"name="address.floor" value="-1""#,
            "Enter a whole number from 0 to 255.",
        ),
        (
            "address.floor",
            json!(""),
            r#"name="address.floor" value="""#,
            "",
        ),
    ] {
        page.event("change", changed(field, json!({ field: typed })))
            .await;
        assert!(page.errors.is_empty(), "{:?}", page.errors);
        let html = flat(&page);
        assert!(html.contains(shows), "{shows} is not in {html}");
        for message in MESSAGES {
            let expected = message == errors;
            assert_eq!(
                html.contains(message),
                expected,
                "{field} {typed}: {message}: {html}"
            );
        }
    }
}

/// All messages of this form.
const MESSAGES: [&str; 11] = [
    "An e-mail address has an @.",
    "Only for adults.",
    "Where to?",
    "At least one.",
    "At most two lines.",
    "A gift costs 100 at most.",
    "This field is required.",
    "Enter a whole number.",
    "Enter a number.",
    "Enter a whole number from 0 to 255.",
    "Choose one of the options.",
];

#[tokio::test(start_paused = true)]
async fn boxes_and_choices_show_what_was_chosen() {
    let mut page = open().await;
    let choices = |size: &str, gift: bool, tags: &[&str]| {
        let selected = |chosen: bool| if chosen { r#" selected="""# } else { "" };
        [
            format!(r#"<option>{} value="small""#, selected(size == "small")),
            format!(r#"<option>{} value="large""#, selected(size == "large")),
            format!(
                r#"<input>{} name="gift""#,
                if gift { r#" checked="""# } else { "" }
            ),
            format!(r#"<option>{} "new""#, selected(tags.contains(&"new"))),
            format!(r#"<option>{} "old""#, selected(tags.contains(&"old"))),
        ]
    };
    for (target, sent, shows) in [
        ("gift", json!({ "gift": "on" }), choices("large", true, &[])),
        ("gift", json!({}), choices("large", false, &[])),
        (
            "size",
            json!({ "size": "small" }),
            choices("small", false, &[]),
        ),
        (
            "tags",
            json!({ "tags": ["new", "old"] }),
            choices("large", false, &["new", "old"]),
        ),
        (
            "tags",
            json!({ "tags": "old" }),
            choices("large", false, &["old"]),
        ),
        (
            "tags",
            json!({ "tags[]": ["new"], "age": "x" }),
            choices("large", false, &["new"]),
        ),
        (
            "tags",
            json!({ "gift": "on", "age": "x" }),
            choices("large", true, &[]),
        ),
    ] {
        page.event("change", changed(target, sent.clone())).await;
        let html = flat(&page);
        for part in &shows {
            assert!(html.contains(part), "{sent}: {part} is not in {html}");
        }
    }
    page.event("change", changed("size", json!({ "size": "huge" })))
        .await;
    assert!(page.errors.is_empty(), "{:?}", page.errors);
}

#[tokio::test(start_paused = true)]
async fn a_value_comes_out_only_without_errors() {
    let mut page = open().await;
    for wrong in [
        json!({ "age": "x" }),
        json!({ "age": "3" }),
        json!({ "email": "ann" }),
        json!({ "size": "huge" }),
        json!({ "gift": "on", "price": "101" }),
        json!({ "lines[0].product": "Tea", "lines[0].amount": "0" }),
    ] {
        page.event("order", fields(wrong.clone())).await;
        assert!(page.errors.is_empty(), "{:?}", page.errors);
        assert!(!page.has("Order {"), "{wrong}: {}", flat(&page));
    }
    page.event("order", fields(json!({ "gift": "on", "tags": "new", "lines[0].product": "Tea", "lines[0].amount": "2" })))
        .await;
    let order = Order {
        email: "ann@example.com".into(),
        age: 30,
        price: 9.5,
        day: None,
        size: Size::Large,
        gift: true,
        tags: vec!["new".into()],
        password: "hunter2".into(),
        address: Address {
            street: "Main Street 1".into(),
            floor: None,
        },
        lines: vec![Line {
            product: "Tea".into(),
            amount: 2,
        }],
    };
    assert!(
        page.shows().contains(&format!("{order:?}")),
        "{}",
        flat(&page)
    );
    assert!(
        flat(&page).contains(r#"name="email" value="""#),
        "it was reset: {}",
        flat(&page)
    );
    assert!(page.has(r#"dj-key="1""#), "{}", flat(&page));
}

#[tokio::test(start_paused = true)]
async fn errors_show_where_somebody_has_been_and_all_of_them_after_a_submit() {
    let mut page = open().await;
    let wrong =
        json!({ "email": "", "age": "", "price": "x", "address.floor": "x", "address.street": "" });
    page.event("change", changed("price", wrong.clone())).await;
    assert!(page.has("Enter a number."), "{}", flat(&page));
    assert!(!page.has("This field is required."), "{}", flat(&page));
    page.event("change", changed("age", wrong.clone())).await;
    assert!(
        page.has("Enter a number.") && page.has("This field is required."),
        "{}",
        flat(&page)
    );
    assert!(!page.has("Enter a whole number."), "{}", flat(&page));
    page.event("order", fields(wrong)).await;
    for message in [
        "Enter a number.",
        "This field is required.",
        "Enter a whole number.",
        "An e-mail address has an @.",
        "Where to?",
    ] {
        assert!(page.has(message), "{message}: {}", flat(&page));
    }
}

#[tokio::test(start_paused = true)]
async fn items_of_a_list_have_errors_of_their_own() {
    let mut page = open().await;
    let lines = json!({
        "lines[0].product": "Tea", "lines[0].amount": "1",
        "lines[1].product": "Milk", "lines[1].amount": "0",
        "lines[2].product": "Honey", "lines[2].amount": "x",
    });
    page.event("order", fields(lines)).await;
    let html = flat(&page);
    let (second, third) = (
        html.find("lines[1].amount").unwrap(),
        html.find("lines[2].amount").unwrap(),
    );
    assert!(html[second..third].contains("At least one."), "{html}");
    assert!(html[third..].contains("Enter a whole number."), "{html}");
    assert!(
        !html.contains("At most two lines."),
        "of how many is not known: {html}"
    );
    let lines = json!({
        "lines[0].product": "Tea", "lines[0].amount": "1",
        "lines[1].product": "Milk", "lines[1].amount": "0",
        "lines[2].product": "Honey", "lines[2].amount": "3",
    });
    page.event("order", fields(lines)).await;
    let html = flat(&page);
    assert_eq!(html.matches("At least one.").count(), 1, "{html}");
    assert_eq!(html.matches("At most two lines.").count(), 1, "{html}");
    let second = html.find("lines[1].amount").unwrap();
    let third = html.find("lines[2].product").unwrap();
    assert!(html[second..third].contains("At least one."), "{html}");
}

#[tokio::test(start_paused = true)]
async fn what_the_server_finds_shows_until_the_field_changes() {
    let mut page = open().await;
    let taken = json!({ "email": "taken@example.com" });
    page.event("order", fields(taken.clone())).await;
    assert!(page.has("This address is taken."), "{}", flat(&page));
    page.event(
        "change",
        changed("age", json!({ "email": "taken@example.com", "age": "31" })),
    )
    .await;
    assert!(
        page.has("This address is taken."),
        "another field changed: {}",
        flat(&page)
    );
    page.event(
        "change",
        changed("email", json!({ "email": "free@example.com", "age": "31" })),
    )
    .await;
    assert!(!page.has("This address is taken."), "{}", flat(&page));

    page.event("order", fields(json!({ "email": "closed@example.com" })))
        .await;
    assert!(page.has("The shop is closed."), "{}", flat(&page));
    page.event("order", fields(json!({}))).await;
    assert!(
        page.has("Order {") && !page.has("The shop is closed."),
        "{}",
        flat(&page)
    );
}

#[tokio::test(start_paused = true)]
async fn a_field_that_the_value_does_not_have_is_an_error_and_nothing_runs() {
    let mut page = open().await;
    let before = flat(&page);
    for (sent, message) in [
        (
            json!({ "admin": "on" }),
            "event `order`: unknown parameter `admin`; it takes `email`, `age`, `price`, `day`, `size`, `gift`, `tags`, \
             `password`, `address`, `lines`",
        ),
        (
            json!({ "address.owner": "me", "age": "x" }),
            "event `order`: unknown parameter `address.owner`; it takes `street`, `floor`",
        ),
        (
            json!({ "lines[0].product": "Tea", "lines[0].amount": "1", "lines[0].price": "0" }),
            "event `order`: unknown parameter `lines[0].price`; it takes `product`, `amount`",
        ),
        (
            json!({ "email.": "x" }),
            "event `order`: unknown parameter `email.`; it takes `email`, `age`, `price`, `day`, `size`, `gift`, `tags`, \
             `password`, `address`, `lines` (did you mean `email`?)",
        ),
    ] {
        page.event("order", fields(sent)).await;
        assert_eq!(page.error(), (ErrorKind::InvalidParams, message));
        assert_eq!(flat(&page), before);
    }
}

#[tokio::test(start_paused = true)]
async fn a_form_input_from_a_single_field_says_where_the_attribute_belongs() {
    let mut page = open().await;
    page.event("change", json!({ "value": "ann@example.com" }))
        .await;
    assert_eq!(
        page.error(),
        (
            ErrorKind::InvalidParams,
            "event `change`: unknown parameter `value`; it takes `email`, `age`, `price`, `day`, `size`, `gift`, `tags`, \
             `password`, `address`, `lines`; the event came from no form: for a `FormInput` the attribute belongs on the \
             `<form>`"
        )
    );
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_never_written_into_the_page() {
    let mut page = open().await;
    page.event("change", changed("password", json!({ "age": "x" })))
        .await;
    page.event("order", fields(json!({ "age": "x" }))).await;
    assert!(page.has("Enter a whole number."), "{}", flat(&page));
    assert!(!page.has("hunter2"), "{}", flat(&page));
    assert!(
        flat(&page).contains(r#"name="password" type="password" value="""#),
        "{}",
        flat(&page)
    );
}

#[tokio::test(start_paused = true)]
async fn a_half_filled_form_is_there_when_the_page_comes_back() {
    let app = App::new(()).live::<Shop>("/", "shop").secret_key([1; 32]);
    let mut browser = Browser::new(&start(app));
    let mut page = browser.open("/").await;
    page.event(
        "change",
        changed("age", json!({ "age": "abc", "email": "ann@" })),
    )
    .await;
    let before = flat(&page);
    page.resume(&browser).await;
    assert_eq!(flat(&page), before);
    page.event(
        "change",
        changed("age", json!({ "age": "40", "email": "ann@" })),
    )
    .await;
    let html = flat(&page);
    assert!(
        html.contains(r#"name="email" value="ann@""#) && html.contains(r#"name="age" value="40""#),
        "{html}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_large_form_of_wrong_values_is_no_more_work_than_a_few() {
    let mut page = open().await;
    let mut many = json!({});
    for index in 0..1500 {
        many[format!("lines[{index}].product")] = json!("x");
        many[format!("lines[{index}].amount")] = json!("x");
    }
    page.event("order", fields(many)).await;
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    let told = flat(&page).matches("Enter a whole number.").count();
    assert!((32..64).contains(&told), "{told}");
}

#[test]
fn items_come_and_go_and_what_was_typed_stays() {
    let mut form = Form::<Order>::default();
    let typed = |fields: &[(&'static str, &'static str)]| {
        FormInput::from_fields(fields.iter().copied()).expect("fields of the form")
    };
    assert!(form.push_item("lines", &Line::default()));
    assert!(form.push_item(
        "lines",
        &Line {
            product: "Tea".into(),
            amount: 1
        }
    ));
    assert_eq!(form.value().lines.len(), 2);
    form.change(typed(&[
        ("_target", "lines[1].amount"),
        ("email", "ann@"),
        ("age", "x"),
        ("lines[0].product", "Milk"),
        ("lines[0].amount", "2"),
        ("lines[1].product", "Tea"),
        ("lines[1].amount", "y"),
    ]));
    assert_eq!(form.errors("lines[1].amount"), ["Enter a whole number."]);
    assert!(form.push_item(
        "lines",
        &Line {
            product: "Honey".into(),
            amount: 3
        }
    ));
    assert_eq!(
        form.errors("lines[1].amount"),
        ["Enter a whole number."],
        "what does not fit stays"
    );
    assert!(form.remove_item("lines", 0));
    assert_eq!(
        form.errors("lines[0].amount"),
        ["Enter a whole number."],
        "and moves with its item"
    );
    assert!(form.errors("lines[1].amount").is_empty());
    let values = serde_json::to_value(&form).expect("a form serialises")["values"].clone();
    assert_eq!(values["email"], "ann@");
    assert_eq!(values["age"], "x");
    assert_eq!(
        values["lines"],
        json!([{ "product": "Tea", "amount": "y" }, { "product": "Honey", "amount": 3 }])
    );
    for (list, item) in [("email", 0), ("lines", 2), ("nothing", 0), ("lines[0]", 0)] {
        assert!(!form.remove_item(list, item), "{list}");
    }
    assert!(!form.push_item("email", &"x"));
}

#[test]
fn a_template_that_misspells_the_form_does_not_start() {
    #[derive(LiveView)]
    #[live_view(template = "<main>{{ from.values.email }}</main>")]
    struct Misspelt {
        form: Form<Order>,
    }

    #[live_view]
    impl Misspelt {
        fn mount() -> Self {
            Misspelt {
                form: Form::default(),
            }
        }
    }

    let Err(error) = App::new(()).live::<Misspelt>("/", "x").start("/x.js") else {
        panic!("it started")
    };
    assert!(
        error.to_string().contains("did you mean `form`?"),
        "{error}"
    );
}

#[test]
fn handlers_with_forms_are_plain_methods() {
    let mut shop = Shop {
        form: Form::default(),
        ordered: String::new(),
    };
    let input = FormInput::from_fields([("_target", "age"), ("email", "a@b"), ("age", "x")]);
    shop.change(input.expect("fields of the form"));
    assert_eq!(shop.form.errors("age"), ["Enter a whole number."]);
    assert_eq!(shop.form.value().email, "a@b");
    assert!(
        !format!("{:?}", shop.form).contains("a@b"),
        "no values in logs"
    );
}
