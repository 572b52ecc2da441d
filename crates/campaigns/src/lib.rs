//! Campaigns: reading and checking requests, the states of recipients, opt-out keywords and sending rates
//! (contract §6.1, corrected by §10).
//!
//! Everything here is pure: no I/O, no clock, no randomness. A request is read ([`CampaignRequest::read`]), then its
//! consumers are compared with the handoff ([`CampaignRequest::check`]).
//!
//! ```
//! use outbound_campaigns::{CampaignRequest, Checks, Template};
//!
//! let body = br#"{"campaignName":"Autumn","skill":"sales","templateId":"1234567890",
//!   "outboundNumber":"14155550170","consent":true,"consumers":[
//!     {"consumerContent":{"sms":"14155550111"},"variables":{"1":"Hi Ann"}},
//!     {"consumerContent":{"sms":"10155550111"},"variables":{"1":"Hi Bob"}}]}"#;
//! let request = CampaignRequest::read(body)?;
//! let template = Template::plain_sms();
//! let checks = Checks { template: &template, permitted_media_hosts: &[], personal_info: false };
//! let checked = request.check(checks)?;
//! assert_eq!(checked.accepted.len(), 1);
//! assert_eq!(checked.failed[0].error.to_string(), "INVALID_NUMBER");
//! # Ok::<(), outbound_campaigns::CampaignError>(())
//! ```

mod bucket;
mod check;
mod conversations;
mod error;
mod events;
mod ids;
mod json;
mod keywords;
mod limits;
mod opt_out_line;
mod recipient;
mod request;
mod responses;
mod status;
mod template;

pub use bucket::{LaneBucket, MAX_RATE};
pub use check::{AcceptedConsumer, Checked, Checks, ConsumerError, RejectedConsumer};
pub use conversations::{Conversation, ConversationStatus, ConversationsResponse};
pub use error::{CampaignError, CampaignErrorBody};
pub use events::Message;
pub use ids::{CampaignId, CampaignIds};
pub use keywords::{BUILT_IN_KEYWORDS, BuiltInKeywords, Intent, Keywords};
pub use limits::{DAILY_LIMIT, MAX_CONSUMERS, MAX_REQUEST_BYTES, MAX_WINDOWS};
pub use opt_out_line::{opt_out_line, with_opt_out};
pub use recipient::{CancelReason, Change, Recipient, RecipientState};
pub use request::{CampaignRequest, TemplateId, TimeWindow, Weekday};
pub use responses::{Accepted, CampaignResponse, FailedConsumer, FailedConsumerFields, OldFailedConsumer};
pub use status::{CampaignStatus, Control, Decision, RecipientCounts};
pub use template::Template;
