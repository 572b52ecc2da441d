//! The documented examples have exactly the expected findings.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outbound_model::{Handoff, from_json_str};
use outbound_rules::{Finding, RuleSettings, check};

const HANDOFFS: &str = include_str!("../../model/examples/handoffs.json");

/// Handoff, rule and location of every finding.
const EXPECTED: &str = "
# The body ends with its fifth placeholder, and has six words besides five placeholders.
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
# A separate notification text, though the notification shows the message.
7 INA-03 notification-ignored /channels/0/messageComponents/0/notificationMessage
# A vertical card with a side for its image.
8 RCS-07 rcs-alignment-ignored /channels/0/messageComponents/2/thumbnailImageAlignment
# Two media in one message.
10 RCS-01 rcs-media-twice /channels/0/messageComponents/1
# A # in the name; variables that no placeholder uses; numbers with 11 and 12 digits after +1.
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
fn documented_examples_have_exactly_the_expected_findings() {
    let handoffs: Vec<Handoff> = from_json_str(HANDOFFS).unwrap();
    let line = |(index, f): (usize, Finding)| format!("{index} {} {} {}", f.rule, f.name, f.pointer);
    let check_indexed = |(index, handoff)| {
        check(handoff, &RuleSettings::default(), None).into_iter().map(move |f| (index, f))
    };
    let found: Vec<String> = handoffs.iter().enumerate().flat_map(check_indexed).map(line).collect();
    let expected: Vec<&str> =
        EXPECTED.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_json_of_a_finding_is_complete() {
    let handoffs: Vec<Handoff> = from_json_str(HANDOFFS).unwrap();
    let findings = check(&handoffs[8], &RuleSettings::default(), None);
    let json = serde_json::to_value(&findings[0]).unwrap();
    let expected = serde_json::json!({
        "rule": "RCS-07", "name": "rcs-alignment-ignored", "severity": "warning",
        "channel": {"index": 0, "type": "googlercs"},
        "pointer": "/channels/0/messageComponents/2/thumbnailImageAlignment",
        "message": "The alignment of the image is ignored in a vertical card.",
        "fix": {"pointer": "/channels/0/messageComponents/2/thumbnailImageAlignment", "value": null},
        "provider": "Google",
        "source": {
            "name": "RCS for Business: rich cards", "date": "2026-04",
            "page": "developers.google.com/business-communications/rcs-business-messaging/guides/learn/rich-cards",
        },
    });
    assert_eq!(json, expected);
}
