//! Forms whose rules are garde's: `cargo test -p relive --features garde --test garde`.

use relive::prelude::*;

#[derive(Clone, Default, Serialize, Deserialize, garde::Validate)]
struct Address {
    #[garde(length(min = 1))]
    street: String,
}

#[derive(Clone, Default, Serialize, Deserialize, garde::Validate)]
struct Line {
    #[garde(range(min = 1, max = 9))]
    amount: u32,
}

#[derive(Clone, Default, Serialize, Deserialize, garde::Validate)]
struct Order {
    #[garde(contains("@"))]
    email: String,
    #[garde(range(min = 18))]
    age: Option<u8>,
    #[garde(dive)]
    address: Address,
    #[garde(dive, length(max = 2))]
    lines: Vec<Line>,
}

#[test]
fn rules_come_from_garde_and_stand_at_their_fields() {
    let mut form = Form::<Order>::default();
    let fields = [
        ("email", "ann"),
        ("age", "17"),
        ("address.street", ""),
        ("lines[0].amount", "1"),
        ("lines[1].amount", "10"),
    ];
    let input = FormInput::from_fields(fields).expect("fields of the form");
    assert!(form.submit(input).is_none());
    for (field, message) in [
        ("email", "does not contain \"@\""),
        ("age", "lower than 18"),
        ("address.street", "length is lower than 1"),
        ("lines[1].amount", "greater than 9"),
    ] {
        assert_eq!(form.errors(field), [message], "{field}");
    }
    assert!(form.errors("lines[0].amount").is_empty());

    let fields = [("email", "a@b"), ("age", ""), ("address.street", "x")];
    let input = FormInput::from_fields(fields).expect("fields of the form");
    assert!(form.submit(input).is_some());
}
