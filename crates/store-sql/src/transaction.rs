//! Writes to one account, all or nothing.

mod blocks;
mod history;

use std::collections::BTreeMap;

use async_trait::async_trait;
use outbound_model::{AccountId, AppKey, ChangeKind, ClientId, Handoff, HandoffId, Role, Timestamp, UserId};
use outbound_store::{
    AccountTransaction, Act, ApiKey, AuditEntry, Client, Counted, EarlierCreation, IdempotencyKey,
    NewVersion, StoreError, StoredHandoff, User,
};

use self::blocks::{Blocks, ElementKey};
use self::history::{History, Saved};
use crate::connection::Connection;
use crate::engine::{Arg, Pools, Row};
use crate::handoff_rows::{self, HandoffRow};
use crate::lists;
use crate::rows::time;
use crate::statements::{self, TenantSql};
use crate::tenant::Tenant;

/// How the store writes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Writing {
    /// Into blocks of how many elements a published list is cut.
    pub(crate) block_elements: i64,
    /// Whether commits are told to other nodes.
    pub(crate) notifies: bool,
}

/// An open transaction that holds its account.
pub(crate) struct SqlTransaction {
    connection: Connection,
    account: AccountId,
    revision: i64,
    /// The published lists that this transaction has changed; their blocks are written at the end.
    blocks: BTreeMap<String, Blocks>,
    history: History,
    writing: Writing,
    /// Whether a statement failed. PostgreSQL would answer the commit by rolling back and calling
    /// that well done, SQLite would keep the half: so it is never asked.
    failed: bool,
}

impl SqlTransaction {
    /// Begins with `hold`, which holds the account until the end and answers its revision.
    pub(crate) async fn begin(
        pools: &Pools,
        account: &AccountId,
        hold: TenantSql,
        writing: Writing,
    ) -> Result<Self, StoreError> {
        let connection = pools.begin().await?;
        let (account, blocks, history) = (account.clone(), BTreeMap::new(), History::default());
        let mut this = Self { connection, account, revision: 0, blocks, history, writing, failed: false };
        match this.optional(hold, &[]).await? {
            Some((revision,)) => Ok(Self { revision, ..this }),
            None => Err(StoreError::UnknownAccount(this.account)),
        }
    }

