//! Stale writes never overwrite, and of two creations with one name one wins.

use std::thread::scope;

use super::{Caller, draft, saying, workshop};
use crate::support::{Engine, on_both_engines};

on_both_engines!(
    a_change_must_say_what_it_changes,
    of_writers_at_once_one_wins,
    of_creations_with_one_name_one_wins,
);

fn a_change_must_say_what_it_changes(engine: Engine) {
    let author = Caller::client(workshop(engine));
    let id = author.make(&draft("Conditional"));
    let path = format!("handoffs/{id}");
    let without = author.call("PUT", &path, &[], &draft("Conditional"));
    assert_eq!(without.error(), (428, "if_match_required".to_owned()));
    for (tag, status) in [
        ("\"0-0-draft\"", 412),
        ("W/\"0-0-draft\"", 412),
        ("1-0-draft", 400),
        ("\"1-0-draft", 400),
        ("", 400),
        ("\"9-9-draft\", \"1-0-draft\"", 200),
        ("\"1-0-draft\"", 412),
        // As a proxy that compresses hands it on.
        ("W/\"2-0-draft\"", 200),
        ("*", 200),
    ] {
        assert_eq!(author.put(&id, tag, &draft("Conditional")).status, status, "{tag}");
    }
    assert_eq!(author.get(&path).header("etag"), "\"4-0-draft\"");
}

fn of_writers_at_once_one_wins(engine: Engine) {
    let author = Caller::client(workshop(engine));
    let id = author.make(&draft("Contested"));
    let mut answers = scope(|scope| {
        let write = |n: u32| author.put(&id, "\"1-0-draft\"", &saying("Contested", &format!("By {n}.")));
        let tasks: Vec<_> = (0..8).map(|n| scope.spawn(move || write(n))).collect();
        tasks.into_iter().map(|task| task.join().unwrap()).collect::<Vec<_>>()
    });
    answers.sort_by_key(|answer| answer.status);
    assert_eq!(
        answers.iter().map(|answer| answer.status).collect::<Vec<_>>(),
        [200, 412, 412, 412, 412, 412, 412, 412]
    );
    let now = author.get(&format!("handoffs/{id}")).json();
    assert_eq!(now["handoff"]["channels"], answers[0].json()["handoff"]["channels"]);
    assert_eq!(now["version"], 2);
}

fn of_creations_with_one_name_one_wins(engine: Engine) {
    let author = Caller::client(workshop(engine));
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
