//! Parses a token request. Clients send the parameters in the query, in the body, or in both (contract §2.1). RFC 6749
//! §2.3.1 also allows id and secret in `Authorization: Basic`.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outbound_app::GrantError;
use outbound_auth::Secret;
use utoipa::ToSchema;

use super::oauth_error::OAuthError;

/// The maximum number of parameters of any name in the query, and in the body. They are parsed before the credential is
/// checked.
const MAX_PARAMETERS: usize = 100;

/// The documented form, for the OpenAPI document.
#[derive(ToSchema)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct TokenForm {
    /// `client_credentials`; optional.
    #[schema(example = "client_credentials")]
    grant_type: Option<String>,
    /// The client's id.
    #[schema(example = "75588e18-0213-4e33-8174-883acac7e3c4")]
    client_id: String,
    /// The client's secret.
    client_secret: String,
    /// A narrower scope than the client's.
    #[schema(example = "handoffs.read")]
    scope: Option<String>,
}

/// The client's credentials, from any part of the request.
#[derive(Debug)]
pub(crate) struct ClientCredentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    pub(crate) scope: Option<String>,
}

impl<S: Send + Sync> FromRequest<S> for ClientCredentials {
    type Rejection = OAuthError;

    async fn from_request(request: Request, state: &S) -> Result<Self, OAuthError> {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let headers = request.headers().clone();
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|_| OAuthError::InvalidRequest("the body is incomplete".to_owned()))?;
        if !body.is_empty() && !is_form(&headers) {
            return Err(OAuthError::NotAForm);
        }
        let mut parameters = TokenParameters::default();
        parameters.read(query.as_bytes())?;
        parameters.read(&body)?;
        parameters.credentials(basic(&headers)?)
    }
}

/// Returns whether the body is a form. A body without a content type is treated as one.
fn is_form(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_none_or(|value| {
        let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    })
}

/// Returns id and secret from `Authorization: Basic`, if present. Other schemes are ignored.
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, OAuthError> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let text = String::from_utf8_lossy(value.as_bytes());
    let (scheme, encoded) = text.split_once(' ').unwrap_or((&text, ""));
    if !scheme.eq_ignore_ascii_case("basic") {
        return Ok(None);
    }
    let pair = STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    // RFC 6749 requires form encoding of both, which does not change the ids and secrets of this server.
    let pair =
        pair.and_then(|pair| pair.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned())));
    Ok(Some(pair.ok_or(GrantError::InvalidClient)?))
}

#[derive(Default)]
struct TokenParameters(HashMap<String, String>);

impl TokenParameters {
    /// Adds parameters. The same value in query and body is allowed; different values are an error.
    fn read(&mut self, encoded: &[u8]) -> Result<(), OAuthError> {
        for (index, (name, value)) in form_urlencoded::parse(encoded).enumerate() {
            if index == MAX_PARAMETERS {
                let problem = format!("there are more than {MAX_PARAMETERS} parameters");
                return Err(OAuthError::InvalidRequest(problem));
            }
            match self.0.get(&*name) {
                Some(previous) if *previous != value => {
                    return Err(OAuthError::InvalidRequest(format!("{name} is given twice")));
                }
                _ => self.0.insert(name.into_owned(), value.into_owned()),
            };
        }
        Ok(())
    }

    fn credentials(mut self, basic: Option<(String, String)>) -> Result<ClientCredentials, OAuthError> {
        if self.0.get("grant_type").is_some_and(|grant| grant != "client_credentials") {
            return Err(OAuthError::UnsupportedGrantType);
        }
        let (basic_id, basic_secret) = basic.unzip();
        Ok(ClientCredentials {
            client_id: self.required("client_id", basic_id)?,
            client_secret: Secret::new(self.required("client_secret", basic_secret)?),
            scope: self.0.remove("scope"),
        })
    }

    fn required(&mut self, name: &str, fallback: Option<String>) -> Result<String, OAuthError> {
        let found = self.0.remove(name).or(fallback);
        found.ok_or_else(|| OAuthError::InvalidRequest(format!("{name} is missing")))
    }
}
