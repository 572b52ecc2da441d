//! Templates of providers with parts that a handoff cannot represent: each such part is kept and has one finding, and
//! no other rule applies to it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outbound_formats::liveperson::Defaults;
use outbound_formats::{Format, ReadOptions, WriteOptions, read_any, write_any};
use outbound_model::{Handoff, HandoffId, Timestamp};
use outbound_rules::{RuleSettings, check, check_account};
use serde_json::{Value, json};

struct Numbered(u64);

impl Defaults for Numbered {
    fn new_id(&mut self) -> HandoffId {
        self.0 += 1;
        HandoffId::from_random(self.0)
    }
    fn now(&self) -> Timestamp {
        Timestamp::EPOCH
    }
}

fn import(format: Format, documents: &[Value]) -> Vec<Handoff> {
    let file = Value::from(documents).to_string();
    let options = ReadOptions { name: Some("message".to_owned()), ..ReadOptions::default() };
    let imported = read_any(format, file.as_bytes(), options, Numbered(0));
    imported.map(|one| one.unwrap().handoff).collect()
}

/// Asserts the findings about the content by rule and pointer. Ignores others, because the files contain no sender.
#[track_caller]
fn assert_findings(format: Format, document: &Value, expected: &[&str]) {
    let handoff = import(format, std::slice::from_ref(document)).pop().unwrap();
    let findings = check(&handoff, &RuleSettings::default(), None);
    let about_content = findings.iter().filter(|f| f.pointer.starts_with(LIST));
    let found: Vec<_> = about_content.map(|f| format!("{} {}", f.name, f.pointer)).collect();
    assert_eq!(found, expected, "{document} {findings:#?}");
}

/// Imports and exports a message in Google's format.
fn round_trip(message: &Value) -> Value {
    let handoff = import(Format::Rbm, std::slice::from_ref(message)).pop().unwrap();
    let exported = write_any(Format::Rbm, &handoff, &WriteOptions::default()).unwrap();
    exported.documents[0].value.clone()
}

const LIST: &str = "/channels/0/messageComponents";

fn template(category: &str, components: impl Into<Value>) -> Value {
    let components: Value = components.into();
    json!({"name": "verify", "language": "en_US", "category": category, "components": components})
}

fn buttons(buttons: impl Into<Value>) -> Value {
    let buttons: Value = buttons.into();
    json!({"type": "BUTTONS", "buttons": buttons})
}

/// An authentication template as Meta lists it, with the content that Meta has added.
fn listed(url: &str) -> Value {
    let mut listed = template(
        "AUTHENTICATION",
        json!([
            {"type": "BODY", "text": "*{{1}}* is your verification code. For your security, do not share this code.",
             "add_security_recommendation": true, "example": {"body_text": [["123456"]]}},
            {"type": "FOOTER", "text": "This code expires in 5 minutes.", "code_expiration_minutes": 5},
            buttons(json!([{"type": "URL", "text": "Copy code", "url": url, "example": [url.replace("{{1}}", "123456")]}])),
        ]),
    );
    listed["status"] = "APPROVED".into();
    listed["id"] = "1".into();
    listed
}

const COPY: &str =
    "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code_expiration_minutes=5&code=otp{{1}}";

#[test]
fn authentication_templates_get_one_finding_in_every_shape() {
    let app = json!([{"package_name": "com.example.shop", "signature_hash": "K8a/AINcGX7"}]);
    for otp in [
        json!({"type": "otp", "otp_type": "copy_code", "text": "Copy Code"}),
        json!({"type": "OTP", "otp_type": "COPY_CODE"}),
        json!({"type": "OTP", "otp_type": "ONE_TAP", "text": "Copy", "autofill_text": "Fill", "supported_apps": app}),
        json!({"type": "OTP", "otp_type": "ZERO_TAP", "zero_tap_terms_accepted": true, "supported_apps": app}),
    ] {
        let created = template(
            "authentication",
            json!([{"type": "body", "add_security_recommendation": true},
                   {"type": "footer", "code_expiration_minutes": 5}, {"type": "buttons", "buttons": [otp]}]),
        );
        assert_findings(Format::Meta, &created, &[&format!("button-kind {LIST}/2/sub_type")]);
    }
    assert_findings(Format::Meta, &listed(COPY), &[&format!("component-kept {LIST}")]);
    // The URL of the code or the category is enough to recognize these templates.
    let mut without_category = listed(COPY);
    without_category.as_object_mut().unwrap().remove("category");
    assert_findings(Format::Meta, &without_category, &[&format!("component-kept {LIST}")]);
    let body_only = template("AUTHENTICATION", json!([{"type": "BODY"}]));
    assert_findings(Format::Meta, &body_only, &[&format!("component-kept {LIST}")]);
    let twilio = json!({"friendly_name": "verify", "language": "en", "types": {"whatsapp/authentication":
        {"add_security_recommendation": true, "code_expiration_minutes": 5, "actions": [{"type": "COPY_CODE", "copy_code_text": "Copy"}]}}});
    assert_findings(Format::Twilio, &twilio, &[&format!("component-unknown {LIST}/0/type")]);
}

#[test]
fn other_links_to_whatsapp_are_errors() {
    let marketing = template(
        "MARKETING",
        json!([{"type": "BODY", "text": "Talk to us today"},
               buttons(json!([{"type": "URL", "text": "Chat", "url": "https://www.whatsapp.com/catalog/"}]))]),
    );
    assert_findings(Format::Meta, &marketing, &[&format!("button-url-whatsapp {LIST}/1/url")]);
}

