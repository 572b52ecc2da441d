//! The tables of error codes.

use outbound_connectors::{ErrorClass, Outcome, Provider, ProviderResponse, error_classes};
use outbound_reporting::look_up;
use serde_json::json;

use crate::outcomes::{meta_error, of, outcome};

/// The response with which a provider reports an error code.
fn error_response(provider: Provider, code: u32) -> (u16, String) {
    let status = u16::try_from(code).unwrap_or(400);
    match provider {
        Provider::Meta => (400, meta_error(code)),
        Provider::Twilio => (400, json!({"code": code, "message": "…", "status": 400}).to_string()),
        Provider::Rbm => {
            (status, json!({"error": {"code": code, "message": "…", "status": "…"}}).to_string())
        }
        Provider::Relay => (status, String::new()),
    }
}

#[test]
fn every_error_code_has_the_outcome_of_its_class() {
    let mut classes = Vec::new();
    for provider in Provider::ALL {
        for row in error_classes(provider) {
            for code in [*row.codes().start(), *row.codes().end()] {
                let (status, body) = error_response(provider, code);
                let first =
                    error_classes(provider).iter().find(|other| other.codes().contains(&code)).unwrap();
                let found = of(provider, status, &body);
                let expected = match first.class() {
                    ErrorClass::Throttle | ErrorClass::ThrottleRecipient => "throttled",
                    ErrorClass::TryLater => "later",
                    _ => "refused",
                };
                assert!(found.starts_with(expected), "{provider} {code}: {found}");
                assert!(found.contains(&format!("_{code}")), "{provider} {code}: {found}");
                assert!(!found.ends_with("perhaps"), "{provider} {code}: {found}");
                classes.push(first.class());
            }
        }
    }
    classes.sort();
    classes.dedup();
    assert_eq!(classes.len(), 8, "every class occurs");
}

#[test]
fn the_dictionary_explains_every_error_code() {
    for provider in [Provider::Meta, Provider::Twilio] {
        let single = error_classes(provider).iter().filter(|row| row.codes().start() == row.codes().end());
        for code in single.map(|row| *row.codes().start()) {
            let (status, body) = error_response(provider, code);
            let error = match outcome(provider, ProviderResponse::new(status, None, body.as_bytes())) {
                Outcome::Refused { error, .. }
                | Outcome::Throttled { error, .. }
                | Outcome::RetryLater { error, .. } => error,
                other => panic!("{other:?}"),
            };
            assert_eq!(look_up(&error).map(|entry| entry.key.to_owned()), Some(error.to_string()));
        }
    }
}

#[test]
fn codes_are_in_one_row_each() {
    for provider in [Provider::Meta, Provider::Twilio, Provider::Rbm] {
        let rows = error_classes(provider);
        for (index, row) in rows.iter().enumerate() {
            assert!(row.codes().start() <= row.codes().end());
            for other in &rows[index + 1..] {
                let overlap =
                    row.codes().start() <= other.codes().end() && other.codes().start() <= row.codes().end();
                assert!(!overlap, "{provider} {row:?} {other:?}");
            }
        }
    }
}
