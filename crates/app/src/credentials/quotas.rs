//! How many of a kind an account may have. What is never deleted would otherwise grow without an end,
//! and is read as a whole where it is listed.

use outbound_store::{CredentialTransaction, CredentialType};

use crate::AppError;

/// The most of one kind that an account may have (docs/limits.md).
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    counted: CredentialType,
    /// The number.
    pub most: u64,
    /// What is counted, for people.
    pub what: &'static str,
}

impl Quota {
    /// Clients are never deleted, so that the audit stays clear.
    pub const CLIENTS: Self =
        Self { counted: CredentialType::Clients, most: 1_000, what: "clients, revoked ones counted" };
    /// As many as the vendor allows.
    pub const API_KEYS: Self =
        Self { counted: CredentialType::ApiKeys, most: 100, what: "API keys, revoked ones counted" };
    /// Login names stay taken after a revocation.
    pub const USERS: Self =
        Self { counted: CredentialType::Users, most: 5_000, what: "users, revoked ones counted" };

    /// Refuses where there are more now. To be called after the new one was added: a request that is sent
    /// twice then learns that what it makes is there already.
    pub(crate) async fn check(self, transaction: &mut dyn CredentialTransaction) -> Result<(), AppError> {
        if transaction.count(self.counted).await? > self.most {
            return Err(AppError::QuotaReached(self));
        }
        Ok(())
    }
}
