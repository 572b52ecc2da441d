//! Authorization with an LE Bearer, the opaque token of a user's session (contract §2.3).

use outbound_auth::{Secret, secret_hash};
use outbound_model::{AccountId, Timestamp};
use outbound_store::SessionWithUser;

use crate::{AccessError, App, AppError, Grant, Right};

impl App {
    pub(crate) async fn authorize_le_bearer<R: Right>(
        &self,
        account: Option<&AccountId>,
        bearer: &Secret,
    ) -> Result<Grant<R>, AppError> {
        let found = self.store.session_of_bearer(&secret_hash(bearer)).await?;
        let found = found.filter(|found| is_live(found, self.clock.now())).ok_or(AccessError::SessionOver)?;
        if account != Some(&found.account) {
            return Err(AccessError::OtherAccount.into());
        }
        if !R::ROLES.contains(&found.user.role) {
            return Err(AccessError::NoRight.into());
        }
        Ok(Grant::new(found.account, found.user.name.to_string()))
    }
}

/// Whether a session is still open. The store returns no sessions of revoked users.
pub(crate) fn is_live(found: &SessionWithUser, now: Timestamp) -> bool {
    now < found.session.idle_until
}
