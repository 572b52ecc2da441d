//! `outbound campaign`.

use std::collections::HashMap;

use outbound_app::{App, Campaign as StoredCampaign, CampaignRecipient, Lane, RecipientFilter};
use outbound_campaigns::{CampaignStatus, Decision, SkipReason};
use outbound_model::AccountId;
use serde_json::{Value, json};

use crate::arguments::{Campaign, CampaignArg};
use crate::error::CliError;
use crate::output::{Output, print_note, table};

pub(super) async fn run(app: &App, command: Campaign, output: Output) -> Result<(), CliError> {
    match command {
        Campaign::List { account, limit } => {
            let campaigns = app.campaigns(&app.operator(&account.account), None, limit).await?;
            let names = Creators::of(app, &account.account, &campaigns).await?;
            let rows: Vec<_> = campaigns.iter().map(row).collect();
            let values: Vec<_> = campaigns.iter().map(|campaign| value(campaign, &names)).collect();
            note_hold(app).await?;
            let heading = ["CAMPAIGN", "NAME", "STATUS", "RECIPIENTS", "SENT", "CREATED"];
            output.print(&values, table(heading, &rows, "The account has no campaigns."))
        }
        Campaign::Show(CampaignArg { account, id }) => {
            let campaign = app.campaign(&app.operator(&account.account), &id).await?;
            let names = Creators::of(app, &account.account, std::slice::from_ref(&campaign)).await?;
            note_hold(app).await?;
            output.print(&value(&campaign, &names), description(&campaign, &names))
        }
        Campaign::Recipients { campaign, state, limit, with_addresses } => {
            let CampaignArg { account, id } = campaign;
            let filter = RecipientFilter { state, after: None, limit };
            let recipients = app.recipients(&app.operator(&account.account), &id, &filter).await?;
            let rows: Vec<_> = recipients.iter().map(|one| recipient_row(one, with_addresses)).collect();
            let values: Vec<_> = recipients.iter().map(|one| recipient_value(one, with_addresses)).collect();
            let heading = ["NUMBER", "STATE", "CHANNEL", "ADDRESS", "RETRIES", "CHANGED", "REASON"];
            output.print(&values, table(heading, &rows, "There are no recipients."))
        }
        Campaign::Launch(campaign) => decide(app, &campaign, Decision::Launch, "Launched", output).await,
        Campaign::Pause(campaign) => decide(app, &campaign, Decision::Pause, "Paused", output).await,
        Campaign::Resume(campaign) => decide(app, &campaign, Decision::Resume, "Resumed", output).await,
        Campaign::Cancel(campaign) => decide(app, &campaign, Decision::Cancel, "Cancelled", output).await,
        Campaign::RetryFailed(CampaignArg { account, id }) => {
            let retried = app.retry_failed(&app.operator(&account.account), &id).await?;
            output.print(&json!({ "retried": retried }), format!("Sending {retried} messages again."))
        }
        Campaign::Resolve { campaign: CampaignArg { account, id }, number, resolution } => {
            app.resolve_unknown(&app.operator(&account.account), &id, number, resolution.into()).await?;
            let value = json!({ "campaign": id.as_str(), "number": number });
            output.print(&value, format!("Recorded the decision about recipient {number}."))
        }
        Campaign::Lanes { account } => {
            let lanes = app.lanes(&app.operator(&account.account)).await?;
            let rows: Vec<_> = lanes.iter().map(lane_row).collect();
            let values: Vec<_> = lanes.iter().map(lane_value).collect();
            let heading = ["LANE", "RATE", "BLOCKED UNTIL", "STOPPED BECAUSE"];
            output.print(&values, table(heading, &rows, "The account has no lanes."))
        }
        Campaign::ResumeLane { account, lane } => {
            if !app.resume_lane(&app.operator(&account.account), &lane).await? {
                return Err(CliError::UnknownLane(lane));
            }
            output.print(&json!({ "lane": lane.to_string(), "resumed": true }), format!("Resumed {lane}."))
        }
        Campaign::CloseConversation { account, address } => {
            let closed = app.close_conversation(&app.operator(&account.account), &address).await?;
            let text = if closed { "Closed the conversation." } else { "There is no open conversation." };
            output.print(&json!({ "closed": closed }), text)
        }
        Campaign::ConfirmSending => {
            app.confirm_sending().await?;
            output.print(&json!({ "confirmed": true }), "Messages are sent again.")
        }
    }
}

async fn decide(
    app: &App,
    CampaignArg { account, id }: &CampaignArg,
    decision: Decision,
    done: &str,
    output: Output,
) -> Result<(), CliError> {
    let campaign = app.decide(&app.operator(&account.account), id, decision).await?;
    let names = Creators::of(app, &account.account, std::slice::from_ref(&campaign)).await?;
    output.print(&value(&campaign, &names), format!("{done} campaign {id}."))
}

/// The names of the clients that created campaigns, by their ids.
struct Creators(HashMap<String, String>);

