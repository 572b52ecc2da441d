//! Authorization with an AppJWT.

use outbound_auth::{Claims, TokenError, verify};
use outbound_model::AccountId;
use outbound_store::StoreError;

use crate::credentials::token_cache::VerifiedToken;
use crate::{AccessError, App, AppError, Grant, Right};

impl App {
    pub(crate) async fn authorize_app_jwt<R: Right>(
        &self,
        account: Option<&AccountId>,
        token: &str,
    ) -> Result<Grant<R>, AppError> {
        let cached = self.tokens.get(token).filter(|verified| verified.claims.live_at(self.clock.now()));
        if let Some(verified) = cached {
            let account = belongs_to(account, &verified.claims)?;
            let current = self.current_revision(account).await?;
            if current.revision == verified.revision {
                return grant_for(&verified.claims);
            }
        }
        let claims = self.verify_token(token).await?;
        let account = belongs_to(account, &claims)?;
        // Before the client is read, so that a later revocation has a higher revision.
        let current = self.current_revision(account).await?;
        if current.stale_seconds.is_some() {
            return Err(StoreError::Unavailable("this token is not in memory".into()).into());
        }
        let client = self.store.read_credentials(account).client(&claims.client).await?;
        if client.is_none_or(|client| client.revoked_at.is_some()) {
            return Err(AccessError::Revoked.into());
        }
        let grant = grant_for(&claims);
        self.tokens.insert(token, VerifiedToken { claims, revision: current.revision });
        grant
    }

    /// Verifies a token. Reads the keys again if the key is unknown, because another node may have created it.
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

fn belongs_to<'a>(account: Option<&'a AccountId>, claims: &Claims) -> Result<&'a AccountId, AccessError> {
    account.filter(|account| claims.account == **account).ok_or(AccessError::OtherAccount)
}

fn grant_for<R: Right>(claims: &Claims) -> Result<Grant<R>, AppError> {
    if !R::SCOPE.is_some_and(|scope| claims.scopes.grant(scope)) {
        return Err(AccessError::NoRight.into());
    }
    Ok(Grant::new(claims.account.clone(), claims.client.to_string()))
}
