//! Requests to the provider of a channel, and the outcomes of their responses.

use outbound_auth::WebhookSecret;
use outbound_campaigns::with_opt_out;
use outbound_connectors::relay::RelayMessage;
use outbound_connectors::{
    ConnectorError, Content, E164, Guarantee, Outcome, OutgoingMessage, Provider, ProviderRequest,
    ProviderResponse, meta, rbm, relay, twilio,
};
use outbound_model::{AccountId, Channel, SmsComponent, Timestamp};
use outbound_reporting::{ReportingChannel, TransactionId};
use outbound_store::Connection;

use super::connections::SandboxSettings;
use super::frozen::FrozenChannel;
use super::recipient_data::RecipientData;
use super::sender::ProviderCall;
use super::times::CampaignTimes;
use crate::{App, AppError};

/// The header with the address of callbacks about a message, for a sandbox.
const CALLBACK_URL: &str = "sandbox-callback-url";
/// The path of the relay below the URL of a sandbox.
const RELAY: &str = "relay";
/// The version of Meta's Graph API.
const GRAPH_VERSION: &str = "v23.0";
/// How long the outcome of a message may be missing before it is sent again to a provider that recognizes a repeated
/// message. Longer than a request may take.
const REPEAT_SECONDS: u32 = 60;

/// The provider that sends a channel through a sandbox.
pub(super) fn provider_of(channel: ReportingChannel) -> Provider {
    match channel {
        ReportingChannel::Sms => Provider::Twilio,
        ReportingChannel::WhatsApp => Provider::Meta,
        ReportingChannel::GoogleRcs => Provider::Rbm,
        ReportingChannel::Apple | ReportingChannel::InApp => Provider::Relay,
    }
}

pub(super) fn is_idempotent(channel: ReportingChannel) -> bool {
    provider_of(channel).guarantee() == Guarantee::Idempotent
}

/// When a message that is sent now counts as lost.
pub(super) fn lost_at(channel: ReportingChannel, times: CampaignTimes, now: Timestamp) -> Timestamp {
    let unknown = times.unknown_seconds;
    let seconds = if is_idempotent(channel) { REPEAT_SECONDS.min(unknown) } else { unknown };
    now.plus_seconds(seconds.into())
}

/// A connection that messages are sent with.
#[derive(Clone, Debug)]
pub(super) struct OpenConnection {
    pub(super) id: String,
    callback_id: String,
    settings: SandboxSettings,
}

impl OpenConnection {
    /// Whether requests may go to this machine: only to a sandbox whose URL says so.
    pub(super) fn permits_loopback(&self) -> bool {
        self.settings.base_url.is_loopback()
    }
}

impl App {
    /// The connection that sends for an account; `None` if there is none. All kinds send the same channels.
    pub(super) async fn open_connection(
        &self,
        account: &AccountId,
    ) -> Result<Option<OpenConnection>, AppError> {
        let connections = self.store.read_campaigns(account).connections().await?;
        let newest = connections.into_iter().max_by_key(|connection| connection.created_at);
        newest.map(|connection| self.opened(account, connection)).transpose()
    }

    fn opened(&self, account: &AccountId, connection: Connection) -> Result<OpenConnection, AppError> {
        let settings = self.sandbox_settings(account, &connection)?;
        Ok(OpenConnection { id: connection.id, callback_id: connection.callback_id, settings })
    }

    /// The request that sends a message on a channel.
    pub(super) fn provider_call(
        &self,
        account: &AccountId,
        connection: &OpenConnection,
        channel: &FrozenChannel,
        (id, data): (TransactionId, &RecipientData),
        expires_in: std::time::Duration,
    ) -> Result<(Provider, ProviderCall), ConnectorError> {
        let provider = provider_of(channel.name);
        let address = data.address(channel.name).ok_or(ConnectorError::NotE164)?;
        let request = if provider == Provider::Relay {
            let (account, address) = (account.clone(), address.clone());
            let message = RelayMessage::fill(id, account, address, &channel.channel, &data.values)?;
            let SandboxSettings { base_url, secret } = &connection.settings;
            let secret = WebhookSecret::derive(secret);
            let relay = relay::Connection::new(base_url.below(RELAY), secret, None);
            let callback_url = self.callback_url(&connection.callback_id, provider);
            relay::request(&relay, &message, self.clock.now()).with_header(CALLBACK_URL, callback_url)
        } else {
            let message = OutgoingMessage {
                id,
                recipient: address.reveal().parse::<E164>()?,
                content: content(&channel.channel, data)?,
                valid_for: Some(expires_in),
            };
            self.provider_request(connection, channel.lane.sender(), provider, &message)?
        };
        let permits_loopback = connection.permits_loopback();
        let (account, connection) = (account.clone(), connection.id.clone());
        Ok((provider, ProviderCall { account, connection, request, permits_loopback }))
    }

    pub(super) fn provider_request(
        &self,
        connection: &OpenConnection,
        sender: &str,
        provider: Provider,
        message: &OutgoingMessage,
    ) -> Result<ProviderRequest, ConnectorError> {
        let OpenConnection { callback_id, settings: SandboxSettings { base_url, secret }, .. } = connection;
        let base_url = base_url.clone();
        let request = match provider {
            Provider::Twilio => {
                let account = format!("AC{callback_id}");
                let callback = self
                    .callback_url(callback_id, provider)
                    .parse()
                    .map_err(|_| ConnectorError::Setting { setting: "public URL", expected: "a URL" })?;
                let is_number = sender.len() > 6 && sender.bytes().all(|byte| byte.is_ascii_digit());
                let sender = if is_number { format!("+{sender}") } else { sender.to_owned() };
                let sender = twilio::Sender::Sms(sender);
                let credentials = (&*account, secret.clone());
                let connection = twilio::Connection::new(base_url, &account, credentials, sender, callback)?;
                twilio::request(&connection, message)
            }
            Provider::Meta => meta::request(
                &meta::Connection::new(base_url, GRAPH_VERSION, sender, secret.clone())?,
                message,
            ),
            Provider::Rbm => rbm::request(&rbm::Connection::new(base_url, sender, secret.clone())?, message),
            Provider::Relay => Err(ConnectorError::OnlyRelay),
        }?;
        Ok(request.with_header(CALLBACK_URL, self.callback_url(callback_id, provider)))
    }
}

/// The content with its values. An SMS always says how to opt out.
fn content(channel: &Channel, data: &RecipientData) -> Result<Content, ConnectorError> {
    let content = Content::fill(channel, &data.values)?;
    let (Channel::Sms(sms), Content::Text(text)) = (channel, &content) else { return Ok(content) };
    let configured = sms.message_components.iter().find_map(|component| match component {
        SmsComponent::Body(body) => body.opt_out.as_deref(),
        SmsComponent::Unknown(_) => None,
    });
    Ok(Content::Text(with_opt_out(text, configured, sms.language.as_deref())))
}

/// What a provider did with a message.
pub(super) fn outcome(provider: Provider, id: &TransactionId, response: ProviderResponse<'_>) -> Outcome {
    match provider {
        Provider::Meta => meta::outcome(response),
        Provider::Twilio => twilio::outcome(response),
        Provider::Rbm => rbm::outcome(id, response),
        Provider::Relay => relay::outcome(id, response),
    }
}
