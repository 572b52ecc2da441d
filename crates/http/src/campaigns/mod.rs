//! Campaigns: LivePerson's Proactive Messaging API (contract §6.1), and their part of the management API.

mod administrator;
pub(crate) mod callbacks;
mod client;
pub(crate) mod connections;
pub(crate) mod conversations;
pub(crate) mod decisions;
pub(crate) mod lanes;
pub(crate) mod list;
pub(crate) mod opt_out_files;
pub(crate) mod opt_outs;
mod path;
pub(crate) mod proactive;
pub(crate) mod recipients;
mod request_schema;
mod settings;

pub(crate) use settings::CampaignSettingsBody;
