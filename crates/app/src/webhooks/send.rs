//! Sends a batch of deliveries of one webhook: queues new changes, claims due deliveries, sends them concurrently
//! and stores the outcomes. Several nodes may send to one webhook at a time; each delivery is claimed by one.

use futures::future::join_all;
use outbound_model::{AccountId, DisabledReason, Timestamp, WebhookId};
use outbound_store::{AttemptOutcome, Delivery, DeliveryAttempt, PendingDeliveries, Webhook};
use serde_json::json;

use super::message;
use super::webhook_state::{SigningSecrets, disabled_entry};
use crate::jobs::jittered;
use crate::{App, AppError, SendError, WebhookRequest, WebhookUrl};

/// Deliveries that are sent to one webhook at a time.
const BATCH_SIZE: u32 = 8;
/// Maximum deliveries of one webhook that wait for their first attempt. Further changes stay in the change feed.
const MAX_UNTRIED: u32 = 100;
/// Maximum pending deliveries of one webhook, including those that wait for a retry. A receiver that rejects some
/// messages continues to get the others until this limit.
const MAX_PENDING: u32 = 10_000;
/// Lease of a claimed delivery, much longer than an attempt may take. Afterwards other nodes may claim it.
const LEASE_SECONDS: i64 = 30;
/// Minimum seconds between a failed attempt and the next one, as recommended by Standard Webhooks. The tenth attempt
/// is the last.
const RETRY_DELAYS: [i64; 9] =
    [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600];
/// Status of receivers that are permanently gone.
const GONE: u16 = 410;

/// Outcome of sending a batch.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum SendOutcome {
    /// All deliveries succeeded, and more may be due.
    More,
    /// A delivery failed; more may be due.
    Failed,
    /// Nothing is due now.
    Idle,
}

/// Claimed deliveries and where to send them.
struct Batch {
    webhook: Webhook,
    endpoint: Endpoint,
    deliveries: Vec<Delivery>,
    /// Whether changes were queued, so that more may be due.
    has_queued: bool,
}

/// URL and signing secrets of a webhook.
struct Endpoint {
    url: WebhookUrl,
    secrets: SigningSecrets,
}

impl App {
    /// Sends a batch. An error is one of this installation, not of the receiver, and nothing was sent.
    pub(super) async fn send_batch(
        &self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<SendOutcome, AppError> {
        let Some(batch) = self.claim_batch(account, id).await? else { return Ok(SendOutcome::Idle) };
        if batch.deliveries.is_empty() {
            return Ok(if batch.has_queued { SendOutcome::More } else { SendOutcome::Idle });
        }
        let attempts =
            batch.deliveries.iter().map(|delivery| self.attempt_delivery(account, &batch, delivery));
        let outcomes = join_all(attempts).await;
        self.settle_deliveries(account, id, &batch.deliveries, &outcomes).await?;
        let all_delivered = outcomes.iter().all(|outcome| outcome.delivered);
        Ok(if all_delivered { SendOutcome::More } else { SendOutcome::Failed })
    }

    async fn claim_batch(&self, account: &AccountId, id: &WebhookId) -> Result<Option<Batch>, AppError> {
        let webhook = self.store.read_webhooks(account).webhook(id).await?;
        let Some(webhook) = webhook.filter(|webhook| webhook.disabled.is_none()) else { return Ok(None) };
        let now = self.clock.now();
        let has_queued = self.queue_changes(account, &webhook, now).await?;
        // Before deliveries are claimed, so that an error here does not use up an attempt.
        let endpoint = match self.endpoint(account, &webhook) {
            Ok(endpoint) => endpoint,
            Err(error) => {
                self.store.record_unsent(account, id, &not_sent(now)).await?;
                return Err(error);
            }
        };
        let until = now.plus_seconds(LEASE_SECONDS);
        let deliveries = self.store.claim_deliveries(account, id, (now, until), BATCH_SIZE).await?;
        Ok(Some(Batch { webhook, endpoint, deliveries, has_queued }))
    }

    fn endpoint(&self, account: &AccountId, webhook: &Webhook) -> Result<Endpoint, AppError> {
        Ok(Endpoint { url: webhook.url.parse()?, secrets: self.signing_secrets(account, webhook)? })
    }

    /// Creates deliveries for new changes up to the limits. Returns whether there were any.
    async fn queue_changes(
        &self,
        account: &AccountId,
        webhook: &Webhook,
        now: Timestamp,
    ) -> Result<bool, AppError> {
        if self.store.read_catalogue(account).last_change().await? <= webhook.queued_through {
            return Ok(false);
        }
        let mut transaction = self.store.write_webhooks(account).await?;
        let Some(webhook) = transaction.webhook(&webhook.id).await? else { return Ok(false) };
        let last = transaction.last_change().await?;
        let PendingDeliveries { untried, all } = transaction.pending(&webhook.id).await?;
        let capacity = MAX_UNTRIED.saturating_sub(untried).min(MAX_PENDING.saturating_sub(all));
        let through = last.min(webhook.queued_through.saturating_add(capacity.into()));
        if through <= webhook.queued_through {
            return Ok(false);
        }
        transaction.queue_changes(&webhook.id, through, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Sends a claimed delivery.
    #[tracing::instrument(name = "webhook_delivery", level = "debug", skip_all, fields(
        otel.kind = "client",
        %account,
        webhook = %batch.webhook.id,
        number = delivery.number,
        sequence = delivery.change.as_ref().map(|change| change.sequence),
    ))]
    async fn attempt_delivery(
        &self,
        account: &AccountId,
        batch: &Batch,
        delivery: &Delivery,
    ) -> AttemptOutcome {
        let Batch { webhook, endpoint, .. } = batch;
        let id = message::id(&webhook.id, delivery.number);
        let body = message::body(account, &webhook.id, delivery);
        let at = self.clock.now();
        let signature = endpoint.secrets.sign(&id, at, &body);
        let request = WebhookRequest {
            account: account.clone(),
            webhook: webhook.id.clone(),
            url: endpoint.url.clone(),
            id,
            at,
            signature,
            body,
        };
        let attempt = attempt(self.webhook_sender.post(request).await, self.clock.now());
        let delivered = attempt.error.is_none();
        self.webhook_attempts.count(delivered);
        if let Some(error) = &attempt.error {
            let (number, attempts) = (delivery.number, delivery.attempts);
            tracing::info!(%account, webhook = %webhook.id, number, attempts, error, "a webhook delivery failed");
        }
        let delay = retry_delay(delivery).filter(|_| !delivered);
        AttemptOutcome {
            number: delivery.number,
            claimed_until: delivery.next_attempt_at.unwrap_or(at),
            next_attempt_at: delay.map(|seconds| jittered(attempt.at, seconds, &*self.generator)),
            attempt,
            delivered,
        }
    }

