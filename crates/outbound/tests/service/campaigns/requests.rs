//! Requests to the campaign API: errors, rights, tenants, repetition and budgets.

use serde_json::{Value, json};

use super::{Campaigner, demo, request};
use crate::support::{ACCOUNT, Engine, OTHER_ACCOUNT, Service, on_both_engines};

/// The whole request is rejected, and nothing is stored.
fn bad_requests_are_rejected_with_a_reason(engine: Engine) {
    let service = Service::start_with(engine, &["--requests-per-second", "0"]);
    let campaigner = demo(&service);
    for (change, status, expected) in [
        (json!({"campaignName": null}), 400, "Fields missing in request: campaignName"),
        (json!({"campaignName": "a".repeat(256)}), 400, "campaignName must not exceed 255 characters."),
        (json!({"skill": ""}), 400, "Fields missing in request: skill"),
        (json!({"templateId": "none"}), 400, "The template or handoff does not exist."),
        (json!({"templateId": "a".repeat(33)}), 400, "templateId must not exceed 32 characters."),
        (json!({"outboundNumber": 1}), 400, "outboundNumber must be"),
        (json!({"consent": "true"}), 400, "consent must be true."),
        (json!({"consumers": []}), 400, "A request must name at least one recipient."),
        (json!({"consumers": {}}), 400, "consumers must be"),
        (json!({"schedulingMetrics": {"windows": [{}]}}), 400, "Fields missing in request: "),
        (
            json!({"consumers": [{"consumerContent": {"sms": "12125550100"}, "variables": {"1": "a".repeat(1551)}}]}),
            400,
            "consumers[0].variables must not exceed 1550",
        ),
    ] {
        let mut body = request([100]);
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let response = campaigner.post(&body);
        let error = response.json();
        assert_eq!(response.status, status, "{change}: {error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(expected), "{change}: {message}");
        assert_eq!((&error["code"], error["requestTraceId"].is_string()), (&json!(0), true));
    }
    let mut body = request([100]);
    let window = body["schedulingMetrics"]["windows"][0].clone();
    for (count, status) in [(70, 200), (71, 400)] {
        body["schedulingMetrics"]["windows"] = vec![window.clone(); count].into();
        assert_eq!(campaigner.post(&body).status, status, "{count} windows");
    }
    for (length, status) in [(255, 422), (256, 400)] {
        let key = "k".repeat(length);
        let headers = [("idempotency-key", &*key)];
        let _ = campaigner.post_with(&headers, &request([100]).to_string());
        assert_eq!(campaigner.post_with(&headers, &request([101]).to_string()).status, status, "{length}");
    }
    assert_eq!(campaigner.post(&request(100..200)).status, 200);
    assert_eq!(campaigner.post(&request(100..201)).status, 400);
    for (body, status) in [("{", 400), ("[]", 400), (&*format!("\"{}\"", "a".repeat(1 << 20)), 413)] {
        assert_eq!(campaigner.post_with(&[], body).status, status);
    }
    let listed = campaigner.manage("GET", "campaigns", "").json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 3, "{listed}");
}

/// The error names the remedy.
fn an_account_without_a_connection_sends_nothing(engine: Engine) {
    let service = Service::start(engine);
    let campaigner = Campaigner::without_connection(&service, OTHER_ACCOUNT);
    let rejected = campaigner.post(&request([100]));
    assert_eq!(rejected.status, 400);
    let remedy = "No connection sends sms. Create a connection first: outbound connection create";
    assert!(rejected.text().contains(remedy), "{}", rejected.text());
}

