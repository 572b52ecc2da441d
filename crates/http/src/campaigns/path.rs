//! Parameters in the paths of campaigns.

use std::convert::Infallible;
use std::str::FromStr;

use outbound_campaigns::CampaignId;
use outbound_model::AccountId;
use utoipa::IntoParams;

use crate::extract::path::PathParameter;

impl PathParameter for CampaignId {
    const PARAMETER: &'static str = "campaignId";
    const NOUN: &'static str = "campaign";
}

/// A recipient's number in its campaign: 0, 1, 2 …
pub(crate) struct RecipientNumber(pub(crate) u32);

impl FromStr for RecipientNumber {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { text.parse().map(Self).map_err(drop) } else { Err(()) }
    }
}

impl PathParameter for RecipientNumber {
    const PARAMETER: &'static str = "number";
    const NOUN: &'static str = "recipient";
}

/// A connection's id.
pub(crate) struct ConnectionId(pub(crate) String);

impl FromStr for ConnectionId {
    type Err = Infallible;

    fn from_str(id: &str) -> Result<Self, Infallible> {
        Ok(Self(id.to_owned()))
    }
}

impl PathParameter for ConnectionId {
    const PARAMETER: &'static str = "connectionId";
    const NOUN: &'static str = "connection";
}

/// For the OpenAPI document: a connection's callbacks.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("callbackId", "provider"))]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct CallbackPath(
    /// The random id of the connection
    #[param(pattern = "^[0-9a-f]{32}$", example = "3b215bb1c7bb0d5b86f527124796792e")]
    String,
    /// The provider
    #[param(pattern = "^(meta|twilio|rbm|relay)$", example = "twilio")]
    String,
);

/// For the OpenAPI document: the account and a campaign.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId", "campaignId"))]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct CampaignPath(
    /// The brand's account (site id)
    #[param(value_type = AccountId, example = "12345678")]
    String,
    /// The campaign's id (`proactiveCampaignId`)
    #[param(value_type = CampaignId, example = "a9cRASfbQ")]
    String,
);

/// For the OpenAPI document: the account, a campaign and a recipient.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId", "campaignId", "number"))]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct RecipientPath(
    /// The brand's account (site id)
    #[param(value_type = AccountId, example = "12345678")]
    String,
    /// The campaign's id (`proactiveCampaignId`)
    #[param(value_type = CampaignId, example = "a9cRASfbQ")]
    String,
    /// The recipient's number in the campaign
    #[param(pattern = "^[0-9]+$", example = "0")]
    String,
);

/// The parameters of the list, for the OpenAPI document.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct RecipientParameters {
    /// Only recipients in this state.
    #[param(pattern = "^(waiting|in_flight|sent|failed|skipped|cancelled|expired|unknown)$")]
    state: Option<String>,
    /// The maximum number of elements to return.
    #[param(minimum = 1, maximum = 100, default = 30)]
    limit: Option<u32>,
    /// The `next` of the previous page.
    #[param(max_length = 8192)]
    cursor: Option<String>,
}

/// For the OpenAPI document: the account and a connection.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("accountId", "connectionId"))]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) struct ConnectionPath(
    /// The brand's account (site id)
    #[param(value_type = AccountId, example = "12345678")]
    String,
    /// The connection's id
    #[param(example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
    String,
);
