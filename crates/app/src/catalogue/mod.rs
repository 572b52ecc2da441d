//! The catalogue: handoffs with their versions, the published lists, search, import and export, the feed of
//! changes, and what an account decides for itself.

pub(crate) mod account_defaults;
pub(crate) mod comparing;
pub(crate) mod drafts;
pub(crate) mod element_cache;
pub(crate) mod export;
pub(crate) mod feed;
pub(crate) mod findings;
pub(crate) mod handoffs;
pub(crate) mod import;
pub(crate) mod import_batches;
pub(crate) mod import_details;
pub(crate) mod import_match;
pub(crate) mod import_options;
pub(crate) mod import_outcome;
pub(crate) mod import_plan;
pub(crate) mod import_text;
pub(crate) mod import_turn;
pub(crate) mod page_cache;
pub(crate) mod publishing;
pub(crate) mod recount;
pub(crate) mod search;
pub(crate) mod search_index;
pub(crate) mod settings;
pub(crate) mod undo;
pub(crate) mod versions;