    async fn settle_deliveries(
        &self,
        account: &AccountId,
        id: &WebhookId,
        deliveries: &[Delivery],
        outcomes: &[AttemptOutcome],
    ) -> Result<(), AppError> {
        let mut transaction = self.store.write_webhooks(account).await?;
        let Some(mut webhook) = transaction.webhook(id).await? else {
            // It was deleted in the meantime.
            self.webhook_sender.disconnect(account, id);
            return Ok(());
        };
        for outcome in outcomes {
            transaction.settle(id, outcome).await?;
        }
        let succeeded = outcomes.iter().filter(|outcome| outcome.delivered).map(|outcome| outcome.attempt.at);
        webhook.last_success_at = webhook.last_success_at.max(succeeded.max());
        if let Some(because) = disable_reason(&webhook, deliveries, outcomes)
            && webhook.disabled.is_none()
        {
            let at = self.clock.now();
            webhook.disabled = Some((at, because));
            let details = json!({ "url": webhook.url, "because": because });
            transaction.audit(&disabled_entry(id, at, details.to_string())).await?;
            tracing::warn!(%account, webhook = %id, because = because.as_str(), "disabled a webhook");
        }
        transaction.save_webhook(&webhook).await?;
        if webhook.disabled.is_some() {
            self.webhook_sender.disconnect(account, id);
        }
        Ok(transaction.commit().await?)
    }
}

/// The attempt that users see if a delivery could not be sent because of an internal error. The log has the cause.
fn not_sent(at: Timestamp) -> DeliveryAttempt {
    let error = "not sent because of an internal error; the server log has the cause".to_owned();
    DeliveryAttempt { at, status: None, error: Some(error) }
}

fn attempt(response: Result<u16, SendError>, at: Timestamp) -> DeliveryAttempt {
    match response {
        Ok(status @ 200..=299) => DeliveryAttempt { at, status: Some(status), error: None },
        Ok(status) => {
            DeliveryAttempt { at, status: Some(status), error: Some(format!("it answered {status}")) }
        }
        Err(error) => DeliveryAttempt { at, status: None, error: Some(error.to_string()) },
    }
}

/// Seconds until the next attempt, if there is one. Test messages are not retried.
fn retry_delay(delivery: &Delivery) -> Option<i64> {
    let failed = usize::try_from(delivery.attempts).ok()?.checked_sub(1)?;
    delivery.change.as_ref().and_then(|_| RETRY_DELAYS.get(failed)).copied()
}

/// Why the webhook must be disabled, if so: the receiver is gone, or the last attempt of a delivery failed and no
/// delivery has succeeded since that one was created.
fn disable_reason(
    webhook: &Webhook,
    deliveries: &[Delivery],
    outcomes: &[AttemptOutcome],
) -> Option<DisabledReason> {
    if outcomes.iter().any(|outcome| outcome.attempt.status == Some(GONE)) {
        return Some(DisabledReason::Gone);
    }
    let is_failing = deliveries.iter().zip(outcomes).any(|(delivery, outcome)| {
        let has_given_up =
            !outcome.delivered && outcome.next_attempt_at.is_none() && delivery.change.is_some();
        has_given_up && webhook.last_success_at.is_none_or(|success| success < delivery.created_at)
    });
    is_failing.then_some(DisabledReason::Failing)
}
