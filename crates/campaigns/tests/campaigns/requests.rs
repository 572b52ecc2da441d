//! The form of requests: limits, required fields, and what is rejected as a whole.

use outbound_campaigns::{
    CampaignError, CampaignRequest, Checks, HandoffSpec, MAX_REQUEST_BYTES, TemplateId,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::golden::golden_spec;
use crate::support::{check, inapp, load, sms, spec, wa};

fn valid() -> Value {
    json!({"campaignName": "Autumn", "skill": "sales", "templateId": "H1", "outboundNumber": "14155550170",
        "consent": true, "consumers": [{"consumerContent": {"sms": "14155550111"}, "variables": {"1": "Ann"}}]})
}

fn with(pointer: &str, value: Value) -> String {
    let mut body = valid();
    *body.pointer_mut(pointer).unwrap() = value;
    body.to_string()
}

fn message(body: &str) -> String {
    CampaignRequest::read(body.as_bytes()).map_or_else(|error| error.to_string(), |_| "valid".to_owned())
}

#[test]
fn fields_have_the_documented_limits() {
    for (pointer, maximum) in
        [("/campaignName", 255), ("/skill", 255), ("/templateId", 32), ("/outboundNumber", 16)]
    {
        assert_eq!(message(&with(pointer, json!("1".repeat(maximum)))), "valid");
        let expected = format!("{} must not exceed {maximum} characters.", pointer.trim_start_matches('/'));
        assert_eq!(message(&with(pointer, json!("1".repeat(maximum + 1)))), expected);
    }
    // Characters are counted, not bytes.
    assert_eq!(message(&with("/campaignName", json!("é".repeat(255)))), "valid");
    for field in ["variables", "headerVariables", "buttonVariables"] {
        let consumer = |length| {
            let mut consumer = json!({"consumerContent": {"sms": "14155550111"}, "variables": {}});
            consumer[field] = json!({"1": "é".repeat(length)});
            with("/consumers", json!([valid()["consumers"][0], consumer]))
        };
        assert_eq!(message(&consumer(1550)), "valid");
        assert_eq!(
            message(&consumer(1551)),
            format!("consumers[1].{field} must not exceed 1550 characters.")
        );
    }
}

#[test]
fn of_two_fields_with_one_name_the_last_counts() {
    let body = valid().to_string();
    assert_eq!(message(&body.replacen('{', r#"{"consent":false,"#, 1)), "valid");
    let last = body[..body.len() - 1].to_owned() + r#","consent":false}"#;
    assert_eq!(message(&last), "consent must be true.");
}

#[test]
fn requests_name_up_to_100_recipients() {
    let consumers = |count| with("/consumers", vec![valid()["consumers"][0].clone(); count].into());
    assert_eq!(message(&consumers(100)), "valid");
    assert_eq!(message(&consumers(101)), "A request may name at most 100 recipients.");
}

#[test]
fn required_fields_are_named() {
    for field in ["campaignName", "skill", "templateId", "consent", "consumers"] {
        let mut body = valid();
        body.as_object_mut().unwrap().remove(field).unwrap();
        assert_eq!(message(&body.to_string()), format!("Fields missing in request: {field}"));
    }
    for (consumer, field) in [
        (json!({"variables": {}}), "consumerContent"),
        (json!({"variables": {}, "consumerCountryCode": "1"}), "consumerPhoneNumber"),
        (json!({"variables": {}, "consumerPhoneNumber": "4155550111"}), "consumerCountryCode"),
        (json!({"consumerContent": {}}), "variables"),
    ] {
        assert_eq!(message(&with("/consumers/0", consumer)), format!("Fields missing in request: {field}"));
    }
}

#[test]
fn bodies_that_are_no_request_are_rejected() {
    for (body, expected) in [
        ("", "The request is not valid JSON: EOF while parsing a value at line 1 column 0."),
        ("[]", "The request must be an object."),
        ("null", "The request must be an object."),
        (r#"{"\ud800":1}"#, "The request must be an object."),
        (r#"{"campaignName":"\ud800"}"#, "campaignName must be a string."),
    ] {
        assert_eq!(message(body), expected, "{body}");
    }
    let padded = |length: usize| valid().to_string() + &" ".repeat(length - valid().to_string().len());
    assert_eq!(message(&padded(MAX_REQUEST_BYTES)), "valid");
    let error = CampaignRequest::read(padded(MAX_REQUEST_BYTES + 1).as_bytes()).unwrap_err();
    assert_eq!((&error, error.status()), (&CampaignError::RequestTooLarge, 413));
    // Deep nesting, also behind the key that serde_json reserves for itself.
    let deep = "[".repeat(100_000);
    assert!(message(&format!(r#"{{"x":{deep}"#)).starts_with("The request is not valid JSON"));
    let reserved = json!({"$serde_json::private::RawValue": "[".repeat(10_000)});
    assert_eq!(message(&with("/campaignName", reserved)), "campaignName must be a string.");
}

proptest! {
    /// A body that a client or an attacker has damaged is read or rejected, but never causes a panic.
    #[test]
    fn damaged_bodies_are_rejected(start in any::<prop::sample::Index>(), length in 0_usize..20, bytes in prop::collection::vec(any::<u8>(), 0..20)) {
        let mut body = load("campaign-wa-customer-info.json")["request"]["body"].to_string().into_bytes();
        let start = start.index(body.len());
        let end = (start + length).min(body.len());
        body.splice(start..end, bytes);
        if let Ok(request) = CampaignRequest::read(&body) {
            let handoff = golden_spec("campaign-wa-customer-info.json");
            let checks = Checks { handoff: &handoff, permitted_media_hosts: &[], personal_info: true };
            let _ = request.check(checks);
        }
    }
}

#[test]
fn the_template_is_a_handoff_or_plain_sms() {
    let id = |id: &str| {
        let body = with("/templateId", json!(id));
        CampaignRequest::read(body.as_bytes()).map(|request| request.template_id().clone())
    };
    assert_eq!(id("1234567890"), Ok(TemplateId::PlainSms));
    assert_eq!(id("H204816353720416"), Ok(TemplateId::Handoff("H204816353720416".parse().unwrap())));
    assert_eq!(id("730155920468113"), Ok(TemplateId::Handoff("730155920468113".parse().unwrap())));
    assert_eq!(id("a/b"), Err(CampaignError::UnknownTemplate));
}

#[test]
fn the_sender_may_be_fixed_by_the_handoff() {
    let mut body = valid();
    body.as_object_mut().unwrap().remove("outboundNumber");
    let body = body.to_string();
    assert!(check(&body, &spec(&json!([sms(1)]))).is_ok());
    let missing = CampaignError::FieldMissing { name: "outboundNumber" };
    assert_eq!(check(&body, &HandoffSpec::plain_sms()).unwrap_err(), missing);
    let mut channel = sms(1);
    channel.as_object_mut().unwrap().remove("outboundnumber");
    assert_eq!(check(&body, &spec(&json!([channel]))).unwrap_err(), missing);
}

#[test]
fn information_about_consumers_needs_the_account_and_sms_or_whatsapp() {
    let sms_or_wa = spec(&json!([sms(1), wa(1, &[])]));
    let in_app = spec(&json!([sms(1), inapp()]));
    for field in ["personalInfo", "customerInfo"] {
        let mut body = valid();
        body["consumers"][0]["consumerContent"] =
            json!({"sms": "14155550111", "wa": "14155550111", "inapp": "a"});
        body["consumers"][0][field] = json!({"company": "Example"});
        let body = body.to_string();
        let request = CampaignRequest::read(body.as_bytes()).unwrap();
        let result = |spec, personal_info| {
            request
                .check(Checks { handoff: spec, permitted_media_hosts: &[], personal_info })
                .map(|c| c.accepted.len())
        };
        assert_eq!(result(&sms_or_wa, true), Ok(1));
        assert_eq!(result(&sms_or_wa, false), Err(CampaignError::NotEnabled { field }));
        assert_eq!(result(&in_app, true), Err(CampaignError::OnlySmsAndWhatsApp { field }));
    }
}

#[test]
fn personal_data_is_not_printed() {
    let body = valid().to_string();
    let spec = spec(&json!([sms(1)]));
    let printed = format!("{:?} {:?}", CampaignRequest::read(body.as_bytes()).unwrap(), check(&body, &spec));
    assert!(!printed.contains("5550111") && !printed.contains("Ann"), "{printed}");
}
