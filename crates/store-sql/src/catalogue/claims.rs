//! What handoffs claim in their account.

use std::collections::{BTreeMap, BTreeSet};

use outbound_model::{Claim, HandoffId, HandoffState};
use outbound_store::{FirstClaim, PublishedCursor, Recounted, StoreError};

use super::statements as sql;
use crate::bulk_insert::BulkInsert;
use crate::engine::Arg;
use crate::rows::{parsed, time};
use crate::transaction::SqlTransaction;

/// Row of `handoff_claims`.
pub(super) struct ClaimRow {
    pub(super) key: i64,
    created_at: i64,
    id: String,
    channel: i64,
    rule: &'static str,
    value: i64,
}

impl ClaimRow {
    /// The claims of a handoff that was made at `created_at`.
    pub(super) fn all(claims: &[Claim], id: &HandoffId, created_at: i64) -> impl Iterator<Item = Self> {
        claims.iter().map(move |claim| {
            let Claim { rule, channel, key, value } = *claim;
            let channel = i64::try_from(channel).unwrap_or(i64::MAX);
            Self { key, created_at, id: id.to_string(), channel, rule, value }
        })
    }
}

/// Adds claims of handoffs that have none, and notes the keys that are now claimed with two values. Where a key
/// is not contested yet, all its claims agree with the first one.
pub(super) async fn add(rows: &[ClaimRow], transaction: &mut SqlTransaction) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let keys: BTreeSet<i64> = rows.iter().map(|row| row.key).collect();
    let stored = first(transaction, &keys.into_iter().collect::<Vec<_>>()).await?;
    let mut values: BTreeMap<i64, i64> = stored.into_iter().map(|first| (first.key, first.value)).collect();
    let mut contested = BTreeMap::new();
    for row in rows {
        if *values.entry(row.key).or_insert(row.value) != row.value {
            contested.insert(row.key, row.rule);
        }
    }
    let inserts = [insert(rows), insert_contested(&contested)];
    let inserts: Vec<_> = inserts.into_iter().filter(|insert| !insert.is_empty()).collect();
    transaction.insert(&inserts).await
}

fn insert(rows: &[ClaimRow]) -> BulkInsert<'_> {
    BulkInsert::new("handoff_claims", rows.len())
        .text("handoff_id", rows.iter().map(|row| &*row.id))
        .int("channel", rows.iter().map(|row| row.channel))
        .int("key", rows.iter().map(|row| row.key))
        .int("created_at", rows.iter().map(|row| row.created_at))
        .text("rule", rows.iter().map(|row| row.rule))
        .int("value", rows.iter().map(|row| row.value))
}

fn insert_contested(keys: &BTreeMap<i64, &'static str>) -> BulkInsert<'static> {
    BulkInsert::new("contested_claims", keys.len())
        .int("key", keys.keys().copied())
        .text("rule", keys.values().copied())
        .on_conflict("ON CONFLICT (account_id, key) DO NOTHING")
}

/// Deletes what a handoff claims.
pub(super) async fn delete(transaction: &mut SqlTransaction, id: &HandoffId) -> Result<(), StoreError> {
    transaction.execute(sql::DELETE_CLAIMS, &[id.as_str().into()]).await.map(drop)
}

/// Replaces the findings of a handoff and deletes its claims, if the version is its newest one. Answers when it
/// was made, if it may claim anything: it may have been archived since the version was read.
pub(super) async fn recount(
    transaction: &mut SqlTransaction,
    Recounted { id, version, findings, .. }: &Recounted,
) -> Result<Option<i64>, StoreError> {
    let [errors, warnings] =
        [findings.errors, findings.warnings].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
    let args = [id.as_str().into(), (*version).into(), errors.into(), warnings.into()];
    let newest: Option<(i64, String)> = transaction.optional(sql::RECOUNT, &args).await?;
    let Some((created_at, state)) = newest else { return Ok(None) };
    delete(transaction, id).await?;
    Ok((state != HandoffState::Archived.as_str()).then_some(created_at))
}

/// The first claims of these keys.
pub(super) async fn first(
    transaction: &mut SqlTransaction,
    keys: &[i64],
) -> Result<Vec<FirstClaim>, StoreError> {
    let mut rows: Vec<FirstClaimRow> = Vec::new();
    for keys in portions(keys) {
        rows.extend(transaction.all(sql::FIRST_CLAIMS, &keys).await?);
    }
    first_claims(rows)
}

/// The keys in portions, as the arguments of [`sql::FIRST_CLAIMS`].
pub(super) fn portions(keys: &[i64]) -> impl Iterator<Item = [Arg<'static>; sql::FIRST_CLAIMS_KEYS]> {
    keys.chunks(sql::FIRST_CLAIMS_KEYS)
        .map(|chunk| std::array::from_fn(|place| Arg::Int(chunk.get(place).copied().unwrap_or(chunk[0]))))
}

/// A key with the value, handoff and creation time of its first claim, if it is claimed.
pub(super) type FirstClaimRow = (i64, Option<i64>, Option<String>, Option<i64>);

pub(super) fn first_claims(rows: Vec<FirstClaimRow>) -> Result<Vec<FirstClaim>, StoreError> {
    let mut claims = Vec::new();
    for row in rows {
        if let (key, Some(value), Some(handoff), Some(created_at)) = row {
            claims.push(FirstClaim { key, value, handoff: parsed(&handoff)?, created_at: time(created_at)? });
        }
    }
    Ok(claims)
}

/// A place in the order of creation, as `(created_at, handoff_id)`.
pub(super) fn place(after: Option<&PublishedCursor>) -> [Arg<'_>; 2] {
    match after {
        Some(cursor) => [cursor.created_at.into(), cursor.id.as_str().into()],
        None => [Arg::Int(i64::MIN), Arg::Text("")],
    }
}
