//! The domain API: returns the host of each service (contract §1). It requires no credential, and the response does not
//! reveal whether the account exists.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, header};
use outbound_app::{App, SERVICES, Service};
use outbound_model::AccountId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorBody};
use crate::extract::{ValidAccount, parameter};

/// The name of a service.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "used only for the OpenAPI document; a test compares it with SERVICES")]
enum ServiceName {
    Sentinel,
    AgentVep,
    ProactiveHandoff,
    LeDataReporting,
    Proactive,
}

/// The host of a service.
#[derive(Serialize, ToSchema)]
pub(crate) struct BaseUri {
    /// The service's name.
    #[schema(value_type = ServiceName)]
    service: &'static str,
    /// The account of the request.
    #[schema(value_type = AccountId)]
    account: String,
    /// The host without a scheme, with its port if it is not the default.
    #[serde(rename = "baseURI")]
    #[schema(example = "va.outbound.example")]
    host: String,
}

impl From<Service> for BaseUri {
    fn from(service: Service) -> Self {
        let Service { service, account, host } = service;
        Self { service, account: account.to_string(), host }
    }
}

/// The hosts of all services.
#[derive(Serialize, ToSchema)]
pub(crate) struct BaseUris {
    /// One element for each service.
    #[serde(rename = "baseURIs")]
    base_uris: Vec<BaseUri>,
}

impl BaseUris {
    pub(crate) fn new(services: Vec<Service>) -> Self {
        Self { base_uris: services.into_iter().map(BaseUri::from).collect() }
    }
}

/// Checks that the query has exactly one parameter `version=1.0`.
pub(crate) struct DomainVersion;

impl<S: Sync> FromRequestParts<S> for DomainVersion {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let mut versions = form_urlencoded::parse(query).filter(|(name, _)| name == "version");
        match (versions.next(), versions.next()) {
            (Some((_, version)), None) if version == "1.0" => Ok(Self),
            _ => Err(ApiError::bad_parameter("version is required and must be 1.0")),
        }
    }
}

/// The service in the path.
pub(crate) struct PathService(&'static str);

impl<S: Sync> FromRequestParts<S> for PathService {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let find = |name: &str| SERVICES.into_iter().find(|service| *service == name);
        parameter(parts, "name", find).await?.map(Self).ok_or_else(|| {
            let services = SERVICES.join(", ");
            ApiError::unknown_service(format!("the service does not exist; the services are {services}"))
        })
    }
}

/// The maximum caching time that the vendor recommends.
const CACHE_FOR_A_DAY: (HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=86400");

/// Get the host of a service
///
/// Service names are case-sensitive.
#[utoipa::path(
    get,
    operation_id = "getServiceHost",
    path = "/api/account/{accountId}/service/{name}/baseURI.json",
    tag = "Domains",
    params(
        ("accountId" = AccountId, Path, description = "The brand's account (site id)", example = "12345678"),
        ("name" = ServiceName, Path, description = "`sentinel` (tokens), `agentVep` (login), \
            `proactiveHandoff` (handoffs), `leDataReporting` (reports) or `proactive` (campaigns)", example = "sentinel"),
        ("version" = String, Query, description = "Always `1.0`", pattern = r"^1\.0$", example = "1.0"),
    ),
    responses(
        (status = 200, description = "The host", body = BaseUri),
        (status = 400, description = "The version is missing or not `1.0`", body = ErrorBody),
        (status = 404, description = "The service does not exist, or the account id is not valid", body = ErrorBody),
    ),
)]
pub(crate) async fn service(
    ValidAccount(account): ValidAccount,
    PathService(name): PathService,
    _: DomainVersion,
    State(app): State<App>,
) -> Result<([(HeaderName, &'static str); 1], Json<BaseUri>), ApiError> {
    let mut services = app.services(&account).into_iter();
    let found = services.find(|service| service.service == name);
    let found = found.ok_or_else(|| ApiError::unknown_service("the service does not exist"))?;
    Ok(([CACHE_FOR_A_DAY], Json(found.into())))
}

/// List the hosts of all services
#[utoipa::path(
    get,
    operation_id = "listServiceHosts",
    path = "/api/account/{accountId}/service/baseURI.json",
    tag = "Domains",
    params(
        ("accountId" = AccountId, Path, description = "The brand's account (site id)", example = "12345678"),
        ("version" = String, Query, description = "Always `1.0`", pattern = r"^1\.0$", example = "1.0"),
    ),
    responses(
        (status = 200, description = "The hosts", body = BaseUris),
        (status = 400, description = "The version is missing or not `1.0`", body = ErrorBody),
        (status = 404, description = "The account id is not valid", body = ErrorBody),
    ),
)]
pub(crate) async fn services(
    ValidAccount(account): ValidAccount,
    _: DomainVersion,
    State(app): State<App>,
) -> ([(HeaderName, &'static str); 1], Json<BaseUris>) {
    ([CACHE_FOR_A_DAY], Json(BaseUris::new(app.services(&account))))
}
