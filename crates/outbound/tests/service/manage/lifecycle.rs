//! The lifecycle of a handoff, from the first draft to the archive.

use serde_json::{Value, json};

use super::{Caller, broken, draft, draft_with_text, shared_service};
use crate::support::{Engine, on_both_engines};

on_both_engines!(
    a_handoff_passes_through_its_lifecycle,
    all_fields_are_returned_as_sent,
    a_version_can_be_read_and_restored,
    versions_are_paginated,
    versions_are_compared,
    a_changed_text_is_compared_by_words,
    an_archived_handoff_is_restored_as_a_draft,
    given_values_override_samples_in_previews,
    a_check_saves_nothing,
);

fn a_handoff_passes_through_its_lifecycle(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let id = author.create(&draft_with_text("All the way", "One, ${{1}}."));
    let act = |path: &str| author.post_empty(&format!("handoffs/{id}/{path}")).json()["state"].clone();
    assert_eq!(author.served(&id), Value::Null);
    assert_eq!(act("publish"), "published");
    assert_eq!(author.served(&id)["name"], "All the way");
    assert_eq!(
        author.put(&id, "*", &draft_with_text("All the way", "Two, ${{1}}.")).json()["state"],
        "changed"
    );
    let served = || author.served(&id)["channels"][0]["messageComponents"][0]["content"].clone();
    assert_eq!(served(), "One, ${{1}}.");
    assert_eq!(act("publish"), "published");
    assert_eq!(served(), "Two, ${{1}}.");
    assert_eq!(act("versions/1/restore"), "changed");
    assert_eq!((act("publish"), served()), (json!("published"), json!("One, ${{1}}.")));
    assert_eq!((act("unpublish"), author.served(&id)), (json!("draft"), Value::Null));
    let actions = ["created", "published", "saved", "published", "saved", "published", "unpublished"];
    assert_eq!(author.actions_on(&id), actions.map(|action| format!("handoff.{action}")));
}

fn all_fields_are_returned_as_sent(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let mut sent = draft("Comes \u{1F375} back\"");
    sent["huge"] = serde_json::from_str("123456789012345678901234567890.5").unwrap();
    sent["channels"].as_array_mut().unwrap().push(json!({"type": "pigeon", "text": "a\u{0}b"}));
    let created = author.call("POST", "handoffs?note=from%20%C3%BC", &[], &sent);
    let id = created.json()["handoff"]["id"].as_str().unwrap().to_owned();
    assert_eq!(created.header("location"), format!("/manage/v1/accounts/12345678/handoffs/{id}"));
    let read = author.get(&format!("handoffs/{id}"));
    assert_eq!((read.status, read.header("etag")), (200, "\"1-0-draft\""));
    let read = read.json();
    for (field, value) in sent.as_object().unwrap() {
        assert_eq!(read["handoff"][field], *value, "{field}");
    }
    let client = author.service.client.id.clone();
    assert_eq!((&read["savedBy"], &read["note"]), (&json!(client), &json!("from ü")));
    assert_eq!((&read["version"], &read["publishedVersion"]), (&json!(1), &Value::Null));
}

fn a_version_can_be_read_and_restored(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let id = author.create(&draft("Version one"));
    let renamed = author.call(
        "PUT",
        &format!("handoffs/{id}?note=new%20name"),
        &[("if-match", "*")],
        &draft("Version two"),
    );
    assert_eq!(renamed.json()["handoff"]["name"], "Version two");
    let first = author.get(&format!("handoffs/{id}/versions/1")).json();
    assert_eq!((&first["handoff"]["name"], &first["version"]), (&json!("Version one"), &json!(1)));
    let restored = author.post_empty(&format!("handoffs/{id}/versions/1/restore")).json();
    assert_eq!(
        (&restored["handoff"]["name"], &restored["version"], &restored["note"]),
        (&json!("Version one"), &json!(3), &json!("restores version 1"))
    );
    for number in ["0", "4", "-1", "x", "99999999999999999999"] {
        let unknown = author.get(&format!("handoffs/{id}/versions/{number}"));
        assert_eq!(unknown.error(), (404, "not_found".to_owned()), "{number}");
    }
}

