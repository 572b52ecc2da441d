//! Gives an AppJWT to a client that knows its secret (RFC 6749 §4.4; contract §2.1).

use outbound_auth::{Claims, Secret, TOKEN_LIFETIME_SECONDS, secret_matches, sign};
use outbound_model::{AccountId, ClientId, Scopes};

use crate::{App, AppError};

/// What a client asks with.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// The account in the path.
    pub account: AccountId,
    /// The client's id, as it was sent.
    pub client_id: String,
    /// The client's secret, as it was sent.
    pub client_secret: Secret,
    /// A narrower scope than the client's own, if it asks for one.
    pub scope: Option<String>,
}

/// A token and what its receiver must know.
#[derive(Clone, Debug)]
pub struct TokenGrant {
    /// The AppJWT.
    pub access_token: String,
    /// How long it lives, in seconds.
    pub expires_in: i64,
}

/// Why no token is given: the codes of RFC 6749 §5.2, or an error of ours.
#[derive(Debug, thiserror::Error)]
pub enum GrantRefusal {
    /// No such client in the account, revoked, or a wrong secret; nobody is told which.
    #[error("the client is unknown, or its secret is wrong")]
    InvalidClient,
    /// The client may not have this scope.
    #[error("the client may not have this scope")]
    InvalidScope,
    /// No answer is possible.
    #[error(transparent)]
    App(#[from] AppError),
}

/// A client that has proven its secret, and what its token will say.
#[derive(Debug)]
pub struct AuthenticatedClient {
    account: AccountId,
    client: ClientId,
    scopes: Scopes,
}

impl App {
    /// Gives a token of one hour: [`authenticate_client`](Self::authenticate_client) and [`issue_token`](Self::issue_token).
    pub async fn grant_token(&self, request: TokenRequest) -> Result<TokenGrant, GrantRefusal> {
        let proven = self.authenticate_client(request).await?;
        Ok(self.issue_token(proven).await?)
    }

    /// Checks a client's secret and the scope that it asks for. Makes no token yet, so that a budget can be
    /// checked first.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn authenticate_client(
        &self,
        request: TokenRequest,
    ) -> Result<AuthenticatedClient, GrantRefusal> {
        let id: ClientId = request.client_id.parse().map_err(|_| GrantRefusal::InvalidClient)?;
        let reader = self.store.read_credentials(&request.account);
        let client = reader.client(&id).await.map_err(AppError::from)?;
        // An unknown client costs the same comparison as a known one.
        let hash = client.as_ref().map_or(&[0; 32][..], |client| &client.secret_hash);
        let known = secret_matches(&request.client_secret, hash);
        let client = client.filter(|client| known && client.revoked_at.is_none());
        let client = client.ok_or(GrantRefusal::InvalidClient)?;
        let scopes = narrowed(client.scopes, request.scope.as_deref())?;
        Ok(AuthenticatedClient { account: request.account, client: id, scopes })
    }

    /// Makes the token of one hour.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn issue_token(&self, proven: AuthenticatedClient) -> Result<TokenGrant, AppError> {
        let now = self.clock.now();
        let expires_at = now.plus_seconds(TOKEN_LIFETIME_SECONDS);
        let AuthenticatedClient { account, client, scopes } = proven;
        let claims = Claims { account, client, scopes, expires_at };
        let ring = self.key_ring().await?;
        let access_token = sign(&ring, &claims, now)?;
        Ok(TokenGrant { access_token, expires_in: TOKEN_LIFETIME_SECONDS })
    }
}

fn narrowed(own: Scopes, wanted: Option<&str>) -> Result<Scopes, GrantRefusal> {
    let Some(wanted) = wanted.filter(|words| !words.trim().is_empty()) else { return Ok(own) };
    let wanted: Scopes = wanted.parse().map_err(|_| GrantRefusal::InvalidScope)?;
    if wanted.within(&own) { Ok(wanted) } else { Err(GrantRefusal::InvalidScope) }
}
