//! Accounts: the hosts of an account's services.

pub(crate) mod domains;
