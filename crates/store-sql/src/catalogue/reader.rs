//! Reads one account's catalogue.

use async_trait::async_trait;
use outbound_model::{Extension, Handoff, HandoffId};
use outbound_store::{
    CatalogueReader, ClaimLevels, Criteria, FeedEntry, FirstClaim, ListFilter, Page, PublishedCursor,
    PublishedPage, Search, StateCounts, StoreError, StoredHandoff, Summary, VersionRecord,
};

use super::claims;
use super::handoff_row::HandoffWithVersionRow;
use super::rows::{
    self, ChangeRow, DocumentOnlyRow, ExtensionRow, PageRow, SummaryRow, VersionRow, VersionWithDocumentRow,
    counts, parse_documents,
};
use super::search::{self, Patterns};
use super::{lists, statements as sql};
use crate::reader::SqlReader;
use crate::rows::parse_stored;

#[async_trait]
impl CatalogueReader for SqlReader {
    async fn published(&self, filter: ListFilter, page: Page) -> Result<PublishedPage, StoreError> {
        let part =
            [lists::name(filter).into(), i64::from(page.limit()).into(), i64::from(page.offset()).into()];
        let rows: Vec<PageRow> = self.all(sql::PUBLISHED_PAGE, &part).await?;
        let (revision, total) = rows.first().map_or((0, 0), |row| (row.revision, row.total));
        let total = u64::try_from(total).map_err(|_| StoreError::Corrupt(format!("the total {total}")))?;
        let entries = rows.into_iter().filter_map(|row| row.into_entry(filter.is_some()));
        Ok(PublishedPage { revision, total, entries: entries.collect::<Result<_, _>>()? })
    }

    async fn published_after(
        &self,
        after: Option<&PublishedCursor>,
        count: u32,
    ) -> Result<Vec<Handoff>, StoreError> {
        let [created_at, id] = claims::position(after);
        let part = [lists::ALL.into(), created_at, id, i64::from(count).into()];
        let rows: Vec<DocumentOnlyRow> = self.all(sql::PUBLISHED_AFTER, &part).await?;
        parse_documents(rows).await
    }

    async fn handoff(&self, id: &HandoffId) -> Result<Option<StoredHandoff>, StoreError> {
        let rows: Vec<HandoffWithVersionRow> = self.lookup(sql::HANDOFF_BY_ID, &[id.as_str()]).await?;
        Ok(parse_documents(rows).await?.pop())
    }

    async fn versions(
        &self,
        id: &HandoffId,
        before: i64,
        count: u32,
    ) -> Result<Vec<VersionRecord>, StoreError> {
        let part = [id.as_str().into(), before.into(), i64::from(count).into()];
        let rows: Vec<VersionRow> = self.all(sql::VERSIONS, &part).await?;
        rows.into_iter().map(VersionRecord::try_from).collect()
    }

    async fn version(
        &self,
        id: &HandoffId,
        number: i64,
    ) -> Result<Option<(VersionRecord, Handoff)>, StoreError> {
        let one = [id.as_str().into(), number.into()];
        let rows: Vec<VersionWithDocumentRow> = self.all(sql::VERSION, &one).await?;
        Ok(parse_documents(rows).await?.pop())
    }

    async fn search(&self, search: &Search, levels: &ClaimLevels) -> Result<Vec<Summary>, StoreError> {
        let patterns = Patterns::of(&search.criteria, levels);
        let args = patterns.search_args(search);
        let (near, all) = search::statements(search.sort);
        let mut rows: Vec<SummaryRow> = self.all(near, &args).await?;
        if rows.len() < search.count as usize {
            rows = match patterns.indexed(self.is_postgres()) {
                Some(query) if self.is_indexed().await? => {
                    let indexed = search::indexed_statement(search.sort).for_engine(self.is_postgres());
                    self.all_with_own_plan(indexed, &[&args[..], &[query.into()]].concat()).await?
                }
                _ => self.all(all, &args).await?,
            };
        }
        rows.into_iter().map(Summary::try_from).collect()
    }

    async fn count(&self, criteria: &Criteria, levels: &ClaimLevels) -> Result<StateCounts, StoreError> {
        let rows = if criteria.include_all_but_state() {
            self.all(sql::COUNTS, &[]).await?
        } else {
            let patterns = Patterns::of(criteria, levels);
            match patterns.indexed(self.is_postgres()) {
                Some(query) if self.is_indexed().await? => {
                    let args = [&patterns.args()[..], &[query.into()]].concat();
                    let indexed = sql::COUNT_INDEXED.for_engine(self.is_postgres());
                    self.all_with_own_plan(indexed, &args).await?
                }
                _ => self.all(sql::COUNT_BY_STATE, &patterns.args()).await?,
            }
        };
        counts(rows)
    }

    async fn newest_after(
        &self,
        after: Option<&PublishedCursor>,
        count: u32,
    ) -> Result<Vec<StoredHandoff>, StoreError> {
        let [created_at, id] = claims::position(after);
        let rows: Vec<HandoffWithVersionRow> =
            self.all(sql::NEWEST_AFTER, &[created_at, id, i64::from(count).into()]).await?;
        parse_documents(rows).await
    }

    async fn handoff_id_by_name(&self, name_key: &str) -> Result<Option<HandoffId>, StoreError> {
        let found: Vec<(String, String)> = self.lookup(sql::HANDOFF_ID_BY_NAME, &[name_key]).await?;
        found.first().map(|(_, id)| parse_stored(id)).transpose()
    }

    async fn first_claims(&self, keys: &[i64]) -> Result<Vec<FirstClaim>, StoreError> {
        claims::first_claims(
            self.all(sql::FIRST_CLAIMS.for_engine(self.is_postgres()), &[keys.into()]).await?,
        )
    }

    async fn extensions(
        &self,
        after: Option<&HandoffId>,
        count: u32,
    ) -> Result<Vec<(HandoffId, Extension)>, StoreError> {
        let args = [after.map_or("", HandoffId::as_str).into(), i64::from(count).into()];
        let rows: Vec<ExtensionRow> = self.all(sql::EXTENSIONS, &args).await?;
        rows.into_iter().map(rows::extension).collect()
    }

    async fn handoff_changes(&self, since: i64, count: u32) -> Result<Vec<FeedEntry>, StoreError> {
        let part = [since.into(), i64::from(count).into()];
        let rows: Vec<ChangeRow> = self.all(sql::CHANGES_SINCE, &part).await?;
        rows.into_iter().map(FeedEntry::try_from).collect()
    }

    async fn last_change(&self) -> Result<i64, StoreError> {
        let rows: Vec<(i64,)> = self.all(sql::LAST_CHANGE, &[]).await?;
        Ok(rows.first().map_or(0, |row| row.0))
    }

    async fn settings(&self) -> Result<Option<String>, StoreError> {
        let rows: Vec<(String,)> = self.all(sql::SETTINGS, &[]).await?;
        Ok(rows.into_iter().next().map(|(settings,)| settings))
    }
}