#[test]
fn kept_buttons_and_components_get_one_finding_each() {
    let body = json!({"type": "BODY", "text": "Our summer sale is on now"});
    for kept in [
        json!({"type": "COPY_CODE", "example": "SAVE10"}),
        json!({"type": "COPY_CODE", "text": "Copy offer code", "example": ["SAVE10"]}),
        json!({"type": "FLOW", "text": "Book a table with a very long label", "flow_id": "1", "flow_action": "navigate"}),
        json!({"type": "CATALOG", "text": "View catalog"}),
        json!({"type": "MPM", "text": "View items"}),
        json!({"type": "VOICE_CALL", "text": "Call *now*"}),
    ] {
        // Before, between and after other buttons.
        for place in 0..=2 {
            let mut list = vec![
                json!({"type": "QUICK_REPLY", "text": "Yes"}),
                json!({"type": "QUICK_REPLY", "text": "No"}),
            ];
            list.insert(place, kept.clone());
            let document = template("MARKETING", json!([body, buttons(list)]));
            let found = format!("button-kind {LIST}/{}/sub_type", place + 1);
            assert_findings(Format::Meta, &document, &[&found]);
        }
    }
    let card =
        json!({"components": [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "{{1}}"}]});
    let offer =
        json!({"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Now", "has_expiration": true}});
    for component in [
        json!({"type": "CAROUSEL", "cards": [card, card]}),
        offer,
        json!({"type": "CALL_PERMISSION_REQUEST"}),
    ] {
        let document = template("MARKETING", json!([body, component]));
        assert_findings(Format::Meta, &document, &[&format!("component-unknown {LIST}/1/type")]);
    }
    let product = template("MARKETING", json!([{"type": "HEADER", "format": "PRODUCT"}, body]));
    assert_findings(Format::Meta, &product, &[&format!("header-kind {LIST}/0/sub_type")]);
}

#[test]
fn unsupported_content_gets_one_finding_on_every_channel() {
    let cards: Vec<_> = (0..10).map(|n| json!({"title": format!("Card {n}")})).collect();
    let carousel = json!({"richCard": {"carouselCard": {"cardWidth": "MEDIUM", "cardContents": cards}}});
    for content in
        [carousel, json!({"uploadedRbmFile": {"fileName": "files/1"}}), json!({"fileName": "files/1"})]
    {
        let message = json!({ "contentMessage": content });
        assert_findings(Format::Rbm, &message, &[&format!("component-unknown {LIST}/0/type")]);
        assert_eq!(round_trip(&message), message);
    }
    let uploaded = json!({"contentMessage": {"richCard": {"standaloneCard": {"cardOrientation": "VERTICAL",
        "cardContent": {"title": "Hi", "media": {"height": "TALL", "file": "files/1"}}}}}});
    assert_findings(Format::Rbm, &uploaded, &[&format!("component-kept {LIST}/0")]);
    assert_eq!(round_trip(&uploaded), uploaded);
    let location = json!({"contentMessage": {"text": "Hi", "suggestions":
        [{"action": {"postbackData": "x", "shareLocationAction": {}}}]}});
    assert_findings(Format::Rbm, &location, &[&format!("button-kind {LIST}/1/sub_type")]);
    for kind in ["twilio/carousel", "twilio/flows", "twilio/catalog"] {
        let content = json!({"friendly_name": "x", "language": "en", "types": {kind: {"body": "Hi"}}});
        assert_findings(Format::Twilio, &content, &[&format!("component-unknown {LIST}/0/type")]);
    }
    for (channel, text) in [("sms-twilio", "messages"), ("apple-twilio", "Apple"), ("inapp", "in-app")] {
        let handoff = json!({"id": "H1", "name": "a", "lookbackPeriodDay": 30, "lookbackPeriodHour": 0,
            "routeAllWithinLookback": true, "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z",
            "channels": [{"type": channel, "language": "en", "outboundnumber": "Shop", "appNames": ["com.example.shop"],
                "messageComponents": [{"type": "picker", "content": "{1}"}]}]});
        let handoff: Handoff = outbound_model::from_json_str(&handoff.to_string()).unwrap();
        let findings = check(&handoff, &RuleSettings::default(), None);
        let about: Vec<_> = findings.iter().filter(|f| f.pointer.starts_with(LIST)).map(|f| f.name).collect();
        assert_eq!(about, ["component-unknown"], "{text}");
    }
}

#[test]
fn templates_without_own_texts_are_not_duplicates() {
    let named = |document: &Value, name: &str| {
        let mut document = document.clone();
        document["name"] = name.into();
        document
    };
    let carousel = template(
        "MARKETING",
        json!([{"type": "BODY", "text": "Our sale"}, {"type": "CAROUSEL", "cards": []}]),
    );
    let created = template("AUTHENTICATION", json!([{"type": "BODY", "add_security_recommendation": true}]));
    for document in [listed(COPY), created, carousel] {
        let handoffs = import(Format::Meta, &[named(&document, "a"), named(&document, "b")]);
        assert_eq!(check_account(&handoffs, &RuleSettings::default()), [], "{document}");
    }
    let written = template("MARKETING", json!([{"type": "BODY", "text": "Our sale"}]));
    let handoffs = import(Format::Meta, &[named(&written, "a"), named(&written, "b")]);
    assert_eq!(check_account(&handoffs, &RuleSettings::default())[0].finding.name, "template-text-twice");
}
