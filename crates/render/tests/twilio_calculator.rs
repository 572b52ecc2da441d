//! Our segments are those of Twilio's own calculator (npm `sms-segments-calculator`), text by text.
//!
//! Runs where node is and `npm ci` was done in `tests/node`; says so where not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use outbound_render::sms::segment;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

const TEXTS: usize = 500;

/// Texts of all kinds that the calculator's Unicode (version 10) cuts into the same graphemes as
/// ours: without Indic conjuncts and without characters that joined since then.
fn texts() -> Vec<String> {
    let cheap = prop_oneof!["[ -_a-~]{0,150}", "[a€\\[^\u{c}\r\nñÇ]{0,150}"];
    let any = prop_oneof![
        "[ -~]{0,100}",
        "[a-zя…“`½ç\t]{0,60}",
        "(😀|👨\u{200d}👩\u{200d}👧|🇩🇪|👋🏽|e\u{301}|\u{1112}\u{1161}\u{11ab}|漢|\r\n){0,40}",
    ];
    let joined = |pieces: Vec<String>| pieces.concat();
    let text = prop_oneof![
        proptest::collection::vec(cheap, 0..6).prop_map(joined),
        proptest::collection::vec(any, 0..6).prop_map(joined),
    ];
    let mut runner = TestRunner::deterministic();
    (0..TEXTS).map(|_| text.new_tree(&mut runner).unwrap().current()).collect()
}

/// What the calculator says; `None` where node or the package is missing.
fn calculated(texts: &[String]) -> Option<Vec<(String, Vec<usize>)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node");
    if !folder.join("node_modules/sms-segments-calculator").exists() {
        return None;
    }
    let mut node = Command::new("node");
    node.arg("count.js").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = node.spawn().ok()?;
    child.stdin.take().unwrap().write_all(&serde_json::to_vec(texts).unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn segments_are_those_of_twilios_calculator() {
    let texts = texts();
    let Some(calculated) = calculated(&texts) else {
        eprintln!("skipped: needs node, and `npm ci` in crates/render/tests/node");
        return;
    };
    assert_eq!(calculated.len(), TEXTS);
    assert!(calculated.iter().any(|(encoding, parts)| encoding == "GSM-7" && parts.len() > 2));
    for (text, (encoding, parts)) in texts.iter().zip(calculated) {
        let ours = segment(text);
        let our_parts: Vec<_> = ours.segments.iter().map(|segment| segment.units).collect();
        assert_eq!((ours.encoding.to_string(), our_parts), (encoding, parts), "{text:?}");
    }
}
