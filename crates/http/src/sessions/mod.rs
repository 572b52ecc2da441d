//! Sessions: log-in, refresh and log-out of users over the API.

pub(crate) mod login;
mod login_error;
mod login_request;