impl Creators {
    async fn of(app: &App, account: &AccountId, campaigns: &[StoredCampaign]) -> Result<Self, CliError> {
        let creators = campaigns.iter().map(|campaign| campaign.created_by.as_str());
        Ok(Self(app.creator_names(&app.operator(account), creators).await?))
    }

    fn name<'c>(&'c self, campaign: &'c StoredCampaign) -> &'c str {
        self.0.get(&campaign.created_by).unwrap_or(&campaign.created_by)
    }
}

/// Says if nothing is sent at all.
async fn note_hold(app: &App) -> Result<(), CliError> {
    if let Some(since) = app.sending_held_at().await? {
        print_note(format!(
            "Nothing is sent since {since}, because the database may be an old copy. Cancel campaigns that were sent \
             already, then run: outbound campaign confirm-sending\n"
        ));
    }
    Ok(())
}

fn status(campaign: &StoredCampaign) -> &'static str {
    CampaignStatus::of(campaign.control, &campaign.counts).as_str()
}

/// The number of recipients in each state, by name.
fn counts(campaign: &StoredCampaign) -> [(&'static str, u64); 7] {
    let counts = &campaign.counts;
    [
        ("waiting", counts.waiting),
        ("in flight", counts.in_flight),
        ("sent", counts.sent),
        ("failed", counts.failed),
        ("skipped", counts.skipped),
        ("cancelled", counts.cancelled),
        ("unknown", counts.unknown),
    ]
}

fn row(campaign: &StoredCampaign) -> [String; 6] {
    let total: u64 = counts(campaign).iter().map(|(_, count)| count).sum();
    [
        campaign.ids.proactive.to_string(),
        campaign.name.clone(),
        status(campaign).to_owned(),
        total.to_string(),
        campaign.counts.sent.to_string(),
        campaign.created_at.to_string(),
    ]
}

fn description(campaign: &StoredCampaign, creators: &Creators) -> String {
    let reason = campaign.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let mut lines = vec![
        format!("{} {}", campaign.ids.proactive, campaign.name),
        format!("{}{reason}", status(campaign)),
        format!("created {} by {}", campaign.created_at, creators.name(campaign)),
        format!("expires {}", campaign.expires_at),
    ];
    let counts = counts(campaign).into_iter().filter(|(_, count)| *count > 0);
    lines.extend(counts.map(|(state, count)| format!("{count} {state}")));
    lines.join("\n")
}

/// The same fields as in the management API.
fn value(campaign: &StoredCampaign, creators: &Creators) -> Value {
    let counts = &campaign.counts;
    json!({
        "id": campaign.ids.proactive.as_str(), "name": campaign.name, "skill": campaign.skill,
        "status": status(campaign), "reason": campaign.reason,
        "recipients": {
            "waiting": counts.waiting, "inFlight": counts.in_flight, "sent": counts.sent,
            "failed": counts.failed, "skipped": counts.skipped, "cancelled": counts.cancelled,
            "unknown": counts.unknown,
        },
        "createdAt": campaign.created_at, "createdBy": campaign.created_by,
        "createdByName": creators.name(campaign), "expiresAt": campaign.expires_at,
    })
}

fn lane_row(lane: &Lane) -> [String; 4] {
    [
        lane.id.to_string(),
        lane.rate.to_string(),
        lane.blocked_until.map(|time| time.to_string()).unwrap_or_default(),
        lane.paused_reason.clone().unwrap_or_default(),
    ]
}

fn lane_value(lane: &Lane) -> Value {
    json!({
        "lane": lane.id.to_string(), "rate": lane.rate, "blockedUntil": lane.blocked_until,
        "reason": lane.paused_reason,
    })
}

fn address(recipient: &CampaignRecipient, is_complete: bool) -> Option<String> {
    let show = |address: &outbound_reporting::Address| {
        if is_complete { address.reveal().to_owned() } else { address.masked() }
    };
    recipient.address.as_ref().map(show)
}

/// Why the message failed or was skipped.
fn reason(recipient: &CampaignRecipient) -> Option<String> {
    let skipped = recipient.skip_reason().map(|reason| reason.as_str().to_owned());
    recipient.error().map(ToString::to_string).or(skipped)
}

fn recipient_row(recipient: &CampaignRecipient, with_address: bool) -> [String; 7] {
    [
        recipient.number.to_string(),
        recipient.state.as_str().to_owned(),
        recipient.channel.to_string(),
        address(recipient, with_address).unwrap_or_default(),
        recipient.retries.to_string(),
        recipient.changed_at.to_string(),
        reason(recipient).unwrap_or_default(),
    ]
}

fn recipient_value(recipient: &CampaignRecipient, with_address: bool) -> Value {
    json!({
        "number": recipient.number, "transactionId": recipient.transaction, "state": recipient.state.as_str(),
        "channel": recipient.channel, "address": address(recipient, with_address),
        "retries": recipient.retries, "dueAt": recipient.due_at, "changedAt": recipient.changed_at,
        "providerId": recipient.provider_id, "error": recipient.error().map(ToString::to_string),
        "skipReason": recipient.skip_reason().map(SkipReason::as_str),
    })
}
