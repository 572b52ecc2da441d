//! Authorization with access tokens, on two nodes and for two accounts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod support;

use std::time::Duration;

use outbound_app::{
    AccessError, AppError, CacheSettings, Credential, Grant, Page, ReadHandoffs, Right, WriteHandoffs,
};
use outbound_auth::TokenError;
use outbound_model::AccountId;
use outbound_model::testing::ManualClock;
use support::{Node, node};
use tempfile::TempDir;

const DAY: Duration = Duration::from_hours(24);

/// Two nodes with the accounts `A` and `B`.
async fn nodes(clock: &ManualClock) -> ([Node; 2], [AccountId; 2], TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("test.db").display());
    let one = node(&database, clock, CacheSettings::default()).await;
    let other = node(&database, clock, CacheSettings::default()).await;
    let accounts = ["A", "B"].map(|id| id.parse::<AccountId>().unwrap());
    for account in &accounts {
        one.app.create_account(account.clone()).await.unwrap();
    }
    ([one, other], accounts, folder)
}

async fn rejected<R: Right>(
    node: &Node,
    account: Option<&AccountId>,
    credential: &Credential,
) -> AccessError {
    let granted: Result<Grant<R>, AppError> = node.app.authorize(account, credential).await;
    match granted.err() {
        Some(AppError::Access(rejection)) => rejection,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_token_is_valid_only_for_its_account_and_scope() {
    let ([node, _], [a, b], _folder) = nodes(&ManualClock::default()).await;
    let (client, token) = node.client(&a).await;
    // The second iteration finds the token in the cache.
    for _ in 0..2 {
        let grant: Grant<ReadHandoffs> = node.app.authorize(Some(&a), &token).await.unwrap();
        assert_eq!((grant.account(), grant.principal()), (&a, &*client.to_string()));
        assert_eq!(rejected::<WriteHandoffs>(&node, Some(&a), &token).await, AccessError::NoRight);
        for elsewhere in [Some(&b), None] {
            assert_eq!(rejected::<ReadHandoffs>(&node, elsewhere, &token).await, AccessError::OtherAccount);
        }
    }
}

#[tokio::test]
async fn a_cached_token_expires() {
    let clock = ManualClock::default();
    let ([node, _], [a, _], _folder) = nodes(&clock).await;
    let (_, token) = node.client(&a).await;
    for (seconds, is_valid) in [(0, true), (3629, true), (1, false)] {
        clock.advance(Duration::from_secs(seconds));
        let read = node.read(&a, &token, Page::new(1, 0).unwrap()).await;
        assert_eq!(read.is_ok(), is_valid, "{seconds}: {read:?}");
    }
    let expired = AccessError::Token(TokenError::Expired);
    assert_eq!(rejected::<ReadHandoffs>(&node, Some(&a), &token).await, expired);
}

#[tokio::test]
async fn a_signing_key_of_another_node_is_found() {
    let clock = ManualClock::default();
    let ([one, other], [a, _], _folder) = nodes(&clock).await;
    let (_, first) = other.client(&a).await;
    let page = Page::new(1, 0).unwrap();
    one.read(&a, &first, page).await.unwrap();
    clock.advance(29 * DAY);
    other.app.maintain_signing_keys().await.unwrap();
    clock.advance(DAY);
    let (_, second) = other.client(&a).await;
    one.read(&a, &second, page).await.unwrap();
}
