//! The sandbox inside a server: what its phones received, and their replies.

mod entry;
pub(crate) mod inbox;
mod path;
pub(crate) mod phone;
