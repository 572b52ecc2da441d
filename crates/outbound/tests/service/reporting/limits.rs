//! Requests for reports: errors, rights, pages and budgets.

use serde_json::{Value, json};

use super::{DAY, attempted, demo, now, yesterday};
use crate::support::{ACCOUNT, Engine, OTHER_ACCOUNT, Service, on_both_engines};

/// Each error says what to send instead.
fn bad_requests_are_rejected_with_a_reason(engine: Engine) {
    let service = Service::start(engine);
    let reporter = demo(&service);
    let (start, end) = (yesterday(), yesterday() + DAY);
    for (path, start, end, body, expected) in [
        ("analytics", end, start, json!({}), "exchange them"),
        ("analytics", start / 1000, end, json!({}), "looks like seconds"),
        ("analytics", start, start + 60 * DAY + 1, json!({}), "must not exceed 60 days"),
        ("analytics", now() - 398 * DAY, now() - 390 * DAY, json!({}), "data is kept for 13 months"),
        ("analytics", start, end, json!({"channels": ["sms-twilio"]}), "`sms-twilio` is named `sms` here"),
        ("analytics", start, end, json!({"channels": ["apple"]}), "unless the account enables it"),
        ("analytics", start, end, json!({"skill": ["sales"]}), "`skill` is no field of the body"),
        ("transactions?v=2.0", start, end + 1, json!({}), "must not exceed 24 hours"),
        ("transactions?v=2.0", start, end, json!({"limit": 5001}), "limit is 5001; expected 1 to 5000"),
        ("transactions?v=2.0", start, end, json!({"offset": -1}), "offset is -1; expected 0 or more"),
        ("transactions?v=2.0", start, end, json!({"limit": "5"}), "limit: expected"),
        ("transactions?v=3", start, end, json!({}), "v must be 1 or 2.0"),
        (
            "transactions",
            start,
            end,
            json!({"page": {"nextPage": "AAAA"}}),
            "does not belong to this request",
        ),
    ] {
        let response = reporter.report(path, start, end, &body);
        assert_eq!(response.status, 400, "{path} {body}: {response:?}");
        let message = response.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(expected), "{path} {body}: {message}");
    }
    let missing = reporter.post(
        &format!("/api/account/{ACCOUNT}/app/prmsg/analytics/?attemptedStartTime={start}"),
        "application/json",
        "",
    );
    assert_eq!(missing.status, 400);
    assert!(missing.text().contains("attemptedEndTime is required"), "{}", missing.text());
    let unknown = format!("/api/account/{ACCOUNT}/app/prmsg/campaigns/none/");
    assert_eq!(service.get_as(&reporter.token, &unknown).error(), (404, "not_found".to_owned()));
    let c2m = format!("/api/account/{ACCOUNT}/app/c2m/campaigns/none/");
    assert_eq!(service.get_as(&reporter.token, &c2m).status, 404);
}

/// Clients need the scopes; API keys may only read.
fn rights_are_checked(engine: Engine) {
    let service = Service::start(engine);
    let (start, end) = (yesterday(), yesterday() + DAY);
    let analytics = format!(
        "/api/account/{ACCOUNT}/app/prmsg/analytics/?attemptedStartTime={start}&attemptedEndTime={end}"
    );
    let events = format!("/manage/v1/accounts/{ACCOUNT}/events");
    for (account, scope, reads, writes) in [
        (ACCOUNT, "handoffs.read handoffs.write", 403, 403),
        (ACCOUNT, "reports.read", 200, 403),
        (ACCOUNT, "events.write", 403, 200),
        (OTHER_ACCOUNT, "reports.read events.write", 403, 403),
    ] {
        let token = service.new_token(account, scope);
        assert_eq!(service.get_as(&token, &analytics).status, reads, "{scope}");
        let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
        assert_eq!(service.send("POST", &events, &headers, "[]").status, writes, "{scope}");
    }
    assert_eq!(service.send("GET", &analytics, &[], "").status, 401);
}

/// The token of a page belongs to the request.
fn version_one_has_opaque_pages(engine: Engine) {
    let service = Service::start(engine);
    let reporter = demo(&service);
    let start = yesterday();
    let events: Vec<Value> = (0..2100).map(|n| attempted(&n.to_string(), start + n)).collect();
    for events in events.chunks(1000) {
        reporter.record(events);
    }
    let (mut token, mut times) = (Value::Null, Vec::new());
    for expected in [1000, 1000, 100] {
        let body = json!({"filters": {"skills": ["sales"]}, "page": {"nextPage": token}});
        let body = if token.is_null() { json!({"skills": ["sales"]}) } else { body };
        let page = reporter.report("transactions", start, start + DAY, &body).json();
        assert_eq!(page["page"]["count"], expected);
        let rows = page["transactions"].as_array().unwrap();
        times.extend(rows.iter().map(|row| row["attemptedTime"].as_str().unwrap().to_owned()));
        if !token.is_null() {
            let other = json!({"filters": {"skills": ["other"]}, "page": {"nextPage": token}});
            assert_eq!(reporter.report("transactions", start, start + DAY, &other).status, 400);
            assert_eq!(reporter.report("transactions", start, start + DAY - 1, &body).status, 400);
        }
        token = page["page"]["nextPage"].clone();
    }
    assert_eq!(token, Value::Null);
    assert!(times.is_sorted());
    assert_eq!(times.len(), 2100);
}

/// Ten requests a second for each of the four APIs, whatever the account's own budget is.
fn each_api_has_its_own_budget(engine: Engine) {
    let service = Service::start_with(engine, &["--requests-per-second", "1000"]);
    let reporter = demo(&service);
    let (start, end) = (yesterday(), yesterday() + DAY);
    // The bucket refills by ten a second, so a burst of a hundred exceeds it on any machine that is not a hundred
    // times slower.
    let statuses: Vec<_> =
        (0..100).map(|_| reporter.report("analytics", start, end, &json!({})).status).collect();
    assert_eq!(statuses[0], 200);
    if statuses.contains(&429) {
        assert!(statuses.iter().all(|status| [200, 429].contains(status)), "{statuses:?}");
        assert_eq!(reporter.report("transactions?v=2", start, end, &json!({})).status, 200);
    }
    let limited = reporter.report("analytics", start, end, &json!({}));
    assert_eq!(limited.header("x-ratelimit-limit"), "10");
}

on_both_engines!(
    bad_requests_are_rejected_with_a_reason,
    rights_are_checked,
    version_one_has_opaque_pages,
    each_api_has_its_own_budget,
);
