//! A handoff from its first draft to its archive.

use serde_json::{Value, json};

use super::{Caller, broken, draft, saying, workshop};
use crate::support::{Engine, on_both_engines};

on_both_engines!(
    a_handoff_goes_all_the_way,
    what_is_sent_comes_back,
    a_version_comes_back_as_it_was,
    versions_come_in_pages,
    versions_are_compared,
    a_changed_text_is_told_word_by_word,
    an_archived_handoff_comes_back_as_a_draft,
    renderings_take_values_before_samples,
    a_check_saves_nothing,
);

fn a_handoff_goes_all_the_way(engine: Engine) {
    let author = Caller::client(workshop(engine));
    let id = author.make(&saying("All the way", "One, ${{1}}."));
    let act = |path: &str| author.act(&format!("handoffs/{id}/{path}")).json()["state"].clone();
    assert_eq!(author.served(&id), Value::Null);
    assert_eq!(act("publish"), "published");
    assert_eq!(author.served(&id)["name"], "All the way");
    assert_eq!(author.put(&id, "*", &saying("All the way", "Two, ${{1}}.")).json()["state"], "changed");
    let served = || author.served(&id)["channels"][0]["messageComponents"][0]["content"].clone();
    assert_eq!(served(), "One, ${{1}}.");
    assert_eq!(act("publish"), "published");
    assert_eq!(served(), "Two, ${{1}}.");
    assert_eq!(act("versions/1/restore"), "changed");
    assert_eq!((act("publish"), served()), (json!("published"), json!("One, ${{1}}.")));
    assert_eq!((act("unpublish"), author.served(&id)), (json!("draft"), Value::Null));
    let acts = ["created", "published", "saved", "published", "saved", "published", "unpublished"];
    assert_eq!(author.acts_on(&id), acts.map(|act| format!("handoff.{act}")));
}

fn what_is_sent_comes_back(engine: Engine) {
    let author = Caller::client(workshop(engine));
    let mut sent = draft("Comes \u{1F375} back\"");
    sent["huge"] = serde_json::from_str("123456789012345678901234567890.5").unwrap();
    sent["channels"].as_array_mut().unwrap().push(json!({"type": "pigeon", "text": "a\u{0}b"}));
    let made = author.call("POST", "handoffs?note=from%20%C3%BC", &[], &sent);
    let id = made.json()["handoff"]["id"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), format!("/manage/v1/accounts/12345678/handoffs/{id}"));
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

fn a_version_comes_back_as_it_was(engine: Engine) {
    let author = Caller::client(workshop(engine));
    let id = author.make(&draft("Version one"));
    let renamed = author.call(
        "PUT",
        &format!("handoffs/{id}?note=new%20name"),
        &[("if-match", "*")],
        &draft("Version two"),
    );
    assert_eq!(renamed.json()["handoff"]["name"], "Version two");
    let first = author.get(&format!("handoffs/{id}/versions/1")).json();
    assert_eq!((&first["handoff"]["name"], &first["version"]), (&json!("Version one"), &json!(1)));
    let restored = author.act(&format!("handoffs/{id}/versions/1/restore")).json();
    assert_eq!(
        (&restored["handoff"]["name"], &restored["version"], &restored["note"]),
        (&json!("Version one"), &json!(3), &json!("restores version 1"))
    );
    for number in ["0", "4", "-1", "x", "99999999999999999999"] {
        let unknown = author.get(&format!("handoffs/{id}/versions/{number}"));
        assert_eq!(unknown.error(), (404, "not_found".to_owned()), "{number}");
    }
}

fn versions_come_in_pages(engine: Engine) {
    let author = Caller::client(workshop(engine));
    let id = author.make(&draft("Many versions"));
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
    let author = Caller::client(workshop(engine));
    let id = author.make(&saying("Compared", "Good morning, ${{1}}."));
    let unpublished = author.get(&format!("handoffs/{id}/diff"));
    assert_eq!(unpublished.error(), (404, "not_found".to_owned()));
    author.act(&format!("handoffs/{id}/publish"));
    author.put(&id, "*", &saying("Compared", "Good evening, ${{1}}."));
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

fn a_changed_text_is_told_word_by_word(engine: Engine) {
    let author = Caller::client(workshop(engine));
    let id = author.make(&saying("Word by word", "Good morning, ${{1}}."));
    author.act(&format!("handoffs/{id}/publish"));
    author.put(&id, "*", &saying("Word by word", "Good evening, ${{1}}."));
    let change = author.get(&format!("handoffs/{id}/diff")).json()["changes"][0].clone();
    assert_eq!(change["new_path"], "/channels/0/messageComponents/0/content");
    assert_eq!(change["words"][2], json!({"kind": "added", "text": "evening"}));
}

fn an_archived_handoff_comes_back_as_a_draft(engine: Engine) {
    let author = Caller::client(workshop(engine));
    let id = author.make(&draft("Set aside"));
    author.act(&format!("handoffs/{id}/publish"));
    let archived = author.call("DELETE", &format!("handoffs/{id}"), &[], &Value::Null).json();
    assert_eq!((&archived["state"], archived["archivedAt"].is_string()), (&json!("archived"), true));
    assert_eq!(author.served(&id), Value::Null);
    for (method, path) in [("PUT", ""), ("POST", "/publish"), ("POST", "/versions/1/restore")] {
        let path = format!("handoffs/{id}{path}");
        let refused = author.call(method, &path, &[("if-match", "*")], &draft("Set aside"));
        assert_eq!(refused.error(), (409, "archived".to_owned()), "{path}");
    }
    let namesake = author.make(&draft("set ASIDE"));
    let restore = || author.act(&format!("handoffs/{id}/restore"));
    assert_eq!(restore().error(), (409, "conflict".to_owned()));
    author.put(&namesake, "*", &draft("Another name"));
    let restored = restore().json();
    assert_eq!((&restored["state"], &restored["version"]), (&json!("draft"), &json!(2)));
}

fn renderings_take_values_before_samples(engine: Engine) {
    let author = Caller::client(workshop(engine));
    let draft = draft("Rendered");
    let id = author.make(&draft);
    let text = |answer: crate::support::Answer| {
        answer.json()["channels"][0]["preview"]["message"]["text"].as_str().unwrap()[..9].to_owned()
    };
    let values = json!({"values": {"1": "Bob"}});
    let unsaved = json!({"handoff": draft, "values": {"1": "Cat"}});
    assert_eq!(text(author.act(&format!("handoffs/{id}/render"))), "Hello Ann");
    assert_eq!(text(author.post(&format!("handoffs/{id}/render"), &values)), "Hello Bob");
    assert_eq!(text(author.post("handoffs/render", &unsaved)), "Hello Cat");
    assert_eq!(text(author.post("handoffs/render", &json!({"handoff": draft}))), "Hello Ann");
}

fn a_check_saves_nothing(engine: Engine) {
    let author = Caller::client(workshop(engine));
    let good = author.post("handoffs/check", &draft("Only checked")).json();
    assert_eq!(good["errors"], 0);
    let bad = author.post("handoffs/check", &broken("Only checked")).json();
    assert!(bad["errors"].as_u64().unwrap() > 0, "{bad}");
    assert_eq!(bad["findings"][0]["pointer"], "/channels/0/messageComponents/0/content");
    assert_eq!(author.get("handoffs?q=only%20checked").json()["items"], json!([]));
}
