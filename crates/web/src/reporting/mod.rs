//! Reporting: the board with the figures of sent messages, the messages of a day, and one page per message.

mod api_lines;
pub(crate) mod board;
mod by_day;
mod campaign_link;
pub(crate) mod choices;
pub(crate) mod downloads;
mod empty_state;
pub(crate) mod erase;
mod errors;
mod figures;
mod file_table;
pub(crate) mod files;
pub(crate) mod funnel;
pub(crate) mod handoff_link;
pub(crate) mod names;
pub(crate) mod paths;
pub(crate) mod selection;
pub(crate) mod transaction;
pub(crate) mod transactions;
mod utc_day;
