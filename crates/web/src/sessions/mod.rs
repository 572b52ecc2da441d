//! Sessions: signing in and out, the own password, and the extractors for users who are signed in.

mod origin;
pub(crate) mod password;
mod return_path;
pub(crate) mod session;
pub(crate) mod sign_in;
