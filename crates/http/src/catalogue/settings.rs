//! Settings of an account.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use outbound_app::{AccountDefaults, AccountSettings, App, ChannelDefaults, ManageRules, ReadDrafts};
use outbound_rules::{RuleLevel, RuleSet};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::campaigns::CampaignSettingsBody;
use crate::error::ApiError;
use crate::error_responses::{BodyErrorResponses, CommonErrorResponses, PreconditionResponse};
use crate::extract::Authorized;
use crate::extract::body::JsonBody;
use crate::extract::object::{JsonObject, object};
use crate::extract::path::AccountPath;
use crate::extract::preconditions::IfMatch;

/// The settings of an account. Missing fields have their default values.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct SettingsBody {
    /// Whose limits apply: those of the providers, or also LivePerson's narrower ones.
    rule_set: RuleSet,
    /// The hosts of permitted media URLs, at most 100. If the list is empty, all hosts are permitted.
    #[schema(max_items = 100, example = json!(["cdn.example.com"]))]
    permitted_media_hosts: Vec<String>,
    /// The levels of single rules, by rule name.
    #[schema(example = json!({"sms-shortener": "error"}))]
    levels: BTreeMap<String, RuleLevel>,
    /// Whether a version must be published by another user than the one who saved it.
    four_eyes: bool,
    /// The account's request budget per second; 0 for no limit. The default is that of the installation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 100_000, example = 50)]
    requests_per_second: Option<u32>,
    /// Whether the reporting API also reports RCS and Apple Messages, as `googlercs` and `apple`. LivePerson's own API
    /// does not have these channels.
    report_all_channels: bool,
    /// Values for channels of imported handoffs that are missing in the provider's file, by channel type.
    #[serde(skip_serializing_if = "AccountDefaults::is_empty", deserialize_with = "import_defaults")]
    #[schema(value_type = BTreeMap<String, ImportDefaultsBody>, example = json!({"wa": {"sender": "15550100"}}))]
    import_defaults: AccountDefaults,
    /// Settings for campaigns.
    #[serde(deserialize_with = "object")]
    campaigns: CampaignSettingsBody,
}

fn import_defaults<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AccountDefaults, D::Error> {
    let defaults: BTreeMap<String, JsonObject<ChannelDefaults>> = Deserialize::deserialize(deserializer)?;
    let defaults = defaults.into_iter().map(|(channel, JsonObject(values))| (channel, values));
    AccountDefaults::try_from(defaults.collect::<BTreeMap<_, _>>()).map_err(D::Error::custom)
}

/// Values for channels of imported handoffs without their own.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "used only for the OpenAPI document")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ImportDefaultsBody {
    /// The language of the message.
    language: Option<String>,
    /// The sender: `outboundnumber`.
    sender: Option<String>,
    /// The namespace of WhatsApp channels.
    namespace: Option<String>,
    /// The service account of RCS channels.
    service_account_name: Option<String>,
}

impl Default for SettingsBody {
    fn default() -> Self {
        AccountSettings::default().into()
    }
}

impl From<AccountSettings> for SettingsBody {
    fn from(settings: AccountSettings) -> Self {
        let AccountSettings {
            rule_set,
            permitted_media_hosts,
            levels,
            four_eyes,
            requests_per_second,
            report_all_channels,
            import_defaults,
            campaigns,
        } = settings;
        Self {
            rule_set,
            permitted_media_hosts,
            levels,
            four_eyes,
            requests_per_second,
            report_all_channels,
            import_defaults,
            campaigns: campaigns.into(),
        }
    }
}

impl From<SettingsBody> for AccountSettings {
    fn from(body: SettingsBody) -> Self {
        let SettingsBody {
            rule_set,
            permitted_media_hosts,
            levels,
            four_eyes,
            requests_per_second,
            report_all_channels,
            import_defaults,
            campaigns,
        } = body;
        Self {
            rule_set,
            permitted_media_hosts,
            levels,
            four_eyes,
            requests_per_second,
            report_all_channels,
            import_defaults,
            campaigns: campaigns.into(),
        }
    }
}

type SettingsResponse = (HeaderMap, Json<SettingsBody>);

fn response(settings: AccountSettings) -> Result<SettingsResponse, ApiError> {
    let tag = HeaderValue::try_from(format!("\"{}\"", settings.tag()?)).ok();
    Ok((tag.map(|tag| (header::ETAG, tag)).into_iter().collect(), Json(settings.into())))
}

/// Get the account's settings
#[utoipa::path(
    get,
    operation_id = "getSettings",
    path = "/manage/v1/accounts/{accountId}/settings",
    tag = "Settings",
    params(AccountPath),
    responses(
        (status = 200, description = "The settings", body = SettingsBody, headers(("ETag" = String))),
        CommonErrorResponses,
    ),
    security(("app_jwt" = ["handoffs.write"]), ("le_bearer" = [])),
)]
pub(crate) async fn show(
    Authorized(grant): Authorized<ReadDrafts>,
    State(app): State<App>,
) -> Result<SettingsResponse, ApiError> {
    response(app.settings(&grant).await?)
}

/// Replace the account's settings
///
/// Replaces all settings. Changed rules apply from the next check, save or publication; published versions stay
/// published.
#[utoipa::path(
    put,
    operation_id = "replaceSettings",
    path = "/manage/v1/accounts/{accountId}/settings",
    tag = "Settings",
    params(AccountPath, ("If-Match" = Option<String>, Header,
        description = "The `ETag` of the settings that were read")),
    request_body = SettingsBody,
    responses(
        (status = 200, description = "The settings", body = SettingsBody, headers(("ETag" = String))),
        CommonErrorResponses, PreconditionResponse, BodyErrorResponses,
    ),
    security(("le_bearer" = [])),
)]
pub(crate) async fn change(
    Authorized(grant): Authorized<ManageRules>,
    IfMatch(expected): IfMatch,
    State(app): State<App>,
    JsonBody(body): JsonBody<SettingsBody>,
) -> Result<SettingsResponse, ApiError> {
    let settings = body.into();
    app.change_settings(&grant, &settings, &expected).await?;
    response(settings)
}
