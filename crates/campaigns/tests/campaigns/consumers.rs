//! Errors of single consumers, and what accepted ones contain.

use outbound_campaigns::HandoffSpec;
use outbound_reporting::ReportingChannel;
use serde_json::{Value, json};

use crate::support::{button, check, header, inapp, sms, spec, wa};

/// The error of each consumer; empty for accepted ones.
fn errors(consumers: &Value, spec: &HandoffSpec) -> Vec<String> {
    let each = consumers.as_array().unwrap().iter().map(|consumer| {
        let body = body(&json!([consumer]));
        let checked = check(&body, spec).unwrap();
        checked.failed.first().map(|failed| failed.error.to_string()).unwrap_or_default()
    });
    each.collect()
}

fn body(consumers: &Value) -> String {
    json!({"campaignName": "Autumn", "skill": "sales", "templateId": "H1", "outboundNumber": "14155550170",
        "consent": true, "consumers": consumers})
    .to_string()
}

/// A consumer on WhatsApp with these values besides `variables`.
fn on_whatsapp(more: &Value) -> Value {
    let mut consumer = json!({"consumerContent": {"wa": "14155550111"}, "variables": {"1": "Ann"}});
    consumer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    consumer
}

#[test]
fn header_variables_are_checked() {
    let image = spec(&json!([wa(1, &[header("image", "${{1}}")])]));
    let url = "https://media.example.com/a.jpg";
    for (given, error) in [
        (json!({"image": url}), ""),
        (json!({"image": "https://MEDIA.example.com/a.jpg"}), ""),
        (json!({}), "INSUFFICIENT_HEADER_VARIABLES"),
        (json!(null), "INSUFFICIENT_HEADER_VARIABLES"),
        (json!({"image": url, "video": url}), "TOO_MANY_HEADER_VARIABLES"),
        (json!({"video": url}), "MISSING_HEADER_VARIABLE=image"),
        (json!({"1": url}), "MISSING_HEADER_VARIABLE=image"),
        (json!({"image": 5}), "HEADER_VARIABLE_NOT_STRING"),
        (json!({"image": null}), "HEADER_VARIABLE_NOT_STRING"),
        (json!({"image": "a.jpg"}), "HEADER_VARIABLE_INVALID_URL"),
        (json!({"image": "http://media.example.com/a.jpg"}), "HEADER_VARIABLE_INVALID_URL"),
        (json!({"image": "https://"}), "HEADER_VARIABLE_INVALID_URL"),
        (json!({"image": "https://other.example.com/a.jpg"}), "IMAGE_URL_NOT_WHITELISTED"),
        (json!({"image": "https://media.example.com@evil.example/a.jpg"}), "HEADER_VARIABLE_INVALID_URL"),
        (json!({"image": "https://media.example.com\\@evil.example/a.jpg"}), "HEADER_VARIABLE_INVALID_URL"),
    ] {
        let consumers = json!([on_whatsapp(&json!({"headerVariables": given}))]);
        assert_eq!(errors(&consumers, &image), [error], "{given}");
    }
    let without_header = spec(&json!([wa(1, &[header("image", url)])]));
    let consumers =
        json!([on_whatsapp(&json!({"headerVariables": {"image": url}})), on_whatsapp(&json!({}))]);
    assert_eq!(errors(&consumers, &without_header), ["TOO_MANY_HEADER_VARIABLES", ""]);
}

#[test]
fn the_complete_url_of_a_header_is_checked() {
    let document = spec(&json!([wa(1, &[header("document", "https://media.example.com/{{1}}.pdf")])]));
    let foreign = spec(&json!([wa(1, &[header("document", "https://example.org/{{1}}.pdf")])]));
    let consumers = json!([on_whatsapp(&json!({"headerVariables": {"document": "a7"}}))]);
    assert_eq!(errors(&consumers, &document), [""]);
    assert_eq!(errors(&consumers, &foreign), ["IMAGE_URL_NOT_WHITELISTED"]);
    let heading = spec(&json!([wa(1, &[header("text", "Order {{1}}")])]));
    let consumers = json!([on_whatsapp(&json!({"headerVariables": {"text": "5120"}}))]);
    assert_eq!(errors(&consumers, &heading), [""]);
}

#[test]
fn media_outside_of_headers_is_checked() {
    let rcs = json!({"type": "googlercs", "language": "en", "serviceAccountName": "agent", "messageComponents": [
        {"type": "body", "content": "Hi", "variables": []},
        {"type": "media", "content": "${{1}}", "variables": ["1"]}]});
    let rcs = spec(&json!([rcs]));
    for (url, error) in [
        ("https://media.example.com/a.jpg", ""),
        ("https://example.org/a.jpg", "IMAGE_URL_NOT_WHITELISTED"),
        ("a.jpg", "HEADER_VARIABLE_INVALID_URL"),
    ] {
        let consumers = json!([{"consumerContent": {"googlercs": "14155550111"}, "variables": {"1": url}}]);
        assert_eq!(errors(&consumers, &rcs), [error]);
    }
}

