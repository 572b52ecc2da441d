//! The query parameters of the two list endpoints: the extractor and the OpenAPI description.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use utoipa::IntoParams;

use super::list_query::ListQuery;
use crate::error::ApiError;

/// The documented parameters, for the OpenAPI document; [`ListQuery`] parses them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct ListParameters {
    /// The version of the API: `1` or `1.0`.
    #[param(pattern = r"^1(\.0)?$", example = "1")]
    v: String,
    /// The maximum number of elements to return.
    #[param(minimum = 1, maximum = 1000, default = 30)]
    limit: Option<u32>,
    /// The number of elements to skip.
    #[param(minimum = 0, maximum = 2_147_483_647, default = 0)]
    offset: Option<u32>,
}

impl<S: Sync> FromRequestParts<S> for ListQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        Self::parse(query).map_err(|invalid| ApiError::bad_parameter(invalid.to_string()))
    }
}
