//! One message or reply in the ledger.

use outbound_model::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use url::Url;

use crate::api_name::{ApiName, ChannelName};

/// Contents that are longer are not kept.
const MAX_CONTENT_BYTES: usize = 16 * 1024;

/// A message to a phone, or a reply of a phone.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LedgerEntry {
    /// The position: 1 for the first entry since the start.
    pub sequence: u64,
    /// Whether the phone received or sent it.
    pub direction: Direction,
    /// The API.
    pub api: ApiName,
    /// What the phone receives the message as.
    pub channel: ChannelName,
    /// The brand's sender for messages, the phone for replies.
    pub sender: String,
    /// The phone for messages, the brand's sender for replies.
    pub recipient: String,
    /// The id that the client gave the message.
    pub message_id: Option<String>,
    /// The API's id of the message; absent if it was not accepted.
    pub provider_id: Option<String>,
    /// When the request was received, or the reply sent.
    pub at: Timestamp,
    /// The result of the request.
    pub result: SubmissionResult,
    /// The code of the error that the response or a callback contained.
    pub error_code: Option<u32>,
    /// Requests that repeated the message and were ignored (RBM and the relay).
    pub repeats: u32,
    /// The last status, which callbacks report: `sent`, `delivered`, `read` or `failed`.
    pub status: Option<&'static str>,
    /// The content of the request as JSON; absent if it was longer than 16 KiB.
    pub content: Option<Box<RawValue>>,
    /// The callbacks about the message, in the order of their attempts; at most 32.
    pub callbacks: Vec<CallbackRecord>,
    /// The address of callbacks about replies. Not shown, because Outbound keeps such addresses secret.
    #[serde(skip)]
    pub(crate) reply_url: Option<Url>,
}

impl LedgerEntry {
    /// The phone.
    pub fn phone(&self) -> &str {
        match self.direction {
            Direction::Message => &self.recipient,
            Direction::Reply => &self.sender,
        }
    }

    pub(super) fn content_bytes(&self) -> usize {
        self.content.as_ref().map_or(0, |content| content.get().len())
    }
}

/// A content as JSON, if it is short enough to be kept. It is never parsed as `serde_json::Value`, which can overflow the
/// stack (see `json.rs` of the reporting crate).
pub(crate) fn kept_content(json: &str) -> Option<Box<RawValue>> {
    if json.len() > MAX_CONTENT_BYTES { None } else { RawValue::from_string(json.to_owned()).ok() }
}

/// Who sent a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The brand.
    Message,
    /// The phone.
    Reply,
}

/// The result of a request to send a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SubmissionResult {
    /// It was accepted.
    Accepted,
    /// It was refused.
    Refused,
    /// It was refused for its rate.
    Throttled,
    /// It was not accepted, and there was no response.
    Lost,
}

/// One attempt to send a callback.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallbackRecord {
    /// What it reported: `sent`, `delivered`, `read`, `failed` or `reply`.
    pub event: &'static str,
    /// When it was attempted.
    pub at: Timestamp,
    /// The status of the response; absent if there was none.
    pub response: Option<u16>,
}
