//! The documented examples have the findings that they must have, each with its reason, and no more.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outbound_model::{Handoff, from_json_str};
use outbound_rules::{Finding, Settings, check};

const HANDOFFS: &str = include_str!("../../model/examples/handoffs.json");

/// Handoff, rule and place of every finding.
const EXPECTED: &str = "
# The body ends with its fifth placeholder, and six words stand around five placeholders.
1 WA-26 ends-with-placeholder /channels/0/messageComponents/0/content
1 WA-27 few-words /channels/0/messageComponents/0/content
2 WA-26 ends-with-placeholder /channels/0/messageComponents/0/content
2 WA-27 few-words /channels/0/messageComponents/0/content
3 WA-26 ends-with-placeholder /channels/0/messageComponents/1/content
3 WA-27 few-words /channels/0/messageComponents/1/content
4 WA-26 ends-with-placeholder /channels/0/messageComponents/1/content
4 WA-27 few-words /channels/0/messageComponents/1/content
5 WA-26 ends-with-placeholder /channels/0/messageComponents/1/content
5 WA-27 few-words /channels/0/messageComponents/1/content
6 WA-26 ends-with-placeholder /channels/0/messageComponents/1/content
6 WA-27 few-words /channels/0/messageComponents/1/content
# A text of its own for a notification that shows that of the message.
7 INA-03 notification-ignored /channels/0/messageComponents/0/notificationMessage
# A vertical card that says on which side its picture stands.
8 RCS-07 rcs-alignment-ignored /channels/0/messageComponents/2/thumbnailImageAlignment
# Two media in one message.
10 RCS-01 rcs-media-twice /channels/0/messageComponents/1
# A # in the name; variables that no placeholder uses; numbers of 11 and 12 digits behind +1.
11 GEN-01 name-characters /name
11 GEN-06 variable-unused /channels/0/messageComponents/0/variables
12 GEN-01 name-characters /name
12 GEN-09 phone-length /channels/0/outboundnumber
12 GEN-06 variable-unused /channels/0/messageComponents/0/variables
13 GEN-01 name-characters /name
13 GEN-09 phone-length /channels/0/outboundnumber
13 GEN-06 variable-unused /channels/0/messageComponents/0/variables
";

#[test]
fn the_documented_examples_have_exactly_the_findings_foretold() {
    let handoffs: Vec<Handoff> = from_json_str(HANDOFFS).unwrap();
    let line = |(index, f): (usize, Finding)| format!("{index} {} {} {}", f.rule, f.name, f.pointer);
    let of =
        |(index, handoff)| check(handoff, &Settings::default(), None).into_iter().map(move |f| (index, f));
    let found: Vec<String> = handoffs.iter().enumerate().flat_map(of).map(line).collect();
    let expected: Vec<&str> =
        EXPECTED.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_finding_says_what_a_person_needs_in_json() {
    let handoffs: Vec<Handoff> = from_json_str(HANDOFFS).unwrap();
    let findings = check(&handoffs[8], &Settings::default(), None);
    let json = serde_json::to_value(&findings[0]).unwrap();
    let expected = serde_json::json!({
        "rule": "RCS-07", "name": "rcs-alignment-ignored", "severity": "advice",
        "channel": {"index": 0, "type": "googlercs"},
        "pointer": "/channels/0/messageComponents/2/thumbnailImageAlignment",
        "message": "The side of the picture is ignored in a vertical card.",
        "fix": {"pointer": "/channels/0/messageComponents/2/thumbnailImageAlignment", "value": null},
        "provider": "Google",
        "source": {
            "name": "RCS for Business: rich cards", "date": "2026-04",
            "page": "developers.google.com/business-communications/rcs-business-messaging/guides/learn/rich-cards",
        },
    });
    assert_eq!(json, expected);
}
