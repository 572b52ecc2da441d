//! The status of campaigns.

use outbound_campaigns::{CampaignStatus, CancelReason, Control, Decision, RecipientCounts, RecipientState};
use outbound_reporting::ErrorKey;
use proptest::prelude::*;

#[test]
fn decisions_fit_the_state() {
    use Control::{Cancelled, Draft, Launched, Paused};
    let after = |control: Control| Decision::ALL.map(|decision| control.apply(decision).ok());
    // Launch, pause, resume, cancel.
    assert_eq!(after(Draft), [Some(Launched), None, None, Some(Cancelled)]);
    assert_eq!(after(Launched), [None, Some(Paused), None, Some(Cancelled)]);
    assert_eq!(after(Paused), [None, None, Some(Launched), Some(Cancelled)]);
    assert_eq!(after(Cancelled), [None; 4]);
    let error = Cancelled.apply(Decision::Resume).unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), error.status()),
        ("resume is not possible in the state cancelled", 409)
    );
    assert_eq!(Control::ALL.map(Control::may_send), [false, true, false, false]);
    assert_eq!(Control::ALL.map(|control| Control::from_name(control.as_str())), Control::ALL.map(Some));
    assert_eq!(Control::from_name("running"), None);
}

#[test]
fn a_campaign_is_finished_when_nothing_can_be_sent() {
    let counts =
        |waiting, in_flight, unknown| RecipientCounts { waiting, in_flight, unknown, ..Default::default() };
    for (counts, launched, paused) in [
        (counts(1, 0, 0), CampaignStatus::Running, CampaignStatus::Paused),
        (counts(0, 1, 0), CampaignStatus::Running, CampaignStatus::Paused),
        (counts(0, 0, 1), CampaignStatus::Finished, CampaignStatus::Finished),
        (counts(0, 0, 0), CampaignStatus::Finished, CampaignStatus::Finished),
    ] {
        assert_eq!(CampaignStatus::of(Control::Launched, &counts), launched);
        assert_eq!(CampaignStatus::of(Control::Paused, &counts), paused);
        assert_eq!(CampaignStatus::of(Control::Draft, &counts), CampaignStatus::Draft);
        assert_eq!(CampaignStatus::of(Control::Cancelled, &counts), CampaignStatus::Cancelled);
    }
}

fn state() -> impl Strategy<Value = RecipientState> {
    prop_oneof![
        Just(RecipientState::Waiting),
        Just(RecipientState::InFlight),
        Just(RecipientState::Sent),
        Just(RecipientState::Failed(ErrorKey::new("twilio".into(), "30003".into()).unwrap())),
        Just(RecipientState::Skipped(None)),
        Just(RecipientState::Cancelled(CancelReason::Expired)),
        Just(RecipientState::Unknown),
    ]
}

proptest! {
    #[test]
    fn recorded_changes_equal_a_recount(before in prop::collection::vec(state(), 1..20), after in prop::collection::vec(state(), 20)) {
        let mut counts = RecipientCounts::of(&before);
        for (before, after) in before.iter().zip(&after) {
            counts.record(before, after);
        }
        prop_assert_eq!(counts, RecipientCounts::of(&after[..before.len()]));
    }
}
