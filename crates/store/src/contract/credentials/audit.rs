//! The audit log.

use futures::future::{BoxFuture, try_join_all};
use outbound_model::AccountId;

use crate::contract::{Outcome, sample};
use crate::{AuditEntry, AuditRecord, MAX_AUDIT_DETAILS, Store, StoreError};

behaviours! {
    audit_entries_are_numbered_in_each_account,
    long_details_of_audit_entries_are_read_as_their_length,
    concurrent_transactions_add_audit_entries,
}

/// Numbers begin at 1 in each account. Entries are listed newest first. Dropped transactions leave no
/// entries.
async fn audit_entries_are_numbered_in_each_account(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let entry = |second, address: Option<&str>| AuditEntry {
        address: address.map(str::to_owned),
        ..sample::entry(second)
    };
    let mut transaction = store.write_credentials(&ours).await?;
    transaction.audit(&entry(1, None)).await?;
    transaction.audit(&entry(2, Some("::1"))).await?;
    transaction.commit().await?;
    store.write_credentials(&ours).await?.audit(&entry(3, None)).await?;
    for account in [&ours, &theirs] {
        store.add_audit(account, &entry(4, None)).await?;
    }
    let numbered = |records: Vec<AuditRecord>| -> Vec<_> {
        records.into_iter().map(|record| (record.sequence, record.entry)).collect()
    };
    let (reader, newest) = (store.read_credentials(&ours), (3, entry(4, None)));
    assert_eq!(numbered(reader.audit(i64::MAX, 2).await?), [newest.clone(), (2, entry(2, Some("::1")))]);
    assert_eq!(numbered(reader.audit(2, 2).await?), [(1, entry(1, None))]);
    assert_eq!(reader.audit(i64::MAX, 9).await?.len(), 3);
    assert_eq!(numbered(store.read_credentials(&theirs).audit(i64::MAX, 9).await?), [(1, entry(4, None))]);
    Ok(())
}

/// So that a page of entries is short. The length is in bytes.
async fn long_details_of_audit_entries_are_read_as_their_length(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let of_length = |length: usize| format!("{{\"n\":\"ü{}\"}}", "x".repeat(length - "{\"n\":\"ü\"}".len()));
    let (short, long) = (of_length(MAX_AUDIT_DETAILS), of_length(MAX_AUDIT_DETAILS + 1));
    for details in [&short, &long] {
        store.add_audit(&account, &AuditEntry { details: details.clone(), ..sample::entry(1) }).await?;
    }
    let records = store.read_credentials(&account).audit(i64::MAX, 2).await?;
    let details: Vec<_> = records.into_iter().map(|record| record.entry.details).collect();
    assert_eq!(details, [format!("{{\"length\":{}}}", MAX_AUDIT_DETAILS + 1), short]);
    Ok(())
}

/// Transactions of different concerns do not fail, and each entry has its own number.
async fn concurrent_transactions_add_audit_entries(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let writers = (0..6).flat_map(|second| {
        let [alone, credentials, catalogue, webhooks] =
            std::array::from_fn(|nth| sample::entry(4 * second + i64::try_from(nth).unwrap_or(0)));
        let writers: [BoxFuture<'_, Result<(), StoreError>>; 4] = [
            Box::pin(add_alone(store, &account, alone)),
            Box::pin(add_with_credentials(store, &account, credentials)),
            Box::pin(add_with_catalogue(store, &account, catalogue)),
            Box::pin(add_with_webhooks(store, &account, webhooks)),
        ];
        writers
    });
    try_join_all(writers).await?;
    let records = store.read_credentials(&account).audit(i64::MAX, 100).await?;
    let numbers: Vec<_> = records.iter().map(|record| record.sequence).collect();
    assert_eq!(numbers, (1..=24).rev().collect::<Vec<_>>());
    let mut times: Vec<_> = records.into_iter().map(|record| record.entry.at).collect();
    times.sort_unstable();
    assert_eq!(times, (0..24).map(sample::time).collect::<Vec<_>>());
    Ok(())
}

async fn add_alone(store: &dyn Store, account: &AccountId, entry: AuditEntry) -> Result<(), StoreError> {
    store.add_audit(account, &entry).await
}

async fn add_with_credentials(
    store: &dyn Store,
    account: &AccountId,
    entry: AuditEntry,
) -> Result<(), StoreError> {
    let mut transaction = store.write_credentials(account).await?;
    transaction.audit(&entry).await?;
    transaction.commit().await.map(drop)
}

async fn add_with_catalogue(
    store: &dyn Store,
    account: &AccountId,
    entry: AuditEntry,
) -> Result<(), StoreError> {
    let mut transaction = store.write_catalogue(account).await?;
    transaction.audit(&entry).await?;
    transaction.commit().await.map(drop)
}

async fn add_with_webhooks(
    store: &dyn Store,
    account: &AccountId,
    entry: AuditEntry,
) -> Result<(), StoreError> {
    let mut transaction = store.write_webhooks(account).await?;
    transaction.audit(&entry).await?;
    transaction.commit().await
}
