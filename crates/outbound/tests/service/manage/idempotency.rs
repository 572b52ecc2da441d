//! A creation that is sent again makes no second handoff.

use std::thread::scope;

use serde_json::Value;

use super::{Caller, draft, workshop};
use crate::support::{ACCOUNT, Answer, Engine, on_both_engines};

on_both_engines!(
    a_repeated_creation_makes_one_handoff,
    a_key_is_for_one_request_of_one_caller,
    of_repetitions_at_once_one_makes_it,
    a_key_that_cannot_be_is_refused,
);

fn make(author: &Caller<'_>, key: &str, draft: &Value) -> Answer {
    author.call("POST", "handoffs", &[("idempotency-key", key)], draft)
}

fn id(answer: &Answer) -> Value {
    answer.json()["handoff"]["id"].clone()
}

fn a_repeated_creation_makes_one_handoff(engine: Engine) {
    let author = Caller::client(workshop(engine));
    let first = make(&author, "repeated-1", &draft("Repeated"));
    assert_eq!((first.status, first.header("idempotent-replayed")), (201, ""));
    // As the IETF's draft writes it.
    let again = make(&author, "\"repeated-1\"", &draft("Repeated"));
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, "true"));
    assert_eq!((id(&again), again.header("location")), (id(&first), first.header("location")));
    author.put(id(&first).as_str().unwrap(), "*", &draft("Repeated and renamed"));
    let later = make(&author, "repeated-1", &draft("Repeated"));
    assert_eq!(later.json()["handoff"]["name"], "Repeated and renamed");
}

fn a_key_is_for_one_request_of_one_caller(engine: Engine) {
    let service = workshop(engine);
    let author = Caller::client(service);
    let first = make(&author, "single", &draft("Single"));
    let refused = make(&author, "single", &draft("Single too"));
    assert_eq!(refused.error(), (422, "idempotency_key_reused".to_owned()));
    let other = Caller { service, authorization: service.new_token(ACCOUNT, "handoffs.write") };
    let theirs = make(&other, "single", &draft("Single too"));
    assert_eq!(theirs.status, 201);
    assert_ne!(id(&theirs), id(&first));
}

fn of_repetitions_at_once_one_makes_it(engine: Engine) {
    let author = Caller::client(workshop(engine));
    let answers = scope(|scope| {
        let tasks: Vec<_> =
            (0..8).map(|_| scope.spawn(|| make(&author, "at once", &draft("At once")))).collect();
        tasks.into_iter().map(|task| task.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(
        answers.iter().all(|answer| answer.status == 201 && id(answer) == id(&answers[0])),
        "{answers:?}"
    );
    assert_eq!(answers.iter().filter(|answer| answer.header("idempotent-replayed") == "true").count(), 7);
}

fn a_key_that_cannot_be_is_refused(engine: Engine) {
    let author = Caller::client(workshop(engine));
    for key in ["", "\"\"", &"k".repeat(256), "k\u{fc}"] {
        let refused = make(&author, key, &draft("Keyless"));
        assert_eq!(refused.error(), (400, "bad_parameter".to_owned()), "{key:?}");
    }
    let twice = [("idempotency-key", "a"), ("idempotency-key", "b")];
    assert_eq!(author.call("POST", "handoffs", &twice, &draft("Keyless")).status, 400);
    assert_eq!(make(&author, &"k".repeat(255), &draft("Keyless")).status, 201);
}
