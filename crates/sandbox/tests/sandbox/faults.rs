//! The faults by the last digits of the recipient.

use std::time::Duration;

use outbound_connectors::{CallbackEvent, InboundContent, Outcome, ThrottleScope};
use outbound_sandbox::{ApiName, FAULTS, Fault, SubmissionResult};

use crate::support::{World, text};

/// A phone with a fault.
fn phone(fault: Fault) -> String {
    let (digits, _) = FAULTS.iter().find(|(_, other)| *other == fault).unwrap();
    format!("+160012{digits}")
}

/// The outcome of a message to a phone with a fault, and the steps that callbacks reported.
async fn run(api: ApiName, fault: Fault) -> (World, Option<Outcome>) {
    let world = World::start().await;
    let outcome = world.text(api, &phone(fault)).await;
    (world, outcome)
}

fn is_accepted(outcome: Option<&Outcome>) -> bool {
    matches!(outcome, Some(Outcome::Accepted { .. }))
}

const ALL: [ApiName; 3] = [ApiName::Meta, ApiName::Twilio, ApiName::Rbm];

#[tokio::test]
async fn the_order_and_number_of_callbacks_follow_the_fault() {
    for (fault, api, expected) in [
        (Fault::Duplicate, ApiName::Meta, &["sent", "sent", "delivered", "delivered", "read", "read"][..]),
        (Fault::Duplicate, ApiName::Twilio, &["sent", "sent", "delivered", "delivered"]),
        (Fault::Reversed, ApiName::Meta, &["read", "delivered", "sent"]),
        (Fault::Reversed, ApiName::Rbm, &["read", "delivered"]),
        (Fault::ReadWithoutDelivered, ApiName::Meta, &["sent", "read"]),
        (Fault::ReadWithoutDelivered, ApiName::Twilio, &["sent"]),
        (Fault::FailedAfterSent, ApiName::Meta, &["sent", "outbound_wa_131026"]),
        (Fault::FailedAfterSent, ApiName::Twilio, &["sent", "twilio_30008"]),
        (Fault::FailedAfterSent, ApiName::Rbm, &["outbound_rcs_expired"]),
        (Fault::MarketingLimit, ApiName::Meta, &["sent", "outbound_wa_131049"]),
        (Fault::MarketingLimit, ApiName::Twilio, &["sent", "delivered"]),
        (Fault::Unreachable, ApiName::Twilio, &["sent", "twilio_30003"]),
        (Fault::Unreachable, ApiName::Rbm, &["delivered", "read"]),
        (Fault::Silent, ApiName::Meta, &[]),
        (Fault::StatusBeforeResponse, ApiName::Meta, &["sent", "delivered", "read"]),
    ] {
        let (world, outcome) = run(api, fault).await;
        assert!(is_accepted(outcome.as_ref()), "{fault:?} {api:?}: {outcome:?}");
        assert_eq!(world.steps(), expected, "{fault:?} {api:?}");
    }
}

#[tokio::test]
async fn the_ledger_keeps_the_latest_status() {
    for (fault, expected) in [(Fault::Reversed, "read"), (Fault::FailedAfterSent, "failed")] {
        let (world, _) = run(ApiName::Meta, fault).await;
        assert_eq!(world.ledger()[0].status, Some(expected), "{fault:?}");
    }
}

#[tokio::test]
async fn the_first_two_requests_are_throttled() {
    for api in ALL {
        let world = World::start().await;
        let message = text(&phone(Fault::ThrottledTwice));
        for _ in 0..2 {
            let outcome = world.message(api, &message).await.unwrap();
            let Outcome::Throttled { retry_after, scope, .. } = outcome else { panic!("{outcome:?}") };
            assert_eq!((retry_after, scope), (Some(Duration::from_secs(1)), ThrottleScope::Lane));
        }
        assert!(is_accepted(world.message(api, &message).await.as_ref()), "{api:?}");
        let results: Vec<_> = world.ledger().iter().map(|entry| entry.result).collect();
        let throttled = SubmissionResult::Throttled;
        assert_eq!(results, [throttled, throttled, SubmissionResult::Accepted]);
    }
}

