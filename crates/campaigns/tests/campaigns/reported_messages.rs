//! What changes of recipients mean in reports.

use outbound_campaigns::{CancelReason, Recipient, ReportedMessage, SkipReason, Transition};
use outbound_model::Timestamp;
use outbound_reporting::{
    App, Attempt, Counts, ErrorKey, Event, MessageStatus, ReportingChannel, ReportingKey, Route, Source,
    Step, Text, Transaction, apply, counts,
};

const ATTEMPTED: i64 = 1_789_376_400_112;

fn text(text: &str) -> Text {
    Text::new("text", text.to_owned()).unwrap()
}

fn message() -> ReportedMessage {
    let route = Route {
        app: App::Proactive,
        channel: ReportingChannel::WhatsApp,
        skill: text("sales"),
        source: Source::Api,
        initial_channel: ReportingChannel::WhatsApp,
        initial_skill: text("sales"),
    };
    ReportedMessage {
        message_id: text("m1"),
        attempted_at: time(0),
        attempt: Attempt { route, handoff_id: None, campaign_id: Some(text("a9cRASfbQ")), ivr_number: None },
        channels: vec![ReportingChannel::WhatsApp, ReportingChannel::GoogleRcs, ReportingChannel::Sms],
    }
}

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_millis(ATTEMPTED + seconds * 1000).unwrap()
}

/// The events of these changes, one each second.
fn events(changes: &[Transition]) -> Vec<Event> {
    let message = message();
    let mut recipient = Recipient::new(message.channels.len());
    let mut events = vec![message.attempted()];
    for (second, change) in (1..).zip(changes) {
        let next = recipient.apply(change).unwrap();
        events.extend(message.events(&recipient, &next, time(second)));
        recipient = next;
    }
    events
}

/// The row of reports after these changes, whose events arrive in reverse order.
fn row(changes: &[Transition]) -> Transaction {
    let all = events(changes);
    let id = all[0].transaction_id(&ReportingKey::new(&[7; 32]), &"40718265".parse().unwrap());
    all.iter().rev().fold(Transaction::new(id), apply)
}

fn refused() -> Transition {
    Transition::Refuse(ErrorKey::new("outbound_wa".to_owned(), "470".to_owned()).unwrap())
}

fn status_and_channel(row: &Transaction) -> (Option<MessageStatus>, ReportingChannel) {
    (row.status(), row.attempt.as_ref().unwrap().route.channel)
}

#[test]
fn each_outcome_is_reported() {
    let whatsapp = ReportingChannel::WhatsApp;
    let sent = row(&[Transition::Start, Transition::Accept]);
    assert_eq!(status_and_channel(&sent), (Some(MessageStatus::Sent), whatsapp));
    assert_eq!((sent.times.get(Step::Invited), sent.times.get(Step::Sent)), (Some(time(1)), Some(time(2))));
    let failed = row(&[Transition::Fail(ErrorKey::new("proactive".to_owned(), "1001".to_owned()).unwrap())]);
    assert_eq!(status_and_channel(&failed), (Some(MessageStatus::Failed), whatsapp));
    assert_eq!(
        status_and_channel(&row(&[Transition::Skip(SkipReason::OptedOut)])),
        (Some(MessageStatus::Skipped), whatsapp)
    );
    for (reason, error) in
        [(CancelReason::Cancelled, ErrorKey::cancelled()), (CancelReason::Expired, ErrorKey::expired())]
    {
        let cancelled = row(&[Transition::Cancel(reason)]);
        assert_eq!((cancelled.status(), cancelled.reported_error()), (None, Some(error)));
        assert_eq!(counts(&cancelled), Counts { attempted: 1, eligible: 1, failed: 1, ..Counts::default() });
    }
}

#[test]
fn pending_messages_stay_pending() {
    for changes in [
        &[][..],
        &[Transition::Start],
        &[Transition::Start, Transition::Postpone],
        &[Transition::Start, refused()],
        &[Transition::Start, Transition::Lose { is_idempotent: false }],
        &[Transition::Start, Transition::Lose { is_idempotent: false }, Transition::SendAgain],
    ] {
        assert_eq!(counts(&row(changes)).pending(), 1, "{changes:?}");
    }
}

#[test]
fn a_resolved_outcome_is_reported() {
    let lost = [Transition::Start, Transition::Lose { is_idempotent: false }];
    for resolution in [Transition::Accept, Transition::CountAsSent] {
        assert_eq!(row(&[lost.as_slice(), &[resolution]].concat()).status(), Some(MessageStatus::Sent));
    }
}

#[test]
fn a_fallback_is_reported_once_with_its_last_channel() {
    let to_sms = [Transition::Start, refused(), Transition::Start, refused(), Transition::Start];
    for (outcome, status) in [(Transition::Accept, MessageStatus::Sent), (refused(), MessageStatus::Failed)] {
        let changes = [to_sms.as_slice(), &[outcome]].concat();
        let row = row(&changes);
        assert_eq!(status_and_channel(&row), (Some(status), ReportingChannel::Sms));
        let attempt = row.attempt.unwrap();
        assert_eq!(attempt.route.initial_channel, ReportingChannel::WhatsApp);
        assert_eq!(attempt.campaign_id, Some(text("a9cRASfbQ")));
    }
    let while_waiting = row(&[Transition::Start, refused(), Transition::Cancel(CancelReason::Cancelled)]);
    assert_eq!(status_and_channel(&while_waiting), (None, ReportingChannel::GoogleRcs));
}
