//! What the paths of the management API name.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use outbound_model::{AccountId, AppKey, ClientId, HandoffId, Username, WebhookId};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::error::ApiError;
use crate::extract::parameter;

/// Something that stands in a path.
pub(crate) trait PathParameter: FromStr {
    /// The parameter's name.
    const PARAMETER: &'static str;
    /// What it is, in a sentence.
    const WHAT: &'static str;
}

impl PathParameter for HandoffId {
    const PARAMETER: &'static str = "id";
    const WHAT: &'static str = "handoff";
}

impl PathParameter for ClientId {
    const PARAMETER: &'static str = "clientId";
    const WHAT: &'static str = "client";
}

impl PathParameter for AppKey {
    const PARAMETER: &'static str = "appKey";
    const WHAT: &'static str = "API key";
}

impl PathParameter for Username {
    const PARAMETER: &'static str = "username";
    const WHAT: &'static str = "user";
}

impl PathParameter for WebhookId {
    const PARAMETER: &'static str = "webhookId";
    const WHAT: &'static str = "webhook";
}

impl PathParameter for Uuid {
    const PARAMETER: &'static str = "importId";
    const WHAT: &'static str = "import";
}

/// A number in a path: digits only.
fn number(text: &str) -> Result<i64, ()> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().map_err(drop) } else { Err(()) }
}

/// A version's number: 1, 2, 3 …
pub(crate) struct VersionNumber(pub(crate) i64);

impl FromStr for VersionNumber {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        number(text).map(Self)
    }
}

/// A delivery's number: 1, 2, 3 …
pub(crate) struct DeliveryNumber(pub(crate) i64);

impl FromStr for DeliveryNumber {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        number(text).map(Self)
    }
}

impl PathParameter for DeliveryNumber {
    const PARAMETER: &'static str = "number";
    const WHAT: &'static str = "delivery";
}

impl PathParameter for VersionNumber {
    const PARAMETER: &'static str = "version";
    const WHAT: &'static str = "version";
}

/// What the path names as `T`. What cannot be one is as unknown as what is not there.
pub(crate) struct PathValue<T>(pub(crate) T);

impl<S: Sync, T: PathParameter> FromRequestParts<S> for PathValue<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let text = parameter(parts, T::PARAMETER).await?;
        text.parse().map(Self).map_err(|_| {
            let message = format!("there is no such {} in this account", T::WHAT);
            ApiError::new(StatusCode::NOT_FOUND, "not_found", message)
        })
    }
}

/// For the OpenAPI file: the account of every path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId"))]
#[expect(dead_code, reason = "only describes")]
pub(crate) struct AccountPath(
    /// The brand's account (site id)
    #[param(value_type = AccountId, example = "12345678")]
    String,
);

/// For the OpenAPI file: the account and one of its handoffs.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId", "id"))]
#[expect(dead_code, reason = "only describes")]
pub(crate) struct HandoffPath(
    /// The brand's account (site id)
    #[param(value_type = AccountId, example = "12345678")]
    String,
    /// The handoff's id
    #[param(value_type = HandoffId, example = "H000000000000042")]
    String,
);

/// For the OpenAPI file: the account, one of its handoffs and a version of that.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId", "id", "version"))]
#[expect(dead_code, reason = "only describes")]
pub(crate) struct VersionPath(
    /// The brand's account (site id)
    #[param(value_type = AccountId, example = "12345678")]
    String,
    /// The handoff's id
    #[param(value_type = HandoffId, example = "H000000000000042")]
    String,
    /// The version's number
    #[param(pattern = "^[0-9]+$", example = "1")]
    String,
);

/// For the OpenAPI file: the account and one of its webhooks.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId", "webhookId"))]
#[expect(dead_code, reason = "only describes")]
pub(crate) struct WebhookPath(
    /// The brand's account (site id)
    #[param(value_type = AccountId, example = "12345678")]
    String,
    /// The webhook's id
    #[param(value_type = WebhookId, example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
    String,
);

/// For the OpenAPI file: the account and one of its imports.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId", "importId"))]
#[expect(dead_code, reason = "only describes")]
pub(crate) struct ImportPath(
    /// The brand's account (site id)
    #[param(value_type = AccountId, example = "12345678")]
    String,
    /// The import's id
    #[param(example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
    String,
);

/// For the OpenAPI file: the account, one of its webhooks and a delivery of that.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId", "webhookId", "number"))]
#[expect(dead_code, reason = "only describes")]
pub(crate) struct DeliveryPath(
    /// The brand's account (site id)
    #[param(value_type = AccountId, example = "12345678")]
    String,
    /// The webhook's id
    #[param(value_type = WebhookId, example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
    String,
    /// The delivery's number
    #[param(pattern = "^[0-9]+$", example = "17")]
    String,
);
