//! What lists and searches know of a handoff: a row of `handoff_summaries`.

use outbound_model::SearchTerms;
use outbound_store::NewVersion;

use super::handoff_row::HandoffRow;
use super::search::words;

/// Row of `handoff_summaries`; replaces the one before.
pub(super) struct Summary {
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

impl Summary {
    /// Of the newest version of a handoff.
    pub(super) fn of(version: &NewVersion<'_>, row: &HandoffRow) -> Self {
        let NewVersion { handoff, act, findings, .. } = version;
        let terms = SearchTerms::of(handoff);
        Summary {
            id: row.handoff_id.clone(),
            name: row.name.clone(),
            name_key: row.name_key.clone(),
            state: row.state().as_str(),
            channels: format!(" {} ", row.channels),
            languages: words(terms.languages.iter().map(String::as_str)),
            senders: words(terms.senders.iter().map(String::as_str)),
            texts: terms.text,
            created_at: row.created_at,
            at: act.at.millis(),
            by: act.by.to_owned(),
            version: row.latest_version,
            published: row.published_version,
            errors: findings.errors,
            warnings: findings.warnings,
        }
    }
}
