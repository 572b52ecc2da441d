//! Accounts: at which host each service of an account answers.

pub(crate) mod domains;
