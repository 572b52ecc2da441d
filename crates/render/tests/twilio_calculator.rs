//! Compares segments with Twilio's own calculator (npm package `sms-segments-calculator`).
//!
//! Requires Node.js and `npm ci` in `tests/node`; otherwise the test is skipped with a message.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use outbound_render::sms::segment;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

const MESSAGE_COUNT: usize = 500;

/// Texts that the calculator's Unicode version (10) splits into the same graphemes as this crate's version: no
/// Indic conjuncts, and no characters that were added since.
fn messages() -> Vec<String> {
    let gsm7 = prop_oneof!["[ -_a-~]{0,150}", "[a€\\[^\u{c}\r\nñÇ]{0,150}"];
    let any = prop_oneof![
        "[ -~]{0,100}",
        "[a-zя…“`½ç\t]{0,60}",
        "(😀|👨\u{200d}👩\u{200d}👧|🇩🇪|👋🏽|e\u{301}|\u{1112}\u{1161}\u{11ab}|漢|\r\n){0,40}",
    ];
    let joined = |pieces: Vec<String>| pieces.concat();
    let text = prop_oneof![
        proptest::collection::vec(gsm7, 0..6).prop_map(joined),
        proptest::collection::vec(any, 0..6).prop_map(joined),
    ];
    let mut runner = TestRunner::deterministic();
    (0..MESSAGE_COUNT).map(|_| text.new_tree(&mut runner).unwrap().current()).collect()
}

/// The calculator's results; `None` if Node.js or the package is missing.
fn calculated(messages: &[String]) -> Option<Vec<(String, Vec<usize>)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node");
    if !folder.join("node_modules/sms-segments-calculator").exists() {
        return None;
    }
    let mut node = Command::new("node");
    node.arg("count.js").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = node.spawn().ok()?;
    child.stdin.take().unwrap().write_all(&serde_json::to_vec(messages).unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn segments_match_twilios_calculator() {
    let messages = messages();
    let Some(calculated) = calculated(&messages) else {
        eprintln!("skipped: needs node, and `npm ci` in crates/render/tests/node");
        return;
    };
    assert_eq!(calculated.len(), MESSAGE_COUNT);
    assert!(calculated.iter().any(|(encoding, parts)| encoding == "GSM-7" && parts.len() > 2));
    for (text, (encoding, parts)) in messages.iter().zip(calculated) {
        let actual = segment(text);
        let actual_parts: Vec<_> = actual.segments.iter().map(|segment| segment.units).collect();
        assert_eq!((actual.encoding.to_string(), actual_parts), (encoding, parts), "{text:?}");
    }
}
