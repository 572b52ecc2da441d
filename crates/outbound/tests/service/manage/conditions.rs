//! Stale writes never overwrite newer versions, and concurrent creations with one name create one handoff.

use std::thread::scope;

use super::{Caller, draft, draft_with_text, shared_service};
use crate::support::{Engine, on_both_engines};

on_both_engines!(
    a_change_requires_a_matching_entity_tag,
    one_of_concurrent_writes_succeeds,
    one_of_concurrent_creations_with_a_name_succeeds,
);

fn a_change_requires_a_matching_entity_tag(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let id = author.create(&draft("Conditional"));
    let path = format!("handoffs/{id}");
    let unconditional = author.call("PUT", &path, &[], &draft("Conditional"));
    assert_eq!(unconditional.error(), (428, "if_match_required".to_owned()));
    for (tag, status) in [
        ("\"0-0-draft\"", 412),
        ("W/\"0-0-draft\"", 412),
        ("1-0-draft", 400),
        ("\"1-0-draft", 400),
        ("", 400),
        ("\"9-9-draft\", \"1-0-draft\"", 200),
        ("\"1-0-draft\"", 412),
        // Proxies that compress make entity tags weak.
        ("W/\"2-0-draft\"", 200),
        ("*", 200),
    ] {
        assert_eq!(author.put(&id, tag, &draft("Conditional")).status, status, "{tag}");
    }
    assert_eq!(author.get(&path).header("etag"), "\"4-0-draft\"");
}

fn one_of_concurrent_writes_succeeds(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let id = author.create(&draft("Contested"));
    let mut responses = scope(|scope| {
        let write =
            |n: u32| author.put(&id, "\"1-0-draft\"", &draft_with_text("Contested", &format!("By {n}.")));
        let tasks: Vec<_> = (0..8).map(|n| scope.spawn(move || write(n))).collect();
        tasks.into_iter().map(|task| task.join().unwrap()).collect::<Vec<_>>()
    });
    responses.sort_by_key(|response| response.status);
    assert_eq!(
        responses.iter().map(|response| response.status).collect::<Vec<_>>(),
        [200, 412, 412, 412, 412, 412, 412, 412]
    );
    let current = author.get(&format!("handoffs/{id}")).json();
    assert_eq!(current["handoff"]["channels"], responses[0].json()["handoff"]["channels"]);
    assert_eq!(current["version"], 2);
}

fn one_of_concurrent_creations_with_a_name_succeeds(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let mut statuses = scope(|scope| {
        let make = |name: &'static str| author.post("handoffs", &draft(name)).status;
        let names = ["Same n\u{e4}me", "SAME NA\u{308}ME", "same n\u{e4}me", "Same N\u{c4}ME"];
        let tasks: Vec<_> = names.map(|name| scope.spawn(move || make(name))).into();
        tasks.into_iter().map(|task| task.join().unwrap()).collect::<Vec<_>>()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409]);
    assert_eq!(author.post("handoffs", &draft("Same n\u{e4}me")).error(), (409, "conflict".to_owned()));
}
