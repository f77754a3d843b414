//! The coercion table: type × given value → value or message.

#![expect(dead_code, reason = "the fields are looked at in their debug form")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::num::NonZeroU8;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::params;

/// The parameter `v` of a payload, as `T`: the value's debug form, or the message behind the event's name.
fn read<T: DeserializeOwned + Debug>(payload: &str) -> String {
    let mut reader = params(payload).read("e", &["v"]);
    match reader.take::<T>("v") {
        Some(value) => {
            assert!(reader.is_ok(), "{payload}");
            format!("{value:?}")
        }
        None => {
            let message = reader.into_error().to_string();
            let message = message
                .strip_prefix("event `e`")
                .expect("the event's name")
                .to_owned();
            message
                .strip_prefix(", parameter `v`: ")
                .map(str::to_owned)
                .unwrap_or(message)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Colour {
    Red,
    DarkBlue,
    Custom(u8, u8, u8),
    Named { name: String },
    Level(u8),
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Tagged {
    Point { x: i64 },
    Nothing,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
enum Adjacent {
    Count(u8),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Either {
    Number(f64),
    Text(String),
}

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Id(u32);

#[derive(Debug, Deserialize)]
struct Unit;

#[derive(Debug, Deserialize)]
struct Pair(u8, String);

#[derive(Debug, Deserialize)]
struct Line {
    name: String,
    price: f64,
    #[serde(default)]
    amount: u8,
    note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    size: u8,
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Email(String);

impl TryFrom<String> for Email {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.contains('@') {
            Ok(Email(text))
        } else {
            Err("an e-mail address has an @")
        }
    }
}

/// Holds itself: a single value is a list of one for ever.
#[derive(Debug, Deserialize)]
struct Nest(Vec<Nest>);

/// Each row: a type, the payload's value for `v`, what becomes of it.
macro_rules! table {
    ($($ty:ty { $($given:literal => $expected:literal,)* })*) => {{
        let mut count = 0;
        $($(
            let payload = match $given {
                "absent" => "{}".to_owned(),
                "absent in a form" => r#"{"_form":true}"#.to_owned(),
                given => format!(r#"{{"v":{given}}}"#),
            };
            assert_eq!(read::<$ty>(&payload), $expected, "{} from {}", stringify!($ty), $given);
            count += 1;
        )*)*
        count
    }};
}

#[test]
fn numbers_and_truth_values() {
    numbers_table();
}

fn numbers_table() -> usize {
    table! {
        i64 {
            r#""42""# => "42",
            r#""-42""# => "-42",
            r#""+42""# => "42",
            r#"" 42\n""# => "42",
            r#""007""# => "7",
            r#""-0""# => "0",
            "42" => "42",
            "-42" => "-42",
            "3.0" => "3",
            "1e3" => "1000",
            "9007199254740993" => "9007199254740993",
            r#""9223372036854775807""# => "9223372036854775807",
            r#""9223372036854775808""# => "expected an integer from -9223372036854775808 to 9223372036854775807, got \"9223372036854775808\"",
            "9223372036854775808" => "expected an integer from -9223372036854775808 to 9223372036854775807, got 9223372036854775808",
            "1e300" => "expected an integer from -9223372036854775808 to 9223372036854775807, got 1e+300",
            "1e17" => "expected an exact integer (larger ones as text), got 1e+17",
            r#""abc""# => "expected an integer, got \"abc\"",
            r#""""# => "expected an integer, got \"\"",
            r#""  ""# => "expected an integer, got \"  \"",
            r#""3.0""# => "expected an integer, got \"3.0\"",
            r#""1 2""# => "expected an integer, got \"1 2\"",
            r#""0x10""# => "expected an integer, got \"0x10\"",
            r#""1_000""# => "expected an integer, got \"1_000\"",
            r#""٣""# => "expected an integer, got \"٣\"",
            "3.5" => "expected an integer, got 3.5",
            "true" => "expected an integer, got true",
            "null" => "expected an integer, got null",
            "[1]" => "expected an integer, got a list of 1 value",
            "[1,2]" => "expected an integer, got a list of 2 values",
            r#"{"a":1}"# => "expected an integer, got a map",
            "absent" => ": parameter `v` is missing (expected an integer)",
            "absent in a form" => ": parameter `v` is missing (expected an integer)",
        }
        u8 {
            r#""255""# => "255",
            r#""256""# => "expected an integer from 0 to 255, got \"256\"",
            r#""-1""# => "expected an integer from 0 to 255, got \"-1\"",
            "256" => "expected an integer from 0 to 255, got 256",
            "-1" => "expected an integer from 0 to 255, got -1",
            "-1.0" => "expected an integer from 0 to 255, got -1.0",
            r#""-x""# => "expected an integer, got \"-x\"",
            r#""99999999999999999999999999999999999999999999""# => "expected an integer from 0 to 255, got \"99999999999999999999999999999999999999999999\"",
        }
        i8 {
            r#""-128""# => "-128",
            r#""128""# => "expected an integer from -128 to 127, got \"128\"",
            r#""-129""# => "expected an integer from -128 to 127, got \"-129\"",
        }
        i16 {
            r#""-32768""# => "-32768",
            r#""32768""# => "expected an integer from -32768 to 32767, got \"32768\"",
        }
        u16 {
            r#""65535""# => "65535",
            "65536" => "expected an integer from 0 to 65535, got 65536",
        }
        i32 {
            "-2147483648" => "-2147483648",
            r#""2147483648""# => "expected an integer from -2147483648 to 2147483647, got \"2147483648\"",
        }
        u32 {
            r#""4294967295""# => "4294967295",
            r#""""# => "expected an integer, got \"\"",
            "4294967296" => "expected an integer from 0 to 4294967295, got 4294967296",
        }
        u64 {
            r#""18446744073709551615""# => "18446744073709551615",
            "18446744073709551615" => "18446744073709551615",
            r#""18446744073709551616""# => "expected an integer from 0 to 18446744073709551615, got \"18446744073709551616\"",
            r#""-1""# => "expected an integer from 0 to 18446744073709551615, got \"-1\"",
        }
        i128 { r#""-170141183460469231731687303715884105728""# => "-170141183460469231731687303715884105728", }
        u128 {
            r#""340282366920938463463374607431768211455""# => "340282366920938463463374607431768211455",
            "7" => "7",
            "-7" => "expected an integer from 0 to 340282366920938463463374607431768211455, got -7",
        }
        NonZeroU8 {
            r#""1""# => "1",
            r#""0""# => "expected a nonzero u8, got \"0\"",
        }
        f64 {
            r#""1.5""# => "1.5",
            r#"" -1.5e3 ""# => "-1500.0",
            r#"".5""# => "0.5",
            r#""2""# => "2.0",
            "2" => "2.0",
            "0.1" => "0.1",
            r#""1,5""# => "expected a number, got \"1,5\"",
            r#""NaN""# => "expected a number, got \"NaN\"",
            r#""inf""# => "expected a number, got \"inf\"",
            r#""-Infinity""# => "expected a number, got \"-Infinity\"",
            r#""1e999""# => "expected a finite number, got \"1e999\"",
            r#""""# => "expected a number, got \"\"",
            "false" => "expected a number, got false",
            "null" => "expected a number, got null",
            "absent" => ": parameter `v` is missing (expected a number)",
        }
        f32 {
            "0.5" => "0.5",
            r#"" 2 ""# => "2.0",
            r#"["1"]"# => "expected a number, got a list of 1 value",
            "absent in a form" => ": parameter `v` is missing (expected a number)",
            r#""0.1""# => "0.1",
            r#""1e39""# => "expected a number that fits into 32 bits, got \"1e39\"",
        }
        bool {
            r#""true""# => "true",
            r#""1""# => "true",
            r#""yes""# => "true",
            r#""on""# => "true",
            r#"" ON ""# => "true",
            r#""True""# => "true",
            "true" => "true",
            "1" => "true",
            r#""false""# => "false",
            r#""0""# => "false",
            r#""no""# => "false",
            r#""off""# => "false",
            r#""FALSE""# => "false",
            "false" => "false",
            "0" => "false",
            r#""""# => "expected true or false, got \"\"",
            r#""YES""# => "true",
            r#""No""# => "false",
            r#"" off ""# => "false",
            r#""t""# => "expected true or false, got \"t\"",
            r#""null""# => "expected true or false, got \"null\"",
            r#""enabled""# => "expected true or false, got \"enabled\"",
            r#"["on"]"# => "expected true or false, got a list of 1 value",
            "1.0" => "true",
            r#""y""# => "expected true or false, got \"y\"",
            r#""2""# => "expected true or false, got \"2\"",
            "2" => "expected true or false, got 2",
            "null" => "expected true or false, got null",
            "absent" => ": parameter `v` is missing (expected true or false)",
            "absent in a form" => "false",
        }
    }
}

#[test]
fn text_options_and_lists() {
    texts_table();
}

fn texts_table() -> usize {
    table! {
        String {
            r#""abc""# => "\"abc\"",
            r#""""# => "\"\"",
            r#"" a ""# => "\" a \"",
            "7" => "\"7\"",
            "1.5" => "\"1.5\"",
            "true" => "\"true\"",
            "null" => "expected text, got null",
            "[]" => "expected text, got an empty list",
            r#"["a"]"# => "expected text, got a list of 1 value",
            "absent" => ": parameter `v` is missing (expected text)",
            "absent in a form" => ": parameter `v` is missing (expected text)",
        }
        char {
            r#""x""# => "'x'",
            r#""é""# => "'é'",
            r#"" ""# => "' '",
            "7" => "'7'",
            r#""xy""# => "expected one character, got \"xy\"",
            r#""""# => "expected one character, got \"\"",
        }
        Option<i64> {
            r#""3""# => "Some(3)",
            r#""""# => "None",
            "null" => "None",
            "absent" => "None",
            r#""x""# => "expected an integer, got \"x\"",
            r#"" ""# => "expected an integer, got \" \"",
        }
        Option<String> {
            r#""""# => "None",
            r#"" ""# => "Some(\" \")",
            r#""a""# => "Some(\"a\")",
            "null" => "None",
            "absent" => "None",
            "absent in a form" => "None",
        }
        Option<bool> {
            "absent in a form" => "None",
            r#""on""# => "Some(true)",
            r#""off""# => "Some(false)",
            r#""""# => "None",
            r#""maybe""# => "expected true or false, got \"maybe\"",
        }
        Option<f64> {
            r#""1.5""# => "Some(1.5)",
            r#""""# => "None",
            r#""1,5""# => "expected a number, got \"1,5\"",
            r#""NaN""# => "expected a number, got \"NaN\"",
        }
        Option<Option<u8>> { r#""1""# => "Some(Some(1))", }
        () {
            r#""""# => "()",
            "null" => "()",
            r#""x""# => "expected nothing, got \"x\"",
        }
        Unit { "null" => "Unit", }
        Vec<i64> {
            r#"["1",2]"# => "[1, 2]",
            r#""1""# => "[1]",
            "5" => "[5]",
            "[]" => "[]",
            r#"["1","x"]"# => ", parameter `v[1]`: expected an integer, got \"x\"",
            r#""""# => ", parameter `v[0]`: expected an integer, got \"\"",
            "null" => "expected a list, got null",
            "absent" => ": parameter `v` is missing (expected a list)",
            "absent in a form" => "[]",
        }
        Vec<String> {
            r#""a""# => "[\"a\"]",
            r#"["a","b"]"# => "[\"a\", \"b\"]",
            r#""""# => "[\"\"]",
            "absent in a form" => "[]",
            r#"{"a":1}"# => "expected a list, got a map",
        }
        Vec<bool> {
            r#"["on","off"]"# => "[true, false]",
            r#"["on","x"]"# => ", parameter `v[1]`: expected true or false, got \"x\"",
        }
        Vec<Option<u8>> { r#"["1","",null]"# => "[Some(1), None, None]", }
        Vec<Vec<u8>> {
            "[[1],[2,300]]" => ", parameter `v[1][1]`: expected an integer from 0 to 255, got 300",
        }
        Option<Vec<u8>> {
            "absent in a form" => "None",
            r#""3""# => "Some([3])",
            r#""""# => "None",
        }
        BTreeSet<Id> { r#"["2","1","2"]"# => "{Id(1), Id(2)}", }
        (u8, String) {
            r#"["1","a"]"# => "(1, \"a\")",
            r#"["1"]"# => "expected a list of 2 values, got a list of 1 value",
            r#"["1","a","b"]"# => "expected a list of 2 values, got a list of 3 values",
            r#""1""# => "expected a list of 2 values, got \"1\"",
            "absent in a form" => ": parameter `v` is missing (expected a list of 2 values)",
        }
        [u8; 2] {
            "[1,2]" => "[1, 2]",
            "[1,2,3]" => "expected a list of 2 values, got a list of 3 values",
        }
        (u8,) { r#""1""# => "(1,)", }
        Nest {
            "[[],[]]" => "Nest([Nest([]), Nest([])])",
        }
    }
}

#[test]
fn structs_maps_and_enums() {
    structs_table();
}

fn structs_table() -> usize {
    table! {
        Id {
            r#""7""# => "Id(7)",
            r#""x""# => "expected an integer, got \"x\"",
            "absent" => ": parameter `v` is missing (expected an integer)",
        }
        Pair { r#"["1","a"]"# => "Pair(1, \"a\")", }
        Email {
            r#""a@b""# => "Email(\"a@b\")",
            r#""ab""# => "an e-mail address has an @, got \"ab\"",
        }
        Line {
            r#"{"name":"Tea","price":"2.5"}"# => "Line { name: \"Tea\", price: 2.5, amount: 0, note: None }",
            r#"{"name":7,"price":1,"amount":"3","note":"","more":1}"# => "Line { name: \"7\", price: 1.0, amount: 3, note: None }",
            r#"{"name":"Tea","price":"dear"}"# => ", parameter `v.price`: expected a number, got \"dear\"",
            r#"{"name":"Tea"}"# => ": parameter `v.price` is missing (expected a number)",
            r#"{"name":[],"price":"dear"}"# => ": parameter `v.name`: expected text, got an empty list; parameter `v.price`: expected a number, got \"dear\"",
            r#""Tea""# => "expected a map, got \"Tea\"",
            r#"["Tea",2]"# => "expected a map, got a list of 2 values",
            "null" => "expected a map, got null",
            "absent" => ": parameter `v` is missing (expected a map)",
        }
        Vec<Line> {
            r#"[{"name":"a","price":1},{"name":"b","price":2},{"name":"c","price":"x"}]"# => ", parameter `v[2].price`: expected a number, got \"x\"",
            r#"[{"name":"a"}]"# => ": parameter `v[0].price` is missing",
        }
        Strict {
            r#"{"size":"1"}"# => "Strict { size: 1 }",
            r#"{"size":"1","sise":2}"# => ": unknown parameter `v.sise`; it takes `size` (did you mean `size`?)",
        }
        BTreeMap<String, u8> {
            r#"{"a":"1","b":2}"# => "{\"a\": 1, \"b\": 2}",
            r#"{"a":"x"}"# => ", parameter `v.a`: expected an integer, got \"x\"",
        }
        BTreeMap<u8, bool> {
            r#"{"1":"on"}"# => "{1: true}",
            r#"{"x":"on"}"# => ", parameter `v.x`: expected an integer, got \"x\"",
        }
        Colour {
            r#""red""# => "Red",
            r#""dark_blue""# => "DarkBlue",
            r#"{"custom":["1","2",3]}"# => "Custom(1, 2, 3)",
            r#"{"named":{"name":"Ann"}}"# => "Named { name: \"Ann\" }",
            r#"{"level":"4"}"# => "Level(4)",
            r#"{"level":"x"}"# => ", parameter `v.level`: expected an integer, got \"x\"",
            r#"{"red":null}"# => "Red",
            r#""rde""# => "expected one of `red`, `dark_blue`, `custom`, `named`, `level`, got \"rde\" (did you mean `red`?)",
            r#""Red""# => "expected one of `red`, `dark_blue`, `custom`, `named`, `level`, got \"Red\" (did you mean `red`?)",
            r#""""# => "expected one of `red`, `dark_blue`, `custom`, `named`, `level`, got \"\"",
            "null" => "expected one of `red`, `dark_blue`, `custom`, `named`, `level`, got null",
            "absent" => ": parameter `v` is missing (expected one of `red`, `dark_blue`, `custom`, `named`, `level`)",
        }
        Option<Colour> { r#""""# => "None", }
        Vec<Colour> { r#""red""# => "[Red]", }
        Tagged {
            r#"{"kind":"point","x":3}"# => "Point { x: 3 }",
            r#"{"kind":"nothing"}"# => "Nothing",
            r#"{"kind":"pont"}"# => ", parameter `v.kind`: expected one of `point`, `nothing`, got \"pont\" (did you mean `point`?)",
            r#"{"x":3}"# => ": parameter `v.kind` is missing (expected text)",
        }
        Adjacent {
            r#"{"kind":"count","data":"3"}"# => "Count(3)",
            r#"{"kind":"count","data":"x"}"# => ", parameter `v.data`: expected an integer, got \"x\"",
        }
        Either {
            "3" => "Number(3.0)",
            r#""3""# => "Text(\"3\")",
        }
        Value {
            r#"{"a":[1,null,"x"]}"# => "Object {\"a\": Array [Number(1), Null, String(\"x\")]}",
            "absent" => ": parameter `v` is missing",
        }
    }
}

#[test]
fn the_table_is_long() {
    let cases = numbers_table() + texts_table() + structs_table();
    println!("{cases} cases of coercion");
    assert!(cases >= 230, "{cases} cases");
}

#[test]
fn a_type_that_holds_itself_ends() {
    let message = read::<Nest>(r#"{"v":"x"}"#);
    assert!(
        message.ends_with("expected a value that is nested less deeply, got \"x\""),
        "{message}"
    );
}
