//! Malformed requests are rejected; errors in a handoff name their location.

use serde_json::{Value, json};

use super::{Caller, draft, shared_service};
use crate::support::{Engine, on_both_engines};

on_both_engines!(
    an_invalid_handoff_is_rejected_with_the_location,
    a_body_that_is_not_json_is_rejected,
    other_content_types_are_rejected,
    a_body_over_the_limit_is_rejected,
    deep_nesting_is_rejected,
    other_methods_get_405_with_the_allowed_ones,
    unknown_resources_get_404,
    notes_have_a_limit,
);

const JSON: (&str, &str) = ("content-type", "application/json");

fn an_invalid_handoff_is_rejected_with_the_location(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let name = |value: Value| json!({"name": value, "channels": []}).to_string();
    let channels = |value: Value| json!({"name": "Bad", "channels": value}).to_string();
    for (body, pointer) in [
        (name(json!(5)), "/name"),
        (name(json!("")), "/name"),
        (name(json!("x".repeat(256))), "/name"),
        (name(json!("a\nb")), "/name"),
        (json!({"channels": []}).to_string(), "/name"),
        (json!({"name": "Bad"}).to_string(), "/channels"),
        (channels(json!({})), "/channels"),
        (channels(json!([{"type": "wa", "language": 1}])), "/channels/0/language"),
        (channels(json!([{"type": "wa", "messageComponents": [7]}])), "/channels/0/messageComponents/0"),
        (
            json!({"name": "Bad", "channels": [], "x-outbound": {"samples": {"a": {}}}}).to_string(),
            "/x-outbound/samples/a",
        ),
    ] {
        for (method, path) in
            [("POST", "handoffs"), ("PUT", "handoffs/H000000000000042"), ("POST", "handoffs/check")]
        {
            let rejected = author.send(method, path, &[JSON, ("if-match", "*")], &body);
            assert_eq!(rejected.error(), (400, "bad_handoff".to_owned()), "{method} {path} {body}");
            assert_eq!(rejected.json()["fields"][0]["pointer"], pointer, "{body}");
        }
    }
}

fn a_body_that_is_not_json_is_rejected(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let two = json!([draft("One"), draft("Two")]).to_string();
    for body in [
        "{",
        "{\"name\": \"Bad\",}",
        "nonsense",
        "7",
        "",
        "[]",
        &two,
        "{\"name\": \"\u{fffd}\\ud800\", \"channels\": []}",
    ] {
        let rejected = author.send("POST", "handoffs", &[JSON], body);
        assert_eq!(rejected.status, 400, "{body}: {rejected:?}");
    }
}

fn other_content_types_are_rejected(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let body = draft("Typed").to_string();
    for headers in [
        &[][..],
        &[("content-type", "text/plain")],
        &[("content-type", "application/x-www-form-urlencoded")],
        &[("content-type", "application/jsonp")],
        &[JSON, ("content-encoding", "gzip")],
    ] {
        let rejected = author.send("POST", "handoffs", headers, &body);
        assert_eq!(rejected.error(), (415, "unsupported_media_type".to_owned()), "{headers:?}");
    }
    let created =
        author.send("POST", "handoffs", &[("content-type", "Application/JSON; charset=utf-8")], &body);
    assert_eq!(created.status, 201);
}

fn a_body_over_the_limit_is_rejected(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let mut draft = draft("Long");
    draft["padding"] = "x".repeat(1 << 20).into();
    assert_eq!(author.post("handoffs", &draft).error(), (413, "body_too_large".to_owned()));
    draft["padding"] = "x".repeat((1 << 20) - 2000).into();
    assert_eq!(author.post("handoffs", &draft).status, 201);
}

fn deep_nesting_is_rejected(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let deep = format!("{}{}", "[".repeat(500_000), "]".repeat(500_000));
    let body = format!(r#"{{"name": "Deep", "channels": [], "deep": {deep}}}"#);
    assert_eq!(author.send("POST", "handoffs", &[JSON], &body).status, 400);
    let body = format!(r#"{{"handoff": {{"name": "Deep", "channels": {deep}}}}}"#);
    assert_eq!(author.send("POST", "handoffs/render", &[JSON], &body).status, 400);
}

fn other_methods_get_405_with_the_allowed_ones(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    for (method, path, allow) in [
        ("PUT", "handoffs", "GET,HEAD,POST"),
        ("PATCH", "handoffs/H1", "GET,HEAD,PUT,DELETE"),
        ("GET", "handoffs/H1/publish", "POST"),
        ("POST", "settings", "GET,HEAD,PUT"),
        ("DELETE", "audit", "GET,HEAD"),
    ] {
        let rejected = author.send(method, path, &[], "");
        assert_eq!(rejected.error(), (405, "method_not_allowed".to_owned()), "{method} {path}");
        assert_eq!(rejected.header("allow"), allow, "{method} {path}");
        assert!(!rejected.text().contains("read-only"), "{rejected:?}");
    }
}

fn unknown_resources_get_404(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    for (method, path) in [
        ("GET", "handoffs/H000000000000042"),
        ("GET", "handoffs/a%20b"),
        ("PUT", "handoffs/H000000000000042"),
        ("DELETE", "handoffs/H000000000000042"),
        ("POST", "handoffs/H000000000000042/publish"),
        ("POST", "handoffs/H000000000000042/versions/1/restore"),
        ("GET", "handoffs/H000000000000042/versions"),
        ("POST", "handoffs/H000000000000042/render"),
        ("GET", "nothing"),
    ] {
        let body = if method == "PUT" { draft("Nowhere") } else { Value::Null };
        let unknown = author.call(method, path, &[("if-match", "*")], &body);
        assert_eq!(unknown.error(), (404, "not_found".to_owned()), "{method} {path}");
    }
}

fn notes_have_a_limit(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    for (note, status) in [("x".repeat(1001), 400), ("%00".to_owned(), 400), ("%C3%BC".repeat(1000), 201)] {
        let created = author.post(&format!("handoffs?note={note}"), &draft("Noted"));
        assert_eq!(created.status, status, "{created:?}");
    }
    assert_eq!(author.post("handoffs?note=a&note=b", &draft("Noted twice")).status, 400);
}
