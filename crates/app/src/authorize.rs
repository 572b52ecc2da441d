//! Who may do what: a credential and a right in, a grant out.

use std::marker::PhantomData;

use outbound_auth::{Claims, TokenError, verify};
use outbound_model::{AccountId, Scope};

use crate::{App, AppError, Refusal};

/// A right, as a type: a use case that takes `Grant<ReadHandoffs>` cannot be called without it.
pub trait Right {
    /// The scope that gives this right to a client's token; none where no token can.
    const SCOPE: Option<Scope>;
}

/// To read the published handoffs.
#[derive(Clone, Copy, Debug)]
pub struct ReadHandoffs;

impl Right for ReadHandoffs {
    const SCOPE: Option<Scope> = Some(Scope::HandoffsRead);
}

/// To make, change and publish handoffs.
#[derive(Clone, Copy, Debug)]
pub struct WriteHandoffs;

impl Right for WriteHandoffs {
    const SCOPE: Option<Scope> = Some(Scope::HandoffsWrite);
}

/// To make and revoke the account's clients. No token gives it.
#[derive(Clone, Copy, Debug)]
pub struct ManageClients;

impl Right for ManageClients {
    const SCOPE: Option<Scope> = None;
}

/// The proof that somebody may do `R` in one account.
#[derive(Clone, Debug)]
pub struct Grant<R> {
    account: AccountId,
    principal: String,
    right: PhantomData<R>,
}

impl<R> Grant<R> {
    /// The account it is for.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// Who it was given to, for history and audit: a client id, or `command line`.
    pub fn principal(&self) -> &str {
        &self.principal
    }
}

impl App {
    /// Lets the bearer of `token` do `R` in `account`, or says why not.
    pub async fn authorize<R: Right>(&self, account: &AccountId, token: &str) -> Result<Grant<R>, AppError> {
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
        Ok(Grant { account: claims.account, principal: claims.client.to_string(), right: PhantomData })
    }

    /// Whoever has the database and the installation's key may do everything: the command line.
    pub fn operator<R: Right>(&self, account: &AccountId) -> Grant<R> {
        Grant { account: account.clone(), principal: "command line".to_owned(), right: PhantomData }
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
