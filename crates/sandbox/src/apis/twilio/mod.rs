//! Twilio Messages.

mod create;
mod error;
mod read;
mod resource;

pub(crate) use create::create;
pub(crate) use read::{fetch, list};