    pub(crate) async fn all<T: Row>(
        &mut self,
        sql: TenantSql,
        args: &[Arg<'_>],
    ) -> Result<Vec<T>, StoreError> {
        let answer = Tenant::new(&self.account, &mut self.connection).all(sql, args).await;
        self.failed |= answer.is_err();
        answer
    }

    pub(crate) async fn optional<T: Row>(
        &mut self,
        sql: TenantSql,
        args: &[Arg<'_>],
    ) -> Result<Option<T>, StoreError> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    pub(crate) async fn execute(&mut self, sql: TenantSql, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        let answer = Tenant::new(&self.account, &mut self.connection).execute(sql, args).await;
        self.failed |= answer.is_err();
        answer
    }

    async fn end_sessions(&mut self, user: &UserId) -> Result<(), StoreError> {
        let none = [user.as_str().into(), 0.into()];
        self.execute(statements::DELETE_OLD_SESSIONS, &none).await.map(drop)
    }

    /// Commits, and answers the account's revision.
    pub(crate) async fn make_durable(mut self) -> Result<i64, StoreError> {
        // The blocks are cut by what the lists hold.
        self.write_history().await?;
        self.write_blocks().await?;
        if self.failed {
            return Err(StoreError::Engine("a statement of this transaction has failed".into()));
        }
        self.connection.commit().await?;
        Ok(self.revision)
    }

    /// Puts the handoff on a list.
    async fn put_on(
        &mut self,
        list: &str,
        created_at: i64,
        id: &HandoffId,
        index: i64,
    ) -> Result<(), StoreError> {
        let key = ElementKey { created_at, handoff_id: id.to_string(), channel_index: index };
        self.note_element(list, id, &key);
        self.count(list, &key, 1).await
    }

    /// Takes the handoff off every list; answers whether it was on any.
    async fn take_off(&mut self, id: &HandoffId) -> Result<bool, StoreError> {
        if self.is_surely_unlisted(id) {
            return Ok(false);
        }
        self.settle(id).await?;
        let taken: Vec<(String, i64, i64)> =
            self.all(statements::DELETE_ELEMENTS, &[id.as_str().into()]).await?;
        for (list, created_at, channel_index) in &taken {
            let (created_at, channel_index) = (*created_at, *channel_index);
            let key = ElementKey { created_at, handoff_id: id.to_string(), channel_index };
            self.count(list, &key, -1).await?;
        }
        Ok(!taken.is_empty())
    }
}

#[async_trait]
impl AccountTransaction for SqlTransaction {
    async fn handoff(&mut self, id: &HandoffId) -> Result<Option<StoredHandoff>, StoreError> {
        self.settle(id).await?;
        let row: Option<HandoffRow> = self.optional(statements::HANDOFF, &[id.as_str().into()]).await?;
        row.map(StoredHandoff::try_from).transpose()
    }

    async fn save(&mut self, version: NewVersion<'_>) -> Result<i64, StoreError> {
        let handoff = version.handoff;
        self.settle(&handoff.id).await?;
        self.bound_history().await?;
        let (name, key, channels) = (&handoff.name, handoff.name.key(), lists::channels(handoff));
        let id = handoff.id.as_str();
        let summary =
            [id.into(), name.as_str().into(), (&*key).into(), (&*channels).into(), handoff.created_at.into()];
        let saved = self.optional::<(i64, i64, Option<i64>)>(statements::SAVE_HANDOFF, &summary).await;
        let (number, created_at, published) = match saved {
            Ok(Some(saved)) => saved,
            Ok(None) | Err(StoreError::Conflict) => return Err(StoreError::NameTaken(name.to_string())),
            Err(error) => return Err(error),
        };
        let document = document(handoff, time(created_at)?)?;
        let extension = handoff.extension.as_ref().map(serde_json::to_string).transpose();
        let extension = extension.map_err(|error| StoreError::Engine(error.into()))?;
        let saved = Saved { number, created_at, published, document, extension };
        self.note_save(&version, saved);
        Ok(number)
    }

    async fn publish(&mut self, id: &HandoffId, act: Act<'_>) -> Result<(), StoreError> {
        self.take_off(id).await?;
        let row: Option<(Option<i64>, i64, String)> =
            self.optional(statements::PUBLISH_HANDOFF, &[id.as_str().into()]).await?;
        let Some((Some(version), created_at, channels)) = row else {
            return Err(StoreError::UnknownHandoff(id.clone()));
        };
        for (list, index) in lists::elements(&channels) {
            self.put_on(list, created_at, id, index).await?;
        }
        self.note(ChangeKind::Published, id, version, act).await
    }

    async fn unpublish(&mut self, id: &HandoffId, act: Act<'_>) -> Result<(), StoreError> {
        if !self.take_off(id).await? {
            return Ok(());
        }
        let row = self.optional(statements::UNPUBLISH_HANDOFF, &[id.as_str().into()]).await?;
        let (version,) = row.ok_or_else(|| StoreError::UnknownHandoff(id.clone()))?;
        self.note(ChangeKind::Unpublished, id, version, act).await
    }

    async fn archive(&mut self, id: &HandoffId, act: Act<'_>) -> Result<(), StoreError> {
        let stored = self.handoff(id).await?;
        let stored = stored.ok_or_else(|| StoreError::UnknownHandoff(id.clone()))?;
        if stored.archived_at.is_some() {
            return Ok(());
        }
        self.take_off(id).await?;
        self.execute(statements::ARCHIVE_HANDOFF, &[id.as_str().into(), act.at.into()]).await?;
        self.note(ChangeKind::Archived, id, stored.latest_version.number, act).await
    }

    async fn claim_key(
        &mut self,
        key: IdempotencyKey<'_>,
        now: Timestamp,
    ) -> Result<Option<EarlierCreation>, StoreError> {
        self.execute(statements::FORGET_IDEMPOTENCY_KEYS, &[now.into()]).await?;
        let name = [key.principal.into(), key.key.into()];
        if let Some(earlier) = self.optional(statements::EARLIER_CREATION, &name).await? {
            return handoff_rows::earlier(earlier).map(Some);
        }
        let creation = [key.request_hash.into(), key.handoff.as_str().into(), key.expires_at.into()];
        let row: Vec<_> = name.into_iter().chain(creation).collect();
        self.execute(statements::INSERT_IDEMPOTENCY_KEY, &row).await?;
        Ok(None)
    }

    async fn settings(&mut self) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = self.optional(statements::SETTINGS, &[]).await?;
        Ok(row.map(|(settings,)| settings))
    }

    async fn set_settings(&mut self, settings: &str) -> Result<(), StoreError> {
        self.execute(statements::SET_SETTINGS, &[settings.into()]).await.map(drop)
    }

    async fn add_client(&mut self, client: &Client) -> Result<(), StoreError> {
        let scopes = client.scopes.to_string();
        let row = [
            client.id.as_str().into(),
            client.name.as_str().into(),
            (&*scopes).into(),
            (&*client.secret_hash).into(),
            client.created_at.into(),
            client.revoked_at.into(),
        ];
        self.execute(statements::INSERT_CLIENT, &row).await.map(drop)
    }

    async fn revoke_client(&mut self, id: &ClientId, at: Timestamp) -> Result<bool, StoreError> {
        Ok(self.execute(statements::REVOKE_CLIENT, &[id.as_str().into(), at.into()]).await? > 0)
    }

    async fn count(&mut self, what: Counted) -> Result<u64, StoreError> {
        let sql = match what {
            Counted::Clients => statements::CLIENT_COUNT,
            Counted::ApiKeys => statements::API_KEY_COUNT,
            Counted::Users => statements::USER_COUNT,
        };
        let count: Option<(i64,)> = self.optional(sql, &[]).await?;
        Ok(count.and_then(|(count,)| u64::try_from(count).ok()).unwrap_or(0))
    }

    async fn add_api_key(&mut self, key: &ApiKey) -> Result<(), StoreError> {
        let row = [
            key.app_key.as_str().into(),
            key.name.as_str().into(),
            key.access_token.as_str().into(),
            (&*key.sealed_secrets).into(),
            key.created_at.into(),
            key.revoked_at.into(),
        ];
        self.execute(statements::INSERT_API_KEY, &row).await.map(drop)
    }

    async fn revoke_api_key(&mut self, app_key: &AppKey, at: Timestamp) -> Result<bool, StoreError> {
        Ok(self.execute(statements::REVOKE_API_KEY, &[app_key.as_str().into(), at.into()]).await? > 0)
    }

    async fn add_user(&mut self, user: &User) -> Result<(), StoreError> {
        let key = user.name.key();
        let row = [
            user.id.as_str().into(),
            user.name.as_str().into(),
            (&*key).into(),
            user.role.as_str().into(),
            user.password_hash.as_str().into(),
            user.created_at.into(),
            user.revoked_at.into(),
        ];
        self.execute(statements::INSERT_USER, &row).await.map(drop)
    }

    async fn set_password(&mut self, id: &UserId, password_hash: &str) -> Result<bool, StoreError> {
        self.end_sessions(id).await?;
        let user = [id.as_str().into(), password_hash.into()];
        Ok(self.execute(statements::SET_PASSWORD, &user).await? > 0)
    }

    async fn is_last_administrator(&mut self, id: &UserId) -> Result<bool, StoreError> {
        let administrators: Vec<(String,)> = self.all(statements::TWO_ADMINISTRATORS, &[]).await?;
        Ok(matches!(&administrators[..], [(only,)] if only == id.as_str()))
    }

    async fn set_role(&mut self, id: &UserId, role: Role) -> Result<bool, StoreError> {
        let user = [id.as_str().into(), role.as_str().into()];
        Ok(self.execute(statements::SET_ROLE, &user).await? > 0)
    }

    async fn revoke_user(&mut self, id: &UserId, at: Timestamp) -> Result<bool, StoreError> {
        self.end_sessions(id).await?;
        Ok(self.execute(statements::REVOKE_USER, &[id.as_str().into(), at.into()]).await? > 0)
    }

    async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.add_audit(entry);
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<i64, StoreError> {
        self.make_durable().await
    }
}

/// The JSON to be served: the handoff, with the creation time it had when it was first saved.
fn document(handoff: &Handoff, created_at: Timestamp) -> Result<String, StoreError> {
    let text = if handoff.created_at == created_at {
        serde_json::to_string(handoff)
    } else {
        serde_json::to_string(&Handoff { created_at, ..handoff.clone() })
    };
    text.map_err(|error| StoreError::Engine(error.into()))
}