/// Only tokens of clients with the scope are accepted.
fn rights_are_checked(engine: Engine) {
    let service = Service::start(engine);
    let campaigner = demo(&service);
    let id = campaigner.start(&request([100]));
    let body = request([101]).to_string();
    let (start, conversations) = (
        format!("/api/v2/account/{ACCOUNT}/campaign"),
        format!("/api/v2/account/{ACCOUNT}/campaign/{id}/conversations"),
    );
    for (account, scope, starts, reads) in [
        (ACCOUNT, "handoffs.read handoffs.write reports.read", 403, 403),
        (ACCOUNT, "campaigns.read campaigns.write", 403, 200),
        (ACCOUNT, "campaigns.launch", 200, 403),
        (OTHER_ACCOUNT, "campaigns.read campaigns.launch", 403, 403),
    ] {
        let token = service.new_token(account, scope);
        let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
        assert_eq!(service.send("POST", &start, &headers, &body).status, starts, "{account} {scope}");
        assert_eq!(service.get_as(&token, &conversations).status, reads, "{account} {scope}");
    }
    let json = ("content-type", "application/json");
    let missing = service.send("POST", &start, &[json], &body);
    assert_eq!(missing.error(), (401, "missing_credential".to_owned()));
    assert!(missing.text().contains("AppJWT") && !missing.text().contains("OAuth"), "{}", missing.text());
    assert_eq!(missing.header("www-authenticate"), "Bearer realm=\"outbound\"");
    assert_eq!(service.get_as(&"0".repeat(64), &conversations).status, 401);
    // Users may manage campaigns, but only clients may use the vendor's API.
    let create = ["user", "create", "--account", ACCOUNT, "--username", "anna", "--role", "administrator"];
    service.installation.run_with(&create, "correct horse\n").succeeded();
    let login = service.send(
        "POST",
        &format!("/api/account/{ACCOUNT}/login?v=1.3"),
        &[json],
        r#"{"username":"anna","password":"correct horse"}"#,
    );
    let bearer = login.json()["bearer"].as_str().unwrap().to_owned();
    assert_eq!(service.get_as(&bearer, &conversations).error(), (403, "no_right".to_owned()));
    let manage = format!("/manage/v1/accounts/{ACCOUNT}/campaigns/{id}");
    assert_eq!(service.get_as(&bearer, &manage).status, 200);
    let recipients = service.get_as(&bearer, &format!("{manage}/recipients")).json();
    let masked = campaigner.manage("GET", &format!("campaigns/{id}/recipients"), "").json();
    let address = |page: &Value| page["items"][0]["address"].as_str().unwrap().to_owned();
    assert_eq!((address(&recipients), address(&masked)), ("+12125550100".to_owned(), "•••••100".to_owned()));
}

fn accounts_do_not_see_each_others_campaigns(engine: Engine) {
    let service = Service::start(engine);
    let (one, other) = (demo(&service), Campaigner::new(&service, OTHER_ACCOUNT));
    let id = one.start(&request([100]));
    assert_eq!(one.conversations(&id).status, 200);
    assert_eq!(other.conversations(&id).error(), (404, "not_found".to_owned()));
    assert_eq!(other.conversations("no-id").status, 404);
    assert_eq!(other.manage("GET", &format!("campaigns/{id}"), "").status, 404);
    assert_eq!(other.manage("GET", &format!("campaigns/{id}/recipients"), "").status, 404);
    assert_eq!(other.manage("POST", &format!("campaigns/{id}/cancel"), "").status, 404);
    assert_eq!(other.manage("GET", "campaigns", "").json(), json!({"items": []}));
}

/// A client that gets no response sends its request again.
fn a_repeated_request_starts_one_campaign(engine: Engine) {
    let service = Service::start(engine);
    let campaigner = demo(&service);
    let key = [("idempotency-key", "k-1")];
    let body = request([100]).to_string();
    let first = campaigner.post_with(&key, &body);
    let second = campaigner.post_with(&key, &body);
    assert_eq!((first.status, first.header("idempotent-replayed")), (200, ""));
    assert_eq!((second.status, second.header("idempotent-replayed")), (200, "true"));
    assert_eq!(first.text(), second.text());
    let other = campaigner.post_with(&key, &request([101]).to_string());
    assert_eq!(other.error(), (422, "idempotency_key_reused".to_owned()));
    let listed = campaigner.manage("GET", "campaigns", "").json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    // Without a key, each request starts a campaign.
    assert_ne!(campaigner.start(&request([100])), campaigner.start(&request([100])));
}

/// Ten requests a second, whatever the account's own budget is.
fn campaigns_have_their_own_budget(engine: Engine) {
    let service = Service::start_with(engine, &["--requests-per-second", "1000"]);
    let campaigner = demo(&service);
    let mut body = request([100]);
    body["consent"] = json!(false);
    // The bucket refills by ten a second, so a burst of a hundred exceeds it on any machine that is not a hundred
    // times slower.
    let responses: Vec<_> = (0..100).map(|_| campaigner.post(&body)).collect();
    assert_eq!((responses[0].status, responses[0].header("x-ratelimit-limit")), (400, "10"));
    for limited in responses.iter().filter(|response| response.status != 400) {
        let error = limited.json();
        assert_eq!(limited.status, 429, "{error}");
        assert!(error["requestTraceId"].is_string() && error["message"].is_string(), "{error}");
    }
    if responses.iter().any(|response| response.status == 429) {
        assert_eq!(campaigner.conversations("a9cRASfbQ").status, 404);
        assert_eq!(campaigner.manage("GET", "campaigns", "").status, 200);
    }
}

on_both_engines!(
    bad_requests_are_rejected_with_a_reason,
    an_account_without_a_connection_sends_nothing,
    rights_are_checked,
    accounts_do_not_see_each_others_campaigns,
    a_repeated_request_starts_one_campaign,
    campaigns_have_their_own_budget,
);
