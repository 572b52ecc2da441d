//! Reads the `Authorization` header: which kind of credential a request carries.

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::header;
use axum::http::request::Parts;
use outbound_app::Credential;
use outbound_auth::{OAuth1Request, Secret};

use crate::error::ApiError;

/// What the caller came with, for an answer that goes on longer than it may be good.
pub(crate) struct Presented(pub(crate) Credential);

impl<S: Sync> FromRequestParts<S> for Presented {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        credential(parts).map(Self)
    }
}

/// The credential of a request; exactly one header may carry one.
pub(crate) fn credential(parts: &Parts) -> Result<Credential, ApiError> {
    let mut values = parts.headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(ApiError::missing_credential());
    };
    let text = value.to_str().map_err(|_| ApiError::missing_credential())?.trim();
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(bearer(token.trim())),
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("oauth") => Ok(signed(text, parts)),
        // Some of the vendor's own clients leave the word out (contract §2.1).
        None if !text.is_empty() => Ok(bearer(text)),
        _ => Err(ApiError::missing_credential()),
    }
}

/// With the target as the client sent and signed it, before the router changed anything.
fn signed(authorization: &str, parts: &Parts) -> Credential {
    let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
    Credential::OAuth1(OAuth1Request {
        authorization: authorization.to_owned(),
        method: parts.method.to_string(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
    })
}

fn bearer(token: &str) -> Credential {
    // An AppJWT has three parts with dots between, an LE Bearer is 64 hexadecimal digits.
    if token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit()) {
        Credential::LeBearer(Secret::new(token))
    } else {
        Credential::AppJwt(token.to_owned())
    }
}
