//! Reporting of sent messages: events, transactions, exact counts, and the shapes of the vendor's
//! reporting API (contract §5).
//!
//! Everything here is pure: no I/O, no clock, no randomness. One message to one consumer is a
//! [`Transaction`]. [`apply`] adds an [`Event`] to it, and [`counts`] says what it adds to the totals.
//! Events may arrive in any order and any number of times: the result is the same. The difference of the
//! counts before and after an event ([`changes`]) keeps a rollup equal to a recount of all rows.
//! `docs/reporting.md` lists what the vendor's page leaves open and what Outbound does.
//!
//! ```
//! use outbound_model::Timestamp;
//! use outbound_reporting::{Batch, Incoming, ReportingKey, Transaction, Window, apply, counts};
//!
//! let now: Timestamp = "2026-09-14T12:00:00Z".parse()?;
//! let events = br#"[
//!   {"type":"read","messageId":"m1","attemptedTime":1789376400112,"time":1789376401000},
//!   {"type":"attempted","messageId":"m1","attemptedTime":1789376400112,
//!    "app":"prmsg","channel":"wa","skill":"sales","source":"API"}
//! ]"#;
//! let key = ReportingKey::new(&[7; 32]);
//! let account = "12345678".parse()?;
//! let mut row = None;
//! for item in Batch::read(events, Window::at(now))?.items {
//!     let Incoming::Event(event) = item.event? else { continue };
//!     let known = row.unwrap_or_else(|| Transaction::new(event.transaction_id(&key, &account)));
//!     row = Some(apply(known, &event));
//! }
//! let counts = counts(&row.unwrap());
//! assert_eq!((counts.attempted, counts.sent, counts.read), (1, 1, 1)); // a read message was sent
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod address;
mod analytics;
mod batch;
mod counts;
mod dictionary;
mod error;
mod error_key;
mod event;
mod event_reading;
mod fields;
mod filter_reading;
mod filter_values;
mod filters;
mod funnel;
mod interval;
mod json;
mod key;
mod names;
mod page_token;
mod paging;
mod responses;
mod rollup;
mod status;
mod step;
mod text;
mod transaction;
mod transaction_id;
mod units;
mod window;

pub use address::Address;
pub use analytics::{GroupKey, GroupedCell, Grouping, Totals, group};
pub use batch::{Batch, Item, MAX_BATCH_EVENTS, MAX_EVENT_BYTES, Position};
pub use counts::{Counts, counts};
pub use dictionary::{DictionaryEntry, Origin, dictionary, look_up};
pub use error::ReportingError;
pub use error_key::ErrorKey;
pub use event::{Attempt, Event, Incoming, Occurrence, Route};
pub use filter_reading::MAX_FILTER_VALUES;
pub use filters::Filters;
pub use funnel::{Funnel, FunnelStep, Share};
pub use interval::{AnalyticsInterval, Interval, TransactionsInterval, campaign_interval};
pub use key::ReportingKey;
pub use names::{App, EnabledChannels, ReportingChannel, Source};
pub use page_token::{PageRequest, PageToken};
pub use paging::{RowPage, V1_PAGE_ROWS};
pub use responses::{
    AnalyticsResponse, AnalyticsRow, CampaignAnalyticsResponse, CampaignAnalyticsRow, CampaignReport,
    ConsumerReport, OffsetPage, ReportPage, RequestMetadata, TokenPage, TransactionFields, TransactionV1,
    TransactionV2, TransactionsV1, TransactionsV2,
};
pub use rollup::{Cell, CellKey, cell, changes};
pub use status::MessageStatus;
pub use step::{Step, Times};
pub use text::Text;
pub use transaction::{Transaction, apply};
pub use transaction_id::TransactionId;
pub use units::{DAY, HOUR};
pub use window::{FUTURE_TOLERANCE_MINUTES, RETENTION_DAYS, Window};
