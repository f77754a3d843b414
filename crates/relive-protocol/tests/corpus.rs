//! The corpus of example messages, read by the Rust and by the TypeScript tests.
//!
//! `msgpack_hex` in the corpus is written by this test when `UPDATE_CORPUS` is set.

use relive_protocol::{Format, FromPage, Operations, ToPage, UpdateFrame, Value, WireOp};
use relive_vdom::Sink;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/messages.json");

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

/// Decodes JSON and gives the message's form in either format.
fn both_forms(direction: &str, json: &[u8]) -> (Vec<u8>, Vec<u8>) {
    match direction {
        "from_page" => {
            let message = FromPage::decode(Format::Json, json).expect("a message");
            let bytes = message.encode(Format::MessagePack);
            let back = FromPage::decode(Format::MessagePack, &bytes).expect("a message");
            assert_eq!(back, message);
            (message.encode(Format::Json), bytes)
        }
        "to_page" => {
            let message = ToPage::decode(Format::Json, json).expect("a message");
            let bytes = message.encode(Format::MessagePack);
            let back = ToPage::decode(Format::MessagePack, &bytes).expect("a message");
            assert_eq!(back, message);
            (message.encode(Format::Json), bytes)
        }
        other => panic!("no direction `{other}`"),
    }
}

#[test]
fn both_codecs_agree_with_the_corpus() {
    let mut corpus: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(PATH).unwrap()).unwrap();
    assert!(corpus.len() >= 30);
    for entry in &mut corpus {
        let name = text(&entry["name"]).to_owned();
        let (json, bytes) = both_forms(
            text(&entry["direction"]),
            entry["json"].to_string().as_bytes(),
        );
        let again: Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(
            again, entry["json"],
            "{name}: JSON does not come back as it was"
        );
        if std::env::var_os("UPDATE_CORPUS").is_some() {
            entry["msgpack_hex"] = Value::String(hex(&bytes));
        }
        assert_eq!(entry["msgpack_hex"], hex(&bytes), "{name}: MessagePack");
    }
    if std::env::var_os("UPDATE_CORPUS").is_some() {
        let lines: Vec<String> = corpus.iter().map(|entry| format!("  {entry}")).collect();
        std::fs::write(PATH, format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
    }
}

#[test]
fn updates_written_in_one_go_equal_the_message() {
    let corpus: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(PATH).unwrap()).unwrap();
    let mut seen = 0;
    for entry in corpus.iter().filter(|entry| entry["json"][0] == 33) {
        let json = entry["json"].to_string();
        let ToPage::Update {
            region,
            seq,
            answers,
            effects,
            ops,
        } = ToPage::decode(Format::Json, json.as_bytes()).unwrap()
        else {
            panic!("{json} is an update")
        };
        for format in [Format::Json, Format::MessagePack] {
            let mut frame = UpdateFrame::new(format, region, seq, &answers, &effects);
            for WireOp(op) in &ops {
                op.emit(frame.operations());
            }
            assert_eq!(
                ToPage::decode(format, &frame.finish()).unwrap(),
                ToPage::decode(Format::Json, json.as_bytes()).unwrap()
            );
        }
        let mut frame = UpdateFrame::new(Format::MessagePack, region, seq, &answers, &effects);
        ops.iter()
            .for_each(|WireOp(op)| op.emit(frame.operations()));
        assert_eq!(
            hex(&frame.finish()),
            text(&entry["msgpack_hex"]),
            "{}",
            entry["name"]
        );
        seen += 1;
    }
    assert!(seen >= 10);
}

#[test]
fn a_rewound_operation_leaves_no_trace() {
    for format in [Format::Json, Format::MessagePack] {
        let mut operations = Operations::new(format, b"head".to_vec());
        operations.remove(1);
        let mark = operations.mark();
        operations.text(2, "two");
        operations.text(3, "three");
        operations.rewind(mark);
        operations.remove(4);
        let mut expected = Operations::new(format, b"head".to_vec());
        expected.remove(1);
        expected.remove(4);
        assert_eq!(operations.count(), 2);
        assert_eq!(operations.finish(), expected.finish());
    }
}

#[test]
fn a_frame_that_is_no_message_is_an_error_that_says_why() {
    let json: [(&str, &str); 9] = [
        ("", "EOF"),
        ("{}", "an array that begins with the message's number"),
        ("[]", "the field `number` is missing"),
        ("[99]", "no message has the number 99"),
        ("[3,0]", "Ack: the field `seq` is missing"),
        ("[3,0,-1]", "Ack: the field `seq`: invalid value"),
        ("[3,0,1,2]", "too many fields"),
        ("[2,0,1,\"x\",[],0]", "Event: the field `payload`"),
        ("[7,1] [7,1]", "trailing characters"),
    ];
    for (frame, expected) in json {
        let error = FromPage::decode(Format::Json, frame.as_bytes())
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{frame}: {error}");
    }
    let binary: [(&[u8], &str); 4] = [
        (&[], ""),
        (&[0xc1], ""),
        (&[0x92, 7, 1, 0], "1 bytes follow the message"),
        (&[0xdd, 0xff, 0xff, 0xff, 0xff, 7], "the field `n`"),
    ];
    for (frame, expected) in binary {
        let error = FromPage::decode(Format::MessagePack, frame)
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{frame:?}: {error}");
    }
}

#[test]
fn a_payload_nested_too_deep_is_refused() {
    for (depth, fits) in [(31, true), (32, false), (60, false), (100_000, false)] {
        let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let frame = format!(r#"[2,0,1,"x",{{"a":{nested}}},0]"#);
        assert_eq!(
            FromPage::decode(Format::Json, frame.as_bytes()).is_ok(),
            fits,
            "{depth}"
        );

        let mut frame = vec![0x96, 2, 0, 1, 0xa1, b'x', 0x81, 0xa1, b'a'];
        frame.extend(std::iter::repeat_n(0x91, depth - 1));
        frame.extend([0x90, 0]);
        assert_eq!(
            FromPage::decode(Format::MessagePack, &frame).is_ok(),
            fits,
            "{depth}"
        );
    }
}

#[test]
fn truncated_and_altered_frames_never_panic() {
    let corpus: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(PATH).unwrap()).unwrap();
    for entry in &corpus {
        let (json, bytes) = both_forms(
            text(&entry["direction"]),
            entry["json"].to_string().as_bytes(),
        );
        for (format, frame) in [(Format::Json, json), (Format::MessagePack, bytes)] {
            for end in 0..frame.len() {
                assert!(FromPage::decode(format, &frame[..end]).is_err());
                let _ = ToPage::decode(format, &frame[..end]);
            }
            for at in 0..frame.len() {
                for bit in 0..8 {
                    let mut altered = frame.clone();
                    altered[at] ^= 1 << bit;
                    let _ = FromPage::decode(format, &altered);
                    let _ = ToPage::decode(format, &altered);
                }
            }
        }
    }
}
