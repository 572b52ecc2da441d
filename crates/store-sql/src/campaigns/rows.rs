//! Rows of campaigns and lanes, and their conversion to records.

use outbound_campaigns::{CampaignIds, Control, RecipientCounts};
use outbound_model::AccountId;
use outbound_reporting::ReportingChannel;
use outbound_store::{
    Campaign, Connection, ConsumerKey, FailureStreak, Lane, OpenConversation, OptOut, StoreError,
};

use crate::rows::{count, from_row, parse_stored, time};

pub(super) struct CampaignRow {
    campaign_id: String,
    le_campaign: i64,
    le_engagement: i64,
    created_at: i64,
    created_by: String,
    name: String,
    skill: String,
    control: String,
    reason: Option<String>,
    expires_at: i64,
    waiting: i64,
    in_flight: i64,
    sent: i64,
    failed: i64,
    skipped: i64,
    cancelled: i64,
    unknown: i64,
    failure_class: Option<String>,
    failures: i64,
    frozen: String,
}

from_row!(CampaignRow {
    campaign_id,
    le_campaign,
    le_engagement,
    created_at,
    created_by,
    name,
    skill,
    control,
    reason,
    expires_at,
    waiting,
    in_flight,
    sent,
    failed,
    skipped,
    cancelled,
    unknown,
    failure_class,
    failures,
    frozen,
});

impl TryFrom<CampaignRow> for Campaign {
    type Error = StoreError;

    fn try_from(row: CampaignRow) -> Result<Self, StoreError> {
        let failures = u32::try_from(row.failures).map_err(|_| corrupt("number of failures"))?;
        Ok(Self {
            ids: CampaignIds {
                proactive: parse_stored(&row.campaign_id)?,
                le_campaign: count(row.le_campaign)?,
                le_engagement: count(row.le_engagement)?,
            },
            created_at: time(row.created_at)?,
            created_by: row.created_by,
            name: row.name,
            skill: row.skill,
            control: Control::from_name(&row.control).ok_or_else(|| corrupt("control"))?,
            reason: row.reason,
            expires_at: time(row.expires_at)?,
            frozen: row.frozen,
            counts: RecipientCounts {
                waiting: count(row.waiting)?,
                in_flight: count(row.in_flight)?,
                sent: count(row.sent)?,
                failed: count(row.failed)?,
                skipped: count(row.skipped)?,
                cancelled: count(row.cancelled)?,
                unknown: count(row.unknown)?,
            },
            failures: row.failure_class.map(|class| FailureStreak { class, count: failures }),
        })
    }
}

pub(super) struct LaneRow {
    lane: String,
    rate: i64,
    due_at: Option<i64>,
    blocked_until: Option<i64>,
    paused_reason: Option<String>,
    owner: Option<String>,
    lease_until: i64,
    claims: i64,
}

from_row!(LaneRow { lane, rate, due_at, blocked_until, paused_reason, owner, lease_until, claims });

impl TryFrom<LaneRow> for Lane {
    type Error = StoreError;

    fn try_from(row: LaneRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse_stored(&row.lane)?,
            rate: u32::try_from(row.rate).map_err(|_| corrupt("rate"))?,
            due_at: row.due_at.map(time).transpose()?,
            blocked_until: row.blocked_until.map(time).transpose()?,
            paused_reason: row.paused_reason,
            owner: row.owner,
            lease_until: time(row.lease_until)?,
            claims: row.claims,
        })
    }
}

pub(super) struct OptOutRow {
    consumer_key: Vec<u8>,
    sealed_address: Vec<u8>,
    since: i64,
    source: String,
    keyword: Option<String>,
}

from_row!(OptOutRow { consumer_key, sealed_address, since, source, keyword });

impl TryFrom<OptOutRow> for OptOut {
    type Error = StoreError;

    fn try_from(row: OptOutRow) -> Result<Self, StoreError> {
        Ok(Self {
            consumer: consumer(&row.consumer_key)?,
            sealed_address: row.sealed_address,
            since: time(row.since)?,
            source: row.source,
            keyword: row.keyword,
        })
    }
}

pub(super) struct ConversationRow {
    consumer_key: Vec<u8>,
    channel: String,
    conversation_id: String,
    campaign_id: Option<String>,
    skill: String,
    opened_at: i64,
    last_message_at: i64,
}

from_row!(ConversationRow {
    consumer_key,
    channel,
    conversation_id,
    campaign_id,
    skill,
    opened_at,
    last_message_at,
});

impl TryFrom<ConversationRow> for OpenConversation {
    type Error = StoreError;

    fn try_from(row: ConversationRow) -> Result<Self, StoreError> {
        Ok(Self {
            consumer: consumer(&row.consumer_key)?,
            channel: ReportingChannel::from_name(&row.channel).ok_or_else(|| corrupt("channel"))?,
            conversation_id: row.conversation_id,
            campaign: row.campaign_id.as_deref().map(parse_stored).transpose()?,
            skill: row.skill,
            opened_at: time(row.opened_at)?,
            last_message_at: time(row.last_message_at)?,
        })
    }
}

pub(super) struct ConnectionRow {
    connection_id: String,
    kind: String,
    name: String,
    sealed_settings: Vec<u8>,
    callback_id: String,
    created_at: i64,
}

from_row!(ConnectionRow { connection_id, kind, name, sealed_settings, callback_id, created_at });

impl TryFrom<ConnectionRow> for Connection {
    type Error = StoreError;

    fn try_from(row: ConnectionRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.connection_id,
            kind: row.kind,
            name: row.name,
            sealed_settings: row.sealed_settings,
            callback_id: row.callback_id,
            created_at: time(row.created_at)?,
        })
    }
}

/// A connection with its account.
pub(super) struct AccountConnectionRow {
    account_id: String,
    connection: ConnectionRow,
}

from_row!(AccountConnectionRow { account_id } with connection);

impl TryFrom<AccountConnectionRow> for (AccountId, Connection) {
    type Error = StoreError;

    fn try_from(row: AccountConnectionRow) -> Result<Self, StoreError> {
        Ok((parse_stored(&row.account_id)?, row.connection.try_into()?))
    }
}

pub(super) fn consumer(bytes: &[u8]) -> Result<ConsumerKey, StoreError> {
    bytes.try_into().map(ConsumerKey).map_err(|_| corrupt("consumer"))
}

pub(super) fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(format!("the {what} of a campaign"))
}
