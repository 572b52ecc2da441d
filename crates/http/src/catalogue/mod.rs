//! The catalogue: the published lists (Outbound Configuration API), and the management of handoffs, versions, settings
//! and the change feed.

mod change_stream;
pub(crate) mod changes;
mod changes_query;
pub(crate) mod checking;
mod conditions;
pub(crate) mod diff;
pub(crate) mod handoffs;
pub(crate) mod import;
mod import_items;
pub(crate) mod import_jobs;
mod import_response;
mod import_schema;
pub(crate) mod import_status;
mod import_tracker;
mod import_upload;
mod import_work;
mod list_parameters;
mod list_query;
mod list_response;
pub(crate) mod managed_handoff;
mod page_response;
pub(crate) mod published;
pub(crate) mod publishing;
pub(crate) mod search;
mod search_query;
pub(crate) mod settings;
pub(crate) mod versions;
