//! Errors about the body of a management request name the types of JSON.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod common;

use axum::body::Body;
use axum::http::Request;
use common::{PASSWORD, Service};
use outbound_model::Role;

#[tokio::test]
async fn errors_about_types_name_those_of_json() {
    let service = Service::at("http://localhost").await;
    service.user("anna", Role::Administrator).await;
    let login = service.log_in("anna", PASSWORD).await;
    let bearer = format!("Bearer {}", login.body["bearer"].as_str().unwrap());
    for (path, body, message) in [
        ("PUT settings", "[]", "expected an object"),
        ("PUT settings", r#"{"fourEyes": 1}"#, "/fourEyes: expected true or false"),
        ("PUT settings", r#"{"campaigns": 1}"#, "/campaigns: expected an object"),
        ("PUT settings", r#"{"campaigns": ["UTC"]}"#, "/campaigns: expected an object"),
        (
            "PUT settings",
            r#"{"campaigns": {"keywords": [["ALTO"]]}}"#,
            "/campaigns/keywords: expected an object",
        ),
        ("PUT settings", r#"{"importDefaults": {"wa": ["en"]}}"#, "/importDefaults/wa: expected an object"),
        (
            "PUT settings",
            r#"{"importDefaults": {"wa": {"sender": 1}}}"#,
            "/importDefaults/wa/sender: expected a string",
        ),
        ("PUT settings", r#"{"levels": "x"}"#, "/levels: expected an object"),
        ("PUT settings", r#"{"ruleSet": 1}"#, "/ruleSet: expected a string"),
        ("PUT settings", r#"{"permittedMediaHosts": {}}"#, "/permittedMediaHosts: expected an array"),
        ("PUT settings", r#"{"permittedMediaHosts": ["a", 5]}"#, "/permittedMediaHosts/1: expected a string"),
        (
            "PUT settings",
            r#"{"requestsPerSecond": -1}"#,
            "/requestsPerSecond: expected a whole number from 0 to 4294967295",
        ),
        (
            "PUT settings",
            r#"{"campaigns": {"conversationHours": "12"}}"#,
            "/campaigns/conversationHours: expected a whole number from 0 to 4294967295",
        ),
        ("POST api-keys", r#"{"name": ["secret"]}"#, "/name: expected a string"),
        ("POST webhooks", r#"{"url": null, "kinds": []}"#, "/url: expected a string"),
    ] {
        let (method, path) = path.split_once(' ').unwrap();
        let request = Request::builder()
            .method(method)
            .uri(format!("/manage/v1/accounts/12345678/{path}"))
            .header("content-type", "application/json")
            .header("authorization", &bearer)
            .body(Body::from(body));
        let response = service.call(request.unwrap()).await;
        assert_eq!((response.status.as_u16(), &response.body["error"]), (400, &"bad_body".into()), "{body}");
        assert_eq!(response.body["message"], message, "{body}");
    }
}
