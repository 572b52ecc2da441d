//! Rows of claims, and their inserts.

use std::collections::BTreeMap;

use outbound_model::{Claim, HandoffId};

use crate::bulk_insert::BulkInsert;

/// A row of `handoff_claims`.
pub(super) struct ClaimRow {
    pub(super) key: i64,
    pub(super) created_at: i64,
    pub(super) id: String,
    pub(super) channel: i64,
    pub(super) rule: &'static str,
    pub(super) value: i64,
}

impl ClaimRow {
    /// The rows for the claims of a handoff that was created at `created_at`.
    pub(super) fn all(claims: &[Claim], id: &HandoffId, created_at: i64) -> impl Iterator<Item = Self> {
        claims.iter().map(move |claim| {
            let Claim { rule, channel, key, value } = *claim;
            let channel = i64::try_from(channel).unwrap_or(i64::MAX);
            Self { key, created_at, id: id.to_string(), channel, rule, value }
        })
    }
}

pub(super) fn insert(rows: &[ClaimRow]) -> BulkInsert<'_> {
    BulkInsert::new("handoff_claims", rows.len())
        .text("handoff_id", rows.iter().map(|row| &*row.id))
        .int("channel", rows.iter().map(|row| row.channel))
        .int("key", rows.iter().map(|row| row.key))
        .int("created_at", rows.iter().map(|row| row.created_at))
        .text("rule", rows.iter().map(|row| row.rule))
        .int("value", rows.iter().map(|row| row.value))
}

/// Inserts keys that are claimed with two values, with their rules.
pub(super) fn insert_contested(keys: &BTreeMap<i64, &'static str>) -> BulkInsert<'static> {
    BulkInsert::new("contested_claims", keys.len())
        .int("key", keys.keys().copied())
        .text("rule", keys.values().copied())
        .on_conflict("ON CONFLICT (account_id, key) DO NOTHING")
}
