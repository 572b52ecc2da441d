//! Events of campaigns as JSON, until reporting has recorded them.

use outbound_model::{HandoffId, Timestamp};
use outbound_reporting::{
    Address, App as ReportingApp, Attempt, ErrorKey, Event, Occurrence, ReportingChannel, Route, Source, Text,
};
use serde::{Deserialize, Serialize};

use crate::AppError;

/// An event.
#[derive(Deserialize, Serialize)]
pub(super) struct StoredEvent {
    message: String,
    attempted_at: i64,
    time: i64,
    occurrence: StoredOccurrence,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum StoredOccurrence {
    Attempted(Box<StoredAttempt>),
    Failed(String, String),
    ConversationCreated(String),
    ConversationClosed(String),
    Csat(u8),
    Eligible,
    Invited,
    Sent,
    Delivered,
    Read,
    Skipped,
    Cancelled,
    OptIn,
    OptOut,
}

#[derive(Deserialize, Serialize)]
struct StoredAttempt {
    app: String,
    channel: String,
    skill: String,
    source: String,
    initial_channel: String,
    initial_skill: String,
    handoff: Option<String>,
    campaign: Option<String>,
    ivr: Option<String>,
    address: Option<String>,
}

impl From<&Event> for StoredEvent {
    fn from(event: &Event) -> Self {
        Self {
            message: event.message_id.to_string(),
            attempted_at: event.attempted_at.millis(),
            time: event.time.millis(),
            occurrence: StoredOccurrence::from(&event.occurrence),
        }
    }
}

impl From<&Occurrence> for StoredOccurrence {
    fn from(occurrence: &Occurrence) -> Self {
        match occurrence {
            Occurrence::Attempted { attempt, address } => {
                Self::Attempted(Box::new(StoredAttempt::new(attempt, address.as_ref())))
            }
            Occurrence::Failed(error) => Self::Failed(error.source().to_owned(), error.code().to_owned()),
            Occurrence::ConversationCreated(id) => Self::ConversationCreated(id.to_string()),
            Occurrence::ConversationClosed(id) => Self::ConversationClosed(id.to_string()),
            Occurrence::Csat(score) => Self::Csat(*score),
            Occurrence::Eligible => Self::Eligible,
            Occurrence::Invited => Self::Invited,
            Occurrence::Sent => Self::Sent,
            Occurrence::Delivered => Self::Delivered,
            Occurrence::Read => Self::Read,
            Occurrence::Skipped => Self::Skipped,
            Occurrence::Cancelled => Self::Cancelled,
            Occurrence::OptIn => Self::OptIn,
            Occurrence::OptOut => Self::OptOut,
        }
    }
}

impl StoredAttempt {
    fn new(attempt: &Attempt, address: Option<&Address>) -> Self {
        let Attempt { route, handoff_id, campaign_id, ivr_number } = attempt;
        Self {
            app: route.app.to_string(),
            channel: route.channel.to_string(),
            skill: route.skill.to_string(),
            source: route.source.to_string(),
            initial_channel: route.initial_channel.to_string(),
            initial_skill: route.initial_skill.to_string(),
            handoff: handoff_id.as_ref().map(ToString::to_string),
            campaign: campaign_id.as_ref().map(ToString::to_string),
            ivr: ivr_number.as_ref().map(ToString::to_string),
            address: address.map(|address| address.reveal().to_owned()),
        }
    }

    fn into_occurrence(self) -> Result<Occurrence, AppError> {
        let channel = |name: &str| ReportingChannel::from_name(name).ok_or_else(unknown_name);
        let route = Route {
            app: ReportingApp::from_name(&self.app).ok_or_else(unknown_name)?,
            channel: channel(&self.channel)?,
            skill: text(self.skill)?,
            source: Source::from_name(&self.source).ok_or_else(unknown_name)?,
            initial_channel: channel(&self.initial_channel)?,
            initial_skill: text(self.initial_skill)?,
        };
        let handoff_id = self.handoff.map(|id| id.parse::<HandoffId>()).transpose()?;
        let campaign_id = self.campaign.map(text).transpose()?;
        let ivr_number = self.ivr.map(text).transpose()?;
        let attempt = Box::new(Attempt { route, handoff_id, campaign_id, ivr_number });
        Ok(Occurrence::Attempted { attempt, address: self.address.map(text).transpose()?.map(Address::new) })
    }
}

impl TryFrom<StoredEvent> for Event {
    type Error = AppError;

    fn try_from(stored: StoredEvent) -> Result<Self, AppError> {
        let occurrence = match stored.occurrence {
            StoredOccurrence::Attempted(attempt) => attempt.into_occurrence()?,
            StoredOccurrence::Failed(source, code) => Occurrence::Failed(ErrorKey::new(source, code)?),
            StoredOccurrence::ConversationCreated(id) => Occurrence::ConversationCreated(text(id)?),
            StoredOccurrence::ConversationClosed(id) => Occurrence::ConversationClosed(text(id)?),
            StoredOccurrence::Csat(score) => Occurrence::Csat(score),
            StoredOccurrence::Eligible => Occurrence::Eligible,
            StoredOccurrence::Invited => Occurrence::Invited,
            StoredOccurrence::Sent => Occurrence::Sent,
            StoredOccurrence::Delivered => Occurrence::Delivered,
            StoredOccurrence::Read => Occurrence::Read,
            StoredOccurrence::Skipped => Occurrence::Skipped,
            StoredOccurrence::Cancelled => Occurrence::Cancelled,
            StoredOccurrence::OptIn => Occurrence::OptIn,
            StoredOccurrence::OptOut => Occurrence::OptOut,
        };
        let time = |millis| Timestamp::from_millis(millis).ok_or_else(unknown_name);
        Ok(Self {
            message_id: text(stored.message)?,
            attempted_at: time(stored.attempted_at)?,
            time: time(stored.time)?,
            occurrence,
        })
    }
}

fn text(stored: String) -> Result<Text, AppError> {
    Ok(Text::new("stored event", stored)?)
}

fn unknown_name() -> AppError {
    AppError::Internal("a stored event of a campaign cannot be read".into())
}
