//! The cost of an SMS: the test vectors of channel-rules SMS-04b, and properties of any text.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outbound_render::sms::{
    Encoding::{self, Gsm7, Ucs2},
    Segmentation, Tally, costly_characters, estimate, message, segment, segment_without, value_of_length,
};
use outbound_render::substitute;
use proptest::prelude::*;

#[test]
fn segments_match_the_documented_vectors() {
    let seed = message("Hi Ann", Some("To stop receiving messages, reply STOP. For help, reply HELP."));
    let family = "👨‍👩‍👧";
    for (text, encoding, units, parts) in [
        (String::new(), Gsm7, 0, &[0_usize] as &[usize]),
        ("a".repeat(160), Gsm7, 160, &[160]),
        ("a".repeat(161), Gsm7, 161, &[153, 8]),
        ("a".repeat(306), Gsm7, 306, &[153, 153]),
        ("a".repeat(307), Gsm7, 307, &[153, 153, 1]),
        ("€".repeat(80), Gsm7, 160, &[160]),
        ("€".repeat(81), Gsm7, 162, &[152, 10]),
        ("€".repeat(152), Gsm7, 304, &[152, 152]),
        ("€".repeat(153), Gsm7, 306, &[152, 152, 2]),
        (format!("{}€{}", "a".repeat(152), "a".repeat(151)), Gsm7, 305, &[152, 153]),
        (format!("{}€{}", "a".repeat(152), "a".repeat(152)), Gsm7, 306, &[152, 153, 1]),
        ("я".repeat(70), Ucs2, 70, &[70]),
        ("я".repeat(71), Ucs2, 71, &[67, 4]),
        ("я".repeat(134), Ucs2, 134, &[67, 67]),
        ("я".repeat(135), Ucs2, 135, &[67, 67, 1]),
        ("😀".repeat(35), Ucs2, 70, &[70]),
        ("😀".repeat(36), Ucs2, 72, &[66, 6]),
        ("😀".repeat(66), Ucs2, 132, &[66, 66]),
        ("😀".repeat(67), Ucs2, 134, &[66, 66, 2]),
        ("ç".into(), Ucs2, 1, &[1]),
        ("`".into(), Ucs2, 1, &[1]),
        ("Ç".into(), Gsm7, 1, &[1]),
        ("\r\n".into(), Gsm7, 2, &[2]),
        (seed, Gsm7, 68, &[68]),
        (family.repeat(9), Ucs2, 72, &[64, 8]),
    ] {
        let counted = segment(&text);
        let counted_parts: Vec<_> = counted.segments.iter().map(|s| s.units).collect();
        assert_eq!((counted.encoding, counted.units, &*counted_parts), (encoding, units, parts), "{text}");
    }
}

#[test]
fn placeholders_without_a_value_are_not_counted() {
    let text = substitute(&format!("{}${{{{1}}}}{{{{2}}}}", "a".repeat(157)), |n| (n == 2).then_some("Ann"));
    let unsent: Vec<_> = text.missing().map(|filled| filled.range.clone()).collect();
    let counted = segment_without(&text.text, &unsent);
    assert_eq!((counted.units, counted.segments.len()), (160, 1));
    assert_eq!(counted.segments[0].range, 0..text.text.len());
}

#[test]
fn estimates_cover_the_possible_values() {
    let text = format!("{}{{{{1}}}}", "a".repeat(100));
    let strings = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>();
    let tally = |encoding, units, segments| Tally { encoding, units, segments };
    let long = value_of_length(61, Gsm7);
    for (values, best, worst) in [
        (strings(&["x", &long]), tally(Gsm7, 101, 1), tally(Gsm7, 161, 2)),
        (strings(&["x", "Ж"]), tally(Gsm7, 101, 1), tally(Ucs2, 101, 2)),
        (strings(&["Ж", "ЖЖ"]), tally(Ucs2, 101, 2), tally(Ucs2, 102, 2)),
        // A short UCS-2 value may cost less than a long GSM-7 value.
        (strings(&["Ж", &value_of_length(300, Gsm7)]), tally(Ucs2, 101, 2), tally(Ucs2, 400, 6)),
        (vec![], tally(Gsm7, 100, 1), tally(Gsm7, 100, 1)),
    ] {
        let cost = estimate(&text, |_| &values);
        assert_eq!((cost.best, cost.worst), (best, worst), "{values:?}");
        assert_eq!(cost.unknown.is_empty(), !values.is_empty());
    }
}

