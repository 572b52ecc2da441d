//! Rows of the catalogue and their conversion to records.

use std::collections::BTreeSet;
use std::str::FromStr;

use outbound_model::{
    ChannelType, Extension, FindingCounts, Handoff, HandoffId, Invalid, ReadError, from_json_str,
};
use outbound_store::{
    ChangeSubject, EarlierCreation, FeedEntry, PublishedEntry, StateCounts, StoreError, Summary,
    VersionRecord,
};

use crate::off_thread::off_thread;
use crate::rows::{count, from_row, parse_stored, time};

/// Bytes of documents that are parsed at once. More are parsed on another thread, so that other requests on
/// this one need not wait.
pub(super) const MAX_INLINE_BYTES: usize = 64 * 1024;

/// A row with a document.
pub(super) trait DocumentRow {
    /// Bytes of document and extension.
    fn bytes(&self) -> usize;
}

/// Converts rows with documents to records, on another thread if the documents are large.
pub(super) async fn parse_documents<R, T>(rows: Vec<R>) -> Result<Vec<T>, StoreError>
where
    R: DocumentRow + Send + 'static,
    T: TryFrom<R, Error = StoreError> + Send + 'static,
{
    let bytes: usize = rows.iter().map(R::bytes).sum();
    let parse = move || rows.into_iter().map(T::try_from).collect();
    if bytes <= MAX_INLINE_BYTES {
        return parse();
    }
    off_thread(parse).await?
}

pub(crate) struct VersionRow {
    version: i64,
    saved_at: i64,
    saved_by: String,
    note: Option<String>,
}

from_row!(VersionRow { version, saved_at, saved_by, note });

impl TryFrom<VersionRow> for VersionRecord {
    type Error = StoreError;

    fn try_from(row: VersionRow) -> Result<Self, StoreError> {
        let saved_at = time(row.saved_at)?;
        Ok(Self { number: row.version, saved_at, saved_by: row.saved_by, note: row.note })
    }
}

pub(crate) struct VersionWithDocumentRow {
    record: VersionRow,
    document: String,
    extension: Option<String>,
}

from_row!(VersionWithDocumentRow { document, extension } with record);

impl DocumentRow for VersionWithDocumentRow {
    fn bytes(&self) -> usize {
        bytes(&self.document, self.extension.as_deref())
    }
}

impl TryFrom<VersionWithDocumentRow> for (VersionRecord, Handoff) {
    type Error = StoreError;

    fn try_from(row: VersionWithDocumentRow) -> Result<Self, StoreError> {
        Ok((row.record.try_into()?, handoff(&row.document, row.extension.as_deref())?))
    }
}

/// A handoff without its version.
pub(crate) struct DocumentOnlyRow {
    document: String,
    extension: Option<String>,
}

from_row!(DocumentOnlyRow { document, extension });

impl DocumentRow for DocumentOnlyRow {
    fn bytes(&self) -> usize {
        bytes(&self.document, self.extension.as_deref())
    }
}

impl TryFrom<DocumentOnlyRow> for Handoff {
    type Error = StoreError;

    fn try_from(row: DocumentOnlyRow) -> Result<Self, StoreError> {
        handoff(&row.document, row.extension.as_deref())
    }
}

fn bytes(document: &str, extension: Option<&str>) -> usize {
    document.len() + extension.map_or(0, str::len)
}

/// The id of a handoff and its extension as JSON.
pub(crate) type ExtensionRow = (String, String);

pub(crate) fn extension((id, text): ExtensionRow) -> Result<(HandoffId, Extension), StoreError> {
    let extension = from_json_str(&text).map_err(|error| StoreError::Engine(error.into()))?;
    Ok((parse_stored(&id)?, extension))
}

pub(crate) struct SummaryRow {
    handoff_id: String,
    name: String,
    state: String,
    channels: String,
    languages: String,
    senders: String,
    created_at: i64,
    updated_at: i64,
    updated_by: String,
    latest_version: i64,
    published_version: Option<i64>,
    errors: i64,
    warnings: i64,
}

from_row!(SummaryRow {
    handoff_id,
    name,
    state,
    channels,
    languages,
    senders,
    created_at,
    updated_at,
    updated_by,
    latest_version,
    published_version,
    errors,
    warnings,
});

