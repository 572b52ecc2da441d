//! The error of this crate: why a whole request is rejected, or why a campaign or recipient cannot change.
//!
//! LivePerson's page documents `Fields missing in request: NAME` only. The other messages are our own, in the
//! same JSON body.

use outbound_reporting::ReportingChannel;
use outbound_schedule::MAX_WINDOWS;
use serde::Serialize;
use utoipa::ToSchema;

use crate::limits::{DAILY_LIMIT, MAX_CONSUMERS, MAX_REQUEST_BYTES};

/// Why a request is rejected as a whole, or a change is not permitted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CampaignError {
    /// The body is larger than any valid request.
    #[error("The request must not exceed {MAX_REQUEST_BYTES} bytes.")]
    RequestTooLarge,
    /// The body is not JSON.
    #[error("The request is not valid JSON: {0}.")]
    Syntax(String),
    /// A required field is absent, null or an empty string.
    #[error("Fields missing in request: {name}")]
    FieldMissing {
        /// The field, without the objects around it.
        name: &'static str,
    },
    /// A value of another JSON type, or outside its range.
    #[error("{field} must be {expected}.")]
    Invalid {
        /// The field with the objects around it: `consumers[0].variables`.
        field: String,
        /// The valid values.
        expected: &'static str,
    },
    /// A string that is too long.
    #[error("{field} must not exceed {maximum} characters.")]
    TooLong {
        /// The field with the objects around it.
        field: String,
        /// The largest number of characters.
        maximum: usize,
    },
    /// `consent` is not true.
    #[error("consent must be true.")]
    NoConsent,
    /// `consumers` is empty.
    #[error("A request must name at least one recipient.")]
    NoRecipients,
    /// `consumers` is too long.
    #[error("A request may name at most {MAX_CONSUMERS} recipients.")]
    TooManyRecipients,
    /// `schedulingMetrics.windows` is too long.
    #[error("A request may name at most {MAX_WINDOWS} windows.")]
    TooManyWindows,
    /// `personalInfo` or `customerInfo` in an account that did not enable them.
    #[error("{field} is not enabled for the account.")]
    NotEnabled {
        /// The field.
        field: &'static str,
    },
    /// `personalInfo` or `customerInfo` with a handoff that has another channel than SMS and WhatsApp.
    #[error("{field} can only be sent with sms and wa.")]
    OnlySmsAndWhatsApp {
        /// The field.
        field: &'static str,
    },
    /// `templateId` is neither a published handoff nor the id of plain SMS.
    #[error("The template or handoff does not exist.")]
    UnknownTemplate,
    /// The handoff has no channel of a known type.
    #[error("The handoff has no channel.")]
    NoChannel,
    /// `skill` does not exist.
    #[error("The skill does not exist.")]
    UnknownSkill,
    /// The account has no connection. Each connection sends on all channels.
    #[error(
        "No connection sends {channel}. Create a connection first: outbound connection create --account ACCOUNT URL, \
         or POST …/connections of the management API."
    )]
    NoConnection {
        /// The channel.
        channel: ReportingChannel,
    },
    /// The recipients of this request and of others of the same day exceed [`DAILY_LIMIT`].
    #[error("The daily limit of {DAILY_LIMIT} recipients for {channel} is exceeded.")]
    DailyLimit {
        /// The channel.
        channel: ReportingChannel,
    },
    /// The state of a recipient or campaign does not permit a change.
    #[error("{action} is not possible in the state {state}")]
    NotPermitted {
        /// The requested change.
        action: &'static str,
        /// The current state.
        state: &'static str,
    },
    /// A keyword that an account cannot add.
    #[error("`{keyword}` cannot be added: {problem}")]
    Keyword {
        /// The keyword, shortened.
        keyword: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl CampaignError {
    /// The HTTP status of the response.
    pub fn status(&self) -> u16 {
        match self {
            Self::RequestTooLarge => 413,
            Self::NotPermitted { .. } => 409,
            _ => 400,
        }
    }

    /// The body of the response.
    pub fn body<'t>(&self, request_trace_id: &'t str) -> CampaignErrorBody<'t> {
        CampaignErrorBody { code: 0, request_trace_id, message: self.to_string() }
    }
}

/// The body of an error response (contract §4).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CampaignErrorBody<'t> {
    /// Always 0.
    code: u8,
    /// The id of the request in the logs.
    request_trace_id: &'t str,
    message: String,
}
