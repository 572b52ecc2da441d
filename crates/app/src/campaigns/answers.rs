//! Answers to HELP. They belong to no campaign and do not appear in reports. The lane of the sender sends them, within
//! its rate. Each is sent at most once: it is taken in the commit before the provider is called.

use std::time::Duration;

use outbound_connectors::{Content, E164, OutgoingMessage};
use outbound_model::{AccountId, Timestamp};
use outbound_reporting::{Address, TransactionId};
use outbound_store::{CampaignTransaction, LaneId, NewAnswer};
use serde::{Deserialize, Serialize};

use super::claim::ClaimedMessage;
use super::provider::{OpenConnection, provider_of};
use super::sender::ProviderCall;
use crate::{App, AppError};

/// An answer that waited longer is not sent.
const MAX_AGE_SECONDS: i64 = 60 * 60;

/// What is encrypted in the database.
#[derive(Deserialize, Serialize)]
struct AnswerJson {
    address: String,
    text: String,
}

fn seal_label(account: &AccountId) -> String {
    format!("an answer of account {account}")
}

impl App {
    /// Adds an answer to the message with this id.
    pub(super) async fn add_answer(
        &self,
        transaction: &mut dyn CampaignTransaction,
        account: &AccountId,
        (key, lane): (&str, LaneId),
        (recipient, text): (&Address, String),
        at: Timestamp,
    ) -> Result<(), AppError> {
        let json = serde_json::to_vec(&AnswerJson { address: recipient.reveal().to_owned(), text })?;
        let answer = NewAnswer {
            key: key.to_owned(),
            lane,
            at,
            consumer: self.consumer_key(account, recipient),
            sealed: self.installation.seal(&seal_label(account), &json, &*self.generator)?,
        };
        Ok(transaction.add_answer(&answer).await?)
    }

    /// Takes up to `limit` answers of a lane that the transaction has locked.
    pub(super) async fn claim_answers(
        &self,
        account: &AccountId,
        transaction: &mut dyn CampaignTransaction,
        (lane, limit): (&LaneId, u32),
        connection: Option<&OpenConnection>,
        now: Timestamp,
    ) -> Result<Vec<ClaimedMessage>, AppError> {
        let mut messages = Vec::new();
        for (added_at, sealed) in transaction.take_answers(lane, limit).await? {
            let is_old = added_at.plus_seconds(MAX_AGE_SECONDS) < now;
            if let Some(connection) = connection.filter(|_| !is_old) {
                match self.answer(account, connection, lane, &sealed) {
                    Ok(message) => messages.push(message),
                    Err(error) => {
                        let error = crate::error_chain(&error);
                        tracing::warn!(%account, channel = %lane.channel(), error, "cannot answer HELP");
                    }
                }
            }
        }
        Ok(messages)
    }

    /// The message of an answer.
    fn answer(
        &self,
        account: &AccountId,
        connection: &OpenConnection,
        lane: &LaneId,
        sealed: &[u8],
    ) -> Result<ClaimedMessage, AppError> {
        let json = self.installation.open(&seal_label(account), sealed)?;
        let AnswerJson { address, text } = serde_json::from_slice(&json)?;
        let provider = provider_of(lane.channel());
        // No recipient has this id, so its outcome and callbacks change nothing.
        let mut id = [0; 16];
        self.generator.fill(&mut id);
        let transaction = TransactionId::from_bytes(id);
        let message = OutgoingMessage {
            id: transaction,
            recipient: address.parse::<E164>()?,
            content: Content::Text(text),
            valid_for: u64::try_from(MAX_AGE_SECONDS).ok().map(Duration::from_secs),
        };
        let request = self.provider_request(connection, lane.sender(), provider, &message)?;
        let call = ProviderCall {
            account: account.clone(),
            connection: connection.id.clone(),
            request,
            permits_loopback: connection.permits_loopback(),
        };
        let send_at = self.clock.monotonic();
        Ok(ClaimedMessage {
            account: account.clone(),
            transaction,
            revision: 0,
            provider,
            claimed_at: send_at,
            send_at,
            permit: None,
            call,
        })
    }
}
