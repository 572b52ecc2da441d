//! Phone numbers as people write them get the same findings wherever they stand, and a fix only
//! where it is certain.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::Subject;

/// Where a number may stand: channel, edit that puts it there, pointer.
const PLACES: [(&str, &str, &str); 6] = [
    ("wa", "/outboundnumber = ", "/outboundnumber"),
    ("wa", "+call 0 \"Call\" ", "/messageComponents/1/phone_number"),
    ("sms-twilio", "/outboundnumber = ", "/outboundnumber"),
    ("apple-twilio", "/outboundnumber = ", "/outboundnumber"),
    ("googlercs", "+call 0 \"Call\" ", "/messageComponents/2/phone_number"),
    ("googlercs", "/outboundnumber = ", "/outboundnumber"),
];

/// What is written, the fix that is offered, and a part of the message.
const SPELLINGS: [(&str, Option<&str>, &str); 9] = [
    ("+1 415 658 6515", Some("+14156586515"), "+14156586515"),
    ("+1 (415) 658-6515", Some("+14156586515"), "+14156586515"),
    ("+1\u{a0}415\u{2013}658\u{2013}6515", Some("+14156586515"), "+14156586515"),
    ("+44 (0)20 7946 0958", Some("+442079460958"), "+442079460958"),
    ("+39 (0)6 6982 1234", Some("+390669821234"), "+390669821234"),
    // No number of these digits exists.
    ("+44 (0)7700 900 123 4", None, "no number that exists"),
    // Of several countries: the United States, Egypt, the Netherlands …
    ("(201) 555-0123", None, "country code"),
    ("312 345 6789", None, "country code"),
    ("1 253 527 7322", None, "country code"),
];

#[test]
fn separators_are_reported_everywhere_and_mended_where_that_is_certain() {
    for (channel, edit, place) in PLACES {
        for (written, fix, message) in SPELLINGS {
            // A sender of RCS without + is the name of a service account.
            if (channel, place) == ("googlercs", "/outboundnumber") && !written.starts_with('+') {
                continue;
            }
            let findings = Subject::edited(channel, &format!("{edit}\"{written}\"")).check();
            let pointer = format!("/channels/0{place}");
            let told: Vec<_> =
                findings.iter().filter(|f| f.name == "phone-separators" && f.pointer == pointer).collect();
            let [told] = &told[..] else { panic!("{channel} {written}: {findings:#?}") };
            let offered = told.fix.as_ref().map(|fix| fix.value.as_str().unwrap());
            assert_eq!(offered, fix, "{channel} {written}");
            assert!(told.message.contains(message), "{channel} {written}: {}", told.message);
            assert!(findings.iter().all(|f| f.name == told.name || f.fix.is_none()), "{findings:#?}");
        }
    }
}
