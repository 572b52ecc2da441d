//! Who may do what: a credential and a right in, a grant out. Each kind of credential has its file.

use std::marker::PhantomData;

use outbound_auth::{OAuth1Request, Secret};
use outbound_model::AccountId;

use crate::{App, AppError, ReadDrafts, Right, WriteHandoffs};

/// What a caller comes with.
#[derive(Clone, Debug)]
pub enum Credential {
    /// An AppJWT (OAuth 2.0).
    AppJwt(String),
    /// A request signed with an API key (OAuth 1.0).
    OAuth1(OAuth1Request),
    /// An LE Bearer: the token of a person's login.
    LeBearer(Secret),
}

/// The proof that somebody may do `R` in one account.
#[derive(Clone, Debug)]
pub struct Grant<R> {
    account: AccountId,
    principal: String,
    right: PhantomData<R>,
}

impl<R> Grant<R> {
    /// Only for the files that check a credential.
    pub(crate) fn new(account: AccountId, principal: String) -> Self {
        Self { account, principal, right: PhantomData }
    }

    /// The account it is for.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// Who it was given to, for history and audit: a client id, a key, a login, or `command line`.
    pub fn principal(&self) -> &str {
        &self.principal
    }
}

impl Grant<WriteHandoffs> {
    /// Whoever may write handoffs may read them: a client by the same scope, people by their roles.
    pub fn to_read(&self) -> Grant<ReadDrafts> {
        Grant::new(self.account.clone(), self.principal.clone())
    }
}

impl App {
    /// Lets the owner of `credential` do `R` in `account`, or says why not. `None` is a name that no
    /// account can have: a good credential is of another, a bad one is told so first.
    pub async fn authorize<R: Right>(
        &self,
        account: Option<&AccountId>,
        credential: &Credential,
    ) -> Result<Grant<R>, AppError> {
        match credential {
            Credential::AppJwt(token) => self.authorize_app_jwt(account, token).await,
            Credential::OAuth1(request) => self.authorize_oauth1(account, request).await,
            Credential::LeBearer(bearer) => self.authorize_le_bearer(account, bearer).await,
        }
    }

    /// Whoever has the database and the installation's key may do everything: the command line.
    pub fn operator<R: Right>(&self, account: &AccountId) -> Grant<R> {
        Grant::new(account.clone(), "command line".to_owned())
    }
}
