//! Which operations wait for a locked account.

use std::time::Duration;

use futures::future::{Either, select};
use outbound_model::AccountId;
use tokio::time::timeout;

use super::{Outcome, sample};
use crate::{AttemptOutcome, DeliveryAttempt, Nonce, Session, Store, Webhook};

behaviours! {
    a_locked_account_does_not_block_other_concerns,
    settings_change_after_the_transactions_that_have_read_them,
}

/// Sessions and nonces do not wait for a transaction that has locked the account, such as a large import, on
/// any engine. Neither do deliveries, campaigns and the audit log, except on an engine with one writer for them and the
/// catalogue (SQLite, which has a pool named `writer`). There they complete as soon as that transaction ends.
async fn a_locked_account_does_not_block_other_concerns(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    sample::add_users(store, &account, &[sample::user(1, "anna")?]).await?;
    sample::add_api_keys(store, &account, &[sample::api_key("k", 1)?]).await?;
    let mut import = store.write_catalogue(&account).await?;
    import.save(sample::version(&sample::handoff(1, "One", &[])?)).await?;
    use_sessions_and_nonces(store, &account).await?;
    let others = Box::pin(use_deliveries_campaigns_and_audit(store, &account));
    if store.pools().iter().any(|pool| pool.pool == "writer") {
        let ended = Box::pin(async move { import.commit().await });
        match select(others, ended).await {
            Either::Left(_) => return Err("it worked beside the one writer".into()),
            Either::Right((ended, others)) => {
                ended?;
                others.await?;
            }
        }
    } else {
        others.await?;
        import.commit().await?;
    }
    let audit = store.read_credentials(&account).audit(i64::MAX, 9).await?;
    assert_eq!(audit.len(), 1);
    Ok(())
}

/// Opens, finds, extends and ends a session, and spends and prunes a nonce.
async fn use_sessions_and_nonces(store: &dyn Store, account: &AccountId) -> Outcome {
    let (anna, cookie) = (sample::user(1, "anna")?, vec![1]);
    let session = Session {
        cookie_hash: cookie.clone(),
        csrf_hash: vec![2],
        bearer_hash: vec![3],
        user: anna.id,
        created_at: sample::time(1),
        expires_at: sample::time(99),
        idle_until: sample::time(50),
    };
    assert!(store.open_session(account, &session, "hash").await?);
    assert!(store.session_of_bearer(&session.bearer_hash).await?.is_some());
    store.extend_session(account, &cookie, sample::time(60)).await?;
    store.end_session(account, &cookie).await?;
    let app_key = "k".parse()?;
    let nonce = Nonce { app_key: &app_key, value: "n", expires_at: sample::time(60) };
    assert!(store.spend_nonce(account, nonce, sample::time(1)).await?);
    assert_eq!(store.prune_nonces(sample::time(60), 9).await?, 1);
    Ok(())
}

/// A change of the settings waits for transactions on campaigns that have read them.
async fn settings_change_after_the_transactions_that_have_read_them(store: &dyn Store) -> Outcome {
    const CHANGED: &str = r#"{"fourEyes":true}"#;
    let account = sample::account(store, "A").await?;
    let (settings, campaigns) = store.write_campaigns(&account).await?.lock_settings().await?;
    assert_eq!(settings.as_deref(), Some("{}"));
    let mut change = Box::pin(async {
        let mut transaction = store.write_catalogue(&account).await?;
        transaction.set_settings(CHANGED).await?;
        transaction.audit(&sample::entry(1)).await?;
        transaction.commit().await
    });
    // Long enough for a change that does not wait. Less than the time after which one that waits fails.
    assert!(timeout(Duration::from_millis(200), &mut change).await.is_err(), "the change did not wait");
    campaigns.commit().await?;
    change.await?;
    let (settings, _) = store.write_campaigns(&account).await?.lock_settings().await?;
    assert_eq!(settings.as_deref(), Some(CHANGED));
    Ok(())
}

/// Creates a webhook, delivers a ping, reads the settings for campaigns, and adds an audit entry.
async fn use_deliveries_campaigns_and_audit(store: &dyn Store, account: &AccountId) -> Outcome {
    deliver(store, account).await?;
    let (_, campaigns) = store.write_campaigns(account).await?.lock_settings().await?;
    campaigns.commit().await?;
    Ok(store.add_audit(account, &sample::entry(1)).await?)
}

async fn deliver(store: &dyn Store, account: &AccountId) -> Outcome {
    let webhook: Webhook = super::webhooks::webhook("w", &[])?;
    let mut transaction = store.write_webhooks(account).await?;
    assert!(transaction.add_webhook(&webhook, 1).await?);
    let number = transaction.queue_ping(&webhook.id, sample::time(1)).await?;
    transaction.commit().await?;
    let (now, until) = (sample::time(1), sample::time(31));
    assert_eq!(store.claim_deliveries(account, &webhook.id, (now, until), 9).await?.len(), 1);
    let attempt = DeliveryAttempt { at: now, status: Some(204), error: None };
    let settled =
        AttemptOutcome { number, claimed_until: until, attempt, delivered: true, next_attempt_at: None };
    let mut transaction = store.write_webhooks(account).await?;
    assert!(transaction.settle(&webhook.id, &settled).await?);
    Ok(transaction.commit().await?)
}
