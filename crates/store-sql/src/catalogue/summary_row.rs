//! Rows of `handoff_summaries`, which lists and searches read.

use outbound_model::SearchTerms;
use outbound_store::NewVersion;

use super::handoff_row::HandoffRow;
use super::search::words;

/// A row of `handoff_summaries`, which replaces the handoff's previous row.
pub(super) struct NewSummaryRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) name_key: String,
    pub(super) state: &'static str,
    pub(super) channels: String,
    pub(super) languages: String,
    pub(super) senders: String,
    pub(super) texts: String,
    pub(super) created_at: i64,
    pub(super) at: i64,
    pub(super) by: String,
    pub(super) version: i64,
    pub(super) published: Option<i64>,
    pub(super) errors: u64,
    pub(super) warnings: u64,
}

impl NewSummaryRow {
    /// The summary of a handoff's newest version.
    pub(super) fn of(version: &NewVersion<'_>, row: &HandoffRow, terms: SearchTerms) -> Self {
        let NewVersion { attribution, findings, .. } = version;
        NewSummaryRow {
            id: row.handoff_id.clone(),
            name: row.name.clone(),
            name_key: row.name_key.clone(),
            state: row.state().as_str(),
            channels: format!(" {} ", row.channels),
            languages: words(terms.languages.iter().map(String::as_str)),
            senders: words(terms.senders.iter().map(String::as_str)),
            texts: terms.text,
            created_at: row.created_at,
            at: attribution.at.millis(),
            by: attribution.by.to_owned(),
            version: row.latest_version,
            published: row.published_version,
            errors: findings.errors,
            warnings: findings.warnings,
        }
    }
}
