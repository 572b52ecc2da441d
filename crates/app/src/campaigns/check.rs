//! What happens to a recipient that is due: everything that may have changed since acceptance is checked again, right
//! before the message is sent.

use std::collections::HashSet;
use std::time::Duration;

use outbound_campaigns::{CancelReason, Control, Recipient, RecipientState, SkipReason, Transition};
use outbound_connectors::{ConnectorError, Provider};
use outbound_model::{AccountId, Timestamp};
use outbound_reporting::ErrorKey;
use outbound_schedule::Zone;
use outbound_store::{Campaign, ConsumerKey, StoredRecipient};

use super::decide::restored;
use super::frozen::Frozen;
use super::provider::{OpenConnection, is_idempotent, lost_at};
use super::recipient_data::RecipientData;
use super::sender::ProviderCall;
use super::times::CampaignTimes;
use crate::{App, AppError};

/// When a recipient is checked again if no connection can send to it.
const NO_CONNECTION_SECONDS: i64 = 60;
/// The source of errors of messages that no request can be built for.
const OUR_SOURCE: &str = "outbound";

/// What is known about the consumers of due recipients.
#[derive(Debug, Default)]
pub(super) struct Consumers {
    pub(super) opted_out: HashSet<ConsumerKey>,
    pub(super) in_conversation: HashSet<ConsumerKey>,
}

impl Consumers {
    /// Why a consumer with these keys must not get a message. An opt-out is the stronger reason.
    fn skip_reason(&self, keys: &[ConsumerKey]) -> Option<SkipReason> {
        let is_in = |known: &HashSet<ConsumerKey>| keys.iter().any(|key| known.contains(key));
        let opted_out = is_in(&self.opted_out).then_some(SkipReason::OptedOut);
        opted_out.or(is_in(&self.in_conversation).then_some(SkipReason::OpenConversation))
    }
}

/// A due recipient with its campaign.
pub(super) struct Due<'d> {
    pub(super) stored: StoredRecipient,
    pub(super) campaign: &'d Campaign,
    pub(super) frozen: &'d Frozen,
    /// `None` once it is deleted.
    pub(super) data: Option<RecipientData>,
    /// All addresses of the consumer.
    pub(super) keys: Vec<ConsumerKey>,
}

/// What the recipients of a lane are sent with.
pub(super) struct Sender<'s> {
    /// Whether the lane is stopped. Then recipients are only cancelled, skipped or counted as lost.
    pub(super) is_stopped: bool,
    pub(super) connection: Option<&'s OpenConnection>,
    /// The time zone of the account.
    pub(super) zone: &'s Zone,
}

/// What happens to a recipient.
pub(super) enum Verdict {
    /// The message is sent.
    Send(Provider, ProviderCall),
    /// Its state changes.
    Change(Transition),
    /// It waits until this time, unless a person decides before.
    Wait(Timestamp),
}

impl Due<'_> {
    /// The recipient with the number of channels of its handoff.
    pub(super) fn recipient(&self) -> Recipient {
        restored(&self.stored, self.frozen)
    }

    /// The recipient after a change.
    pub(super) fn after(
        &self,
        recipient: Recipient,
        due_at: Option<Timestamp>,
        now: Timestamp,
    ) -> StoredRecipient {
        let changed_at =
            if recipient.state() == self.stored.recipient.state() { self.stored.changed_at } else { now };
        StoredRecipient {
            due_at: due_at.filter(|_| !recipient.state().is_final()),
            sealed: self.stored.sealed.clone().filter(|_| recipient.state().keeps_data()),
            recipient,
            changed_at,
            ..self.stored.clone()
        }
    }
}

impl App {
    /// Checks a recipient that is due.
    pub(super) fn check_due(
        &self,
        account: &AccountId,
        due: &Due<'_>,
        consumers: &Consumers,
        sender: &Sender<'_>,
        now: Timestamp,
    ) -> Result<Verdict, AppError> {
        let Due { stored, campaign, frozen, data, .. } = due;
        if *stored.recipient.state() == RecipientState::InFlight {
            let is_idempotent = is_idempotent(stored.lane.channel());
            return Ok(Verdict::Change(Transition::Lose { is_idempotent }));
        }
        if campaign.control == Control::Cancelled {
            return Ok(Verdict::Change(Transition::Cancel(CancelReason::Cancelled)));
        }
        let expired = || Ok(Verdict::Change(Transition::Cancel(CancelReason::Expired)));
        let (Some(data), Some(channel)) = (data, frozen.channel(stored.recipient.channel())) else {
            return expired();
        };
        if campaign.expires_at <= now {
            return expired();
        }
        if !campaign.control.may_send() || sender.is_stopped {
            return Ok(Verdict::Wait(campaign.expires_at));
        }
        if let Some(reason) = consumers.skip_reason(&due.keys) {
            return Ok(Verdict::Change(Transition::Skip(reason)));
        }
        match frozen.next_opening(channel, data.address(channel.name), now, sender.zone) {
            Some(opening) if opening <= now => {}
            Some(opening) if opening < campaign.expires_at => return Ok(Verdict::Wait(opening)),
            _ => return expired(),
        }
        let Some(connection) = sender.connection else {
            return Ok(Verdict::Wait(now.plus_seconds(NO_CONNECTION_SECONDS)));
        };
        let millis = campaign.expires_at.millis() - now.millis();
        let expires_in = Duration::from_millis(u64::try_from(millis).unwrap_or_default());
        let message = (stored.transaction, data);
        Ok(match self.provider_call(account, connection, channel, message, expires_in) {
            Ok((provider, call)) => Verdict::Send(provider, call),
            Err(error) => Verdict::Change(Transition::Fail(ErrorKey::of_provider(OUR_SOURCE, code(&error)))),
        })
    }
}

/// When a recipient is due after a change.
pub(super) fn due_after(
    recipient: &Recipient,
    stored: &StoredRecipient,
    times: CampaignTimes,
    now: Timestamp,
) -> Option<Timestamp> {
    match recipient.state() {
        RecipientState::Waiting => Some(now),
        RecipientState::InFlight => Some(lost_at(stored.lane.channel(), times, now)),
        _ => None,
    }
}

/// The code of a message that no request can be built for.
fn code(error: &ConnectorError) -> &'static str {
    match error {
        ConnectorError::NotE164 => "invalid_number",
        ConnectorError::MissingValues { .. } => "missing_variable",
        ConnectorError::EmptyContent => "empty_content",
        ConnectorError::TooLong { .. } => "message_too_long",
        _ => "invalid_content",
    }
}

#[cfg(test)]
mod tests {
    use outbound_reporting::look_up;

    use super::*;

    #[test]
    fn errors_of_messages_without_a_request_are_in_the_dictionary() {
        for error in [
            ConnectorError::NotE164,
            ConnectorError::MissingValues { keys: Vec::new() },
            ConnectorError::EmptyContent,
            ConnectorError::TooLong { field: "the text", maximum: 1 },
            ConnectorError::OnlyRelay,
        ] {
            let key = ErrorKey::of_provider(OUR_SOURCE, code(&error));
            assert!(look_up(&key).is_some(), "{key}");
        }
    }
}