#[test]
fn button_variables_are_counted_over_all_buttons() {
    let buttons = spec(&json!([wa(1, &[button(2), button(0)])]));
    for (given, error) in [
        (json!({"1": "a", "2": "b"}), ""),
        (json!({}), "INSUFFICIENT_BUTTON_VARIABLES"),
        (json!({"1": "a"}), "MISSING_BUTTON_VARIABLE=2"),
        (json!({"1": "a", "3": "b"}), "MISSING_BUTTON_VARIABLE=2"),
        (json!({"1": "a", "2": 5}), "BUTTON_VARIABLE_NOT_STRING=2"),
        (json!({"1": "a", "2": "b", "3": "c"}), "TOO_MANY_BUTTON_VARIABLES"),
    ] {
        let consumers = json!([on_whatsapp(&json!({"buttonVariables": given}))]);
        assert_eq!(errors(&consumers, &buttons), [error], "{given}");
    }
    let body = body(&json!([on_whatsapp(&json!({"buttonVariables": {"1": "first", "2": "second"}}))]));
    let checked = check(&body, &buttons).unwrap();
    let value = |key: &str| checked.accepted[0].values().get(key.parse().unwrap()).map(str::to_owned);
    assert_eq!(value("body.1").as_deref(), Some("Ann"));
    assert_eq!(value("button0.1").as_deref(), Some("first"));
    assert_eq!(value("button2.1").as_deref(), Some("second"));
}

#[test]
fn variables_are_those_of_all_channels() {
    let both = spec(&json!([sms(2), wa(3, &[])]));
    let with = |variables: Value| json!([{"consumerContent": {"sms": "14155550111", "wa": "14155550111"}, "variables": variables}]);
    for (variables, error) in [
        (json!({"1": "a", "2": "b", "3": "c"}), ""),
        (json!({"1": "a", "2": "b"}), "MISSING_VARIABLE=3"),
        (json!({"1": "a", "2": "b", "4": "c"}), "MISSING_VARIABLE=3"),
        (json!({"1": "a", "2": "b", "03": "c"}), "MISSING_VARIABLE=3"),
        (json!({"1": "a", "2": null, "3": "c"}), "VARIABLE_NOT_STRING=2"),
        (json!({"1": "a", "2": "b", "3": "c", "x": "d"}), "TOO_MANY_VARIABLES"),
        (json!({}), "INSUFFICIENT_VARIABLES"),
    ] {
        assert_eq!(errors(&with(variables.clone()), &both), [error], "{variables}");
    }
}

#[test]
fn in_app_messages_without_variables_use_the_samples() {
    let in_app = spec(&json!([inapp()]));
    let body = body(&json!([{"consumerContent": {"inapp": "member-1"}, "variables": {}}]));
    let checked = check(&body, &in_app).unwrap();
    assert_eq!(checked.accepted[0].values().get("1".parse().unwrap()), Some("Your statement is ready."));
    // The sample values are those of the first channel.
    let second = spec(&json!([sms(1), inapp()]));
    let consumers = json!([{"consumerContent": {"inapp": "a", "sms": "14155550111"}, "variables": {}}]);
    assert_eq!(errors(&consumers, &second), ["INSUFFICIENT_VARIABLES"]);
}

#[test]
fn numbers_are_compared_in_e164() {
    let both = spec(&json!([sms(1), wa(1, &[])]));
    let consumer =
        |sms: &str, wa: &str| json!({"consumerContent": {"sms": sms, "wa": wa}, "variables": {"1": "Ann"}});
    let body = body(&json!([
        consumer("14155550111", "14155550111"),
        consumer("+1 (415) 555-0111", "14155550122"),
        consumer("14155550133", "14155550111"),
        consumer("14155550133", "14155550144"),
        consumer("14155550144", "14155550155"),
        consumer("4155550111", "14155550166"),
        consumer("0014155550111", "14155550166"),
    ]));
    let checked = check(&body, &both).unwrap();
    let failed: Vec<_> = checked.failed.iter().map(|failed| failed.error.to_string()).collect();
    assert_eq!(
        failed,
        ["DUPLICATE_NUMBER", "DUPLICATE_NUMBER", "DUPLICATE_NUMBER", "INVALID_NUMBER", "INVALID_NUMBER"]
    );
    let accepted = checked.accepted[0].addresses();
    let plain: Vec<_> = accepted.iter().map(|(channel, address)| (*channel, address.reveal())).collect();
    assert_eq!(
        plain,
        [(ReportingChannel::Sms, "+14155550111"), (ReportingChannel::WhatsApp, "+14155550111")]
    );
}

