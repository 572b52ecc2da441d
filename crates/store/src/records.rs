//! What goes into the store and comes out of it.

use outbound_model::{
    AccountId, AppKey, ChannelType, ClientId, Handoff, HandoffId, HandoffState, Scopes, Timestamp,
};

use crate::VersionRecord;

/// A brand's account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// When it was made.
    pub created_at: Timestamp,
}

/// An OAuth 2.0 client of an account. The secret itself is never stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Client {
    /// The public id.
    pub id: ClientId,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// SHA-256 of its secret.
    pub secret_hash: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// An OAuth 1.0 API key of an account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ApiKey {
    /// The public name, `oauth_consumer_key`; of one account only in the whole installation.
    pub app_key: AppKey,
    /// What people call it.
    pub name: String,
    /// `oauth_token`.
    pub access_token: String,
    /// Its two secrets as they sign, encrypted with the installation's key.
    pub sealed_secrets: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// The nonce of a signed request.
#[derive(Clone, Copy, Debug)]
pub struct Nonce<'n> {
    /// Whose it is.
    pub app_key: &'n AppKey,
    /// The nonce itself.
    pub value: &'n str,
    /// From when on it may be forgotten.
    pub expires_at: Timestamp,
}

/// A key that signs tokens, of the installation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SigningKey {
    /// 1, 2, 3 …; two nodes that make the next key at once make the same number, and one loses.
    pub sequence: i64,
    /// The `kid` in a token's header.
    pub kid: String,
    /// The private key, encrypted with the installation's key.
    pub sealed_private_key: Vec<u8>,
    /// The public key as a JWK (RFC 7517).
    pub public_jwk: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on tokens are signed with it.
    pub signs_from: Timestamp,
}

/// A handoff as it is stored now.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredHandoff {
    /// Its id.
    pub id: HandoffId,
    /// The newest version.
    pub latest: Handoff,
    /// What is known of the newest version.
    pub latest_version: VersionRecord,
    /// The number of the published version, if one is published.
    pub published_version: Option<i64>,
    /// When it was archived, if it is.
    pub archived_at: Option<Timestamp>,
}

impl StoredHandoff {
    /// Where it stands.
    pub fn state(&self) -> HandoffState {
        match (self.archived_at, self.published_version) {
            (Some(_), _) => HandoffState::Archived,
            (None, None) => HandoffState::Draft,
            (None, Some(number)) if number == self.latest_version.number => HandoffState::Published,
            (None, Some(_)) => HandoffState::Changed,
        }
    }
}

/// One element of a published list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublishedEntry {
    /// The handoff as JSON text, as it was saved.
    pub document: String,
    /// With a channel filter, which of the handoff's `channels` this element is, from 0.
    pub channel_index: Option<usize>,
}

/// A page of an account's published handoffs, read in one snapshot.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublishedPage {
    /// The account's revision, which moves with every write to the account.
    pub revision: i64,
    /// How many elements the whole list has.
    pub total: u64,
    /// The elements of the page, ordered by creation time, then id, then place among the channels.
    pub entries: Vec<PublishedEntry>,
}

/// What a published list is narrowed to: all handoffs, or the configurations of one channel.
pub type Filter = Option<ChannelType>;

/// The connections of one pool to the database.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PoolUsage {
    /// What they are for: `reader`, `writer` or `any`.
    pub pool: &'static str,
    /// Those that wait for work.
    pub idle: usize,
    /// Those at work.
    pub used: usize,
}
