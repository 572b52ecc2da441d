//! Domain types and their JSON: handoffs, channels, message components, placeholders, accounts and
//! scopes.
//!
//! Everything here is pure: no I/O, no clock, no async. Every other crate may depend on this one;
//! it depends on none of them. Reading is *lossless*: unknown fields and types are kept (in `extra`
//! or an `Unknown` variant) and written back unchanged.
//!
//! ```
//! use outbound_model::{Handoff, from_json_str};
//!
//! let text = r#"{"id":"H072047293477861","name":"Greeting","lookbackPeriodDay":30,
//!   "lookbackPeriodHour":0,"routeAllWithinLookback":true,"createdAt":"2022-10-01T08:00:00.000Z",
//!   "updatedAt":"2022-10-03T09:00:00.000Z","channels":[],"colour":"blue"}"#;
//! let handoff: Handoff = from_json_str(text)?;
//! assert_eq!(handoff.extra["colour"], "blue");
//! # Ok::<(), outbound_model::ReadError>(())
//! ```

mod account;
mod api_key;
mod audit;
mod byte_range;
mod change;
mod channel;
mod claim;
mod client;
mod element;
mod environment;
pub mod examples;
mod extension;
mod finding_counts;
mod fold;
mod foreign;
mod handoff;
mod handoff_schema;
mod job;
mod json;
mod json_macros;
mod network;
mod page;
mod phone;
mod phone_area;
mod phone_country;
mod placeholder;
mod plural;
mod role;
mod schema;
mod scope;
mod search_terms;
mod state;
#[cfg(feature = "testing")]
pub mod testing;
mod text_types;
mod timestamp;
mod user;
mod webhook;

pub use account::AccountId;
pub use api_key::AppKey;
pub use audit::AuditAction;
pub use byte_range::ByteRange;
pub use change::{ChangeDetails, ChangeKind};
pub use channel::{
    AppleComponent, AppleTwilio, Button, Channel, ChannelType, GoogleRcs, InApp, InAppComponent, InAppImage,
    InAppText, Media, RCS_TRAFFIC_TYPES, RcsBody, RcsComponent, SmsBody, SmsComponent, SmsTwilio, TextBody,
    WaComponent, WaFooter, WaHeader, WhatsApp,
};
pub use claim::Claim;
pub use client::ClientId;
pub use element::channel_element;
pub use environment::{Clock, Generator, Monotonic, random_u64, random_uuid};
pub use extension::{Extension, SampleTexts};
pub use finding_counts::FindingCounts;
pub use fold::fold;
pub use foreign::{foreign_field, foreign_key};
pub use handoff::{Handoff, HandoffId, HandoffName};
pub use handoff_schema::{ChannelElement, HandoffDraft, HandoffFile};
pub use job::{JobId, JobState, JobTask};
pub use json::{At, FromJson, Object, ReadError, ShapeError, from_json_str, json_type_name};
pub use network::client_network;
pub use page::Page;
pub use phone::{NotPhone, Phone, load_phone_metadata};
pub use placeholder::{
    MalformedPlaceholder, Piece, Placeholder, malformed_placeholders, pieces, placeholders,
};
pub use plural::plural;
pub use role::Role;
pub use scope::{Scope, Scopes};
pub use search_terms::SearchTerms;
pub use state::HandoffState;
pub use timestamp::Timestamp;
pub use user::{UserId, Username};
pub use webhook::{DeliveryState, DisabledReason, WebhookId};

/// Error when parsing a string into one of the types here. The message describes the valid values.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub String);

impl Invalid {
    /// Creates the error. Users see `sentence`.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}
