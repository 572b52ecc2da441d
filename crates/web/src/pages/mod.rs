//! The pages, one a file: what a person asked for goes to a use case, what comes back is drawn.

pub(crate) mod act;
pub(crate) mod audit;
pub(crate) mod compare;
pub(crate) mod confirm;
pub(crate) mod connect;
mod desk;
pub(crate) mod download;
pub(crate) mod edit;
pub(crate) mod handoff;
pub(crate) mod history;
pub(crate) mod home;
pub(crate) mod import;
mod import_plan;
pub(crate) mod list;
pub(crate) mod parts;
pub(crate) mod password;
pub(crate) mod review;
pub(crate) mod settings;
pub(crate) mod setup;
pub(crate) mod sign_in;
