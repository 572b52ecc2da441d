//! The file with all published handoffs.

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use outbound_app::{IncomingHandoff, PublishMode, WriteHandoffs};
use outbound_model::Role;
use serde_json::{Value, json};

use crate::service::Service;

/// Otherwise each client that reads slowly keeps up to a hundred long handoffs in memory.
#[tokio::test]
async fn an_export_is_sent_in_short_chunks() {
    let service = Service::new().await;
    let name = |number: usize| format!("Handoff {number:02}");
    let handoff = |number: usize| -> IncomingHandoff {
        let length = if number.is_multiple_of(3) { 100 } else { 200_000 };
        let body = json!({ "type": "body", "content": "x".repeat(length), "variables": [],
            "optOut": "Reply STOP to opt out." });
        let channel = json!({ "type": "sms-twilio", "language": "en", "outboundnumber": "+14155550123",
            "messageComponents": [body] });
        let handoff = json!({ "name": name(number), "channels": [channel] });
        service.app.read_draft(handoff.to_string().as_bytes()).unwrap().into()
    };
    let handoffs: Vec<_> = (0..30).map(handoff).collect();
    let grant = service.grant::<WriteHandoffs>();
    Box::pin(service.app.import_all(&grant, &handoffs, PublishMode::All)).await.unwrap();
    let mut browser = service.logged_in(Role::Lpa).await;
    let response = browser.open(Request::get("/export").body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), 200);
    let (mut body, mut file) = (response.into_body(), Vec::new());
    while let Some(frame) = body.frame().await {
        let chunk = frame.unwrap().into_data().unwrap();
        assert!(chunk.len() < 500_000, "{}", chunk.len());
        file.extend_from_slice(&chunk);
    }
    let documents: Vec<Value> = serde_json::from_slice(&file).unwrap();
    let mut names: Vec<_> =
        documents.iter().map(|document| document["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    assert_eq!(names, (0..30).map(name).collect::<Vec<_>>());
}
