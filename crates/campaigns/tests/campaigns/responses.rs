//! Responses that the golden examples do not show.

use outbound_campaigns::{CampaignIds, CampaignResponse, CampaignStatus, ConversationsResponse};
use outbound_model::Timestamp;
use outbound_reporting::{ErrorKey, Step, Transaction, TransactionId};
use serde_json::{Value, json};

use crate::support::{check, inapp, sms, spec};

/// The response to a request with these consumers, as JSON.
fn response(template_id: &str, channel: &Value, consumers: &Value) -> String {
    let body = json!({"campaignName": "Autumn", "skill": "sales", "templateId": template_id, "consent": true,
        "consumers": consumers})
    .to_string();
    let checked = check(&body, &spec(&json!([channel]))).unwrap();
    let id = |position| TransactionId::from_bytes([u8::try_from(position).unwrap(); 16]);
    let response = CampaignResponse::new(&CampaignIds::from_random([7; 24]), "trace", &checked, id);
    serde_json::to_string(&response).unwrap()
}

#[test]
fn rejected_consumers_are_repeated_with_what_is_known_about_them() {
    for (template_id, channel, consumer, expected) in [
        // The old form with a handoff id gets the channels of the handoff.
        (
            "H1",
            sms(1),
            json!({"consumerCountryCode": "44", "consumerPhoneNumber": "2079460958", "variables": {}}),
            r#"{"variables":{},"consumerContent":{"sms":"442079460958"},"phone":"+442079460958","countryCode":"GB","errorMessage":"INSUFFICIENT_VARIABLES"}"#,
        ),
        (
            "730155920468113",
            sms(1),
            json!({"consumerCountryCode": "44", "consumerPhoneNumber": "2079460958", "variables": {}}),
            r#"{"phone":"+442079460958","errorMessage":"INSUFFICIENT_VARIABLES","variables":{}}"#,
        ),
        // In-app consumers have no phone number. JSON is repeated as it was sent.
        (
            "H1",
            inapp(),
            json!({"consumerContent": {"other": [1], "inapp": "a"}, "variables": {"1": {"x": 1.50}}}),
            r#"{"variables":{"1":{"x":1.5}},"consumerContent":{"other":[1],"inapp":"a"},"errorMessage":"VARIABLE_NOT_STRING=1"}"#,
        ),
        (
            "H1",
            sms(1),
            json!({"consumerContent": {"sms": 14_155_550_111_i64}, "variables": {"1": "Ann"}}),
            r#"{"variables":{"1":"Ann"},"consumerContent":{"sms":14155550111},"errorMessage":"INVALID_NUMBER"}"#,
        ),
    ] {
        let response = response(template_id, &channel, &json!([consumer]));
        let failed = format!(r#""failedConsumers":[{expected}],"acceptedConsumers":[]"#);
        assert!(response.contains(&failed), "{response}");
    }
}

#[test]
fn accepted_consumers_get_their_ids_in_order() {
    let consumer = |number: &str, variables: Value| json!({"consumerContent": {"sms": number, "inapp": "a"}, "variables": variables});
    let consumers = json!([
        consumer("14155550111", json!({"1": "Ann"})),
        consumer("14155550122", json!({})),
        consumer("+1 415 555 0133", json!({"1": "Bob"})),
    ]);
    let response = response("H1", &sms(1), &consumers);
    for accepted in [
        r#"{"id":"00000000-0000-0000-0000-000000000000","phoneNumber":"+14155550111","consumerContent":{"sms":"14155550111","inapp":"a"}}"#,
        r#"{"id":"01010101-0101-0101-0101-010101010101","phoneNumber":"+14155550133","consumerContent":{"sms":"+1 415 555 0133","inapp":"a"}}"#,
    ] {
        assert!(response.contains(accepted), "{response}");
    }
}

/// A transaction with these steps.
fn row(steps: &[Step], error: Option<ErrorKey>) -> Transaction {
    let mut row = Transaction::new(TransactionId::from_bytes([1; 16]));
    for step in steps {
        row.times.record(*step, Timestamp::EPOCH);
    }
    row.error = error;
    row
}

#[test]
fn conversations_have_the_documented_statuses() {
    let ineligible = ErrorKey::new("proactive".to_owned(), "1001".to_owned()).unwrap();
    for (steps, error, status) in [
        (&[][..], None, "SCHEDULED"),
        (&[Step::Invited], None, "SCHEDULED"),
        (&[Step::Sent], None, "DELIVERED"),
        (&[Step::Read], None, "DELIVERED"),
        (&[Step::Failed], Some(ineligible.clone()), "FAILED"),
        (&[Step::Sent, Step::Failed], Some(ineligible), "DELIVERED"),
        (&[Step::Skipped], None, "SKIPPED"),
        (&[Step::Cancelled], None, "NOT_SENT"),
        (&[Step::Failed], Some(ErrorKey::expired()), "NOT_SENT"),
    ] {
        let rows = [row(steps, error)];
        let response =
            serde_json::to_value(ConversationsResponse::new(CampaignStatus::Running, &rows)).unwrap();
        assert_eq!(response["conversations"][0]["status"], status, "{steps:?}");
        let message =
            if status == "FAILED" { json!("Consumer ineligible to receive message") } else { json!(null) };
        assert_eq!(response["conversations"][0]["errorMessage"], message, "{steps:?}");
    }
}

#[test]
fn only_the_end_of_a_campaign_has_a_documented_status() {
    let statuses = [
        (CampaignStatus::Draft, "DRAFT", "DRAFT"),
        (CampaignStatus::Running, "RUNNING", "SCHEDULED"),
        (CampaignStatus::Paused, "PAUSED", "SCHEDULED"),
        (CampaignStatus::Finished, "FINISHED", "SCHEDULED"),
        (CampaignStatus::Cancelled, "FAILED", "SCHEDULED"),
    ];
    for (status, campaign, recipient) in statuses {
        let rows = [row(&[], None)];
        let response = serde_json::to_value(ConversationsResponse::new(status, &rows)).unwrap();
        assert_eq!(
            (&response["campaignStatus"], &response["conversations"][0]["status"]),
            (&json!(campaign), &json!(recipient))
        );
    }
}
