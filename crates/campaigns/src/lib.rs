//! Campaigns: reading and checking requests, the states of recipients, opt-out keywords and sending rates
//! (contract §6.1, corrected by §10).
//!
//! Everything here is pure: no I/O, no clock, no randomness. A request is read ([`CampaignRequest::read`]), then its
//! consumers are compared with the handoff ([`CampaignRequest::check`]).
//!
//! ```
//! use outbound_campaigns::{CampaignRequest, Checks, HandoffSpec};
//!
//! let body = br#"{"campaignName":"Autumn","skill":"sales","templateId":"1234567890",
//!   "outboundNumber":"14155550170","consent":true,"consumers":[
//!     {"consumerContent":{"sms":"14155550111"},"variables":{"1":"Hi Ann"}},
//!     {"consumerContent":{"sms":"10155550111"},"variables":{"1":"Hi Bob"}}]}"#;
//! let request = CampaignRequest::read(body)?;
//! let handoff = HandoffSpec::plain_sms();
//! let checks = Checks { handoff: &handoff, permitted_media_hosts: &[], personal_info: false };
//! let checked = request.check(checks)?;
//! assert_eq!(checked.accepted.len(), 1);
//! assert_eq!(checked.failed[0].error.to_string(), "INVALID_NUMBER");
//! # Ok::<(), outbound_campaigns::CampaignError>(())
//! ```

mod bucket;
mod check;
mod conversations;
mod error;
mod handoff_spec;
mod ids;
mod json;
mod keywords;
mod limits;
mod opt_out_line;
mod plain_sms;
mod recipient;
mod reported_message;
mod request;
mod responses;
mod status;

pub use bucket::{LaneBucket, MAX_AHEAD, MAX_RATE};
pub use check::{AcceptedConsumer, Checked, Checks, ConsumerError, RejectedConsumer};
pub use conversations::{Conversation, ConversationStatus, ConversationsResponse};
pub use error::{CampaignError, CampaignErrorBody};
pub use handoff_spec::HandoffSpec;
pub use ids::{CampaignId, CampaignIds};
pub use keywords::{BUILT_IN_KEYWORDS, BuiltInKeywords, KeywordKind, Keywords, may_answer};
pub use limits::{DAILY_LIMIT, MAX_CONSUMERS, MAX_REQUEST_BYTES};
pub use opt_out_line::{opt_out_line, with_opt_out};
pub use plain_sms::plain_sms;
pub use recipient::{CancelReason, Recipient, RecipientState, SkipReason, Transition};
pub use reported_message::ReportedMessage;
pub use request::{CampaignRequest, TemplateId};
pub use responses::{Accepted, CampaignResponse, FailedConsumer, FailedConsumerFields, OldFailedConsumer};
pub use status::{CampaignStatus, Control, Decision, RecipientCounts};
