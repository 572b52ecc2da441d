//! Invalid files: wrong format, wrong encoding, too large, too deeply nested.

use outbound_formats::{Format, ReadOptions};
use outbound_model::examples;
use serde_json::{Value, json};

use crate::{one, read_with, write};

const PROVIDERS: [Format; 3] = [Format::Meta, Format::Twilio, Format::Rbm];

#[track_caller]
fn read_error(format: Format, bytes: &[u8]) -> String {
    read_with(format, bytes, ReadOptions::default()).unwrap_err().to_string()
}

#[test]
fn format_names_round_trip() {
    for format in Format::ALL {
        assert_eq!(format.to_string().parse(), Ok(format));
    }
    let error = "META".parse::<Format>().unwrap_err();
    assert_eq!(error.to_string(), "unknown format; the formats are liveperson, meta, twilio, rbm");
}

#[test]
fn a_report_lists_a_hundred_losses_of_a_handoff() {
    let mut types = json!({"twilio/text": {"body": "Hi"}});
    let fields = (0..5000).map(|number| (format!("f{number}"), json!(1)));
    types["twilio/text"].as_object_mut().unwrap().extend(fields);
    let losses = one(Format::Twilio, &json!({"friendly_name": "t", "language": "en", "types": types})).losses;
    assert_eq!(losses.len(), 101);
    assert_eq!(losses[100].sentence, "There are more losses than can be listed.");
}

#[test]
fn formats_are_detected_by_their_keys() {
    for (text, expected) in [
        (examples::HANDOFFS, Some(Format::LivePerson)),
        ("\u{feff} {\"name\": \"a\", \"channels\": [", Some(Format::LivePerson)),
        (r#"{"data": [{"name": "a"}]}"#, Some(Format::Meta)),
        (r#"[{"name": "a", "language": "en", "components": []}]"#, Some(Format::Meta)),
        (r#"{"contents": [], "meta": {}}"#, Some(Format::Twilio)),
        (r#"{"language": "en", "types": {"twilio/text": {"body": "contentMessage"}}}"#, Some(Format::Twilio)),
        (r#"[{"ttl": "1s", "contentMessage": {"text": "data"}}]"#, Some(Format::Rbm)),
        (r#"{"name": "data"}"#, None),
        ("[]", None),
        ("", None),
        ("{\"a\": nothing", None),
        ("\u{1f}\u{8b}\u{8}", None),
    ] {
        assert_eq!(Format::detect(text.as_bytes()), expected, "{text}");
    }
    let deep = "[".repeat(1_000_000);
    assert_eq!(Format::detect(deep.as_bytes()), None);
    let wide = format!("{{\"a\": {deep}{}, \"components\": []}}", "]".repeat(1_000_000));
    assert_eq!(Format::detect(wide.as_bytes()), Some(Format::Meta));
}

#[test]
fn syntax_errors_name_line_and_column() {
    for format in PROVIDERS {
        let noun = read_error(format, b"7").rsplit_once(' ').unwrap().1.to_owned();
        for (bytes, expected) in [
            (&b""[..], format!("line 1, column 1: expected an array of {noun}s, or one {noun}")),
            (b"\x1f\x8b\x08", "line 1, column 2: this is not UTF-8 text".to_owned()),
            (b"\xff\xfe{\x00}\x00", "line 1, column 1: this is not UTF-8 text".to_owned()),
            (b"{\n \"n\xe9\": 1}", "line 2, column 4: this is not UTF-8 text".to_owned()),
            (b"{\n \"name\": }", "line 2, column 10: expected value".to_owned()),
            (b"{\"name\": \"\\ud800\"}", "unexpected end of hex escape".to_owned()),
        ] {
            let error = read_error(format, bytes);
            assert!(error.contains(&expected), "{format}: {error}");
        }
    }
}

#[test]
fn deeply_nested_and_large_files_are_rejected() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let long = "x".repeat(1024 * 1024);
    for format in PROVIDERS {
        let error = read_error(format, format!("[{{\"a\": {deep}}}]").as_bytes());
        assert!(error.contains("recursion limit"), "{error}");
        let error = read_error(format, format!("[\n{{\"a\": \"{long}\"}}]").as_bytes());
        assert!(
            error.starts_with("line 2: this ") && error.ends_with(" is larger than 1048576 bytes"),
            "{error}"
        );
        let endless = std::io::Read::chain(&b"["[..], std::io::repeat(b' '));
        let mut read = outbound_formats::read_any(
            format,
            std::io::BufReader::new(endless),
            ReadOptions::default(),
            crate::Fixed(0),
        );
        let error = read.next().unwrap().unwrap_err().to_string();
        assert_eq!(error, "the file is larger than 33554432 bytes");
    }
}

#[test]
fn losses_have_a_location() {
    let file = "{\"data\": [\n {\"name\": \"a\", \"language\": \"en\",\n  \"components\": [{\"type\": \"CAROUSEL\"}]}\n]}";
    let imported = read_with(Format::Meta, file.as_bytes(), ReadOptions::default()).unwrap();
    let at = imported[0].losses[0].at.unwrap();
    assert_eq!((at.line, at.column), (3, 18));
    assert_eq!((imported[0].at.line, imported[0].at.column), (2, 2));
}

#[test]
fn invalid_names_are_shortened_or_replaced() {
    let template = |name: String| json!({"name": name, "language": "en", "components": []});
    let imported = one(Format::Meta, &template("é".repeat(512)));
    assert_eq!(imported.handoff.name.as_str(), "é".repeat(255));
    assert_eq!(imported.losses.len(), 1);
    assert_eq!(one(Format::Meta, &template("\n".to_owned())).handoff.name.as_str(), "Imported");
}

#[test]
fn the_liveperson_format_is_lossless() {
    let imported =
        read_with(Format::LivePerson, examples::HANDOFFS.as_bytes(), ReadOptions::default()).unwrap();
    let written: Vec<Value> = imported
        .iter()
        .flat_map(|one| write(Format::LivePerson, &one.handoff).documents)
        .map(|document| document.value)
        .collect();
    assert_eq!(Value::from(written), examples::HANDOFFS.parse::<Value>().unwrap());
    let file = &write(Format::LivePerson, &imported[0].handoff).documents[0].file;
    assert_eq!(file, "greeting-by-sms.H072047293477861.json");
}
