//! The file formats in which handoffs come and go. Pure: a reader in, handoffs or errors with
//! their line and column out.
//!
//! - [`liveperson`]: the shape of the configuration API itself, which holds everything.
//! - [`read_any`] and [`write_any`]: that, Meta's message templates, Twilio's contents and Google's RBM
//!   messages. What one side cannot hold is told as a [`Loss`], and what placeholders are called on
//!   either side as a [`Mapping`]; docs/formats.md explains every one.

mod buttons;
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
mod phones;
mod rbm;
mod twilio;

pub use defaults::{ChannelDefaults, ImportDefaults};
pub use document::MAX_FILE_BYTES;
pub use error::FormatError;
pub use export::{Exported, ExportedDocument, WriteOptions, write_any};
pub use format::Format;
pub use import::{Imported, ReadOptions, read_any};
pub use locate::{Location, Places, locate, within_text};
pub use losses::{Loss, Mapping};
pub use names::Names;
