//! Accepts a request of the campaign API: checks it, and stores the campaign with its recipients in one commit.

use outbound_auth::sha256;
use outbound_campaigns::{
    CampaignError, CampaignId, CampaignRequest, Control, DAILY_LIMIT, HandoffSpec, TemplateId,
};
use outbound_model::{AccountId, ChangeKind};
use outbound_store::{AcceptedRequest, CampaignAdded, NewCampaign};
use uuid::Uuid;

use super::feed::campaign_change;
use super::prepare::{Context, Prepared};
use crate::catalogue::settings::parse_settings;
use crate::{App, AppError, Grant, LaunchCampaigns};

/// Maximum length of an idempotency key, in bytes.
const MAX_KEY_LENGTH: usize = 255;

/// How a request was sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Submission<'s> {
    /// Its idempotency key.
    pub idempotency_key: Option<&'s str>,
    /// Its id in the logs, which the response contains.
    pub request_id: Uuid,
}

/// A request that was accepted, now or before.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AcceptedCampaign {
    /// The response, JSON.
    pub body: Vec<u8>,
    /// Whether an earlier request with the same idempotency key was accepted.
    pub is_repeated: bool,
}

impl App {
    /// Accepts a campaign and launches it; with four eyes, another person has to launch it. Consumers with errors are
    /// in the response; only the others receive a message. Within a week, a request with the same idempotency key and
    /// body returns the response of the first one.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn accept_campaign(
        &self,
        grant: &Grant<LaunchCampaigns>,
        body: &[u8],
        submission: Submission<'_>,
    ) -> Result<AcceptedCampaign, AppError> {
        let account = grant.account();
        let Submission { idempotency_key, request_id } = submission;
        let hash = sha256(body);
        if let Some(key) = idempotency_key {
            check_key(key)?;
            if let Some(known) = self.store.read_campaigns(account).accepted_request(key).await? {
                return self.repeated(account, key, &hash, &known);
            }
        }
        loop {
            let context = self.campaign_context(grant, body, request_id).await?;
            let (app, body) = (self.clone(), body.to_vec());
            let prepared = self.compute(account, move || app.prepare(&context, &body)).await??;
            if let Some(accepted) = self.store_campaign(account, prepared, idempotency_key, &hash).await? {
                return Ok(accepted);
            }
        }
    }

    /// Reads what a request is compared with. Rejects it if the account cannot send one of the channels.
    async fn campaign_context(
        &self,
        grant: &Grant<LaunchCampaigns>,
        body: &[u8],
        request_id: Uuid,
    ) -> Result<Context, AppError> {
        let account = grant.account();
        let body = body.to_vec();
        let read = move || CampaignRequest::read(&body).map(|request| request.template_id().clone());
        let (handoff, spec) = match self.compute(account, read).await?? {
            TemplateId::PlainSms => (None, HandoffSpec::plain_sms()),
            TemplateId::Handoff(id) => {
                let reader = self.store.read_catalogue(account);
                let stored = reader.handoff(&id).await?.filter(|stored| stored.archived_at.is_none());
                let number = stored.and_then(|stored| stored.published_version);
                let number = number.ok_or(CampaignError::UnknownTemplate)?;
                let (_, handoff) =
                    reader.version(&id, number).await?.ok_or(CampaignError::UnknownTemplate)?;
                let spec = HandoffSpec::of(&handoff)?;
                (Some(handoff), spec)
            }
        };
        if self.store.read_campaigns(account).connections().await?.is_empty()
            && let Some(channel) = spec.channels().next()
        {
            return Err(CampaignError::NoConnection { channel }.into());
        }
        Ok(Context {
            account: account.clone(),
            created_by: grant.principal().to_owned(),
            request_id,
            handoff,
            spec,
            settings: self.account_settings(account).await?,
            now: self.clock.now(),
        })
    }

    /// Returns `None` if the settings have changed since the request was checked, for example because four eyes was
    /// switched on. Then nothing is stored.
    async fn store_campaign(
        &self,
        account: &AccountId,
        prepared: Prepared,
        key: Option<&str>,
        hash: &[u8],
    ) -> Result<Option<AcceptedCampaign>, AppError> {
        let Prepared { campaign, recipients, daily, events, response, settings } = prepared;
        let request = match key {
            Some(key) => {
                let sealed_response =
                    self.installation.seal(&response_label(account, key), &response, &*self.generator)?;
                Some((key, AcceptedRequest { hash: hash.to_vec(), sealed_response }))
            }
            None => None,
        };
        let sealed_events = self.seal_events(account, &events)?;
        let new = NewCampaign {
            campaign: &campaign,
            recipients: &recipients,
            daily: &daily,
            daily_limit: DAILY_LIMIT,
            request,
            sealed_events: &sealed_events,
        };
        let mut transaction = self.store.write_campaigns(account).await?;
        let rejected: AppError = match transaction.add_campaign(&new).await {
            Ok(CampaignAdded::Added) => {
                let by = (&*campaign.created_by, campaign.created_at);
                let kinds = match campaign.control {
                    Control::Draft => &[][..],
                    _ if recipients.is_empty() => {
                        &[ChangeKind::CampaignStarted, ChangeKind::CampaignFinished]
                    }
                    _ => &[ChangeKind::CampaignStarted],
                };
                let change = |kind: &ChangeKind| campaign_change(*kind, &campaign.ids.proactive, by, None);
                transaction.add_changes(&kinds.iter().map(change).collect::<Vec<_>>()).await?;
                let (current, pending) = transaction.lock_settings().await?;
                if parse_settings(current)? != settings {
                    return Ok(None);
                }
                pending.commit().await?;
                self.campaign_work.notify_one();
                let (id, count, by) = (&campaign.ids.proactive, recipients.len(), &campaign.created_by);
                tracing::info!(%account, campaign = %id, recipients = count, by, "accepted a campaign");
                return Ok(Some(AcceptedCampaign { body: response, is_repeated: false }));
            }
            Ok(CampaignAdded::KnownRequest(known)) => {
                return self.repeated(account, key.unwrap_or_default(), hash, &known).map(Some);
            }
            Ok(CampaignAdded::DailyLimit(channel)) => CampaignError::DailyLimit { channel }.into(),
            Err(error) => error.into(),
        };
        drop(transaction);
        self.repeated_or(rejected, account, key, hash).await.map(Some)
    }

    /// On PostgreSQL, another request with the key may have been committed after this one looked for it. Then this one
    /// conflicts with it, or exceeds the limit of the day because of it.
    async fn repeated_or(
        &self,
        rejected: AppError,
        account: &AccountId,
        key: Option<&str>,
        hash: &[u8],
    ) -> Result<AcceptedCampaign, AppError> {
        let Some(key) = key else { return Err(rejected) };
        match self.store.read_campaigns(account).accepted_request(key).await? {
            Some(known) => self.repeated(account, key, hash, &known),
            None => Err(rejected),
        }
    }

    fn repeated(
        &self,
        account: &AccountId,
        key: &str,
        hash: &[u8],
        known: &AcceptedRequest,
    ) -> Result<AcceptedCampaign, AppError> {
        if known.hash != hash {
            return Err(AppError::IdempotencyKeyReused);
        }
        let body = self.installation.open(&response_label(account, key), &known.sealed_response)?;
        Ok(AcceptedCampaign { body, is_repeated: true })
    }
}

fn response_label(account: &AccountId, key: &str) -> String {
    format!("the response to the campaign request {key} of account {account}")
}

fn check_key(key: &str) -> Result<(), AppError> {
    if key.is_empty() || key.len() > MAX_KEY_LENGTH || key.chars().any(char::is_control) {
        let message = format!("an idempotency key must have 1 to {MAX_KEY_LENGTH} visible characters");
        return Err(AppError::invalid(message));
    }
    Ok(())
}

impl AcceptedCampaign {
    /// The id in the response.
    pub fn id(&self) -> Option<CampaignId> {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Response<'r> {
            #[serde(borrow)]
            proactive_campaign_id: &'r str,
        }
        let response: Response<'_> = serde_json::from_slice(&self.body).ok()?;
        response.proactive_campaign_id.parse().ok()
    }
}
