//! A repeated creation with an idempotency key does not create a second handoff.

use std::thread::scope;

use serde_json::Value;

use super::{Caller, draft, shared_service};
use crate::support::{ACCOUNT, Engine, Response, on_both_engines};

on_both_engines!(
    a_repeated_creation_returns_the_first_handoff,
    a_key_belongs_to_one_request_of_one_caller,
    concurrent_repetitions_create_one_handoff,
    a_malformed_key_is_rejected,
);

fn create_with_key(author: &Caller<'_>, key: &str, draft: &Value) -> Response {
    author.call("POST", "handoffs", &[("idempotency-key", key)], draft)
}

fn id(response: &Response) -> Value {
    response.json()["handoff"]["id"].clone()
}

fn a_repeated_creation_returns_the_first_handoff(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let first = create_with_key(&author, "repeated-1", &draft("Repeated"));
    assert_eq!((first.status, first.header("idempotent-replayed")), (201, ""));
    // The quoted form of the IETF draft.
    let again = create_with_key(&author, "\"repeated-1\"", &draft("Repeated"));
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, "true"));
    assert_eq!((id(&again), again.header("location")), (id(&first), first.header("location")));
    author.put(id(&first).as_str().unwrap(), "*", &draft("Repeated and renamed"));
    let later = create_with_key(&author, "repeated-1", &draft("Repeated"));
    assert_eq!(later.json()["handoff"]["name"], "Repeated and renamed");
}

fn a_key_belongs_to_one_request_of_one_caller(engine: Engine) {
    let service = shared_service(engine);
    let author = Caller::client(service);
    let first = create_with_key(&author, "single", &draft("Single"));
    let rejected = create_with_key(&author, "single", &draft("Single too"));
    assert_eq!(rejected.error(), (422, "idempotency_key_reused".to_owned()));
    let other = Caller { service, authorization: service.new_token(ACCOUNT, "handoffs.write") };
    let of_other_client = create_with_key(&other, "single", &draft("Single too"));
    assert_eq!(of_other_client.status, 201);
    assert_ne!(id(&of_other_client), id(&first));
}

fn concurrent_repetitions_create_one_handoff(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    let responses = scope(|scope| {
        let tasks: Vec<_> =
            (0..8).map(|_| scope.spawn(|| create_with_key(&author, "at once", &draft("At once")))).collect();
        tasks.into_iter().map(|task| task.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(
        responses.iter().all(|response| response.status == 201 && id(response) == id(&responses[0])),
        "{responses:?}"
    );
    assert_eq!(
        responses.iter().filter(|response| response.header("idempotent-replayed") == "true").count(),
        7
    );
}

fn a_malformed_key_is_rejected(engine: Engine) {
    let author = Caller::client(shared_service(engine));
    for key in ["", "\"\"", &"k".repeat(256), "k\u{fc}"] {
        let rejected = create_with_key(&author, key, &draft("Keyless"));
        assert_eq!(rejected.error(), (400, "bad_parameter".to_owned()), "{key:?}");
    }
    let twice = [("idempotency-key", "a"), ("idempotency-key", "b")];
    assert_eq!(author.call("POST", "handoffs", &twice, &draft("Keyless")).status, 400);
    assert_eq!(create_with_key(&author, &"k".repeat(255), &draft("Keyless")).status, 201);
}
