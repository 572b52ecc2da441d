//! The catalogue: pages that list, show, edit, review, publish, compare, import and export handoffs, and
//! the account's settings.

pub(crate) mod act;
pub mod changes;
pub(crate) mod compare;
mod desk;
pub(crate) mod download;
pub(crate) mod edit;
pub mod editor;
pub(crate) mod export;
pub(crate) mod handoff;
pub(crate) mod history;
pub(crate) mod import;
mod import_defaults;
mod import_plan;
mod languages;
pub(crate) mod list;
pub(crate) mod parts;
pub mod preview;
mod relaxed_checks;
pub(crate) mod review;
pub(crate) mod settings;
