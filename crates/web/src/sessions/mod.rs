//! Sessions: signing in and out, the password, and who sent a request.

mod back;
mod origin;
pub(crate) mod password;
pub(crate) mod session;
pub(crate) mod sign_in;
