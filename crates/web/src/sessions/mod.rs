//! Sessions: logging in and out, the own password, and the extractors for users who are logged in.

pub(crate) mod login;
mod origin;
pub(crate) mod password;
mod return_path;
pub(crate) mod session;
