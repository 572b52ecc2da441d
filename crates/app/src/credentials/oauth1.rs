//! Authorization with the OAuth 1.0 signature of an API key (contract §2.2).

use outbound_auth::{OAuth1Error, OAuth1Header, OAuth1Request, Secret, random_secret};
use outbound_model::{AccountId, AppKey};
use outbound_store::{ApiKey, Nonce};

use crate::credentials::api_keys::seal_label;
use crate::{AccessError, App, AppError, Grant, PendingGrant, Right};

/// Maximum nonces deleted by one statement, so that other writers do not wait long.
const PRUNE_BATCH: u32 = 1000;

/// The nonce of a verified request. It is spent when the request is accepted, because that writes to the database, and
/// a rejected request may be sent again.
#[derive(Debug)]
pub(crate) struct UnspentNonce {
    app_key: AppKey,
    header: OAuth1Header,
}

impl App {
    /// Checks the signature first, because only the owner of the key may learn anything else.
    pub(crate) async fn verify_oauth1<R: Right>(
        &self,
        account: Option<&AccountId>,
        request: &OAuth1Request,
    ) -> Result<PendingGrant<R>, AppError> {
        let header = OAuth1Header::parse(&request.authorization)?;
        header.check_window(self.clock.now())?;
        let (owner, key) = self.verify_signature(&header, request).await?;
        if account != Some(&owner) {
            return Err(AccessError::OtherAccount.into());
        }
        if key.revoked_at.is_some() {
            return Err(AccessError::RevokedApiKey.into());
        }
        if !R::API_KEYS {
            return Err(AccessError::NoRight.into());
        }
        let grant = Grant::new(owner, key.app_key.to_string());
        Ok(PendingGrant::with_nonce(grant, UnspentNonce { app_key: key.app_key, header }))
    }

    /// Spends a nonce of `account`. Fails if it was used before.
    pub(crate) async fn spend_nonce(
        &self,
        account: &AccountId,
        UnspentNonce { app_key, header }: &UnspentNonce,
    ) -> Result<(), AppError> {
        let nonce = Nonce { app_key, value: header.nonce(), expires_at: header.nonce_expires_at() };
        if self.store.spend_nonce(account, nonce, self.clock.now()).await? {
            Ok(())
        } else {
            Err(OAuth1Error::NonceUsed.into())
        }
    }

    /// The key of a valid signature, and its account.
    async fn verify_signature(
        &self,
        header: &OAuth1Header,
        request: &OAuth1Request,
    ) -> Result<(AccountId, ApiKey), AppError> {
        let found = match header.app_key().parse::<AppKey>() {
            Ok(app_key) => self.store.api_key(&app_key).await?,
            Err(_) => None,
        };
        let found = found.filter(|(_, key)| key.access_token == header.access_token());
        let secrets = match &found {
            Some((owner, key)) => self.open_secrets(owner, key)?,
            None => self.dummy_secrets()?,
        };
        header.verify(request, &self.public_urls, &secrets)?;
        found.ok_or(OAuth1Error::Signature.into())
    }

    fn open_secrets(&self, owner: &AccountId, key: &ApiKey) -> Result<Secret, AppError> {
        let label = seal_label(owner, &key.app_key);
        let plain = self.installation.open(&label, &key.sealed_secrets)?;
        let text = String::from_utf8(plain).map_err(|error| AppError::Internal(Box::new(error)))?;
        Ok(Secret::new(text))
    }

    /// Random secrets for an unknown key, which no signature matches. Encrypts them, because the secrets of a known
    /// key are decrypted, so that both take the same time.
    fn dummy_secrets(&self) -> Result<Secret, AppError> {
        let secrets = [random_secret(&*self.generator), random_secret(&*self.generator)];
        let secrets = format!("{}&{}", secrets[0].expose(), secrets[1].expose());
        self.installation.seal("unknown key", secrets.as_bytes(), &*self.generator)?;
        Ok(Secret::new(secrets))
    }

    /// Deletes nonces whose requests are rejected because of their age anyway. To be called every minute.
    pub async fn prune_nonces(&self) -> Result<(), AppError> {
        let now = self.clock.now();
        while self.store.prune_nonces(now, PRUNE_BATCH).await? >= u64::from(PRUNE_BATCH) {}
        Ok(())
    }
}
