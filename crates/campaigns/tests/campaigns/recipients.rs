//! The states of recipients.

use std::collections::BTreeSet;

use outbound_campaigns::{CancelReason, Recipient, RecipientState, SkipReason, Transition};
use outbound_reporting::ErrorKey;
use proptest::prelude::*;

fn error() -> ErrorKey {
    ErrorKey::new("twilio".to_owned(), "30003".to_owned()).unwrap()
}

fn states() -> Vec<RecipientState> {
    vec![
        RecipientState::Waiting,
        RecipientState::InFlight,
        RecipientState::Sent,
        RecipientState::Failed(error()),
        RecipientState::Skipped(None),
        RecipientState::Cancelled(CancelReason::Cancelled),
        RecipientState::Cancelled(CancelReason::Expired),
        RecipientState::Unknown,
    ]
}

fn changes() -> Vec<Transition> {
    vec![
        Transition::Start,
        Transition::Postpone,
        Transition::Accept,
        Transition::Refuse(error()),
        Transition::Lose { is_idempotent: true },
        Transition::Lose { is_idempotent: false },
        Transition::Skip(SkipReason::OptedOut),
        Transition::Fail(error()),
        Transition::Cancel(CancelReason::Expired),
        Transition::Retry,
        Transition::SendAgain,
        Transition::CountAsSent,
    ]
}

/// The name of the state after a change on the last channel; `-` if it is not permitted.
fn after(state: &RecipientState, change: &Transition) -> &'static str {
    let recipient = Recipient::restore(state.clone(), 1, 2, 0);
    recipient.apply(change).map_or("-", |changed| changed.state().as_str())
}

#[test]
fn data_is_kept_for_messages_that_may_be_sent_or_retried() {
    let kept: Vec<_> =
        states().into_iter().filter(RecipientState::keeps_data).map(|state| state.as_str()).collect();
    assert_eq!(kept, ["waiting", "in_flight", "failed", "unknown"]);
}

#[test]
fn the_permitted_changes_of_each_state() {
    let expected = [
        // start, postpone, accept, refuse, lose (idempotent, not), skip, fail, cancel, retry, send again, count as sent
        ("waiting", "in_flight - sent - - - skipped failed expired - - -"),
        ("in_flight", "- waiting sent failed waiting unknown - failed - - - -"),
        ("sent", "- - - - - - - - - - - -"),
        ("failed", "- - sent - - - - - - waiting - -"),
        ("skipped", "- - sent - - - - - - - - -"),
        ("cancelled", "- - sent - - - - - - - - -"),
        ("expired", "- - sent - - - - - - - - -"),
        ("unknown", "- - sent - - - - - - - waiting sent"),
    ];
    for (state, (name, row)) in states().iter().zip(expected) {
        assert_eq!(state.as_str(), name);
        let names: Vec<_> = changes().iter().map(|change| after(state, change)).collect();
        assert_eq!(names.join(" "), row, "{name}");
    }
}

#[test]
fn a_refusal_leads_to_the_next_channel_until_there_is_none() {
    let mut recipient = Recipient::new(3);
    for channel in 0..3 {
        assert_eq!((recipient.state(), recipient.channel()), (&RecipientState::Waiting, channel));
        recipient = recipient.apply(&Transition::Start).unwrap().apply(&Transition::Refuse(error())).unwrap();
    }
    assert_eq!((recipient.state(), recipient.channel()), (&RecipientState::Failed(error()), 2));
    // A retry begins with the first channel and counts as another attempt.
    let retried = recipient.apply(&Transition::Retry).unwrap();
    assert_eq!((retried.state(), retried.channel(), retried.retries()), (&RecipientState::Waiting, 0, 1));
}

#[test]
fn stored_recipients_are_within_their_channels() {
    for (channel, channels, expected) in [(0, 0, 0), (3, 2, 1), (9, 9, 4), (1, 2, 1)] {
        assert_eq!(Recipient::restore(RecipientState::Waiting, channel, channels, 0).channel(), expected);
    }
}

#[test]
fn states_are_restored_by_name() {
    for state in states() {
        let stored = match &state {
            RecipientState::Failed(error) => Some(error.clone()),
            _ => None,
        };
        assert_eq!(RecipientState::from_name(state.as_str(), stored), Some(state));
    }
    let names: BTreeSet<_> = states().iter().map(RecipientState::as_str).collect();
    assert_eq!(names, BTreeSet::from(RecipientState::NAMES));
    assert_eq!(RecipientState::from_name("failed", None), None);
    assert_eq!(RecipientState::from_name("sent", Some(error())), None);
}

#[test]
fn only_people_and_proofs_change_final_states() {
    for state in states().iter().filter(|state| state.is_final()) {
        let others = |change: &&Transition| !matches!(change, Transition::Retry | Transition::Accept);
        for change in changes().iter().filter(others) {
            assert_eq!(after(state, change), "-", "{state:?} {change:?}");
        }
    }
}

fn any_change() -> impl Strategy<Value = Transition> {
    prop::sample::select(changes())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    /// While a provider may have the message, it is only called again if it recognizes the message, or if a person
    /// wants that.
    #[test]
    fn no_recipient_is_sent_to_twice(channels in 1_usize..6, all in prop::collection::vec(any_change(), 0..40)) {
        let mut recipient = Recipient::new(channels);
        let mut provider_may_have_it = false;
        for change in all {
            let Ok(next) = recipient.apply(&change) else { continue };
            match change {
                Transition::Start => {
                    prop_assert!(!provider_may_have_it);
                    provider_may_have_it = true;
                }
                // The provider does not have the message, or a repetition has no effect, or a person takes the risk.
                Transition::Retry
                | Transition::Postpone | Transition::Refuse(_) | Transition::Lose { is_idempotent: true } | Transition::SendAgain => {
                    provider_may_have_it = false;
                }
                _ => {}
            }
            let moved_on = next.channel() > recipient.channel();
            prop_assert!(!moved_on || matches!(change, Transition::Refuse(_)));
            // A callback that proves that the message was sent leads to the end, too.
            let reopens = recipient.state().is_final() && !next.state().is_final();
            prop_assert!(!reopens || change == Transition::Retry);
            recipient = next;
        }
    }

    /// Every recipient reaches a final state if it is started, and each call is refused or accepted.
    #[test]
    fn every_recipient_ends(channels in 1_usize..6, accepts in prop::collection::vec(any::<bool>(), 5)) {
        let mut recipient = Recipient::new(channels);
        for accept in accepts {
            if recipient.state().is_final() {
                break;
            }
            let answer = if accept { Transition::Accept } else { Transition::Refuse(error()) };
            recipient = recipient.apply(&Transition::Start).unwrap().apply(&answer).unwrap();
        }
        prop_assert!(recipient.state().is_final());
    }
}
