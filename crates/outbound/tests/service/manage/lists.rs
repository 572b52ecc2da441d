//! Lists of handoffs: search, order, pages and counts.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Caller, broken, draft, draft_with_text, shared_service};
use crate::support::{Engine, Service, on_both_engines};

on_both_engines!(
    handoffs_are_found_by_each_criterion,
    pages_contain_each_handoff_once_in_every_order,
    a_cursor_of_another_list_is_rejected,
    counts_include_every_state,
    counts_of_all_handoffs_follow_every_change,
    pages_keep_the_callers_parameters,
);

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

fn handoffs_are_found_by_each_criterion(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let mut german = draft("Finder D");
    german["channels"][0]["language"] = "de".into();
    german["channels"][0]["outboundnumber"] = "+4915550123".into();
    author.create(&german);
    author.create(&broken("Finder B"));
    let published = author.create(&draft("Finder P"));
    author.post_empty(&format!("handoffs/{published}/publish"));
    for (query, expected) in [
        ("q=FINDER&sort=name", vec!["Finder B", "Finder D", "Finder P"]),
        ("q=finder&sort=-name", vec!["Finder P", "Finder D", "Finder B"]),
        ("q=finder&sort=-created", vec!["Finder P", "Finder B", "Finder D"]),
        ("q=finder&language=DE", vec!["Finder D"]),
        ("q=finder&sender=%2B4915550123", vec!["Finder D"]),
        ("q=finder&state=published", vec!["Finder P"]),
        ("q=finder&errors=true", vec!["Finder B"]),
        ("q=finder&channel=wa", vec![]),
        ("q=finder&channel=sms-twilio&state=draft&sort=created&x=y", vec!["Finder D", "Finder B"]),
        (&format!("q={published}"), vec!["Finder P"]),
    ] {
        assert_eq!(names(&author.get(&format!("handoffs?{query}")).json()), expected, "{query}");
    }
}

fn pages_contain_each_handoff_once_in_every_order(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let created: BTreeSet<_> = (0..7).map(|n| author.create(&draft(&format!("Paged {n}: \u{e9}")))).collect();
    for sort in ["created", "-created", "updated", "-updated", "name", "-name"] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = author.get(&format!("handoffs?q=paged&limit=3&sort={sort}&cursor={cursor}")).json();
            seen.extend(
                page["items"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned()),
            );
            let Some(next) = page["next"].as_str() else { break };
            next.clone_into(&mut cursor);
        }
        assert_eq!((seen.len(), &seen.into_iter().collect::<BTreeSet<_>>()), (7, &created), "{sort}");
    }
}

fn a_cursor_of_another_list_is_rejected(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let cursor = author.get("handoffs?limit=1&sort=name").json()["next"].as_str().unwrap().to_owned();
    for query in ["sort=-name&cursor=", "sort=created&cursor=", "cursor=", "sort=name&cursor=A"] {
        let rejected = author.get(&format!("handoffs?{query}{cursor}"));
        assert_eq!(rejected.error(), (400, "bad_parameter".to_owned()), "{query}");
    }
    let audit = Caller::administrator(author.service).get(&format!("audit?cursor={cursor}"));
    assert_eq!(audit.error(), (400, "bad_parameter".to_owned()));
}

fn counts_include_every_state(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let [draft_id, changed, archived] =
        ["Tally 1", "Tally 2", "Tally 3"].map(|name| author.create(&draft(name)));
    author.post_empty(&format!("handoffs/{changed}/publish"));
    author.put(&changed, "*", &draft("Tally 2"));
    author.call("DELETE", &format!("handoffs/{archived}"), &[], &Value::Null);
    let list = author.get("handoffs?q=tally&count=true&state=draft").json();
    assert_eq!(list["counts"], json!({"draft": 1, "published": 0, "changed": 1, "archived": 1}));
    assert_eq!(list["items"][0]["id"], draft_id);
    assert_eq!(author.get("handoffs?q=tally").json()["counts"], Value::Null);
}

/// Without criteria, the server returns stored counts. They must equal those of a query.
fn counts_of_all_handoffs_follow_every_change(engine: Engine) {
    let service = Service::start(engine);
    let author = Caller::client(&service);
    let counts = |query: &str| {
        let counts = author.get(&format!("handoffs?count=true&limit=1{query}")).json()["counts"].clone();
        ["draft", "published", "changed", "archived"].map(|state| counts[state].as_i64().unwrap())
    };
    let [drafts, published, changed, archived] = counts("");
    let assert_counts = |expected: [i64; 4]| {
        // The search finds all handoffs, because each id begins with an H.
        assert_eq!((counts(""), counts("&q=h")), (expected, expected));
    };
    let id = author.create(&draft("Counted"));
    assert_counts([drafts + 1, published, changed, archived]);
    author.post_empty(&format!("handoffs/{id}/publish"));
    assert_counts([drafts, published + 1, changed, archived]);
    author.put(&id, "*", &draft_with_text("Counted", "Again, ${{1}}."));
    assert_counts([drafts, published, changed + 1, archived]);
    author.post_empty(&format!("handoffs/{id}/unpublish"));
    assert_counts([drafts + 1, published, changed, archived]);
    author.call("DELETE", &format!("handoffs/{id}"), &[], &Value::Null);
    assert_counts([drafts, published, changed, archived + 1]);
    let two = json!([draft("Counted, one"), draft("Counted, two")]);
    let imported = author.import("?mode=apply", &two);
    assert_eq!(imported.status, 200, "{imported:?}");
    assert_counts([drafts, published + 2, changed, archived + 1]);
}

fn pages_keep_the_callers_parameters(engine: Engine) {
    let service = Service::shared(engine);
    let author = Caller::client(service);
    let page = author.get("handoffs?limit=1&sort=name&q=%C3%A9%26&q2=x&channel=wa");
    assert_eq!((page.header("link"), &page.json()["items"]), ("", &json!([])));
    let page = author.get("handoffs?limit=2&channel=wa&sort=name");
    let link = page.header("link").strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap();
    assert!(link.starts_with("/manage/v1/accounts/12345678/handoffs?limit=2&channel=wa&sort=name&cursor="));
    let second = service.get(link).json();
    assert!(names(&page.json()) < names(&second), "{second}");
}
