//! Issues AppJWTs to clients: the client credentials grant (RFC 6749 §4.4; contract §2.1).

use outbound_auth::{Claims, Secret, TOKEN_LIFETIME_SECONDS, secret_matches, sign};
use outbound_model::{AccountId, ClientId, Scopes};

use crate::{App, AppError};

/// A token request.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// The account in the path.
    pub account: AccountId,
    /// The client id as received.
    pub client_id: String,
    /// The client secret as received.
    pub client_secret: Secret,
    /// The requested scope, if any; it must be part of the client's own.
    pub scope: Option<String>,
}

/// The response to a token request.
#[derive(Clone, Debug)]
pub struct TokenGrant {
    /// The AppJWT.
    pub access_token: String,
    /// Lifetime in seconds.
    pub expires_in: i64,
}

/// Why no token was issued: the error codes of RFC 6749 §5.2, or another error.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// The client is unknown or revoked, or the secret is wrong. The error does not say which.
    #[error("the client is unknown, or its secret is wrong")]
    InvalidClient,
    /// The client does not have the requested scope.
    #[error("the client does not have this scope")]
    InvalidScope,
    /// Any other error.
    #[error(transparent)]
    App(#[from] AppError),
}

/// A client whose secret was verified, and the scopes of its token.
#[derive(Debug)]
pub struct AuthenticatedClient {
    account: AccountId,
    client: ClientId,
    scopes: Scopes,
}

impl App {
    /// Authenticates a client and issues a token.
    pub async fn grant_token(&self, request: TokenRequest) -> Result<TokenGrant, GrantError> {
        let client = self.authenticate_client(request).await?;
        Ok(self.issue_token(client).await?)
    }

    /// Checks the client's secret and requested scope. Issues no token yet, so that the caller can check a budget
    /// first.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn authenticate_client(
        &self,
        request: TokenRequest,
    ) -> Result<AuthenticatedClient, GrantError> {
        let id: ClientId = request.client_id.parse().map_err(|_| GrantError::InvalidClient)?;
        let reader = self.store.read_credentials(&request.account);
        let client = reader.client(&id).await.map_err(AppError::from)?;
        // Compare for unknown clients, too, so that the duration does not reveal them.
        let hash = client.as_ref().map_or(&[0; 32][..], |client| &client.secret_hash);
        let matches = secret_matches(&request.client_secret, hash);
        let client = client.filter(|client| matches && client.revoked_at.is_none());
        let client = client.ok_or(GrantError::InvalidClient)?;
        let scopes = requested_scopes(client.scopes, request.scope.as_deref())?;
        Ok(AuthenticatedClient { account: request.account, client: id, scopes })
    }

    /// Issues a token, which is valid for one hour.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn issue_token(&self, client: AuthenticatedClient) -> Result<TokenGrant, AppError> {
        let now = self.clock.now();
        let expires_at = now.plus_seconds(TOKEN_LIFETIME_SECONDS);
        let AuthenticatedClient { account, client, scopes } = client;
        let claims = Claims { account, client, scopes, expires_at };
        let ring = self.key_ring().await?;
        let access_token = sign(&ring, &claims, now)?;
        Ok(TokenGrant { access_token, expires_in: TOKEN_LIFETIME_SECONDS })
    }
}

fn requested_scopes(own: Scopes, requested: Option<&str>) -> Result<Scopes, GrantError> {
    let Some(requested) = requested.filter(|words| !words.trim().is_empty()) else { return Ok(own) };
    let requested: Scopes = requested.parse().map_err(|_| GrantError::InvalidScope)?;
    if requested.within(&own) { Ok(requested) } else { Err(GrantError::InvalidScope) }
}
