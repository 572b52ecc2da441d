//! Sessions of users.

use futures::future::try_join;
use outbound_model::{AccountId, Role};

use super::Outcome;
use super::sample::{self, add_users as add, user};
use crate::{Session, SessionWithUser, Store, User};

behaviours! {
    a_session_is_found_with_its_user,
    a_session_is_extended_and_ended,
    old_sessions_are_deleted,
    a_new_password_or_revocation_ends_sessions,
    a_new_role_applies_to_open_sessions,
    no_session_survives_a_password_change,
    an_account_cannot_access_users_or_sessions_of_another,
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A session that was opened at `second`. The hashes of its secrets begin with `mark`.
fn session(user: &User, mark: u8, second: i64) -> Session {
    Session {
        cookie_hash: vec![mark, 0],
        csrf_hash: vec![mark, 1],
        bearer_hash: vec![mark, 2],
        user: user.id.clone(),
        created_at: sample::time(second),
        expires_at: sample::time(second + 500),
        idle_until: sample::time(second + 100),
    }
}

async fn open(store: &dyn Store, account: &AccountId, session: &Session) -> Result<bool> {
    Ok(store.open_session(account, session, "hash").await?)
}

async fn is_open(store: &dyn Store, session: &Session) -> Result<bool> {
    Ok(store.session_of_bearer(&session.bearer_hash).await?.is_some())
}

/// It is found by bearer token and by cookie only. The account's revision does not change.
async fn a_session_is_found_with_its_user(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let anna = user(1, "anna")?;
    add(store, &account, std::slice::from_ref(&anna)).await?;
    let before = store.revision(&account).await?;
    let session = session(&anna, 7, 10);
    assert!(open(store, &account, &session).await?);
    let found = SessionWithUser { account: account.clone(), session: session.clone(), user: anna };
    assert_eq!(store.session_of_bearer(&session.bearer_hash).await?, Some(found.clone()));
    assert_eq!(store.session_of_cookie(&account, &session.cookie_hash).await?, Some(found));
    assert_eq!(store.session_of_bearer(&session.cookie_hash).await?, None);
    assert_eq!(store.session_of_cookie(&account, &session.bearer_hash).await?, None);
    assert_eq!(store.revision(&account).await?, before);
    Ok(())
}

/// Other sessions do not change.
async fn a_session_is_extended_and_ended(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let anna = user(1, "anna")?;
    add(store, &account, std::slice::from_ref(&anna)).await?;
    let (one, other) = (session(&anna, 1, 10), session(&anna, 2, 11));
    open(store, &account, &one).await?;
    open(store, &account, &other).await?;
    store.extend_session(&account, &one.cookie_hash, sample::time(400)).await?;
    store.end_session(&account, &other.cookie_hash).await?;
    store.end_session(&account, b"nothing").await?;
    let found = store.session_of_bearer(&one.bearer_hash).await?.ok_or("not open")?;
    assert_eq!(found.session, Session { idle_until: sample::time(400), ..one });
    assert!(!is_open(store, &other).await?);
    Ok(())
}

/// A login deletes ended sessions. Of the user's other sessions, the newest hundred are kept.
async fn old_sessions_are_deleted(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let (anna, bob) = (user(1, "anna")?, user(2, "bob")?);
    add(store, &account, &[anna.clone(), bob.clone()]).await?;
    let (ended, others) = (session(&bob, 200, 0), session(&bob, 201, 1));
    open(store, &account, &ended).await?;
    open(store, &account, &others).await?;
    for mark in 0..=100 {
        open(store, &account, &session(&anna, mark, 100)).await?;
    }
    assert!(!is_open(store, &ended).await?);
    assert!(is_open(store, &others).await?);
    let mut left = 0;
    for mark in 0..=100 {
        left += i32::from(is_open(store, &session(&anna, mark, 100)).await?);
    }
    assert_eq!(left, 100);
    Ok(())
}

/// The previous password opens no session any more.
async fn a_new_password_or_revocation_ends_sessions(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let (anna, bob, carl) = (user(1, "anna")?, user(2, "bob")?, user(3, "carl")?);
    add(store, &account, &[anna.clone(), bob.clone(), carl.clone()]).await?;
    let sessions = [session(&anna, 1, 1), session(&bob, 2, 1), session(&carl, 3, 1)];
    for session in &sessions {
        assert!(open(store, &account, session).await?);
    }
    let mut transaction = store.write_credentials(&account).await?;
    assert!(transaction.set_password(&anna.id, "another").await?);
    let changed = User { password_hash: "another".to_owned(), ..anna.clone() };
    assert_eq!(transaction.user(&"ANNA".parse()?).await?, Some(changed));
    assert!(transaction.revoke_user(&bob.id, sample::time(7)).await?);
    assert!(transaction.revoke_user(&bob.id, sample::time(8)).await?);
    assert!(!transaction.revoke_user(&outbound_model::UserId::from_random(9), sample::time(8)).await?);
    transaction.commit().await?;
    for (session, expected) in sessions.iter().zip([false, false, true]) {
        assert_eq!(is_open(store, session).await?, expected);
    }
    assert!(!open(store, &account, &session(&anna, 4, 2)).await?);
    assert!(!open(store, &account, &session(&bob, 5, 2)).await?);
    let users = store.read_credentials(&account).users().await?;
    assert_eq!(
        users,
        [
            User { password_hash: "another".to_owned(), ..anna },
            User { revoked_at: Some(sample::time(7)), ..bob },
            carl,
        ]
    );
    Ok(())
}

/// The sessions stay open.
async fn a_new_role_applies_to_open_sessions(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let (anna, bob) = (user(1, "anna")?, user(2, "bob")?);
    add(store, &account, &[anna.clone(), bob.clone()]).await?;
    let session = session(&anna, 1, 1);
    assert!(open(store, &account, &session).await?);
    let mut transaction = store.write_credentials(&account).await?;
    assert!(transaction.set_role(&anna.id, Role::Administrator).await?);
    assert!(!transaction.set_role(&outbound_model::UserId::from_random(9), Role::Administrator).await?);
    transaction.commit().await?;
    let anna = User { role: Role::Administrator, ..anna };
    let found = store.session_of_bearer(&session.bearer_hash).await?.ok_or("not open")?;
    assert_eq!(found.user, anna);
    assert_eq!(store.read_credentials(&account).users().await?, [anna, bob]);
    Ok(())
}

/// Whether the login or the change comes first, no session of the old password is open afterwards.
async fn no_session_survives_a_password_change(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let users = (0..8).map(|number| user(number, &format!("user-{number}"))).collect::<Result<Vec<_>>>()?;
    add(store, &account, &users).await?;
    for (mark, user) in (0..).zip(&users) {
        let session = session(user, mark, 1);
        let login = store.open_session(&account, &session, "hash");
        let change = async {
            let mut transaction = store.write_credentials(&account).await?;
            transaction.set_password(&user.id, "another").await?;
            transaction.commit().await
        };
        try_join(login, change).await?;
        assert!(!is_open(store, &session).await?);
    }
    Ok(())
}

/// Cookies, names and ids of another account are unknown.
async fn an_account_cannot_access_users_or_sessions_of_another(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let anna = user(1, "anna")?;
    add(store, &theirs, std::slice::from_ref(&anna)).await?;
    let session = session(&anna, 1, 1);
    open(store, &theirs, &session).await?;
    let reader = store.read_credentials(&ours);
    assert_eq!(reader.user(&anna.name).await?, None);
    assert_eq!(reader.users().await?, []);
    assert_eq!(store.session_of_cookie(&ours, &session.cookie_hash).await?, None);
    assert!(!open(store, &ours, &Session { bearer_hash: vec![9], ..session.clone() }).await?);
    store.extend_session(&ours, &session.cookie_hash, sample::time(9)).await?;
    store.end_session(&ours, &session.cookie_hash).await?;
    let mut transaction = store.write_credentials(&ours).await?;
    assert_eq!(transaction.user(&anna.name).await?, None);
    assert!(!transaction.set_password(&anna.id, "another").await?);
    assert!(!transaction.set_role(&anna.id, Role::Administrator).await?);
    assert!(!transaction.revoke_user(&anna.id, sample::time(9)).await?);
    transaction.commit().await?;
    let found = store.session_of_bearer(&session.bearer_hash).await?.ok_or("not open")?;
    assert_eq!((found.account, found.session, found.user), (theirs, session, anna));
    Ok(())
}