fn versions_are_paginated(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let id = author.create(&draft("Many versions"));
    for _ in 2..=5 {
        assert_eq!(author.put(&id, "*", &draft("Many versions")).status, 200);
    }
    let (mut path, mut seen) = (format!("handoffs/{id}/versions?limit=2"), Vec::new());
    loop {
        let page = author.get(&path);
        let body = page.json();
        seen.extend(body["items"].as_array().unwrap().iter().map(|v| v["version"].as_i64().unwrap()));
        let Some(next) = body["next"].as_str() else { break };
        assert!(page.header("link").contains(&format!("cursor={next}>; rel=\"next\"")), "{page:?}");
        path = format!("handoffs/{id}/versions?limit=2&cursor={next}");
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
}

fn versions_are_compared(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let id = author.create(&draft_with_text("Compared", "Good morning, ${{1}}."));
    let unpublished = author.get(&format!("handoffs/{id}/diff"));
    assert_eq!(unpublished.error(), (404, "not_found".to_owned()));
    author.post_empty(&format!("handoffs/{id}/publish"));
    author.put(&id, "*", &draft_with_text("Compared", "Good evening, ${{1}}."));
    for (query, from, to) in
        [("", 1, 2), ("?from=1&to=latest", 1, 2), ("?from=latest&to=published", 2, 1), ("?from=2&to=2", 2, 2)]
    {
        let diff = author.get(&format!("handoffs/{id}/diff{query}")).json();
        assert_eq!((&diff["from"]["version"], &diff["to"]["version"]), (&json!(from), &json!(to)), "{query}");
        assert_eq!(diff["changes"].as_array().unwrap().len(), usize::from(from != to), "{query}");
    }
    for (query, status) in [("?from=3", 404), ("?to=0", 404), ("?from=first", 400), ("?to=-1", 400)] {
        assert_eq!(author.get(&format!("handoffs/{id}/diff{query}")).status, status, "{query}");
    }
}

fn a_changed_text_is_compared_by_words(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let id = author.create(&draft_with_text("Word by word", "Good morning, ${{1}}."));
    author.post_empty(&format!("handoffs/{id}/publish"));
    author.put(&id, "*", &draft_with_text("Word by word", "Good evening, ${{1}}."));
    let change = author.get(&format!("handoffs/{id}/diff")).json()["changes"][0].clone();
    assert_eq!(change["new_path"], "/channels/0/messageComponents/0/content");
    assert_eq!(change["words"][2], json!({"kind": "added", "text": "evening"}));
}

fn an_archived_handoff_is_restored_as_a_draft(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let id = author.create(&draft("Set aside"));
    author.post_empty(&format!("handoffs/{id}/publish"));
    let archived = author.call("DELETE", &format!("handoffs/{id}"), &[], &Value::Null).json();
    assert_eq!((&archived["state"], archived["archivedAt"].is_string()), (&json!("archived"), true));
    assert_eq!(author.served(&id), Value::Null);
    for (method, path) in [("PUT", ""), ("POST", "/publish"), ("POST", "/versions/1/restore")] {
        let path = format!("handoffs/{id}{path}");
        let rejected = author.call(method, &path, &[("if-match", "*")], &draft("Set aside"));
        assert_eq!(rejected.error(), (409, "archived".to_owned()), "{path}");
    }
    let namesake = author.create(&draft("set ASIDE"));
    let restore = || author.post_empty(&format!("handoffs/{id}/restore"));
    assert_eq!(restore().error(), (409, "conflict".to_owned()));
    author.put(&namesake, "*", &draft("Another name"));
    let restored = restore().json();
    assert_eq!((&restored["state"], &restored["version"]), (&json!("draft"), &json!(2)));
}

fn given_values_override_samples_in_previews(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let draft = draft("Rendered");
    let id = author.create(&draft);
    let text = |response: crate::support::Response| {
        response.json()["channels"][0]["preview"]["message"]["text"].as_str().unwrap()[..9].to_owned()
    };
    let values = json!({"values": {"1": "Bob"}});
    let unsaved = json!({"handoff": draft, "values": {"1": "Cat"}});
    assert_eq!(text(author.post_empty(&format!("handoffs/{id}/render"))), "Hello Ann");
    assert_eq!(text(author.post(&format!("handoffs/{id}/render"), &values)), "Hello Bob");
    assert_eq!(text(author.post("handoffs/render", &unsaved)), "Hello Cat");
    assert_eq!(text(author.post("handoffs/render", &json!({"handoff": draft}))), "Hello Ann");
}

fn a_check_saves_nothing(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let valid = author.post("handoffs/check", &draft("Only checked")).json();
    assert_eq!(valid["errors"], 0);
    let invalid = author.post("handoffs/check", &broken("Only checked")).json();
    assert!(invalid["errors"].as_u64().unwrap() > 0, "{invalid}");
    assert_eq!(invalid["findings"][0]["pointer"], "/channels/0/messageComponents/0/content");
    assert_eq!(author.get("handoffs?q=only%20checked").json()["items"], json!([]));
}
