//! Implements the transaction on one account's campaigns.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use outbound_campaigns::{CampaignId, Control};
use outbound_model::Timestamp;
use outbound_reporting::TransactionId;
use outbound_store::{
    AuditEntry, Campaign, CampaignAdded, CampaignTransaction, Connection, ConsumerKey, FailureStreak,
    InboundKey, Lane, LaneId, NewAnswer, NewCampaign, NewChange, OpenConversation, OptOut, PendingCommit,
    RecipientChange, StoreError, StoredRecipient,
};

use super::args;
use super::changes::advances;
use super::recipient_row::{self, RecipientRow};
use super::rows::{CampaignRow, ConversationRow, LaneRow, consumer};
use super::statements as sql;
use crate::args::Arg;
use crate::catalogue::statements::SETTINGS;
use crate::rows::{count, parse_stored, time};
use crate::statement::TenantSql;
use crate::transaction::SqlTransaction;

impl SqlTransaction {
    async fn recipient_rows(
        &mut self,
        sql: TenantSql,
        args: &[Arg<'_>],
    ) -> Result<Vec<StoredRecipient>, StoreError> {
        let rows: Vec<RecipientRow> = self.all(sql, args).await?;
        rows.into_iter().map(StoredRecipient::try_from).collect()
    }

    /// Makes lanes due. They are locked in the order of their ids.
    pub(super) async fn advance_lanes(
        &mut self,
        lanes: BTreeMap<LaneId, Timestamp>,
    ) -> Result<(), StoreError> {
        for (lane, due_at) in lanes {
            let lane = lane.to_string();
            let args = [lane.as_str().into(), i64::from(Lane::DEFAULT_RATE).into(), due_at.into()];
            self.execute(sql::ADVANCE_LANE, &args).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl CampaignTransaction for SqlTransaction {
    async fn add_campaign(&mut self, new: &NewCampaign<'_>) -> Result<CampaignAdded, StoreError> {
        let added = self.try_add_campaign(new).await?;
        if added != CampaignAdded::Added {
            self.fail();
        }
        Ok(added)
    }

    async fn campaigns(&mut self, ids: &[&CampaignId]) -> Result<Vec<Campaign>, StoreError> {
        let keys: BTreeSet<_> = ids.iter().map(|id| id.as_str()).collect();
        let keys: Vec<_> = keys.into_iter().collect();
        let rows: Vec<CampaignRow> = self.lookup(sql::CAMPAIGN_BY_ID, &keys).await?;
        rows.into_iter().map(Campaign::try_from).collect()
    }

    async fn set_control(
        &mut self,
        id: &CampaignId,
        before: Control,
        after: Control,
        reason: Option<&str>,
    ) -> Result<bool, StoreError> {
        let args = [id.as_str().into(), before.as_str().into(), after.as_str().into(), reason.into()];
        Ok(self.execute(sql::SET_CONTROL, &args).await? > 0)
    }

    async fn set_failures(
        &mut self,
        id: &CampaignId,
        failures: Option<&FailureStreak>,
    ) -> Result<(), StoreError> {
        let class = failures.map(|streak| streak.class.as_str());
        let count = failures.map_or(0, |streak| i64::from(streak.count));
        self.execute(sql::SET_FAILURES, &[id.as_str().into(), class.into(), count.into()]).await.map(drop)
    }

    async fn reschedule(&mut self, id: &CampaignId, due_at: Timestamp) -> Result<(), StoreError> {
        let args = [id.as_str().into(), due_at.into()];
        let lanes: Vec<(String,)> = self.all(sql::RESCHEDULE_RECIPIENTS, &args).await?;
        let lanes: BTreeSet<String> = lanes.into_iter().map(|(lane,)| lane).collect();
        let lanes = lanes.iter().map(|lane| Ok((parse_stored(lane)?, due_at)));
        self.advance_lanes(lanes.collect::<Result<_, StoreError>>()?).await
    }

    async fn reschedule_lane(&mut self, id: &LaneId, due_at: Timestamp) -> Result<(), StoreError> {
        let lane = id.to_string();
        let args = [lane.as_str().into(), due_at.into()];
        if self.execute(sql::RESCHEDULE_LANE, &args).await? == 0 {
            return Ok(());
        }
        self.advance_lanes(BTreeMap::from([(id.clone(), due_at)])).await
    }

    async fn lane(&mut self, id: &LaneId) -> Result<Option<Lane>, StoreError> {
        let id = id.to_string();
        let row: Option<LaneRow> = self.optional(sql::LOCK_LANE, &[id.as_str().into()]).await?;
        row.map(Lane::try_from).transpose()
    }

    async fn save_lane(&mut self, lane: &Lane) -> Result<(), StoreError> {
        let id = lane.id.to_string();
        self.execute(sql::SAVE_LANE, &args::lane(lane, &id)).await.map(drop)
    }

    async fn next_due(&mut self, lane: &LaneId) -> Result<Option<Timestamp>, StoreError> {
        let lane = lane.to_string();
        let args = [lane.as_str().into()];
        let recipients: Option<(Option<i64>,)> = self.optional(sql::NEXT_DUE, &args).await?;
        let answers: Option<(i64,)> = self.optional(sql::NEXT_ANSWER, &args).await?;
        let next = recipients.and_then(|(at,)| at).into_iter().chain(answers.map(|(at,)| at)).min();
        next.map(time).transpose()
    }

    async fn due_recipients(
        &mut self,
        lane: &LaneId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<StoredRecipient>, StoreError> {
        let lane = lane.to_string();
        let args = [lane.as_str().into(), now.into(), i64::from(limit).into()];
        let statement = sql::DUE_RECIPIENTS.for_engine(self.is_postgres());
        self.recipient_rows(statement, &args).await
    }

    async fn recipients_of(
        &mut self,
        transactions: &[TransactionId],
    ) -> Result<Vec<StoredRecipient>, StoreError> {
        // In one order, so that concurrent transactions do not wait for each other.
        let keys: BTreeSet<&[u8]> = transactions.iter().map(|id| id.as_bytes().as_slice()).collect();
        let keys: Vec<_> = keys.into_iter().collect();
        let rows: Vec<RecipientRow> = self.lookup_bytes(sql::LOCKED_RECIPIENT_BY_TRANSACTION, &keys).await?;
        rows.into_iter().map(StoredRecipient::try_from).collect()
    }

    async fn retryable_recipients(
        &mut self,
        id: &CampaignId,
        limit: u32,
    ) -> Result<Vec<StoredRecipient>, StoreError> {
        let statement = sql::RETRYABLE_RECIPIENTS.for_engine(self.is_postgres());
        let args = [id.as_str().into(), i64::from(limit).into()];
        self.recipient_rows(statement, &args).await
    }

    async fn recipient(
        &mut self,
        id: &CampaignId,
        number: u32,
    ) -> Result<Option<StoredRecipient>, StoreError> {
        let statement = sql::RECIPIENT_BY_NUMBER.for_engine(self.is_postgres());
        let found = self.recipient_rows(statement, &[id.as_str().into(), i64::from(number).into()]).await?;
        Ok(found.into_iter().next())
    }

    async fn save_recipients(&mut self, changes: &[RecipientChange]) -> Result<Vec<CampaignId>, StoreError> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let lanes: Vec<String> = changes.iter().map(|change| change.after.lane.to_string()).collect();
        self.insert(&[recipient_row::saves(changes, &lanes)]).await?;
        self.advance_lanes(advances(changes)).await?;
        self.add_counts(changes).await
    }

    async fn add_answer(&mut self, answer: &NewAnswer) -> Result<(), StoreError> {
        self.insert_answer(answer).await
    }

    async fn take_answers(
        &mut self,
        lane: &LaneId,
        limit: u32,
    ) -> Result<Vec<(Timestamp, Vec<u8>)>, StoreError> {
        self.remove_answers(lane, limit).await
    }

    async fn add_changes(&mut self, changes: &[NewChange]) -> Result<(), StoreError> {
        self.insert_changes(changes).await
    }

    async fn opted_out(&mut self, consumers: &[ConsumerKey]) -> Result<Vec<ConsumerKey>, StoreError> {
        let keys: Vec<&[u8]> = consumers.iter().map(|key| key.0.as_slice()).collect();
        let rows: Vec<(Vec<u8>,)> = self.lookup_bytes(sql::OPT_OUT_BY_CONSUMER, &keys).await?;
        rows.iter().map(|(key,)| consumer(key)).collect()
    }

    async fn add_inbound(&mut self, message: &InboundKey, at: Timestamp) -> Result<bool, StoreError> {
        Ok(self.execute(sql::INSERT_INBOUND, &[message.0.as_slice().into(), at.into()]).await? > 0)
    }

    async fn add_opt_out(&mut self, opt_out: &OptOut) -> Result<bool, StoreError> {
        if self.execute(sql::INSERT_OPT_OUT, &args::opt_out(opt_out)).await? > 0 {
            return Ok(true);
        }
        if !opt_out.sealed_address.is_empty() {
            let args = [opt_out.consumer.0.as_slice().into(), opt_out.sealed_address.as_slice().into()];
            self.execute(sql::ADD_ADDRESS, &args).await?;
        }
        Ok(false)
    }

    async fn remove_opt_out(&mut self, consumer: &ConsumerKey) -> Result<bool, StoreError> {
        Ok(self.execute(sql::DELETE_OPT_OUT, &[consumer.0.as_slice().into()]).await? > 0)
    }

    async fn conversations(
        &mut self,
        consumers: &[ConsumerKey],
    ) -> Result<Vec<OpenConversation>, StoreError> {
        let keys: Vec<&[u8]> = consumers.iter().map(|key| key.0.as_slice()).collect();
        let rows: Vec<ConversationRow> = self.lookup_bytes(sql::CONVERSATION_BY_CONSUMER, &keys).await?;
        rows.into_iter().map(OpenConversation::try_from).collect()
    }

    async fn save_conversation(&mut self, conversation: &OpenConversation) -> Result<(), StoreError> {
        self.execute(sql::SAVE_CONVERSATION, &args::conversation(conversation)).await.map(drop)
    }

    async fn close_conversation(&mut self, conversation: &OpenConversation) -> Result<bool, StoreError> {
        let key = conversation.consumer.0.as_slice();
        let args = [key.into(), conversation.conversation_id.as_str().into()];
        Ok(self.execute(sql::CLOSE_CONVERSATION, &args).await? > 0)
    }

    async fn add_connection(&mut self, connection: &Connection, limit: u32) -> Result<bool, StoreError> {
        // Locks the audit counter, so that concurrent transactions count connections one after the other.
        self.allocate_audit_numbers(0).await?;
        if count(self.number(sql::CONNECTION_COUNT, &[]).await?)? >= limit.into() {
            return Ok(false);
        }
        self.execute(sql::INSERT_CONNECTION, &args::connection(connection)).await?;
        Ok(true)
    }

    async fn set_callback_id(&mut self, id: &str, callback_id: &str) -> Result<bool, StoreError> {
        Ok(self.execute(sql::SET_CALLBACK_ID, &[id.into(), callback_id.into()]).await? > 0)
    }

    async fn delete_connection(&mut self, id: &str) -> Result<bool, StoreError> {
        Ok(self.execute(sql::DELETE_CONNECTION, &[id.into()]).await? > 0)
    }

    async fn add_events(&mut self, sealed: &[u8]) -> Result<(), StoreError> {
        self.execute(sql::INSERT_EVENTS, &[sealed.into()]).await.map(drop)
    }

    async fn lock_settings(
        mut self: Box<Self>,
    ) -> Result<(Option<String>, Box<dyn PendingCommit>), StoreError> {
        // Not the account, because an import locks it for long. A change of the settings needs the counter for its
        // commit.
        self.allocate_audit_numbers(0).await?;
        let row: Option<(String,)> = self.optional(SETTINGS, &[]).await?;
        let pending: Box<dyn PendingCommit> = self;
        Ok((row.map(|(settings,)| settings), pending))
    }

    async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.add_audit(entry);
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.commit_with_audit().await.map(drop)
    }
}

#[async_trait]
impl PendingCommit for SqlTransaction {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.commit_with_audit().await.map(drop)
    }
}
