//! Receives callbacks of providers: checks the signature over the body as received, and records what it reports. Returns
//! after the commit, so that a provider repeats a callback that may have been lost.

use std::sync::Arc;

use bytes::Bytes;
use outbound_auth::{Secret, WebhookSecret};
use outbound_connectors::rbm::RbmCallback;
use outbound_connectors::{Callback, CallbackEvent, Provider, meta, rbm, relay, twilio};
use outbound_model::AccountId;

use super::callback_connections::CallbackConnection;
use super::counts::{CallbackCounts, CallbackResult, MessageCounts};
use super::inbound::Inbound;
use super::status_events::Status;
use crate::{App, AppError};

/// A longer body is read on another thread, because its signature and its events take milliseconds.
const MAX_READ_AT_ONCE: usize = 64 * 1024;

/// A request to `/callbacks/{id}/{provider}`.
#[derive(Clone)]
pub struct CallbackRequest<'r> {
    /// The part of the path that identifies the connection.
    pub callback_id: &'r str,
    /// The provider.
    pub provider: Provider,
    /// Path and query, as received. Twilio's signature includes them.
    pub target: &'r str,
    /// The header [`signature_header`]. For the relay: `webhook-id`, `webhook-timestamp` and this header, separated by
    /// spaces.
    pub signature: Option<&'r str>,
    /// The body, as received.
    pub body: Bytes,
}

/// The header that contains the signature of a provider's callbacks.
pub const fn signature_header(provider: Provider) -> &'static str {
    match provider {
        Provider::Meta => "x-hub-signature-256",
        Provider::Twilio => "x-twilio-signature",
        Provider::Rbm => "x-goog-signature",
        Provider::Relay => "webhook-signature",
    }
}

impl App {
    /// Receives a callback. Returns the body of the response, which is not empty only for the set-up of an address.
    /// Events of unknown messages are counted and are no error, because providers repeat callbacks after errors.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn receive_callback(&self, request: CallbackRequest<'_>) -> Result<String, AppError> {
        let counts = &self.callback_counts;
        let provider = request.provider;
        let connection = self.known_connection(request.callback_id).await?;
        let callback = match self.read_callback(&connection, request).await {
            Ok(RbmCallback::SetUp(answer)) => return Ok(answer),
            Ok(RbmCallback::Events(callback)) => callback,
            Err(error) => {
                if !matches!(error, AppError::Busy) {
                    counts.count(CallbackResult::Rejected);
                }
                return Err(error);
            }
        };
        counts.count(CallbackResult::Accepted);
        counts.count_events(callback.events.len(), callback.ignored.unknown + callback.ignored.malformed);
        self.record_callback(&connection.account, provider, callback).await?;
        Ok(String::new())
    }

    /// Fails if the id belongs to no connection. Call it before the body of a callback is received, so that bodies of
    /// unauthenticated clients use no memory.
    pub async fn check_callback(&self, callback_id: &str) -> Result<(), AppError> {
        self.known_connection(callback_id).await.map(drop)
    }

    /// The connection of a callback. Counts unknown ones.
    async fn known_connection(&self, callback_id: &str) -> Result<Arc<CallbackConnection>, AppError> {
        let found = self.callback_connection(callback_id).await;
        if matches!(found, Err(AppError::UnknownCallback)) {
            self.callback_counts.count(CallbackResult::UnknownConnection);
        }
        found
    }

    /// Answers the request with which Meta checks the address of callbacks.
    pub async fn answer_subscription(&self, callback_id: &str, query: &str) -> Result<String, AppError> {
        let connection = self.callback_connection(callback_id).await?;
        Ok(meta::answer_subscription(query, &connection.secret)?)
    }

    /// The numbers of callbacks.
    pub fn callback_counts(&self) -> &CallbackCounts {
        &self.callback_counts
    }

    /// The numbers of requests to providers.
    pub fn message_counts(&self) -> &MessageCounts {
        &self.message_counts
    }

    async fn read_callback(
        &self,
        connection: &Arc<CallbackConnection>,
        CallbackRequest { provider, target, signature, body, .. }: CallbackRequest<'_>,
    ) -> Result<RbmCallback, AppError> {
        if body.len() <= MAX_READ_AT_ONCE {
            return self.parse_callback(&connection.secret, provider, (target, signature), &body);
        }
        let (app, known) = (self.clone(), connection.clone());
        let (target, signature) = (target.to_owned(), signature.map(str::to_owned));
        let parse =
            move || app.parse_callback(&known.secret, provider, (&target, signature.as_deref()), &body);
        self.compute(&connection.account, parse).await?
    }

    /// Checks the signature of a callback, and reads its events.
    fn parse_callback(
        &self,
        secret: &Secret,
        provider: Provider,
        (target, signature): (&str, Option<&str>),
        body: &[u8],
    ) -> Result<RbmCallback, AppError> {
        Ok(match provider {
            Provider::Meta => RbmCallback::Events(meta::callback(secret, signature, body)?),
            Provider::Twilio => {
                let url = format!("{}{target}", self.public_url());
                RbmCallback::Events(twilio::callback(secret, signature, &url, body)?)
            }
            Provider::Rbm => rbm::callback(secret, signature, body)?,
            Provider::Relay => {
                let secret = WebhookSecret::derive(secret);
                RbmCallback::Events(relay::callback(&secret, signature, body, self.clock.now())?)
            }
        })
    }

    /// Records the events of a callback: statuses together, then each message of a consumer.
    async fn record_callback(
        &self,
        account: &AccountId,
        provider: Provider,
        callback: Callback,
    ) -> Result<(), AppError> {
        let known = self.campaign_account(account).await?;
        let (mut statuses, mut inbound) = (Vec::new(), Vec::new());
        for event in callback.events {
            match event {
                CallbackEvent::Status(status) => statuses.push(Status::new(status, self.clock.now())),
                CallbackEvent::Inbound(message) => {
                    inbound.push(Inbound::of_message(provider, &message, &known.keywords)?);
                }
                CallbackEvent::Preference(change) => inbound.push(Inbound::of_preference(provider, &change)?),
            }
        }
        self.record_statuses(account, statuses).await?;
        for message in &inbound {
            self.record_inbound(account, &known, message).await?;
        }
        Ok(())
    }
}