/// Texts of GSM-7 and UCS-2 characters, and of long and incomplete graphemes.
fn messages() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,40}",
        "[a€\\[\u{c}\r\nñÇç`я…½Ａ\u{a0}]{0,40}",
        "[😀👨👩👧🏽🇩🇪\u{200d}\u{fe0f}\u{301}क\u{94d}]{0,20}",
        any::<String>(),
        "a\u{301}{60,80}",
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn assert_covers(text: &str, counted: &Segmentation) {
    let joined: String = counted.segments.iter().map(|s| &text[s.range.clone()]).collect();
    assert_eq!(joined, text);
    assert_eq!(counted.segments.iter().map(|s| s.units).sum::<usize>(), counted.units);
    let limit = if counted.segments.len() == 1 { counted.encoding.single() } else { counted.encoding.part() };
    assert!(counted.segments.iter().all(|s| s.units <= limit));
}

proptest! {
    #[test]
    fn segments_cover_the_text_and_respect_the_limit(text in messages()) {
        let counted = segment(&text);
        assert_covers(&text, &counted);
        prop_assert_eq!(counted.encoding, Encoding::of(&text));
        prop_assert_eq!(counted.encoding == Gsm7, costly_characters(&text).next().is_none());
    }

    /// Splitting graphemes never needs more segments.
    #[test]
    fn keeping_graphemes_whole_needs_at_least_as_many_segments(text in messages()) {
        let counted = segment(&text);
        let (mut parts, mut units) = (1, 0);
        for c in text.chars().map(char::len_utf16) {
            (parts, units) = if units + c > 67 { (parts + 1, c) } else { (parts, units + c) };
        }
        let fits_one = counted.units <= 70;
        prop_assert!(counted.encoding == Gsm7 || fits_one || parts <= counted.segments.len());
    }

    #[test]
    fn segments_cover_the_text_for_any_unsent_ranges(
        text in messages(), ranges in proptest::collection::vec((0usize..99, 0usize..99), 0..4),
    ) {
        let unsent: Vec<_> = ranges.into_iter().map(|(start, end)| start..end).collect();
        assert_covers(&text, &segment_without(&text, &unsent));
    }

    #[test]
    fn replacing_all_costly_characters_yields_gsm_7(text in "[a-z“”…½ｂ\u{a0}–\t«»]{0,40}") {
        let mut replaced = String::new();
        let mut from = 0;
        for costly in costly_characters(&text) {
            prop_assert_eq!(&text[costly.range.clone()], &costly.character);
            replaced += &text[from..costly.range.start];
            replaced += &costly.replacement.unwrap();
            from = costly.range.end;
        }
        replaced += &text[from..];
        prop_assert_eq!(Encoding::of(&replaced), Gsm7);
    }

    /// All characters have one unit, so that segments have no unused units.
    #[test]
    fn the_cost_is_between_best_and_worst_for_all_values(
        fixed in "x{0,200}я{0,1}", values in proptest::collection::vec("x{0,200}|[xя]{0,100}", 1..4),
    ) {
        let text = format!("{fixed}{{{{1}}}}{{{{2}}}}");
        let cost = estimate(&text, |_| &values);
        for (one, two) in values.iter().flat_map(|one| values.iter().map(move |two| (one, two))) {
            let sent = substitute(&text, |number| Some(if number == 1 { one } else { two }));
            let segments = segment(&sent.text).segments.len();
            prop_assert!((cost.best.segments..=cost.worst.segments).contains(&segments));
        }
    }
}