#[test]
fn a_rejected_consumer_does_not_reserve_its_number() {
    let body = body(&json!([
        {"consumerContent": {"sms": "14155550111"}, "variables": {}},
        {"consumerContent": {"sms": "14155550111"}, "variables": {"1": "Ann"}},
    ]));
    let checked = check(&body, &spec(&json!([sms(1)]))).unwrap();
    assert_eq!((checked.failed.len(), checked.accepted.len()), (1, 1));
}

#[test]
fn addresses_fit_their_channels() {
    let apple = json!({"type": "apple-twilio", "language": "en", "outboundnumber": "business", "messageComponents": [
        {"type": "body", "content": "Hi ${{1}}", "variables": ["1"]}]});
    for (channel, name) in [(inapp(), "inapp"), (apple, "apple")] {
        let spec = spec(&json!([channel]));
        let with = |address: Value| json!([{"consumerContent": {name: address}, "variables": {"1": "Ann"}}]);
        for (address, error) in [
            (json!("urn:mbid:AQAAY"), ""),
            (json!(""), "INVALID_NUMBER"),
            (json!(5), "INVALID_NUMBER"),
            (json!("a\nb"), "INVALID_NUMBER"),
            (json!("a".repeat(129)), "INVALID_NUMBER"),
        ] {
            assert_eq!(errors(&with(address.clone()), &spec), [error], "{address}");
        }
        let missing = format!("MISSING_CONSUMER_INFORMATION=={name}");
        assert_eq!(errors(&with(json!(null)), &spec), [missing.as_str()]);
        // The old form has a phone number only.
        let old = json!([{"consumerCountryCode": "1", "consumerPhoneNumber": "4155550111", "variables": {"1": "Ann"}}]);
        assert_eq!(errors(&old, &spec), [missing.as_str()]);
    }
}

#[test]
fn a_message_that_is_blank_with_its_values_is_rejected() {
    let of = |one: &str, two: &str| json!([{"consumerContent": {"sms": "14155550111"}, "variables": {"1": one, "2": two}}]);
    let two = spec(&json!([sms(2)]));
    assert_eq!(errors(&of("", " \n\u{3000}"), &two), ["MISSING_VARIABLE=1"]);
    assert_eq!(errors(&of("", "x"), &two), [""]);
    let plain = |value: &str| json!([{"consumerContent": {"sms": "14155550111"}, "variables": {"1": value}}]);
    assert_eq!(errors(&plain(" "), &HandoffSpec::plain_sms()), ["MISSING_VARIABLE=1"]);
    assert_eq!(errors(&plain("Hi"), &HandoffSpec::plain_sms()), [""]);
}

#[test]
fn messages_are_measured_with_their_values() {
    let long = |length: usize| "x".repeat(length);
    let sms_spec = spec(&json!([sms(2)]));
    // The content is two values, a space, a line break and the opt-out line.
    let opt_out = "Reply STOP to opt out.".len();
    let of_sms = |length: usize| {
        json!([{"consumerContent": {"sms": "14155550111"},
            "variables": {"1": long(1000), "2": long(length - 1000 - 2 - opt_out)}}])
    };
    assert_eq!(errors(&of_sms(1600), &sms_spec), [""]);
    assert_eq!(errors(&of_sms(1601), &sms_spec), ["MESSAGE_TOO_LONG==sms"]);
    let wa_spec = spec(&json!([wa(1, &[])]));
    let of_wa =
        |length| json!([{"consumerContent": {"wa": "14155550111"}, "variables": {"1": long(length)}}]);
    assert_eq!(errors(&of_wa(1024), &wa_spec), [""]);
    assert_eq!(errors(&of_wa(1025), &wa_spec), ["MESSAGE_TOO_LONG==wa"]);
}

#[test]
fn the_old_form_works_with_every_spelling_of_the_country_code() {
    let sms = spec(&json!([sms(1)]));
    let old = |code: &str, number: &str| json!([{"consumerCountryCode": code, "consumerPhoneNumber": number, "variables": {"1": "Ann"}}]);
    for (code, number, error) in [
        ("1", "4155550111", ""),
        ("+1", "415-555-0111", ""),
        ("1", "5550111", "INVALID_NUMBER"),
        ("US", "4155550111", "INVALID_NUMBER"),
    ] {
        assert_eq!(errors(&old(code, number), &sms), [error], "{code} {number}");
    }
}

#[test]
fn a_handoff_is_described_by_its_known_channels() {
    use crate::support::handoff;
    let unknown = json!({"type": "pigeon"});
    let spec = HandoffSpec::of(&handoff(&json!([unknown, wa(1, &[]), sms(1), wa(2, &[])]))).unwrap();
    assert!(spec.channels().eq([ReportingChannel::WhatsApp, ReportingChannel::Sms]));
    assert_eq!(spec.sender(ReportingChannel::Sms), Some("+14155550170"));
    assert_eq!(spec.sender(ReportingChannel::InApp), None);
    assert_eq!(spec.lookback_hours(), 29 * 24 + 12);
    assert!(HandoffSpec::of(&handoff(&json!([unknown]))).is_err());
}
