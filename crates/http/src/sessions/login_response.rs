//! The response to a login, in the Login Service's format (contract §2.3).

use outbound_app::{App, Login, SESSION_SECONDS};
use outbound_model::{AccountId, Role};
use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::BaseUris;

/// A new session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginResponse {
    /// Must be sent together with the cookie to refresh and logout.
    csrf: String,
    /// A number that identifies the session.
    #[schema(example = "766900772095619056")]
    wsuk: String,
    /// The user and the server's time.
    config: Config,
    /// The hosts of the services, as in the domain API.
    csds_collection_response: BaseUris,
    /// The agent groups of the user. Always the single default group.
    account_data: AccountData,
    /// The maximum lifetime of the session in milliseconds.
    #[serde(rename = "sessionTTl")]
    #[schema(example = "28800000")]
    session_ttl: String,
    /// The value of the cookie.
    session_id: String,
    /// The token for API requests: 64 hexadecimal digits.
    bearer: String,
}

/// The user and the server's time.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Config {
    login_name: String,
    #[schema(example = "3705342610")]
    user_id: String,
    /// Always empty, because permissions follow from the user's role.
    user_privileges: Vec<u32>,
    /// The server's time in milliseconds since 1970.
    server_current_time: i64,
    /// The offset between the server's and the account's time zone in milliseconds.
    time_diff: i64,
    #[schema(example = "UTC")]
    server_time_zone_name: &'static str,
    #[serde(rename = "serverTimeGMTDiff")]
    server_time_gmt_diff: i64,
    #[serde(rename = "isLPA")]
    is_lpa: bool,
    is_admin: bool,
    #[schema(example = "UTC")]
    account_time_zone_id: &'static str,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AccountData {
    agent_groups_data: AgentGroups,
}

#[derive(Serialize, ToSchema)]
struct AgentGroups {
    items: Vec<AgentGroup>,
    revision: i64,
}

#[derive(Serialize, ToSchema)]
struct AgentGroup {
    id: i64,
    deleted: bool,
    name: &'static str,
}

/// Returns the body of the response to a login.
pub(super) fn login_response(app: &App, account: &AccountId, login: &Login) -> LoginResponse {
    let group = AgentGroup { id: -1, deleted: false, name: "Main Group" };
    LoginResponse {
        csrf: login.csrf.expose().to_owned(),
        wsuk: login.wsuk.to_string(),
        config: Config {
            login_name: login.user.name.to_string(),
            user_id: login.user.id.to_string(),
            user_privileges: Vec::new(),
            server_current_time: login.at.millis(),
            time_diff: 0,
            server_time_zone_name: "UTC",
            server_time_gmt_diff: 0,
            is_lpa: login.user.role == Role::Lpa,
            is_admin: login.user.role == Role::Administrator,
            account_time_zone_id: "UTC",
        },
        csds_collection_response: BaseUris::new(app.services(account)),
        account_data: AccountData { agent_groups_data: AgentGroups { items: vec![group], revision: 1 } },
        session_ttl: (SESSION_SECONDS * 1000).to_string(),
        session_id: login.cookie.expose().to_owned(),
        bearer: login.bearer.expose().to_owned(),
    }
}
