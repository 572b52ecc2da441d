//! Sessions: login, refresh and logout of users through the API.

pub(crate) mod login;
mod login_error;
mod login_request;
mod login_response;
