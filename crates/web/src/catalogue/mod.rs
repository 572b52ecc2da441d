//! The catalogue: pages to list, show, edit, review, publish, compare, import and export handoffs, and the settings of the
//! account.

pub(crate) mod actions;
mod campaign_settings;
pub mod changes;
pub(crate) mod compare;
pub(crate) mod download;
pub(crate) mod edit;
pub mod editor;
mod editor_state;
pub(crate) mod elements;
mod empty_list;
pub(crate) mod export;
pub(crate) mod handoff;
mod handoff_details;
pub(crate) mod history;
pub(crate) mod import;
mod import_defaults;
mod import_plan;
mod import_work;
mod languages;
pub(crate) mod list;
mod new_handoff;
pub mod preview;
mod relaxed_checks;
pub(crate) mod review;
pub(crate) mod settings;
