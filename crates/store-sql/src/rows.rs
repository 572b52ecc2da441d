//! Rows as they are stored, and the records made of them. What does not fit is [`StoreError::Corrupt`].

use std::str::FromStr;

use outbound_model::{AccountId, Handoff, ReadError, Timestamp, from_json_str};
use outbound_store::{Account, ApiKey, Client, PublishedEntry, SigningKey, StoreError};
use sqlx::FromRow;

#[derive(FromRow)]
pub(crate) struct AccountRow {
    account_id: String,
    created_at: i64,
}

impl TryFrom<AccountRow> for Account {
    type Error = StoreError;

    fn try_from(row: AccountRow) -> Result<Self, StoreError> {
        Ok(Self { id: parsed(&row.account_id)?, created_at: time(row.created_at)? })
    }
}

#[derive(FromRow)]
pub(crate) struct ClientRow {
    client_id: String,
    name: String,
    scopes: String,
    secret_hash: Vec<u8>,
    created_at: i64,
    revoked_at: Option<i64>,
}

impl TryFrom<ClientRow> for Client {
    type Error = StoreError;

    fn try_from(row: ClientRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(&row.client_id)?,
            name: row.name,
            scopes: parsed(&row.scopes)?,
            secret_hash: row.secret_hash,
            created_at: time(row.created_at)?,
            revoked_at: row.revoked_at.map(time).transpose()?,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct ApiKeyRow {
    account_id: String,
    app_key: String,
    name: String,
    access_token: String,
    sealed_secrets: Vec<u8>,
    created_at: i64,
    revoked_at: Option<i64>,
}

impl TryFrom<ApiKeyRow> for (AccountId, ApiKey) {
    type Error = StoreError;

    fn try_from(row: ApiKeyRow) -> Result<Self, StoreError> {
        let key = ApiKey {
            app_key: parsed(&row.app_key)?,
            name: row.name,
            access_token: row.access_token,
            sealed_secrets: row.sealed_secrets,
            created_at: time(row.created_at)?,
            revoked_at: row.revoked_at.map(time).transpose()?,
        };
        Ok((parsed(&row.account_id)?, key))
    }
}

#[derive(FromRow)]
pub(crate) struct SigningKeyRow {
    sequence: i64,
    kid: String,
    sealed_private_key: Vec<u8>,
    public_jwk: String,
    created_at: i64,
    signs_from: i64,
}

impl TryFrom<SigningKeyRow> for SigningKey {
    type Error = StoreError;

    fn try_from(row: SigningKeyRow) -> Result<Self, StoreError> {
        Ok(Self {
            sequence: row.sequence,
            kid: row.kid,
            sealed_private_key: row.sealed_private_key,
            public_jwk: row.public_jwk,
            created_at: time(row.created_at)?,
            signs_from: time(row.signs_from)?,
        })
    }
}

/// One element of a page; the last two are absent together, where the page is empty.
#[derive(FromRow)]
pub(crate) struct PageRow {
    pub(crate) revision: i64,
    pub(crate) total: i64,
    channel_index: Option<i64>,
    document: Option<String>,
}

impl PageRow {
    /// The element, if the page has any; without a filter it is no channel's.
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

/// Reads a stored document, and the extension that is kept beside it.
pub(crate) fn handoff(document: &str, extension: Option<&str>) -> Result<Handoff, StoreError> {
    let corrupt = |error: ReadError| StoreError::Corrupt(error.to_string());
    let mut handoff: Handoff = from_json_str(document).map_err(corrupt)?;
    handoff.extension = extension.map(from_json_str).transpose().map_err(corrupt)?;
    Ok(handoff)
}

/// Reads a stored time.
pub(crate) fn time(millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millis(millis).ok_or_else(|| StoreError::Corrupt(format!("the time {millis}")))
}

/// Reads a stored word.
pub(crate) fn parsed<T: FromStr<Err = outbound_model::Invalid>>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|error| StoreError::Corrupt(format!("\"{text}\": {error}")))
}
