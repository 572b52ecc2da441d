//! Files in LivePerson's format: reading, writing, and locations of errors.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outbound_formats::liveperson::{Defaults, Writer, read};
use outbound_model::{Handoff, HandoffId, Timestamp, examples};

struct Fixed(u64);

impl Defaults for Fixed {
    fn new_id(&mut self) -> HandoffId {
        self.0 += 1;
        HandoffId::from_random(self.0)
    }
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(0).unwrap()
    }
}

fn handoffs(text: &str) -> Vec<Handoff> {
    read(text.as_bytes(), Fixed(0)).map(Result::unwrap).collect()
}

fn errors(text: &str) -> Vec<String> {
    read(text.as_bytes(), Fixed(0)).filter_map(Result::err).map(|e| e.to_string()).collect()
}

#[test]
fn written_handoffs_are_read_back_equal() {
    let original = handoffs(examples::HANDOFFS);
    let mut writer = Writer::new(Vec::new());
    for handoff in &original {
        writer.handoff(handoff).unwrap();
    }
    let written = String::from_utf8(writer.finish().unwrap()).unwrap();
    assert_eq!(handoffs(&written), original);
    assert_eq!(written.lines().nth(1), Some("  {"));
    assert_eq!(Writer::new(Vec::new()).finish().unwrap(), b"[]\n");
}

#[test]
fn the_extension_is_read_and_written() {
    let text =
        r#"{"name": "A", "channels": [], "x-outbound": {"samples": {"0": {"1": "Ann"}}, "mine": [1]}}"#;
    let original = handoffs(text);
    let mut writer = Writer::new(Vec::new());
    writer.handoff(&original[0]).unwrap();
    let written = String::from_utf8(writer.finish().unwrap()).unwrap();
    assert_eq!(handoffs(&written), original);
    assert!(written.contains("\"mine\"") && written.contains("Ann"));
    for (wrong, expected) in [
        ("5", "/x-outbound: expected an object, found a number"),
        (
            r#"{"samples": {"a": {}}}"#,
            "/x-outbound/samples/a: expected the index of a channel, starting at 0",
        ),
        (r#"{"samples": {"0": {"1": 7}}}"#, "/x-outbound/samples/0/1: expected a string, found a number"),
    ] {
        let text = format!(r#"{{"name": "A", "channels": [], "x-outbound": {wrong}}}"#);
        assert!(errors(&text)[0].ends_with(expected), "{:?}", errors(&text));
    }
}

#[test]
fn only_name_and_channels_are_required() {
    let [handoff] = &handoffs(r#" {"name": "By hand", "channels": []} "#)[..] else { panic!("not one") };
    assert_eq!(handoff.id.as_str(), "H000000000000001");
    assert_eq!((handoff.lookback_period_day, handoff.lookback_period_hour), (30, 0));
    assert_eq!(handoff.updated_at.to_string(), "1970-01-01T00:00:00.000Z");
}

#[test]
fn a_single_time_is_used_for_both_fields() {
    for field in ["createdAt", "updatedAt"] {
        let text = format!(r#"{{"name": "A", "channels": [], "{field}": "2024-05-01T00:00:00.000Z"}}"#);
        let [handoff] = &handoffs(&text)[..] else { panic!("not one") };
        let times = [&handoff.created_at, &handoff.updated_at].map(ToString::to_string);
        assert_eq!(times, ["2024-05-01T00:00:00.000Z"; 2], "{field}");
    }
    let errors = errors(r#"{"name": "A", "channels": [], "updatedAt": "soon"}"#);
    assert!(errors[0].contains("handoff 1, /updatedAt: "), "{errors:?}");
}

#[test]
fn byte_order_marks_are_skipped() {
    assert_eq!(handoffs("\u{feff}[{\"name\": \"A\", \"channels\": []}]").len(), 1);
    assert_eq!(
        errors("\u{feff}[7]"),
        ["line 1, column 2: handoff 1, the whole: expected an object, found a number"]
    );
    assert_eq!(errors("[]\u{feff}"), ["line 1, column 3: expected the end of the file"]);
}

#[test]
fn syntax_errors_name_line_and_column() {
    for (text, expected) in [
        ("", "line 1, column 1: expected an array of handoffs, or one handoff"),
        ("\n  hello", "line 2, column 3: expected an array of handoffs, or one handoff"),
        ("[{\"name\": }]", "line 1, column 11: expected value"),
        ("[\n {\"é\":1},\n {\"é\" 1}\n]", "line 3, column 7: expected `:`"),
        ("[{},]", "line 1, column 5: trailing comma"),
        ("[{} {}]", "line 1, column 5: expected `,` or `]`"),
        ("[{}", "line 1, column 4: the file ends inside the array"),
        ("{} x", "line 1, column 4: expected the end of the file"),
        ("[{\"name\": \"\\ud800\"}]", "line 1, column 18: unexpected end of hex escape"),
    ] {
        let last = errors(text).pop().unwrap_or_default();
        assert!(last.starts_with(expected), "{text}: {last}");
    }
    let deep = "[".repeat(1000);
    assert!(errors(&format!("[{deep}]"))[0].contains("recursion limit"));
    let latin1 = read(&b"[{\"name\": \"caf\xe9\"}]"[..], Fixed(0)).next().unwrap().unwrap_err();
    assert_eq!(latin1.to_string(), "line 1, column 2: this is not UTF-8 text");
}

#[test]
fn every_invalid_handoff_is_reported() {
    let text = "[\n {\"name\": \"A\", \"channels\": [\n  {\"type\": 5}]},\n {\"channels\": []},\n 7,\n {\"name\": \"B\", \"channels\": []}]";
    assert_eq!(
        errors(text),
        [
            "line 3, column 12: handoff 1, /channels/0/type: expected a string, found a number",
            "line 4, column 2: handoff 2, /name: is missing",
            "line 5, column 2: handoff 3, the whole: expected an object, found a number",
        ]
    );
}

#[test]
fn handoffs_larger_than_a_megabyte_are_rejected() {
    let text = format!("[\n{{\"name\": \"{}\"}}]", "x".repeat(1024 * 1024));
    assert_eq!(errors(&text), ["line 2: this handoff is larger than 1048576 bytes"]);
}