impl TryFrom<SummaryRow> for Summary {
    type Error = StoreError;

    fn try_from(row: SummaryRow) -> Result<Self, StoreError> {
        let words = |list: &str| list.split_ascii_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
        Ok(Self {
            id: parse_stored(&row.handoff_id)?,
            name: row.name,
            state: parse_stored(&row.state)?,
            // Types that the contract does not name are skipped.
            channels: row
                .channels
                .split_ascii_whitespace()
                .filter_map(|c| ChannelType::from_str(c).ok())
                .collect(),
            languages: words(&row.languages),
            senders: words(&row.senders),
            created_at: time(row.created_at)?,
            updated_at: time(row.updated_at)?,
            updated_by: row.updated_by,
            latest_version: row.latest_version,
            published_version: row.published_version,
            findings: FindingCounts { errors: count(row.errors)?, warnings: count(row.warnings)? },
        })
    }
}

pub(crate) struct ChangeRow {
    pub(crate) sequence: i64,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) kind: String,
    pub(crate) handoff_id: Option<String>,
    pub(crate) version: Option<i64>,
    pub(crate) details: Option<String>,
}

from_row!(ChangeRow { sequence, at, actor, kind, handoff_id, version, details });

impl TryFrom<ChangeRow> for FeedEntry {
    type Error = StoreError;

    fn try_from(row: ChangeRow) -> Result<Self, StoreError> {
        Ok(Self {
            sequence: row.sequence,
            at: time(row.at)?,
            by: row.actor,
            kind: parse_stored(&row.kind)?,
            subject: subject(row.handoff_id.zip(row.version), row.details)?,
        })
    }
}

fn subject(handoff: Option<(String, i64)>, details: Option<String>) -> Result<ChangeSubject, StoreError> {
    if let Some((handoff, version)) = handoff {
        return Ok(ChangeSubject::Handoff { handoff: parse_stored(&handoff)?, version });
    }
    let corrupt = || StoreError::Corrupt("the details of a change".to_owned());
    let details = serde_json::from_str(&details.ok_or_else(corrupt)?).map_err(|_| corrupt())?;
    Ok(ChangeSubject::Campaign(Box::new(details)))
}

/// Converts the hash and the handoff id of an idempotency key.
pub(crate) fn earlier((request_hash, id): (Vec<u8>, String)) -> Result<EarlierCreation, StoreError> {
    Ok(EarlierCreation { request_hash, handoff: parse_stored::<HandoffId>(&id)? })
}

/// Converts the numbers of handoffs in each state.
pub(crate) fn counts(rows: Vec<(String, i64)>) -> Result<StateCounts, StoreError> {
    let mut counts = StateCounts::default();
    for (state, number) in rows {
        let counter = match &*state {
            "draft" => &mut counts.draft,
            "published" => &mut counts.published,
            "changed" => &mut counts.changed,
            "archived" => &mut counts.archived,
            other => return Err(StoreError::Corrupt(Invalid::new(format!("the state {other}")).to_string())),
        };
        *counter = count(number)?;
    }
    Ok(counts)
}

/// An element of a page. For an empty page there is one row without `channel_index` and `document`.
pub(crate) struct PageRow {
    pub(crate) revision: i64,
    pub(crate) total: i64,
    channel_index: Option<i64>,
    document: Option<String>,
}

from_row!(PageRow { revision, total, channel_index, document });

impl PageRow {
    /// The element, if there is one. Only elements of filtered lists have a channel.
    pub(crate) fn into_entry(self, filtered: bool) -> Option<Result<PublishedEntry, StoreError>> {
        let index = self.channel_index?;
        Some(match (self.document, usize::try_from(index)) {
            (Some(document), Ok(index)) => {
                Ok(PublishedEntry { document, channel_index: filtered.then_some(index) })
            }
            _ => Err(StoreError::Corrupt("a published list names a handoff that is not published".into())),
        })
    }
}

/// Parses a stored document and its extension.
fn handoff(document: &str, extension: Option<&str>) -> Result<Handoff, StoreError> {
    let corrupt = |error: ReadError| StoreError::Corrupt(error.to_string());
    let mut handoff: Handoff = from_json_str(document).map_err(corrupt)?;
    handoff.extension = extension.map(from_json_str).transpose().map_err(corrupt)?;
    Ok(handoff)
}
