//! Each value of each golden request is replaced by a value of every other JSON type.

use outbound_campaigns::{CampaignError, HandoffSpec};
use serde_json::{Value, json};

use crate::golden::golden_spec;
use crate::support::{check, files, load};

/// Fields that may be null, because they are optional.
const OPTIONAL: [&str; 5] =
    ["outboundNumber", "schedulingMetrics", "windows", "personalInfo", "customerInfo"];

/// The JSON pointers of all values below `value`.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, child)| (name.clone(), child)).collect(),
        Value::Array(elements) => {
            elements.iter().enumerate().map(|(index, child)| (index.to_string(), child)).collect()
        }
        _ => Vec::new(),
    };
    for (name, child) in children {
        let pointer = format!("{at}/{name}");
        pointers(child, &pointer, found);
        found.push(pointer);
    }
}

/// Whether null is a valid value.
fn is_optional(pointer: &str) -> bool {
    let within_info = ["/personalInfo/", "/customerInfo/"].iter().any(|info| pointer.contains(info));
    // A contact is an element of an array, which cannot be null.
    within_info && !pointer.ends_with("/contacts/0")
        || OPTIONAL.iter().any(|field| pointer.ends_with(&format!("/{field}")))
}

/// A golden request whose consumers are all accepted.
fn accepted_request(name: &str) -> Value {
    let mut body = load(name)["request"]["body"].clone();
    match name {
        "campaign-all-failed.json" => body["consumers"][0]["consumerPhoneNumber"] = json!("4155550111"),
        "campaign-wa-customer-info.json" => body["consumers"][1]["variables"]["5"] = json!("Dock 3"),
        "campaign-partial-failure-variables.json" => body["consumers"].as_array_mut().unwrap().truncate(1),
        _ => {}
    }
    body
}

/// How many consumers fail, or the error of the request.
fn outcome(body: &Value, spec: &HandoffSpec) -> Result<usize, CampaignError> {
    check(&body.to_string(), spec).map(|checked| checked.failed.len())
}

fn same_type(one: &Value, other: &Value) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

#[test]
fn no_wrong_type_is_accepted() {
    let mut replaced = 0;
    for name in
        files("campaign-").iter().filter(|name| !name.contains("-error-") && !name.contains("conversations"))
    {
        let (body, spec) = (accepted_request(name), golden_spec(name));
        assert_eq!(outcome(&body, &spec), Ok(0), "{name}");
        let mut all = Vec::new();
        pointers(&body, "", &mut all);
        for pointer in all {
            let types =
                [json!(null), json!(true), json!(7), json!(1.5), json!("x"), json!([1]), json!({"a": 1})];
            let known = body.pointer(&pointer).unwrap();
            for wrong in types.iter().filter(|wrong| !same_type(wrong, known)) {
                let mut mutated = body.clone();
                *mutated.pointer_mut(&pointer).unwrap() = wrong.clone();
                let accepted = wrong.is_null() && is_optional(&pointer);
                match outcome(&mutated, &spec) {
                    Ok(failed) => assert_eq!(failed == 0, accepted, "{name}{pointer} = {wrong}"),
                    Err(error) => {
                        assert_eq!((error.status(), accepted), (400, false), "{name}{pointer} = {wrong}");
                    }
                }
                replaced += 1;
            }
        }
    }
    assert!(replaced > 1000, "{replaced}");
}

#[test]
fn wrong_types_are_named() {
    let body = load("campaign-wa-customer-info.json")["request"]["body"].clone();
    let spec = golden_spec("campaign-wa-customer-info.json");
    for (pointer, wrong, message) in [
        ("/campaignName", json!(1), "campaignName must be a string."),
        ("/campaignName", json!(null), "Fields missing in request: campaignName"),
        ("/campaignName", json!(""), "Fields missing in request: campaignName"),
        ("/templateId", json!(1_234_567_890), "templateId must be a string."),
        ("/templateId", json!("H 1"), "The template or handoff does not exist."),
        ("/outboundNumber", json!(14_155_550_170_i64), "outboundNumber must be a string."),
        ("/consent", json!("true"), "consent must be true."),
        ("/consent", json!(null), "Fields missing in request: consent"),
        ("/consumers", json!({}), "consumers must be an array."),
        ("/consumers", json!([]), "A request must name at least one recipient."),
        ("/consumers/1", json!("x"), "consumers[1] must be an object."),
        ("/consumers/1", json!(null), "consumers[1] must be an object."),
        ("/consumers/0/consumerContent", json!([]), "consumers[0].consumerContent must be an object."),
        ("/consumers/0/consumerContent", json!(null), "Fields missing in request: consumerContent"),
        ("/consumers/0/variables", json!(["Amara"]), "consumers[0].variables must be an object."),
        (
            "/consumers/1/personalInfo/age/year",
            json!("1988"),
            "consumers[1].personalInfo.age.year must be a whole number.",
        ),
        (
            "/consumers/1/personalInfo/age/month",
            json!(13),
            "consumers[1].personalInfo.age.month must be a month from 1 to 12.",
        ),
        (
            "/consumers/1/customerInfo/lastPaymentDate/day",
            json!(0),
            "consumers[1].customerInfo.lastPaymentDate.day must be a day from 1 to 31.",
        ),
        (
            "/consumers/1/personalInfo/contacts",
            json!({}),
            "consumers[1].personalInfo.contacts must be an array.",
        ),
        (
            "/consumers/1/customerInfo/balance",
            json!("1"),
            "consumers[1].customerInfo.balance must be a number.",
        ),
        (
            "/consumers/1/customerInfo/loginStatus",
            json!(1.5),
            "consumers[1].customerInfo.loginStatus must be a whole number.",
        ),
    ] {
        let mut mutated = body.clone();
        *mutated.pointer_mut(pointer).unwrap() = wrong;
        assert_eq!(outcome(&mutated, &spec).unwrap_err().to_string(), message, "{pointer}");
    }
}
