//! The error dictionary.

use std::collections::BTreeSet;

use outbound_reporting::{ErrorKey, Origin, dictionary, look_up};

fn key_of(source: &str, code: &str) -> Option<&'static str> {
    look_up(&ErrorKey::new(source.to_owned(), code.to_owned()).unwrap()).map(|entry| entry.key)
}

#[test]
fn errors_are_found_with_and_without_the_gateway() {
    for (source, code, expected) in [
        ("outbound_wa", "470", Some("outbound_wa_470")),
        ("outbound", "wa_470", Some("outbound_wa_470")),
        ("outbound", "470", Some("outbound_wa_470")),
        ("outbound", "21610", Some("outbound_twilio_21610")),
        ("outbound_wa", "ntw_err", Some("outbound_wa_ntw_err")),
        ("outbound_wa", "503", Some("outbound_5XX")),
        ("outbound", "500", Some("outbound_5XX")),
        ("twilio", "30003", Some("twilio_30003")),
        ("outbound_wa", "131026", Some("outbound_wa_131026")),
        ("outbound", "131026", Some("outbound_wa_131026")),
        ("outbound_rcs", "404", Some("outbound_rcs_404")),
        ("proactive", "1303", Some("proactive_1303")),
        ("outbound", "expired", Some("outbound_expired")),
        ("outbound", "30003", None),
        ("outbound", "ntw_err", None),
        ("outbound", "5000", None),
        ("twilio", "470", None),
        ("prmsg", "999", None),
    ] {
        assert_eq!(key_of(source, code), expected, "{source} {code}");
    }
    assert!(look_up(&ErrorKey::cancelled()).is_some());
}

#[test]
fn every_entry_says_what_happened_what_to_do_and_where_it_comes_from() {
    let keys: BTreeSet<_> = dictionary().map(|entry| entry.key).collect();
    assert_eq!(keys.len(), dictionary().count(), "a key occurs twice");
    for entry in dictionary() {
        for sentence in [entry.meaning, entry.advice] {
            assert!(sentence.ends_with('.'), "{}: {sentence}", entry.key);
        }
        assert!(!entry.message.is_empty() && entry.message.trim() == entry.message, "{}", entry.key);
        let is_url = entry.source().starts_with("https://");
        assert_eq!(is_url, entry.origin != Origin::Outbound, "{}", entry.key);
    }
    let is_vendor = |origin| matches!(origin, Origin::LivePerson | Origin::Twilio);
    assert_eq!(dictionary().filter(|entry| is_vendor(entry.origin)).count(), 60);
}

#[test]
fn errors_of_providers_refer_to_their_pages() {
    let page = |key: &str| dictionary().find(|entry| entry.key == key).unwrap().source();
    assert!(page("outbound_wa_131026").starts_with("https://developers.facebook.com/"));
    assert!(page("outbound_rcs_404").starts_with("https://developers.google.com/"));
    assert_eq!(page("twilio_63016"), "https://www.twilio.com/docs/api/errors/63016");
}

#[test]
fn twilio_errors_name_their_own_page() {
    let entry = look_up(&ErrorKey::new("twilio".to_owned(), "30003".to_owned()).unwrap()).unwrap();
    assert_eq!(entry.source(), "https://www.twilio.com/docs/api/errors/30003");
    assert_eq!(entry.message, "Twilio error  - Unreachable destination", "with the vendor's two spaces");
}
