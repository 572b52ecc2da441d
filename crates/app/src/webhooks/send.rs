//! One turn of one webhook: looks at the changes behind, takes some deliveries that are due, sends them
//! at once, and notes how that went. Many nodes may take turns of one webhook; no delivery is in the
//! hands of two.

use futures::future::join_all;
use outbound_model::{AccountId, AuditAction, DisabledBecause, Timestamp, WebhookId};
use outbound_store::{Attempt, AttemptOutcome, AuditEntry, Delivery, Pending, Webhook};
use serde_json::json;

use super::message;
use super::webhook_state::SigningSecrets;
use crate::credentials::SYSTEM_ACTOR;
use crate::jobs::jittered;
use crate::{App, AppError, SendError, WebhookRequest, WebhookUrl};

/// Sent at a time to one webhook.
const AT_ONCE: u32 = 8;
/// Deliveries of one webhook that wait for their first attempt; further changes wait in the feed.
const MAX_UNTRIED: u32 = 100;
/// Pending deliveries of one webhook, those that wait for a retry included. A receiver that rejects some of its
/// messages gets the others until so many wait for a retry.
const MAX_PENDING: u32 = 10_000;
/// After so long a node that took a delivery is given up for lost: well above what a try may take.
const CLAIM_SECONDS: i64 = 30;
/// How long after each failed try the next one is at least, in seconds, as the Standard Webhooks recommend; after
/// the tenth there is none.
const BACK_OFF: [i64; 9] =
    [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600];
/// The receiver is gone for good.
const GONE: u16 = 410;

/// How a turn went.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Turn {
    /// All went well, and there may be more to do.
    More,
    /// A delivery failed; there may be more to do.
    Failed,
    /// There is nothing to do now.
    Idle,
}

/// What one turn has to send.
struct Work {
    webhook: Webhook,
    endpoint: Endpoint,
    deliveries: Vec<Delivery>,
    /// Whether `queued_through` has moved, so that there may be more to do.
    moved: bool,
}

/// Where a webhook is sent, and what signs.
struct Endpoint {
    url: WebhookUrl,
    secrets: SigningSecrets,
}

impl App {
    /// Takes a turn. An error is one of this installation, not of the receiver: nothing was sent.
    pub(super) async fn webhook_turn(&self, account: &AccountId, id: &WebhookId) -> Result<Turn, AppError> {
        let Some(work) = self.take_work(account, id).await? else { return Ok(Turn::Idle) };
        if work.deliveries.is_empty() {
            return Ok(if work.moved { Turn::More } else { Turn::Idle });
        }
        let attempts = work.deliveries.iter().map(|delivery| self.attempt_delivery(account, &work, delivery));
        let settled = join_all(attempts).await;
        self.settle_deliveries(account, id, &work.deliveries, &settled).await?;
        Ok(if settled.iter().all(|settled| settled.delivered) { Turn::More } else { Turn::Failed })
    }

    async fn take_work(&self, account: &AccountId, id: &WebhookId) -> Result<Option<Work>, AppError> {
        let webhook = self.store.read_webhooks(account).webhook(id).await?;
        let Some(webhook) = webhook.filter(|webhook| webhook.disabled.is_none()) else { return Ok(None) };
        let now = self.clock.now();
        let moved = self.look_at_changes(account, &webhook, now).await?;
        // Before any is claimed, so that an error here costs no delivery an attempt.
        let endpoint = match self.endpoint(account, &webhook) {
            Ok(endpoint) => endpoint,
            Err(error) => {
                self.store.note_unsent(account, id, &unsent(now)).await?;
                return Err(error);
            }
        };
        let until = now.plus_seconds(CLAIM_SECONDS);
        let deliveries = self.store.claim_deliveries(account, id, (now, until), AT_ONCE).await?;
        Ok(Some(Work { webhook, endpoint, deliveries, moved }))
    }

    fn endpoint(&self, account: &AccountId, webhook: &Webhook) -> Result<Endpoint, AppError> {
        Ok(Endpoint { url: webhook.url.parse()?, secrets: self.signing_secrets(account, webhook)? })
    }

