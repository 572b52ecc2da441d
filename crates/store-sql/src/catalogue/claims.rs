//! Stores claims of handoffs and finds contradictions.

use outbound_model::{Claim, HandoffId, HandoffState};
use outbound_store::{FirstClaim, PublishedCursor, Recount, StoreError};

use super::buffer::Buffer;
use super::claim_row::ClaimRow;
use super::statements as sql;
use crate::args::Arg;
use crate::rows::{parse_stored, time};
use crate::transaction::SqlTransaction;

/// Deletes the claims of a handoff and returns their keys.
async fn delete(transaction: &mut SqlTransaction, id: &HandoffId) -> Result<Vec<i64>, StoreError> {
    let keys: Vec<(i64,)> = transaction.all(sql::DELETE_CLAIMS, &[id.as_str().into()]).await?;
    Ok(keys.into_iter().map(|(key,)| key).collect())
}

/// Replaces the findings of a handoff, if the version is its newest one. Returns the handoff's creation time
/// and whether it may have claims, because it may have been archived since the version was read.
async fn replace_findings(
    transaction: &mut SqlTransaction,
    Recount { id, version, findings, .. }: &Recount,
) -> Result<Option<(i64, bool)>, StoreError> {
    let [errors, warnings] =
        [findings.errors, findings.warnings].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
    let args = [id.as_str().into(), (*version).into(), errors.into(), warnings.into()];
    let newest: Option<(i64, String)> = transaction.optional(sql::RECOUNT, &args).await?;
    Ok(newest.map(|(created_at, state)| (created_at, state != HandoffState::Archived.as_str())))
}

/// Finds the first claims of these keys.
async fn first(transaction: &mut SqlTransaction, keys: &[i64]) -> Result<Vec<FirstClaim>, StoreError> {
    let statement = sql::FIRST_CLAIMS.for_engine(transaction.is_postgres());
    first_claims(transaction.all(statement, &[keys.into()]).await?)
}

/// A key with the value, handoff and creation time of its first claim.
pub(super) type FirstClaimRow = (i64, i64, String, i64);

pub(super) fn first_claims(rows: Vec<FirstClaimRow>) -> Result<Vec<FirstClaim>, StoreError> {
    let claim = |(key, value, handoff, created_at): FirstClaimRow| {
        Ok(FirstClaim { key, value, handoff: parse_stored(&handoff)?, created_at: time(created_at)? })
    };
    rows.into_iter().map(claim).collect()
}

impl Buffer {
    /// Finds the first claims of these keys.
    pub(super) async fn first_claims(&mut self, keys: &[i64]) -> Result<Vec<FirstClaim>, StoreError> {
        if keys.is_empty() {
            // Returns without waiting for the background write, because an import calls this for each
            // handoff.
            return Ok(Vec::new());
        }
        if self.rows.claims.iter().any(|claim| keys.contains(&claim.key)) {
            self.write_rows();
        }
        let found = first(self.transaction.ready().await?, keys).await?;
        self.cache.add_first_claims(keys, &found);
        Ok(found)
    }

    /// Adds claims of a handoff that has none, and collects the keys that are now claimed with two values.
    /// All claims of a key that is not contested have the value of the first one.
    pub(super) async fn add_claims(
        &mut self,
        claims: &[Claim],
        id: &HandoffId,
        created_at: i64,
    ) -> Result<(), StoreError> {
        let keys = claims.iter().map(|claim| claim.key);
        let unknown: Vec<_> = keys.filter(|key| !self.cache.has_first_value(*key)).collect();
        self.first_claims(&unknown).await?;
        for row in ClaimRow::all(claims, id, created_at) {
            if self.cache.claim(row.key, row.value) != row.value {
                self.rows.contested.insert(row.key, row.rule);
            }
            self.rows.claims.push(row);
        }
        Ok(())
    }

    /// Deletes the claims of a handoff.
    pub(super) async fn delete_claims(&mut self, id: &HandoffId) -> Result<(), StoreError> {
        self.write_rows_of(id);
        let keys = delete(self.transaction.ready().await?, id).await?;
        self.cache.forget_first_values(&keys);
        Ok(())
    }

    /// Writes the buffered rows if the summary or claims of the handoff are among them.
    fn write_rows_of(&mut self, id: &HandoffId) {
        // Only cached handoffs have buffered summaries, so others need not be read.
        let has_summary = self.cache.handoff(id).is_some_and(|cached| cached.summary.is_some());
        if has_summary || self.rows.claims.iter().any(|claim| claim.id == id.as_str()) {
            self.write_rows();
        }
    }

    /// Replaces the findings and claims of a handoff, if the version is its newest one.
    pub(super) async fn recount(&mut self, recounted: &Recount) -> Result<(), StoreError> {
        let id = &recounted.id;
        self.write_rows_of(id);
        let newest = replace_findings(self.transaction.ready().await?, recounted).await?;
        let Some((created_at, may_claim)) = newest else { return Ok(()) };
        self.delete_claims(id).await?;
        if may_claim {
            self.add_claims(&recounted.claims, id, created_at).await?;
        }
        Ok(())
    }
}

/// The arguments for a position in the order of creation, `(created_at, handoff_id)`.
pub(super) fn position(after: Option<&PublishedCursor>) -> [Arg<'_>; 2] {
    match after {
        Some(cursor) => [cursor.created_at.into(), cursor.id.as_str().into()],
        None => [Arg::Int(i64::MIN), Arg::Text("")],
    }
}
