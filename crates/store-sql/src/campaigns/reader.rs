//! Reads one account's campaigns.

use async_trait::async_trait;
use outbound_campaigns::CampaignId;
use outbound_model::Timestamp;
use outbound_reporting::TransactionId;
use outbound_store::{
    AcceptedRequest, Campaign, CampaignPosition, CampaignReader, Connection, ConsumerKey, Lane, OptOut,
    RecipientQuery, StoreError, StoredRecipient,
};

use super::recipient_row::RecipientRow;
use super::rows::{CampaignRow, ConnectionRow, LaneRow, OptOutRow};
use super::statements as sql;
use crate::reader::SqlReader;

#[async_trait]
impl CampaignReader for SqlReader {
    async fn campaign(&self, id: &CampaignId) -> Result<Option<Campaign>, StoreError> {
        let row: Option<CampaignRow> = self.optional(sql::CAMPAIGN, &[id.as_str().into()]).await?;
        row.map(Campaign::try_from).transpose()
    }

    async fn campaigns(
        &self,
        before: Option<&CampaignPosition>,
        limit: u32,
    ) -> Result<Vec<Campaign>, StoreError> {
        let created_at = before.map_or(i64::MAX, |position| position.created_at.millis());
        let id = before.map_or("", |position| position.id.as_str());
        let args = [created_at.into(), id.into(), i64::from(limit).into()];
        let rows: Vec<CampaignRow> = self.all(sql::CAMPAIGNS, &args).await?;
        rows.into_iter().map(Campaign::try_from).collect()
    }

    async fn recipients(&self, query: RecipientQuery<'_>) -> Result<Vec<StoredRecipient>, StoreError> {
        let RecipientQuery { campaign, state, after, limit } = query;
        let args = [
            campaign.as_str().into(),
            after.map_or(-1, i64::from).into(),
            state.unwrap_or_default().into(),
            i64::from(limit).into(),
        ];
        let rows: Vec<RecipientRow> = self.all(sql::RECIPIENTS_OF_CAMPAIGN, &args).await?;
        rows.into_iter().map(StoredRecipient::try_from).collect()
    }

    async fn accepted_request(&self, key: &str) -> Result<Option<AcceptedRequest>, StoreError> {
        let row: Option<(Vec<u8>, Vec<u8>)> = self.optional(sql::ACCEPTED_REQUEST, &[key.into()]).await?;
        Ok(row.map(|(hash, sealed_response)| AcceptedRequest { hash, sealed_response }))
    }

    async fn lanes(&self) -> Result<Vec<Lane>, StoreError> {
        let rows: Vec<LaneRow> = self.all(sql::ALL_LANES, &[]).await?;
        rows.into_iter().map(Lane::try_from).collect()
    }

    async fn opt_outs(&self, after: Option<&ConsumerKey>, limit: u32) -> Result<Vec<OptOut>, StoreError> {
        let after: &[u8] = after.map_or(&[], |key| &key.0);
        let rows: Vec<OptOutRow> = self.all(sql::OPT_OUTS, &[after.into(), i64::from(limit).into()]).await?;
        rows.into_iter().map(OptOut::try_from).collect()
    }

    async fn connections(&self) -> Result<Vec<Connection>, StoreError> {
        let rows: Vec<ConnectionRow> = self.all(sql::CONNECTIONS, &[]).await?;
        rows.into_iter().map(Connection::try_from).collect()
    }

    async fn recipients_of(
        &self,
        transactions: &[TransactionId],
    ) -> Result<Vec<StoredRecipient>, StoreError> {
        let keys: Vec<&[u8]> = transactions.iter().map(|id| id.as_bytes().as_slice()).collect();
        let rows: Vec<RecipientRow> = self.lookup_bytes(sql::RECIPIENT_BY_TRANSACTION, &keys).await?;
        rows.into_iter().map(StoredRecipient::try_from).collect()
    }

    async fn last_sent(
        &self,
        consumer: &ConsumerKey,
        since: Timestamp,
    ) -> Result<Option<StoredRecipient>, StoreError> {
        let args = [consumer.0.as_slice().into(), since.into()];
        let row: Option<RecipientRow> = self.optional(sql::LAST_SENT, &args).await?;
        row.map(StoredRecipient::try_from).transpose()
    }
}
