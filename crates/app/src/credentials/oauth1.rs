//! Authorises who signs with an OAuth 1.0 API key (contract §2.2, design §5).

use outbound_auth::{OAuth1Error, OAuth1Header, OAuth1Request, Secret, random_secret};
use outbound_model::{AccountId, AppKey};
use outbound_store::{ApiKey, Nonce};

use crate::credentials::api_keys::sealed_as;
use crate::{App, AppError, Grant, Refusal, Right};

/// How many nonces one statement forgets, so that no write waits long for it.
const FORGET_AT_ONCE: u32 = 1000;

impl App {
    /// The signature comes before everything that only the key's owner may learn, and the nonce last,
    /// as it is written: a request that is refused anyhow costs no write.
    pub(crate) async fn authorize_oauth1<R: Right>(
        &self,
        account: Option<&AccountId>,
        request: &OAuth1Request,
    ) -> Result<Grant<R>, AppError> {
        let now = self.clock.now();
        let header = OAuth1Header::parse(&request.authorization)?;
        header.check_window(now)?;
        let (owner, key) = self.verify_signature(&header, request).await?;
        if account != Some(&owner) {
            return Err(Refusal::OtherAccount.into());
        }
        if key.revoked_at.is_some() {
            return Err(Refusal::RevokedApiKey.into());
        }
        if !R::API_KEYS {
            return Err(Refusal::NoRight.into());
        }
        let (app_key, expires_at) = (&key.app_key, header.nonce_expires_at());
        let nonce = Nonce { app_key, value: header.nonce(), expires_at };
        if !self.store.spend_nonce(&owner, nonce, now).await? {
            return Err(OAuth1Error::NonceUsed.into());
        }
        Ok(Grant::new(owner, key.app_key.to_string()))
    }

    /// The key that signed, and whose it is.
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
            None => self.nobodys_secrets()?,
        };
        header.verify(request, &self.public_urls, &secrets)?;
        found.ok_or(OAuth1Error::Signature.into())
    }

    fn open_secrets(&self, owner: &AccountId, key: &ApiKey) -> Result<Secret, AppError> {
        let label = sealed_as(owner, &key.app_key);
        let plain = self.installation.open(&label, &key.sealed_secrets)?;
        let text = String::from_utf8(plain).map_err(|error| AppError::Internal(Box::new(error)))?;
        Ok(Secret::new(text))
    }

    /// For an unknown key: nothing fits it, and it takes one pass of the cipher as a known one does.
    fn nobodys_secrets(&self) -> Result<Secret, AppError> {
        let secrets = [random_secret(&*self.generator), random_secret(&*self.generator)];
        let secrets = format!("{}&{}", secrets[0].expose(), secrets[1].expose());
        self.installation.seal("nobody", secrets.as_bytes(), &*self.generator)?;
        Ok(Secret::new(secrets))
    }

    /// Forgets the nonces whose requests are refused for their age. To be called every minute.
    pub async fn prune_nonces(&self) -> Result<(), AppError> {
        let now = self.clock.now();
        while self.store.prune_nonces(now, FORGET_AT_ONCE).await? >= u64::from(FORGET_AT_ONCE) {}
        Ok(())
    }
}
