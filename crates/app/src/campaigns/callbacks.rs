//! Receives callbacks of providers: checks the signature over the body as received, and records what it reports. Returns
//! after the commit, so that a provider repeats a callback that may have been lost.

use std::sync::atomic::{AtomicU64, Ordering};

use outbound_connectors::rbm::RbmCallback;
use outbound_connectors::{Callback, CallbackEvent, ConnectorError, Provider, meta, rbm, twilio};
use outbound_model::AccountId;
use outbound_store::Connection;

use super::inbound::Inbound;
use super::status_events::Status;
use crate::{App, AppError};

/// A request to `/callbacks/{id}/{provider}`.
#[derive(Clone, Copy)]
pub struct CallbackRequest<'r> {
    /// The part of the path that identifies the connection.
    pub callback_id: &'r str,
    /// The provider.
    pub provider: Provider,
    /// Path and query, as received. Twilio's signature includes them.
    pub target: &'r str,
    /// The header [`signature_header`].
    pub signature: Option<&'r str>,
    /// The body, as received.
    pub body: &'r [u8],
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

/// The numbers of reported events since the start.
#[derive(Debug, Default)]
pub struct CallbackCounts {
    events: AtomicU64,
    unknown: AtomicU64,
    ignored: AtomicU64,
}

impl CallbackCounts {
    /// Events of callbacks with a correct signature.
    pub fn events(&self) -> u64 {
        self.events.load(Ordering::Relaxed)
    }

    /// Statuses of messages that this installation does not know.
    pub fn unknown(&self) -> u64 {
        self.unknown.load(Ordering::Relaxed)
    }

    /// Entries of a type that this version does not know, or without a field that they need.
    pub fn ignored(&self) -> u64 {
        self.ignored.load(Ordering::Relaxed)
    }

    fn add(counter: &AtomicU64, number: usize) {
        counter.fetch_add(u64::try_from(number).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

impl App {
    /// Receives a callback. Returns the body of the response, which is not empty only for the set-up of an address.
    /// Events of unknown messages are counted and are no error, because providers repeat callbacks after errors.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn receive_callback(&self, request: CallbackRequest<'_>) -> Result<String, AppError> {
        let found = self.store.connection_of_callback(request.callback_id).await?;
        let (account, connection) =
            found.ok_or_else(|| AppError::UnknownConnection("with this URL".to_owned()))?;
        let callback = match self.read_callback(&account, &connection, request)? {
            RbmCallback::SetUp(answer) => return Ok(answer),
            RbmCallback::Events(callback) => callback,
        };
        let counts = &self.callback_counts;
        CallbackCounts::add(&counts.events, callback.events.len());
        CallbackCounts::add(&counts.ignored, callback.ignored.unknown + callback.ignored.malformed);
        self.record_callback(&account, request.provider, callback).await?;
        Ok(String::new())
    }

    /// Answers the request with which Meta checks the address of callbacks.
    pub async fn answer_subscription(&self, callback_id: &str, query: &str) -> Result<String, AppError> {
        let found = self.store.connection_of_callback(callback_id).await?;
        let (account, connection) =
            found.ok_or_else(|| AppError::UnknownConnection("with this URL".to_owned()))?;
        let settings = self.sandbox_settings(&account, &connection)?;
        Ok(meta::answer_subscription(query, &settings.secret)?)
    }

    /// The numbers of events of callbacks.
    pub fn callback_counts(&self) -> &CallbackCounts {
        &self.callback_counts
    }

    fn read_callback(
        &self,
        account: &AccountId,
        connection: &Connection,
        request: CallbackRequest<'_>,
    ) -> Result<RbmCallback, AppError> {
        let CallbackRequest { provider, target, signature, body, .. } = request;
        let secret = self.sandbox_settings(account, connection)?.secret;
        Ok(match provider {
            Provider::Meta => RbmCallback::Events(meta::callback(&secret, signature, body)?),
            Provider::Twilio => {
                let url = format!("{}{target}", self.public_url());
                RbmCallback::Events(twilio::callback(&secret, signature, &url, body)?)
            }
            Provider::Rbm => rbm::callback(&secret, signature, body)?,
            Provider::Relay => return Err(ConnectorError::Signature.into()),
        })
    }

    /// Records the events of a callback: statuses together, then each message of a consumer.
    async fn record_callback(
        &self,
        account: &AccountId,
        provider: Provider,
        callback: Callback,
    ) -> Result<(), AppError> {
        let (mut statuses, mut inbound) = (Vec::new(), Vec::new());
        for event in callback.events {
            match event {
                CallbackEvent::Status(status) => statuses.push(Status::new(status, self.clock.now())),
                CallbackEvent::Inbound(message) => inbound.push(Inbound::of_message(provider, &message)?),
                CallbackEvent::Preference(change) => inbound.push(Inbound::of_preference(provider, &change)?),
            }
        }
        let unknown = self.record_statuses(account, &statuses).await?;
        CallbackCounts::add(&self.callback_counts.unknown, unknown);
        for message in &inbound {
            self.record_inbound(account, message).await?;
        }
        self.campaign_work.notify_one();
        Ok(())
    }
}
