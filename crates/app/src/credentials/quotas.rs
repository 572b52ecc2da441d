//! Quotas of credentials per account. Credentials are never deleted and are listed without paging, so their number
//! must be limited.

use outbound_store::{CredentialTransaction, CredentialType};

use crate::AppError;

/// Maximum number of credentials of one type per account (docs/limits.md).
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    counted: CredentialType,
    /// The maximum.
    pub most: u64,
    /// The type of credential, for error messages.
    pub what: &'static str,
}

impl Quota {
    /// Clients are never deleted, so that entries of the audit log keep their meaning.
    pub const CLIENTS: Self =
        Self { counted: CredentialType::Clients, most: 1_000, what: "clients, including revoked ones" };
    /// The vendor has the same quota.
    pub const API_KEYS: Self =
        Self { counted: CredentialType::ApiKeys, most: 100, what: "API keys, including revoked ones" };
    /// Login names stay taken after a revocation.
    pub const USERS: Self =
        Self { counted: CredentialType::Users, most: 5_000, what: "users, including revoked ones" };

    /// Returns an error if the quota is exceeded. To be called after the new credential was added, so that a repeated
    /// request gets [`AppError::AlreadyCreated`] instead.
    pub(crate) async fn check(self, transaction: &mut dyn CredentialTransaction) -> Result<(), AppError> {
        if transaction.count(self.counted).await? > self.most {
            return Err(AppError::QuotaReached(self));
        }
        Ok(())
    }
}
