//! Phone numbers of buttons are exported as E.164.

use outbound_formats::Format;
use serde_json::json;

use crate::{assert_lost, document, handoff, write};

#[test]
fn numbers_are_exported_as_e164_if_unambiguous() {
    for (number, exported, loss) in [
        ("+1 (415) 658-6515", "+14156586515", Some("E.164: +14156586515")),
        ("+44\u{a0}(0)20 7946\u{2013}0958", "+442079460958", Some("E.164: +442079460958")),
        ("(201) 555-0123", "(201) 555-0123", Some("is ambiguous")),
        ("+14156586515", "+14156586515", None),
        ("14156586515", "14156586515", None),
    ] {
        let button = json!({"type": "button", "index": 0, "sub_type": "phone_number", "content": "Call", "phone_number": number});
        let body = json!({"type": "body", "content": "Hi", "variables": []});
        for (format, channel, pointer) in [
            (Format::Meta, "wa", "/components/1/buttons/0/phone_number"),
            (Format::Twilio, "wa", "/types/twilio~1call-to-action/actions/0/phone"),
            (Format::Twilio, "googlercs", "/types/twilio~1call-to-action/actions/0/phone"),
            (Format::Rbm, "googlercs", "/contentMessage/suggestions/0/action/dialAction/phoneNumber"),
        ] {
            let channel = json!([{"type": channel, "language": "en", "templatename": "t", "messageComponents": [body, button]}]);
            let handoff = handoff(channel, json!({}));
            let document = document(format, &handoff);
            assert_eq!(document.pointer(pointer), Some(&json!(exported)), "{format:?} {document}");
            let source = "/channels/0/messageComponents/1/phone_number";
            let losses = write(format, &handoff).losses;
            match loss {
                Some(loss) => assert_lost(&losses, source, loss),
                None => assert!(losses.iter().all(|loss| loss.pointer != source), "{losses:?}"),
            }
        }
    }
}
