//! Callbacks of providers. The path contains a random id instead of the account, and is never logged.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, OriginalUri, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use outbound_app::{App, CallbackRequest, signature_header};
use outbound_connectors::Provider;

use super::path::CallbackPath;
use crate::edge::Caller;
use crate::error::{ApiError, ErrorBody};
use crate::extract::body::read_body;
use crate::extract::parameter;

/// The id and the provider in the path.
pub(crate) struct CallbackTarget {
    id: String,
    provider: Provider,
}

impl<S: Sync> FromRequestParts<S> for CallbackTarget {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let provider = parameter(parts, "provider", Provider::from_name).await?;
        let provider = provider.ok_or_else(ApiError::path_not_found)?;
        Ok(Self { id: parameter(parts, "callbackId", str::to_owned).await?, provider })
    }
}

/// The signature and the body, as received. The path must belong to a connection.
pub(crate) struct SignedBody {
    signature: Option<String>,
    body: Bytes,
}

impl FromRequest<App> for SignedBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let CallbackTarget { id, provider } = CallbackTarget::from_request_parts(&mut parts, app).await?;
        app.check_callback(&id).await?;
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let signature = header(signature_header(provider)).map(|signature| match provider {
            Provider::Relay => {
                let part = |name: &str| header(name).unwrap_or_default();
                format!("{} {} {signature}", part("webhook-id"), part("webhook-timestamp"))
            }
            _ => signature.to_owned(),
        });
        Ok(Self { signature, body: read_body(body).await? })
    }
}

/// Receive a callback of a provider
///
/// For providers only: the body is the provider's JSON or form, and a signature covers all its bytes. Responds with 200
/// after the commit. Events of unknown messages are counted and ignored.
#[utoipa::path(
    post,
    operation_id = "receiveCallback",
    path = "/callbacks/{callbackId}/{provider}",
    tag = "Callbacks",
    params(CallbackPath),
    responses(
        (status = 200, description = "The events are recorded", body = String),
        (status = 400, description = "The body cannot be read", body = ErrorBody),
        (status = 403, description = "The signature is missing or wrong, or the time of a relay's callback is more than \
                                     five minutes off", body = ErrorBody),
        (status = 404, description = "The path belongs to no connection", body = ErrorBody),
        (status = 413, description = "The body is too long", body = ErrorBody),
        (status = 429, description = "Too many requests from this address that were not answered with 200", body = ErrorBody),
        (status = 503, description = "The database is unavailable or too busy", body = ErrorBody),
    ),
)]
pub(crate) async fn receive(
    caller: Caller,
    CallbackTarget { id, provider }: CallbackTarget,
    OriginalUri(uri): OriginalUri,
    State(app): State<App>,
    SignedBody { signature, body }: SignedBody,
) -> Result<(StatusCode, String), ApiError> {
    let target = uri.path_and_query().map_or("", |target| target.as_str());
    let request =
        CallbackRequest { callback_id: &id, provider, target, signature: signature.as_deref(), body };
    let answer = app.receive_callback(request).await?;
    caller.refund();
    Ok((StatusCode::OK, answer))
}

/// Answer the check of a callback address
///
/// Meta sends this request when the address is entered.
#[utoipa::path(
    get,
    operation_id = "answerSubscription",
    path = "/callbacks/{callbackId}/{provider}",
    tag = "Callbacks",
    params(CallbackPath),
    responses(
        (status = 200, description = "The challenge of the request", body = String),
        (status = 403, description = "The token is missing or wrong", body = ErrorBody),
        (status = 404, description = "The path belongs to no connection, or to another provider", body = ErrorBody),
        (status = 429, description = "Too many requests from this address", body = ErrorBody),
        (status = 503, description = "The database is unavailable or too busy", body = ErrorBody),
    ),
)]
pub(crate) async fn answer_subscription(
    CallbackTarget { id, provider }: CallbackTarget,
    OriginalUri(uri): OriginalUri,
    State(app): State<App>,
) -> Result<String, ApiError> {
    if provider != Provider::Meta {
        return Err(ApiError::path_not_found());
    }
    Ok(app.answer_subscription(&id, uri.query().unwrap_or_default()).await?)
}
