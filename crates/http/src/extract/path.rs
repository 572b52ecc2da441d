//! Parameters in the paths of the management API.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use outbound_model::{AccountId, AppKey, ClientId, HandoffId, Username, WebhookId};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::error::ApiError;
use crate::extract::parameter;

/// A value that can be a parameter of a path.
pub(crate) trait PathParameter: FromStr {
    /// The parameter's name.
    const PARAMETER: &'static str;
    /// The noun for error messages.
    const NOUN: &'static str;
}

impl PathParameter for HandoffId {
    const PARAMETER: &'static str = "id";
    const NOUN: &'static str = "handoff";
}

impl PathParameter for ClientId {
    const PARAMETER: &'static str = "clientId";
    const NOUN: &'static str = "client";
}

impl PathParameter for AppKey {
    const PARAMETER: &'static str = "appKey";
    const NOUN: &'static str = "API key";
}

impl PathParameter for Username {
    const PARAMETER: &'static str = "username";
    const NOUN: &'static str = "user";
}

impl PathParameter for WebhookId {
    const PARAMETER: &'static str = "webhookId";
    const NOUN: &'static str = "webhook";
}

impl PathParameter for Uuid {
    const PARAMETER: &'static str = "importId";
    const NOUN: &'static str = "import";
}

/// Parses a number, which may contain only digits.
fn parse_number(text: &str) -> Result<i64, ()> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().map_err(drop) } else { Err(()) }
}

/// A version's number: 1, 2, 3 …
pub(crate) struct VersionNumber(pub(crate) i64);

impl FromStr for VersionNumber {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        parse_number(text).map(Self)
    }
}

/// A delivery's number: 1, 2, 3 …
pub(crate) struct DeliveryNumber(pub(crate) i64);

impl FromStr for DeliveryNumber {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        parse_number(text).map(Self)
    }
}

impl PathParameter for DeliveryNumber {
    const PARAMETER: &'static str = "number";
    const NOUN: &'static str = "delivery";
}

impl PathParameter for VersionNumber {
    const PARAMETER: &'static str = "version";
    const NOUN: &'static str = "version";
}

/// A parameter of the path. An invalid value is reported like one that does not exist.
pub(crate) struct PathValue<T>(pub(crate) T);

impl<S: Sync, T: PathParameter> FromRequestParts<S> for PathValue<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parameter(parts, T::PARAMETER, str::parse).await?.map(Self).map_err(|_| {
            let message = format!("the {} does not exist in this account", T::NOUN);
            ApiError::new(StatusCode::NOT_FOUND, "not_found", message)
        })
    }
}

/// For the OpenAPI document: the account.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId"))]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct AccountPath(
    /// The brand's account (site id)
    #[param(value_type = AccountId, example = "12345678")]
    String,
);

/// For the OpenAPI document: the account and a handoff.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId", "id"))]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct HandoffPath(
    /// The brand's account (site id)
    #[param(value_type = AccountId, example = "12345678")]
    String,
    /// The handoff's id
    #[param(value_type = HandoffId, example = "H000000000000042")]
    String,
);

/// For the OpenAPI document: the account, a handoff and a version.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId", "id", "version"))]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
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

/// For the OpenAPI document: the account and a webhook.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId", "webhookId"))]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct WebhookPath(
    /// The brand's account (site id)
    #[param(value_type = AccountId, example = "12345678")]
    String,
    /// The webhook's id
    #[param(value_type = WebhookId, example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
    String,
);

/// For the OpenAPI document: the account and an import.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId", "importId"))]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct ImportPath(
    /// The brand's account (site id)
    #[param(value_type = AccountId, example = "12345678")]
    String,
    /// The import's id
    #[param(example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
    String,
);

/// For the OpenAPI document: the account, a webhook and a delivery.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId", "webhookId", "number"))]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
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
