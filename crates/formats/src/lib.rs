//! File formats for the import and export of handoffs. All functions are pure: they take a reader and return
//! handoffs, or errors with line and column.
//!
//! - [`liveperson`]: the format of the configuration API, which is lossless.
//! - [`read_any`] and [`write_any`]: the formats of LivePerson, Meta (message templates), Twilio (contents) and
//!   Google (RBM messages). Details that are lost are reported as [`Loss`], and the names of placeholders on both
//!   sides as [`Mapping`]. docs/formats.md explains every one.

mod buttons;
mod channel_export;
mod defaults;
mod document;
mod elements;
mod error;
mod export;
mod fields;
mod foreign;
mod format;
mod import;
mod kept;
pub mod liveperson;
mod locate;
mod losses;
mod meta;
mod names;
mod numbering;
mod parsed_element;
mod phones;
mod rbm;
mod twilio;

pub use channel_export::WriteOptions;
pub use defaults::{ChannelDefaults, ImportDefaults};
pub use document::MAX_FILE_BYTES;
pub use error::FormatError;
pub use export::{Exported, ExportedDocument, write_any};
pub use format::Format;
pub use import::{ImportedHandoff, ReadOptions, read_any};
pub use locate::{Location, Places, locate, within_text};
pub use losses::{Loss, Mapping};
pub use names::Names;