    /// Makes deliveries of the changes behind, as far as there is room; answers whether there were any.
    async fn look_at_changes(
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
        let Pending { untried, all } = transaction.pending(&webhook.id).await?;
        let room = MAX_UNTRIED.saturating_sub(untried).min(MAX_PENDING.saturating_sub(all));
        let through = last.min(webhook.queued_through.saturating_add(room.into()));
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
        webhook = %work.webhook.id,
        number = delivery.number,
        sequence = delivery.change.as_ref().map(|change| change.sequence),
    ))]
    async fn attempt_delivery(
        &self,
        account: &AccountId,
        work: &Work,
        delivery: &Delivery,
    ) -> AttemptOutcome {
        let Work { webhook, endpoint, .. } = work;
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
            tracing::info!(%account, webhook = %webhook.id, number, attempts, error, "a webhook failed");
        }
        let wait = back_off(delivery).filter(|_| !delivered);
        AttemptOutcome {
            number: delivery.number,
            claimed_until: delivery.next_attempt_at.unwrap_or(at),
            next_attempt_at: wait.map(|seconds| jittered(attempt.at, seconds, &*self.generator)),
            attempt,
            delivered,
        }
    }

    async fn settle_deliveries(
        &self,
        account: &AccountId,
        id: &WebhookId,
        deliveries: &[Delivery],
        settled: &[AttemptOutcome],
    ) -> Result<(), AppError> {
        let mut transaction = self.store.write_webhooks(account).await?;
        let Some(mut webhook) = transaction.webhook(id).await? else {
            // Deleted meanwhile.
            self.webhook_sender.disconnect(account, id);
            return Ok(());
        };
        for settled in settled {
            transaction.settle(id, settled).await?;
        }
        let succeeded = settled.iter().filter(|settled| settled.delivered).map(|settled| settled.attempt.at);
        webhook.last_success_at = webhook.last_success_at.max(succeeded.max());
        if let Some(because) = must_end(&webhook, deliveries, settled)
            && webhook.disabled.is_none()
        {
            let at = self.clock.now();
            webhook.disabled = Some((at, because));
            let details = json!({ "url": webhook.url, "because": because });
            transaction.audit(&disabled_by_us(id, at, details.to_string())).await?;
            tracing::warn!(%account, webhook = %id, because = because.as_str(), "disabled a webhook");
        }
        transaction.save_webhook(&webhook).await?;
        if webhook.disabled.is_some() {
            self.webhook_sender.disconnect(account, id);
        }
        Ok(transaction.commit().await?)
    }
}

/// What is shown of deliveries that could not be sent for an error of this installation. The log has the reason.
fn unsent(at: Timestamp) -> Attempt {
    let error = "not sent: an internal error, which the operator finds in the log".to_owned();
    Attempt { at, status: None, error: Some(error) }
}

fn attempt(answer: Result<u16, SendError>, at: Timestamp) -> Attempt {
    match answer {
        Ok(status @ 200..=299) => Attempt { at, status: Some(status), error: None },
        Ok(status) => Attempt { at, status: Some(status), error: Some(format!("it answered {status}")) },
        Err(error) => Attempt { at, status: None, error: Some(error.to_string()) },
    }
}

/// Seconds until the next try, if there is one. A ping tries out what is, so it is tried once.
fn back_off(delivery: &Delivery) -> Option<i64> {
    let failed = usize::try_from(delivery.attempts).ok()?.checked_sub(1)?;
    delivery.change.as_ref().and_then(|_| BACK_OFF.get(failed)).copied()
}

/// Whether the webhook is to be sent nothing more: nobody is there any more, or a delivery has failed
/// for the last time and none has succeeded since that one was made.
fn must_end(
    webhook: &Webhook,
    deliveries: &[Delivery],
    settled: &[AttemptOutcome],
) -> Option<DisabledBecause> {
    if settled.iter().any(|settled| settled.attempt.status == Some(GONE)) {
        return Some(DisabledBecause::Gone);
    }
    let given_up = deliveries.iter().zip(settled).any(|(delivery, settled)| {
        let last = !settled.delivered && settled.next_attempt_at.is_none() && delivery.change.is_some();
        last && webhook.last_success_at.is_none_or(|success| success < delivery.created_at)
    });
    given_up.then_some(DisabledBecause::Failing)
}

fn disabled_by_us(id: &WebhookId, at: Timestamp, details: String) -> AuditEntry {
    AuditEntry {
        at,
        actor: SYSTEM_ACTOR.to_owned(),
        action: AuditAction::WebhookDisabled,
        subject: id.to_string(),
        address: None,
        details,
    }
}