#[tokio::test]
async fn a_dropped_connection_leaves_an_accepted_message_and_a_lost_request_none() {
    for api in ALL {
        let (world, outcome) = run(api, Fault::ConnectionDropped).await;
        assert_eq!(outcome, None, "{api:?}");
        assert!(!world.steps().is_empty(), "{api:?}: the callbacks show that the message was accepted");
        assert_eq!(world.ledger()[0].result, SubmissionResult::Accepted);

        let (world, outcome) = run(api, Fault::RequestLost).await;
        assert_eq!(outcome, None, "{api:?}");
        assert_eq!(world.steps(), [""; 0], "{api:?}");
        assert_eq!(world.ledger()[0].result, SubmissionResult::Lost);
    }
}

#[tokio::test]
async fn a_repeated_rbm_message_is_sent_once() {
    let (world, outcome) = run(ApiName::Rbm, Fault::ConnectionDropped).await;
    assert_eq!(outcome, None);
    let again = world.text(ApiName::Rbm, &phone(Fault::ConnectionDropped)).await;
    assert!(is_accepted(again.as_ref()));
    let ledger = world.ledger();
    assert_eq!((ledger.len(), ledger[0].repeats), (1, 1));
    assert_eq!(world.steps(), ["delivered", "read"]);
}

#[tokio::test]
async fn the_first_status_precedes_the_response() {
    let world = World::start().await;
    let message = text(&phone(Fault::StatusBeforeResponse));
    let outcome = world.message(ApiName::Meta, &message).await;
    assert!(is_accepted(outcome.as_ref()));
    assert_eq!(world.steps()[0], "sent", "received when the response arrives");
}

#[tokio::test]
async fn refusals_have_the_code_of_their_api() {
    for (fault, api, expected) in [
        (Fault::MarketingStopped, ApiName::Meta, "outbound_wa_131050"),
        (Fault::OptedOut, ApiName::Twilio, "outbound_twilio_21610"),
        (Fault::NoRcs, ApiName::Rbm, "outbound_rcs_404"),
        (Fault::TemplatePaused, ApiName::Meta, "outbound_wa_132015"),
        (Fault::NotAuthenticated, ApiName::Meta, "outbound_wa_190"),
        (Fault::NotAuthenticated, ApiName::Twilio, "outbound_twilio_20003"),
        (Fault::NotAuthenticated, ApiName::Rbm, "outbound_rcs_401"),
    ] {
        let (world, outcome) = run(api, fault).await;
        let Some(Outcome::Refused { definite: true, error, .. }) = outcome else { panic!("{outcome:?}") };
        assert_eq!(error.to_string(), expected);
        let entry = &world.ledger()[0];
        assert_eq!(entry.result, SubmissionResult::Refused);
        assert!(expected.ends_with(&entry.error_code.unwrap().to_string()));
        assert_eq!(world.steps(), [""; 0]);
    }
    for (fault, api) in [
        (Fault::MarketingStopped, ApiName::Twilio),
        (Fault::OptedOut, ApiName::Rbm),
        (Fault::NoRcs, ApiName::Meta),
    ] {
        let (_, outcome) = run(api, fault).await;
        assert!(is_accepted(outcome.as_ref()), "{fault:?} is no fault of {api:?}");
    }
}

#[tokio::test]
async fn server_errors_accept_nothing() {
    for (api, expected) in [
        (ApiName::Meta, "RetryLater"),
        // Twilio does not say whether it accepted the message.
        (ApiName::Twilio, "Unknown"),
        (ApiName::Rbm, "RetryLater"),
    ] {
        let (world, outcome) = run(api, Fault::ServerError).await;
        assert!(format!("{:?}", outcome.unwrap()).starts_with(expected), "{api:?}");
        assert_eq!(world.ledger()[0].result, SubmissionResult::Refused);
    }
}

#[tokio::test]
async fn wrong_signatures_are_rejected_by_the_connectors() {
    for api in ALL {
        let (world, outcome) = run(api, Fault::WrongSignature).await;
        assert!(is_accepted(outcome.as_ref()));
        let callbacks = world.callbacks();
        assert!(!callbacks.is_empty() && callbacks.iter().all(Option::is_none), "{api:?}");
    }
}

#[tokio::test]
async fn phones_reply_by_themselves() {
    for (fault, expected) in [(Fault::StopReply, "STOP"), (Fault::Reply, "Hello")] {
        for api in ALL {
            let (world, _) = run(api, fault).await;
            let events = world.events();
            let Some(CallbackEvent::Inbound(reply)) = events.last() else { panic!("{events:?}") };
            assert!(reply.content == InboundContent::Text(expected.to_owned()), "{api:?}");
            assert_eq!(reply.sender.as_str(), phone(fault));
        }
    }
}
