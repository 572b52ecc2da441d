//! Authorization: verifies a credential for a right, accepts the request and returns a grant. Each kind of credential
//! has its own file.

use std::marker::PhantomData;

use outbound_auth::{OAuth1Request, Secret};
use outbound_model::AccountId;

use crate::credentials::UnspentNonce;
use crate::{App, AppError, ReadDrafts, Right, WriteHandoffs};

/// Credential of a request.
#[derive(Clone, Debug)]
pub enum Credential {
    /// An AppJWT (OAuth 2.0).
    AppJwt(String),
    /// A request signed with an API key (OAuth 1.0).
    OAuth1(OAuth1Request),
    /// An LE Bearer: the token of a user's session.
    LeBearer(Secret),
}

/// Proof that the caller has the right `R` in an account.
#[derive(Clone, Debug)]
pub struct Grant<R> {
    account: AccountId,
    principal: String,
    right: PhantomData<R>,
}

impl<R> Grant<R> {
    /// To be called only by code that has checked a credential.
    pub(crate) fn new(account: AccountId, principal: String) -> Self {
        Self { account, principal, right: PhantomData }
    }

    /// The account in which the right applies.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The caller, for versions and the audit log: a client id, an API key, a login name or `command line`.
    pub fn principal(&self) -> &str {
        &self.principal
    }
}

/// A verified credential with the right `R`, which becomes a grant when the request is accepted.
#[derive(Debug)]
pub struct PendingGrant<R> {
    grant: Grant<R>,
    nonce: Option<UnspentNonce>,
}

impl<R> PendingGrant<R> {
    pub(crate) fn with_nonce(grant: Grant<R>, nonce: UnspentNonce) -> Self {
        Self { grant, nonce: Some(nonce) }
    }

    /// The account in which the right applies.
    pub fn account(&self) -> &AccountId {
        self.grant.account()
    }
}

impl<R> From<Grant<R>> for PendingGrant<R> {
    fn from(grant: Grant<R>) -> Self {
        Self { grant, nonce: None }
    }
}

impl Grant<WriteHandoffs> {
    /// The right to write handoffs includes the right to read drafts, for every scope and role.
    pub fn to_read(&self) -> Grant<ReadDrafts> {
        Grant::new(self.account.clone(), self.principal.clone())
    }
}

impl App {
    /// Verifies `credential` and accepts the request, for callers that have no budget to check in between.
    pub async fn authorize<R: Right>(
        &self,
        account: Option<&AccountId>,
        credential: &Credential,
    ) -> Result<Grant<R>, AppError> {
        let pending = self.verify(account, credential).await?;
        self.accept(pending).await
    }

    /// Checks that `credential` includes the right `R` in `account`. The request has still to be accepted. `account` is
    /// `None` if the requested id is malformed. The result is then the same as for an account that does not exist.
    pub async fn verify<R: Right>(
        &self,
        account: Option<&AccountId>,
        credential: &Credential,
    ) -> Result<PendingGrant<R>, AppError> {
        match credential {
            Credential::AppJwt(token) => self.authorize_app_jwt(account, token).await.map(PendingGrant::from),
            Credential::OAuth1(request) => self.verify_oauth1(account, request).await,
            Credential::LeBearer(bearer) => {
                self.authorize_le_bearer(account, bearer).await.map(PendingGrant::from)
            }
        }
    }

    /// Accepts a request whose credential was verified. Fails if its nonce was used before.
    pub async fn accept<R>(&self, pending: PendingGrant<R>) -> Result<Grant<R>, AppError> {
        if let Some(nonce) = &pending.nonce {
            self.spend_nonce(pending.account(), nonce).await?;
        }
        Ok(pending.grant)
    }

    /// Grants any right to the command line, whose user has the database and the installation key anyway.
    pub fn operator<R: Right>(&self, account: &AccountId) -> Grant<R> {
        Grant::new(account.clone(), "command line".to_owned())
    }
}
