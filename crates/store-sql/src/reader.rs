//! Reads of one account, each one statement and so one snapshot.

use async_trait::async_trait;
use outbound_model::{AccountId, ClientId, Handoff, HandoffId, Username, WebhookId};
use outbound_store::{
    AccountReader, ApiKey, AuditRecord, Client, Criteria, Cursor, Delivery, Filter, FoundSession,
    HandoffChange, Page, PublishedPage, Search, StateCounts, StoreError, StoredHandoff, Summary, User,
    VersionRecord, Webhook,
};

use crate::engine::{Arg, Pools, Row};
use crate::handoff_rows::{self, ChangeRow, HandoffRow, SummaryRow, VersionRow, WholeVersionRow};
use crate::lists;
use crate::rows::{ApiKeyRow, ClientRow, PageRow, handoff};
use crate::search::{self, Patterns};
use crate::statements::{self, TenantSql};
use crate::tenant::Tenant;
use crate::user_rows::{AuditRow, SessionRow, UserRow};
use crate::webhooks::{DeliveryRow, WebhookRow};

/// Reads one account through the pools.
pub(crate) struct SqlReader {
    pools: Pools,
    account: AccountId,
}

impl SqlReader {
    pub(crate) fn new(pools: Pools, account: AccountId) -> Self {
        Self { pools, account }
    }

    async fn all<T: Row>(&self, sql: TenantSql, args: &[Arg<'_>]) -> Result<Vec<T>, StoreError> {
        let mut connection = self.pools.reader().await?;
        Tenant::new(&self.account, &mut connection).all(sql, args).await
    }
}

#[async_trait]
impl AccountReader for SqlReader {
    async fn revision(&self) -> Result<Option<i64>, StoreError> {
        let rows: Vec<(i64,)> = self.all(statements::REVISION, &[]).await?;
        Ok(rows.first().map(|row| row.0))
    }

    async fn published(&self, filter: Filter, page: Page) -> Result<PublishedPage, StoreError> {
        let part =
            [lists::name(filter).into(), i64::from(page.limit()).into(), i64::from(page.offset()).into()];
        let rows: Vec<PageRow> = self.all(statements::PUBLISHED_PAGE, &part).await?;
        let (revision, total) = rows.first().map_or((0, 0), |row| (row.revision, row.total));
        let total = u64::try_from(total).map_err(|_| StoreError::Corrupt(format!("the total {total}")))?;
        let entries = rows.into_iter().filter_map(|row| row.into_entry(filter.is_some()));
        Ok(PublishedPage { revision, total, entries: entries.collect::<Result<_, _>>()? })
    }

    async fn published_after(&self, after: Option<&Cursor>, count: u32) -> Result<Vec<Handoff>, StoreError> {
        let (created_at, id) =
            after.map_or((i64::MIN, ""), |cursor| (cursor.created_at.millis(), cursor.id.as_str()));
        let part = [lists::ALL.into(), created_at.into(), id.into(), i64::from(count).into()];
        let rows: Vec<(String, Option<String>)> = self.all(statements::PUBLISHED_AFTER, &part).await?;
        rows.iter().map(|(document, extension)| handoff(document, extension.as_deref())).collect()
    }

    async fn handoff(&self, id: &HandoffId) -> Result<Option<StoredHandoff>, StoreError> {
        let rows: Vec<HandoffRow> = self.all(statements::HANDOFF, &[id.as_str().into()]).await?;
        rows.into_iter().next().map(StoredHandoff::try_from).transpose()
    }

    async fn versions(
        &self,
        id: &HandoffId,
        before: i64,
        count: u32,
    ) -> Result<Vec<VersionRecord>, StoreError> {
        let part = [id.as_str().into(), before.into(), i64::from(count).into()];
        let rows: Vec<VersionRow> = self.all(statements::VERSIONS, &part).await?;
        rows.into_iter().map(VersionRecord::try_from).collect()
    }

    async fn version(
        &self,
        id: &HandoffId,
        number: i64,
    ) -> Result<Option<(VersionRecord, Handoff)>, StoreError> {
        let one = [id.as_str().into(), number.into()];
        let rows: Vec<WholeVersionRow> = self.all(statements::VERSION, &one).await?;
        rows.into_iter().next().map(<(VersionRecord, Handoff)>::try_from).transpose()
    }

