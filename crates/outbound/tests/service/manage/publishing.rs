//! Publishing: findings, dry runs, conditions and concurrent requests.

use std::thread::scope;

use serde_json::{Value, json};

use super::{Caller, broken, draft, shared_service};
use crate::support::{Engine, on_both_engines};

on_both_engines!(
    a_handoff_with_errors_is_not_published,
    a_dry_run_publishes_nothing,
    a_version_that_was_not_reviewed_is_not_published,
    a_hundred_concurrent_publications_publish_once,
);

fn a_handoff_with_errors_is_not_published(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let id = author.create(&broken("Broken"));
    for path in ["publish", "publish?dry_run=true"] {
        let rejected = author.post_empty(&format!("handoffs/{id}/{path}"));
        assert_eq!(rejected.error(), (422, "findings".to_owned()));
        let finding = &rejected.json()["findings"][0];
        assert_eq!(finding["severity"], "error");
        assert_eq!(finding["pointer"], "/channels/0/messageComponents/0/content");
    }
    assert_eq!(author.served(&id), Value::Null);
    author.put(&id, "*", &draft("Broken"));
    assert_eq!(author.post_empty(&format!("handoffs/{id}/publish")).status, 200);
    author.put(&id, "*", &broken("Broken"));
    assert_eq!(author.post_empty(&format!("handoffs/{id}/publish")).status, 422);
    assert_eq!(author.served(&id)["channels"], draft("Broken")["channels"]);
}

fn a_dry_run_publishes_nothing(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let id = author.create(&draft("Dry"));
    let dry = author.post_empty(&format!("handoffs/{id}/publish?dry_run=true"));
    assert_eq!((dry.status, &dry.json()["state"]), (200, &json!("draft")));
    assert_eq!(author.served(&id), Value::Null);
    assert_eq!(author.actions_on(&id), ["handoff.created"]);
    let invalid = author.post_empty(&format!("handoffs/{id}/publish?dry_run=1"));
    assert_eq!(invalid.error(), (400, "bad_parameter".to_owned()));
}

fn a_version_that_was_not_reviewed_is_not_published(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let id = author.create(&draft("Reviewed"));
    let reviewed = author.get(&format!("handoffs/{id}")).header("etag").to_owned();
    author.put(&id, "*", &broken("Reviewed"));
    for path in ["publish", "unpublish", "restore", "versions/1/restore"] {
        let path = format!("handoffs/{id}/{path}");
        let rejected = author.call("POST", &path, &[("if-match", &reviewed)], &Value::Null);
        assert_eq!(rejected.error(), (412, "stale".to_owned()), "{path}");
    }
    let archived = author.call("DELETE", &format!("handoffs/{id}"), &[("if-match", &reviewed)], &Value::Null);
    assert_eq!(archived.status, 412);
}

fn a_hundred_concurrent_publications_publish_once(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let id = author.create(&draft("Crowd"));
    let statuses = scope(|scope| {
        let publish = || author.post_empty(&format!("handoffs/{id}/publish")).status;
        let tasks: Vec<_> = (0..100).map(|_| scope.spawn(publish)).collect();
        tasks.into_iter().map(|task| task.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(statuses, [200; 100]);
    let published = author.get(&format!("handoffs/{id}")).json();
    assert_eq!((&published["version"], &published["publishedVersion"]), (&json!(1), &json!(1)));
    assert_eq!(author.actions_on(&id), ["handoff.created", "handoff.published"]);
}
