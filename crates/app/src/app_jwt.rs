//! Authorises the bearer of an AppJWT.

use outbound_auth::{Claims, TokenError, verify};
use outbound_model::AccountId;

use crate::{App, AppError, Grant, Refusal, Right};

impl App {
    pub(crate) async fn authorize_app_jwt<R: Right>(
        &self,
        account: &AccountId,
        token: &str,
    ) -> Result<Grant<R>, AppError> {
        let claims = self.verify_token(token).await?;
        if claims.account != *account {
            return Err(Refusal::OtherAccount.into());
        }
        let client = self.store.read(account).client(&claims.client).await?;
        if client.is_none_or(|client| client.revoked_at.is_some()) {
            return Err(Refusal::Revoked.into());
        }
        if !R::SCOPE.is_some_and(|scope| claims.scopes.grant(scope)) {
            return Err(Refusal::NoRight.into());
        }
        Ok(Grant::new(claims.account, claims.client.to_string()))
    }

    /// Another node may have made a new key since the ring was read, so an unknown one is looked up.
    async fn verify_token(&self, token: &str) -> Result<Claims, AppError> {
        let now = self.clock.now();
        let ring = self.key_ring().await?;
        match verify(&ring, token, now) {
            Err(TokenError::UnknownKey(kid)) if !ring.knows(&kid) => {
                let ring = self.reread_key_ring().await?;
                Ok(verify(&ring, token, now)?)
            }
            result => Ok(result?),
        }
    }
}
