//! Request headers that protect changes: `If-Match` against overwriting newer changes (RFC 9110 §13.1.1), and
//! `Idempotency-Key` against repeated requests.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode, header};
use outbound_app::ExpectedTag;

use crate::error::ApiError;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Set when an earlier request with the same key was carried out. Stripe uses the same name.
pub(crate) const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The state that the caller expects of the resource; any state without the header.
pub(crate) struct IfMatch(pub(crate) ExpectedTag);

/// Like [`IfMatch`], but the header is required.
pub(crate) struct RequiredIfMatch(pub(crate) ExpectedTag);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Self(if_match(parts)?.unwrap_or(ExpectedTag::Any)))
    }
}

impl<S: Sync> FromRequestParts<S> for RequiredIfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        if_match(parts)?.map(Self).ok_or_else(|| {
            let message = "If-Match is missing; send the ETag that you read, or * to overwrite any version";
            ApiError::new(StatusCode::PRECONDITION_REQUIRED, "if_match_required", message)
        })
    }
}

fn if_match(parts: &Parts) -> Result<Option<ExpectedTag>, ApiError> {
    let bad = || ApiError::bad_parameter("If-Match must contain entity tags in quotes, or *");
    let values: Result<Vec<_>, _> =
        parts.headers.get_all(header::IF_MATCH).iter().map(|value| value.to_str()).collect();
    let values = values.map_err(|_| bad())?.join(",");
    match values.trim() {
        "" if parts.headers.contains_key(header::IF_MATCH) => Err(bad()),
        "" => Ok(None),
        "*" => Ok(Some(ExpectedTag::Any)),
        tags => {
            let tags = tags.split(',').map(|tag| opaque(tag.trim()).ok_or_else(bad));
            Ok(Some(ExpectedTag::OneOf(tags.collect::<Result<_, _>>()?)))
        }
    }
}

/// Returns the value of an entity tag; the server's own tags contain neither commas nor quotes. Weak tags are
/// accepted, although RFC 9110 §13.1.1 requires a strong comparison: compressing proxies such as nginx mark tags as
/// weak. This is safe, because the tags identify a version and its state, not the bytes of a response.
fn opaque(tag: &str) -> Option<String> {
    let text = tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?;
    Some(text.to_owned())
}

/// The key under which a request to create something may be repeated, in quotes as in the IETF draft, or without
/// quotes as in Stripe's API.
pub(crate) struct IdempotencyKey(pub(crate) Option<String>);

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut values = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(value) = values.next() else { return Ok(Self(None)) };
        let text = value.to_str().ok().filter(|_| values.next().is_none());
        let text =
            text.ok_or_else(|| ApiError::bad_parameter("Idempotency-Key must be a single ASCII string"))?;
        let unquoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        Ok(Self(Some(unquoted.unwrap_or(text).to_owned())))
    }
}
