//! Parameters of the reporting API.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use outbound_model::AccountId;
use outbound_reporting::{App, Text};
use utoipa::IntoParams;

use crate::error::ApiError;
use crate::extract::parameter;
use crate::extract::query::Parameters;

/// The query parameters of all requests with an interval.
const START: &str = "attemptedStartTime";
const END: &str = "attemptedEndTime";
/// The version of the transactions.
const VERSION: &str = "v";

/// The application in the path: `prmsg` or `c2m`.
pub(crate) struct PathApp(pub(crate) App);

impl<S: Sync> FromRequestParts<S> for PathApp {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let app = parameter(parts, "app", App::from_name).await?;
        app.map(Self).ok_or_else(|| ApiError::unknown_app("prmsg or c2m"))
    }
}

/// The campaign in the path. An invalid id is reported like one that does not exist.
pub(crate) struct PathCampaign(pub(crate) Text);

impl<S: Sync> FromRequestParts<S> for PathCampaign {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        if !parameter(parts, "app", |app| app == App::Proactive.as_str()).await? {
            return Err(ApiError::unknown_app(App::Proactive.as_str()));
        }
        let id = parameter(parts, "proactiveCampaignId", str::to_owned).await?;
        Text::new("proactiveCampaignId", id).map(Self).map_err(|_| ApiError::unknown_campaign())
    }
}

/// The interval of the query, not checked yet, and the version.
pub(crate) struct ReportQuery {
    pub(crate) start: Option<String>,
    pub(crate) end: Option<String>,
    pub(crate) version: Version,
}

/// The version of the transactions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Version {
    One,
    Two,
}

impl<S: Sync> FromRequestParts<S> for ReportQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let parameters = Parameters::of(parts, &[START, END, VERSION])?;
        let version = match parameters.text(VERSION) {
            None | Some("1" | "1.0") => Version::One,
            Some("2" | "2.0") => Version::Two,
            Some(_) => return Err(ApiError::bad_parameter("v must be 1 or 2.0")),
        };
        let text = |name| parameters.text(name).map(str::to_owned);
        Ok(Self { start: text(START), end: text(END), version })
    }
}

/// For the OpenAPI document: the account and the application.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId", "app"))]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct AppPath(
    /// The brand's account (site id)
    #[param(value_type = AccountId, example = "12345678")]
    String,
    /// `prmsg` (Proactive Messaging) or `c2m` (Connect To Messaging)
    #[param(value_type = App, example = "prmsg")]
    String,
);

/// For the OpenAPI document: the interval.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, names("attemptedStartTime", "attemptedEndTime"))]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct IntervalParameters(
    /// Messages that were attempted at this time or later: milliseconds since 1970, within the last 13 months
    #[param(example = 1_789_344_000_000_i64)]
    i64,
    /// Messages that were attempted before this time: milliseconds since 1970
    #[param(example = 1_789_430_400_000_i64)]
    i64,
);

/// For the OpenAPI document: the account and the campaign.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId", "app", "proactiveCampaignId"))]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct CampaignPath(
    /// The brand's account (site id)
    #[param(value_type = AccountId, example = "12345678")]
    String,
    /// Always `prmsg`
    #[param(pattern = "^prmsg$", example = "prmsg")]
    String,
    /// The campaign
    #[param(example = "a9cRASfbQ")]
    String,
);
