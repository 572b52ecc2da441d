//! Phone numbers have the same findings in every field, and a fix only if it is unambiguous.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::Subject;

/// The fields for phone numbers: channel, edit that sets the field, pointer.
const FIELDS: [(&str, &str, &str); 6] = [
    ("wa", "/outboundnumber = ", "/outboundnumber"),
    ("wa", "+call 0 \"Call\" ", "/messageComponents/1/phone_number"),
    ("sms-twilio", "/outboundnumber = ", "/outboundnumber"),
    ("apple-twilio", "/outboundnumber = ", "/outboundnumber"),
    ("googlercs", "+call 0 \"Call\" ", "/messageComponents/2/phone_number"),
    ("googlercs", "/outboundnumber = ", "/outboundnumber"),
];

/// The spelling, the expected fix, and a part of the message.
const SPELLINGS: [(&str, Option<&str>, &str); 9] = [
    ("+1 415 658 6515", Some("+14156586515"), "+14156586515"),
    ("+1 (415) 658-6515", Some("+14156586515"), "+14156586515"),
    ("+1\u{a0}415\u{2013}658\u{2013}6515", Some("+14156586515"), "+14156586515"),
    ("+44 (0)20 7946 0958", Some("+442079460958"), "+442079460958"),
    ("+39 (0)6 6982 1234", Some("+390669821234"), "+390669821234"),
    // The number does not exist.
    ("+44 (0)7700 900 123 4", None, "not an existing number"),
    // The number could belong to several countries: the United States, Egypt, the Netherlands …
    ("(201) 555-0123", None, "country code"),
    ("312 345 6789", None, "country code"),
    ("1 253 527 7322", None, "country code"),
];

#[test]
fn separators_are_reported_in_all_fields_and_fixed_if_unambiguous() {
    for (channel, edit, field) in FIELDS {
        for (number, expected_fix, message) in SPELLINGS {
            // An RCS sender without + is the name of a service account.
            if (channel, field) == ("googlercs", "/outboundnumber") && !number.starts_with('+') {
                continue;
            }
            let findings = Subject::edited(channel, &format!("{edit}\"{number}\"")).check();
            let pointer = format!("/channels/0{field}");
            let found: Vec<_> =
                findings.iter().filter(|f| f.name == "phone-separators" && f.pointer == pointer).collect();
            let [finding] = &found[..] else { panic!("{channel} {number}: {findings:#?}") };
            let fix = finding.fix.as_ref().map(|fix| fix.value.as_str().unwrap());
            assert_eq!(fix, expected_fix, "{channel} {number}");
            assert!(finding.message.contains(message), "{channel} {number}: {}", finding.message);
            assert!(findings.iter().all(|f| f.name == finding.name || f.fix.is_none()), "{findings:#?}");
        }
    }
}