    async fn search(&self, search: &Search) -> Result<Vec<Summary>, StoreError> {
        let patterns = Patterns::of(&search.criteria);
        let args = patterns.search_args(search);
        let (near, all) = search::statements(search.sort);
        let mut rows: Vec<SummaryRow> = self.all(near, &args).await?;
        if rows.len() < search.count as usize {
            rows = self.all(all, &args).await?;
        }
        rows.into_iter().map(Summary::try_from).collect()
    }

    async fn count(&self, criteria: &Criteria) -> Result<StateCounts, StoreError> {
        let rows = self.all(statements::COUNT_BY_STATE, &Patterns::of(criteria).args()).await?;
        handoff_rows::counts(rows)
    }

    async fn handoff_changes(&self, since: i64, count: u32) -> Result<Vec<HandoffChange>, StoreError> {
        let part = [since.into(), i64::from(count).into()];
        let rows: Vec<ChangeRow> = self.all(statements::CHANGES_SINCE, &part).await?;
        rows.into_iter().map(HandoffChange::try_from).collect()
    }

    async fn last_change(&self) -> Result<i64, StoreError> {
        let rows: Vec<(i64,)> = self.all(statements::LAST_CHANGE, &[]).await?;
        Ok(rows.first().map_or(0, |row| row.0))
    }

    async fn settings(&self) -> Result<Option<String>, StoreError> {
        let rows: Vec<(String,)> = self.all(statements::SETTINGS, &[]).await?;
        Ok(rows.into_iter().next().map(|(settings,)| settings))
    }

    async fn client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        let rows: Vec<ClientRow> = self.all(statements::CLIENT, &[id.as_str().into()]).await?;
        rows.into_iter().next().map(Client::try_from).transpose()
    }

    async fn clients(&self) -> Result<Vec<Client>, StoreError> {
        let rows: Vec<ClientRow> = self.all(statements::CLIENTS, &[]).await?;
        rows.into_iter().map(Client::try_from).collect()
    }

    async fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        let rows: Vec<ApiKeyRow> = self.all(statements::API_KEYS, &[]).await?;
        rows.into_iter().map(|row| <(AccountId, ApiKey)>::try_from(row).map(|(_, key)| key)).collect()
    }

    async fn user(&self, name: &Username) -> Result<Option<User>, StoreError> {
        let rows: Vec<UserRow> = self.all(statements::USER, &[(&*name.key()).into()]).await?;
        rows.into_iter().next().map(User::try_from).transpose()
    }

    async fn users(&self) -> Result<Vec<User>, StoreError> {
        let rows: Vec<UserRow> = self.all(statements::USERS, &[]).await?;
        rows.into_iter().map(User::try_from).collect()
    }

    async fn session_of_cookie(&self, cookie_hash: &[u8]) -> Result<Option<FoundSession>, StoreError> {
        let rows: Vec<SessionRow> = self.all(statements::SESSION_OF_COOKIE, &[cookie_hash.into()]).await?;
        rows.into_iter().next().map(FoundSession::try_from).transpose()
    }

    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        let rows: Vec<WebhookRow> = self.all(statements::ALL_WEBHOOKS, &[]).await?;
        rows.into_iter().map(Webhook::try_from).collect()
    }

    async fn webhook(&self, id: &WebhookId) -> Result<Option<Webhook>, StoreError> {
        let rows: Vec<WebhookRow> = self.all(statements::WEBHOOK, &[id.as_str().into()]).await?;
        rows.into_iter().next().map(Webhook::try_from).transpose()
    }

    async fn deliveries(&self, id: &WebhookId, before: i64, count: u32) -> Result<Vec<Delivery>, StoreError> {
        let part = [id.as_str().into(), before.into(), i64::from(count).into()];
        let rows: Vec<DeliveryRow> = self.all(statements::DELIVERIES, &part).await?;
        rows.into_iter().map(Delivery::try_from).collect()
    }

    async fn delivery(&self, id: &WebhookId, number: i64) -> Result<Option<Delivery>, StoreError> {
        let one = [id.as_str().into(), number.into()];
        let rows: Vec<DeliveryRow> = self.all(statements::DELIVERY, &one).await?;
        rows.into_iter().next().map(Delivery::try_from).transpose()
    }

    async fn audit(&self, before: i64, count: u32) -> Result<Vec<AuditRecord>, StoreError> {
        let page = [before.into(), i64::from(count).into()];
        let rows: Vec<AuditRow> = self.all(statements::AUDIT, &page).await?;
        rows.into_iter().map(AuditRecord::try_from).collect()
    }
}
