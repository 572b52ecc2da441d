//! Reads events from JSON and checks them.

use outbound_model::{HandoffId, Timestamp};
use serde_json::value::RawValue;

use crate::address::Address;
use crate::error::{ReportingError, shown};
use crate::error_key::ErrorKey;
use crate::event::{Attempt, Event, Incoming, Occurrence, Route};
use crate::fields::Fields;
use crate::names::{App, EnabledChannels, ReportingChannel, Source};
use crate::step::Step;
use crate::window::Window;

/// The type of events that create a transaction. All other types are steps.
const ATTEMPTED: &str = "attempted";

/// A survey's scores.
const SCORES: std::ops::RangeInclusive<i64> = 1..=5;

impl Event {
    /// Reads one event. Unknown types are not an error, because a newer sender may know more types. Fields that
    /// the type does not have are ignored.
    pub(crate) fn read(json: &RawValue, window: Window) -> Result<Incoming, ReportingError> {
        let fields = Fields::new("event", json)?;
        let event_type = fields.required("type")?;
        let step = Step::from_name(&event_type);
        if step.is_none() && event_type != ATTEMPTED {
            return Ok(Incoming::UnknownType(shown(&event_type)));
        }
        let message_id = fields.required_text("messageId")?;
        let (attempted_at, time) = read_times(&fields, step)?;
        window.check_event("attemptedTime", attempted_at)?;
        window.check_event("time", time)?;
        let occurrence = read_occurrence(&fields, step)?;
        Ok(Incoming::Event(Event { message_id, attempted_at, time, occurrence }))
    }
}

/// `attemptedTime` and `time`. They are one time for `attempted` (no step), so one of the fields suffices.
fn read_times(fields: &Fields<'_>, step: Option<Step>) -> Result<(Timestamp, Timestamp), ReportingError> {
    match (fields.time("attemptedTime")?, fields.time("time")?) {
        (Some(attempted), Some(time)) if step.is_none() && attempted != time => {
            Err(ReportingError::TwoAttemptedTimes { time, attempted })
        }
        (Some(attempted), Some(time)) => Ok((attempted, time)),
        (Some(only), None) | (None, Some(only)) if step.is_none() => Ok((only, only)),
        (None, _) => Err(ReportingError::Missing { field: "attemptedTime" }),
        (_, None) => Err(ReportingError::Missing { field: "time" }),
    }
}

fn read_occurrence(fields: &Fields<'_>, step: Option<Step>) -> Result<Occurrence, ReportingError> {
    let conversation_id = "conversationId";
    Ok(match step {
        None => Occurrence::Attempted {
            attempt: Box::new(read_attempt(fields)?),
            address: fields.text("address")?.map(Address::new),
        },
        Some(Step::Failed) => Occurrence::Failed(read_error(fields)?),
        Some(Step::ConversationCreated) => {
            Occurrence::ConversationCreated(fields.required_text(conversation_id)?)
        }
        Some(Step::ConversationClosed) => {
            Occurrence::ConversationClosed(fields.required_text(conversation_id)?)
        }
        Some(Step::Csat) => Occurrence::Csat(read_score(fields)?),
        Some(Step::Eligible) => Occurrence::Eligible,
        Some(Step::Invited) => Occurrence::Invited,
        Some(Step::Sent) => Occurrence::Sent,
        Some(Step::Delivered) => Occurrence::Delivered,
        Some(Step::Read) => Occurrence::Read,
        Some(Step::Skipped) => Occurrence::Skipped,
        Some(Step::Cancelled) => Occurrence::Cancelled,
        Some(Step::OptIn) => Occurrence::OptIn,
        Some(Step::OptOut) => Occurrence::OptOut,
    })
}

fn read_attempt(fields: &Fields<'_>) -> Result<Attempt, ReportingError> {
    let app = fields.required("app")?;
    let app = App::from_name(&app).ok_or_else(|| ReportingError::unknown("app", &app, App::names()))?;
    let read_channel = |field, name: &str| ReportingChannel::read(field, name, EnabledChannels::All);
    let channel = read_channel("channel", &fields.required("channel")?)?;
    let skill = fields.required_text("skill")?;
    let source = read_source("source", &fields.required("source")?)?;
    let initial_channel = match fields.text("initialChannel")? {
        Some(name) => read_channel("initialChannel", name.as_str())?,
        None => channel,
    };
    let initial_skill = fields.text("initialSkill")?.unwrap_or_else(|| skill.clone());
    Ok(Attempt {
        route: Route { app, channel, skill, source, initial_channel, initial_skill },
        handoff_id: fields
            .text("handoffId")?
            .map(|id| read_handoff_id("handoffId", id.as_str()))
            .transpose()?,
        campaign_id: fields.text("proactiveCampaignId")?,
        ivr_number: fields.text("ivrNumber")?,
    })
}

pub(crate) fn read_source(field: &'static str, name: &str) -> Result<Source, ReportingError> {
    if let Some(source) = Source::from_name(name) {
        return Ok(source);
    }
    Err(match Source::from_name(&name.to_ascii_uppercase()) {
        Some(source) => ReportingError::use_instead(field, name, source.as_str()),
        None => ReportingError::unknown(field, name, Source::names()),
    })
}

pub(crate) fn read_handoff_id(field: &'static str, text: &str) -> Result<HandoffId, ReportingError> {
    let expected = "1 to 64 letters, digits, '_' or '-'";
    text.parse().map_err(|_| ReportingError::invalid(field, &format!("`{text}`"), expected))
}

fn read_error(fields: &Fields<'_>) -> Result<ErrorKey, ReportingError> {
    let source = fields.required("errorSource")?;
    // Some senders write codes as numbers, as the vendor's campaign report does.
    let field = "errorCode";
    let code = fields.string_or_integer(field)?.ok_or(ReportingError::Missing { field })?;
    ErrorKey::new(source, code)
}

fn read_score(fields: &Fields<'_>) -> Result<u8, ReportingError> {
    let score = fields.integer("score")?.ok_or(ReportingError::Missing { field: "score" })?;
    let checked = if SCORES.contains(&score) { u8::try_from(score).ok() } else { None };
    checked.ok_or_else(|| ReportingError::invalid("score", &score.to_string(), "a whole number from 1 to 5"))
}
