//! Sample data for the contract.

use outbound_model::{
    AccountId, AuditAction, ChannelType, ClientId, FindingCounts, Handoff, HandoffId, Role, Scope, Timestamp,
    UserId, from_json_str,
};

use crate::{
    Account, ApiKey, Attribution, AuditEntry, CatalogueReader, Client, NewVersion, Page, Store, StoreError,
    StoredHandoff, User,
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A time `second` seconds after an arbitrary start.
#[expect(clippy::expect_used, reason = "a constant, and for tests only")]
pub(super) fn time(second: i64) -> Timestamp {
    Timestamp::from_millis(1_664_611_200_000).expect("a time in range").plus_seconds(second)
}

/// A change by Anna at that second.
pub(super) fn attribution(second: i64) -> Attribution<'static> {
    Attribution { at: time(second), by: "anna" }
}

/// Creates an account.
pub(super) async fn account(store: &dyn Store, id: &str) -> Result<AccountId> {
    let id: AccountId = id.parse()?;
    store.create_account(&Account { id: id.clone(), created_at: time(0) }).await?;
    Ok(id)
}

pub(super) fn id(number: u64) -> HandoffId {
    HandoffId::from_random(number)
}

/// A handoff that was created at second `number`, with a channel of each type in `channels`.
pub(super) fn handoff(number: u64, name: &str, channels: &[&str]) -> Result<Handoff> {
    let channels: Vec<_> =
        channels.iter().map(|c| format!(r#"{{"type":"{c}","messageComponents":[]}}"#)).collect();
    let id = id(number);
    let at = time(i64::try_from(number)?);
    let channels = channels.join(",");
    Ok(from_json_str(&format!(
        r#"{{"id":"{id}","name":"{name}","lookbackPeriodDay":30,"lookbackPeriodHour":0,
            "routeAllWithinLookback":true,"createdAt":"{at}","updatedAt":"{at}","channels":[{channels}]}}"#
    ))?)
}

pub(super) fn version(handoff: &Handoff) -> NewVersion<'_> {
    NewVersion {
        handoff,
        attribution: attribution(100),
        note: Some("why not"),
        findings: FindingCounts::default(),
        claims: &[],
    }
}

/// Saves a handoff in a transaction of its own.
pub(super) async fn save(
    store: &dyn Store,
    account: &AccountId,
    handoff: &Handoff,
) -> std::result::Result<i64, StoreError> {
    let mut transaction = store.write_catalogue(account).await?;
    let number = transaction.save(version(handoff)).await?;
    transaction.commit().await?;
    Ok(number)
}

/// Saves and publishes handoffs in one transaction.
pub(super) async fn publish(store: &dyn Store, account: &AccountId, handoffs: &[Handoff]) -> Result<()> {
    let mut transaction = store.write_catalogue(account).await?;
    for handoff in handoffs {
        transaction.save(version(handoff)).await?;
        transaction.publish(&handoff.id, attribution(200)).await?;
    }
    transaction.commit().await?;
    Ok(())
}

pub(super) async fn archive(store: &dyn Store, account: &AccountId, id: &HandoffId) -> Result<()> {
    let mut transaction = store.write_catalogue(account).await?;
    transaction.archive(id, attribution(200)).await?;
    transaction.commit().await?;
    Ok(())
}

/// Reads a handoff in a transaction of its own.
pub(super) async fn stored(
    store: &dyn Store,
    account: &AccountId,
    id: &HandoffId,
) -> Result<Option<StoredHandoff>> {
    Ok(store.write_catalogue(account).await?.handoff(id).await?)
}

/// Returns the names and channel indices on a page, and the total of the list.
pub(super) async fn page(
    reader: &dyn CatalogueReader,
    filter: Option<ChannelType>,
    limit: u32,
    offset: u32,
) -> Result<(Vec<(String, Option<usize>)>, u64)> {
    let page = reader.published(filter, Page::new(limit, offset)?).await?;
    let mut entries = Vec::new();
    for entry in page.entries {
        let handoff: Handoff = from_json_str(&entry.document)?;
        entries.push((handoff.name.to_string(), entry.channel_index));
    }
    Ok((entries, page.total))
}

/// Returns the names of all published handoffs, in order.
pub(super) async fn names(store: &dyn Store, account: &AccountId) -> Result<Vec<String>> {
    let (entries, total) = page(&*store.read_catalogue(account), None, Page::MAX_LIMIT, 0).await?;
    assert_eq!(entries.len() as u64, total);
    assert!(entries.iter().all(|(_, index)| index.is_none()));
    Ok(entries.into_iter().map(|(name, _)| name).collect())
}

pub(super) fn client(id: &str, second: i64) -> Result<Client> {
    Ok(Client {
        id: id.parse::<ClientId>()?,
        name: format!("The app {id}"),
        scopes: Scope::ALL.into_iter().collect(),
        secret_hash: vec![0, 1, 255],
        created_at: time(second),
        revoked_at: None,
    })
}

/// Adds clients in a transaction of its own.
pub(super) async fn add_clients(
    store: &dyn Store,
    account: &AccountId,
    clients: &[Client],
) -> std::result::Result<(), StoreError> {
    let mut transaction = store.write_credentials(account).await?;
    for client in clients {
        transaction.add_client(client).await?;
    }
    transaction.commit().await.map(drop)
}

pub(super) fn api_key(app_key: &str, second: i64) -> Result<ApiKey> {
    Ok(ApiKey {
        app_key: app_key.parse()?,
        name: format!("The key {app_key}"),
        access_token: "a-token".to_owned(),
        sealed_secrets: vec![0, 1, 255],
        created_at: time(second),
        revoked_at: None,
    })
}

/// Adds API keys in a transaction of its own.
pub(super) async fn add_api_keys(
    store: &dyn Store,
    account: &AccountId,
    keys: &[ApiKey],
) -> std::result::Result<(), StoreError> {
    let mut transaction = store.write_credentials(account).await?;
    for key in keys {
        transaction.add_api_key(key).await?;
    }
    transaction.commit().await.map(drop)
}

/// A user who was created at second `number`, with the password hash `hash`.
pub(super) fn user(number: u64, name: &str) -> Result<User> {
    Ok(User {
        id: UserId::from_random(number),
        name: name.parse()?,
        role: Role::CampaignManager,
        password_hash: "hash".to_owned(),
        created_at: time(i64::try_from(number)?),
        revoked_at: None,
    })
}

/// Adds users in a transaction of its own.
pub(super) async fn add_users(
    store: &dyn Store,
    account: &AccountId,
    users: &[User],
) -> std::result::Result<(), StoreError> {
    let mut transaction = store.write_credentials(account).await?;
    for user in users {
        transaction.add_user(user).await?;
    }
    transaction.commit().await.map(drop)
}

/// An audit entry at that second.
pub(super) fn entry(second: i64) -> AuditEntry {
    AuditEntry {
        at: time(second),
        actor: "anna".to_owned(),
        action: AuditAction::ClientCreated,
        subject: "c-1".to_owned(),
        address: None,
        details: r#"{"scope":"x"}"#.to_owned(),
    }
}
