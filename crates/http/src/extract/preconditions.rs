//! The headers that make a change safe to send: `If-Match` against stale writes (RFC 9110 §13.1.1),
//! `Idempotency-Key` against doubled ones.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode, header};
use outbound_app::ExpectedTag;

use crate::error::ApiError;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What the caller has seen of what it changes; whatever, without the header.
pub(crate) struct IfMatch(pub(crate) ExpectedTag);

/// The same where the header must be there.
pub(crate) struct NeedsIfMatch(pub(crate) ExpectedTag);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Self(if_match(parts)?.unwrap_or(ExpectedTag::Any)))
    }
}

impl<S: Sync> FromRequestParts<S> for NeedsIfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        if_match(parts)?.map(Self).ok_or_else(|| {
            let message =
                "say what you change: If-Match with the ETag that you read, or * for whatever is there";
            ApiError::new(StatusCode::PRECONDITION_REQUIRED, "if_match_required", message)
        })
    }
}

fn if_match(parts: &Parts) -> Result<Option<ExpectedTag>, ApiError> {
    let bad = || ApiError::bad_parameter("If-Match holds entity tags in quotes, or *");
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

/// The text of an entity tag; ours have neither commas nor quotes. Weak ones count, although RFC 9110
/// §13.1.1 compares strongly: a proxy that compresses (nginx) marks our tags weak, and they name a version
/// and its state, not the bytes of an answer, so that the same text is always the same version.
fn opaque(tag: &str) -> Option<String> {
    let text = tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?;
    Some(text.to_owned())
}

/// The key under which a creation may be sent again, as the IETF draft writes it (in quotes) or as
/// Stripe does (without).
pub(crate) struct IdempotencyKey(pub(crate) Option<String>);

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut values = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(value) = values.next() else { return Ok(Self(None)) };
        let text = value.to_str().ok().filter(|_| values.next().is_none());
        let text = text.ok_or_else(|| ApiError::bad_parameter("Idempotency-Key is one text of ASCII"))?;
        let unquoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        Ok(Self(Some(unquoted.unwrap_or(text).to_owned())))
    }
}
