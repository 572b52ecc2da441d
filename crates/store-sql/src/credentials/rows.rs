//! Rows of clients, API keys, signing keys and users, and their conversion to records.

use outbound_model::AccountId;
use outbound_store::{ApiKey, Client, SigningKey, StoreError, User};

use crate::rows::{from_row, parse_stored, time};

pub(crate) struct ClientRow {
    client_id: String,
    name: String,
    scopes: String,
    secret_hash: Vec<u8>,
    created_at: i64,
    revoked_at: Option<i64>,
}

from_row!(ClientRow { client_id, name, scopes, secret_hash, created_at, revoked_at });

impl TryFrom<ClientRow> for Client {
    type Error = StoreError;

    fn try_from(row: ClientRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse_stored(&row.client_id)?,
            name: row.name,
            scopes: parse_stored(&row.scopes)?,
            secret_hash: row.secret_hash,
            created_at: time(row.created_at)?,
            revoked_at: row.revoked_at.map(time).transpose()?,
        })
    }
}

pub(crate) struct ApiKeyRow {
    account_id: String,
    app_key: String,
    name: String,
    access_token: String,
    sealed_secrets: Vec<u8>,
    created_at: i64,
    revoked_at: Option<i64>,
}

from_row!(ApiKeyRow { account_id, app_key, name, access_token, sealed_secrets, created_at, revoked_at });

impl TryFrom<ApiKeyRow> for (AccountId, ApiKey) {
    type Error = StoreError;

    fn try_from(row: ApiKeyRow) -> Result<Self, StoreError> {
        let key = ApiKey {
            app_key: parse_stored(&row.app_key)?,
            name: row.name,
            access_token: row.access_token,
            sealed_secrets: row.sealed_secrets,
            created_at: time(row.created_at)?,
            revoked_at: row.revoked_at.map(time).transpose()?,
        };
        Ok((parse_stored(&row.account_id)?, key))
    }
}

pub(crate) struct SigningKeyRow {
    sequence: i64,
    kid: String,
    sealed_private_key: Vec<u8>,
    public_jwk: String,
    created_at: i64,
    signs_from: i64,
}

from_row!(SigningKeyRow { sequence, kid, sealed_private_key, public_jwk, created_at, signs_from });

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

pub(crate) struct UserRow {
    user_id: String,
    username: String,
    role: String,
    password_hash: String,
    created_at: i64,
    revoked_at: Option<i64>,
}

from_row!(UserRow { user_id, username, role, password_hash, created_at, revoked_at });

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse_stored(&row.user_id)?,
            name: parse_stored(&row.username)?,
            role: parse_stored(&row.role)?,
            password_hash: row.password_hash,
            created_at: time(row.created_at)?,
            revoked_at: row.revoked_at.map(time).transpose()?,
        })
    }
}
