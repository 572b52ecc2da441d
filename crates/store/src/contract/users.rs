//! Users, their sessions, and the audit.

use outbound_model::{AccountId, AuditAction, Role};

use super::{Outcome, sample};
use crate::{AuditEntry, FoundSession, Session, Store, StoreError, User};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A user made at second `number`.
fn user(number: u64, name: &str) -> Result<User> {
    Ok(User {
        id: outbound_model::UserId::from_random(number),
        name: name.parse()?,
        role: Role::CampaignManager,
        password_hash: "hash".to_owned(),
        created_at: sample::time(i64::try_from(number)?),
        revoked_at: None,
    })
}

/// A session opened at `second`, whose secrets have hashes that begin with `mark`.
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

async fn add(store: &dyn Store, account: &AccountId, users: &[User]) -> std::result::Result<(), StoreError> {
    let mut transaction = store.write(account).await?;
    for user in users {
        transaction.add_user(user).await?;
    }
    transaction.commit().await.map(drop)
}

async fn open(store: &dyn Store, account: &AccountId, session: &Session) -> Result<bool> {
    let mut transaction = store.write_sessions(account).await?;
    let opened = transaction.open(session, "hash").await?;
    transaction.commit().await?;
    Ok(opened)
}

async fn is_open(store: &dyn Store, session: &Session) -> Result<bool> {
    Ok(store.session_of_bearer(&session.bearer_hash).await?.is_some())
}

/// With every field, in the order of creation, by a name of any case.
pub async fn users_come_back_as_they_were(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let revoked = User { revoked_at: Some(sample::time(5)), role: Role::Lpa, ..user(1, "Bob")? };
    let anna = user(2, "Ána@example.com")?;
    add(store, &account, &[anna.clone(), revoked.clone()]).await?;
    let reader = store.read(&account);
    assert_eq!(reader.user(&"ÁNA@Example.com".parse()?).await?, Some(anna.clone()));
    assert_eq!(reader.user(&"ana@example.com".parse()?).await?, None);
    assert_eq!(reader.users().await?, [revoked, anna]);
    Ok(())
}

/// Whatever its case, and though the first is revoked.
pub async fn a_login_name_is_taken_once(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let first = User { revoked_at: Some(sample::time(1)), ..user(1, "anna")? };
    add(store, &account, std::slice::from_ref(&first)).await?;
    for loser in [user(2, "ANNA")?, user(1, "bob")?] {
        assert!(matches!(add(store, &account, &[loser]).await, Err(StoreError::Conflict)));
    }
    assert_eq!(store.read(&account).users().await?, [first]);
    Ok(())
}

/// Found by bearer and by cookie, by nothing else; the account's revision stays.
pub async fn a_session_comes_back_with_its_user(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let anna = user(1, "anna")?;
    add(store, &account, std::slice::from_ref(&anna)).await?;
    let before = store.read(&account).revision().await?;
    let session = session(&anna, 7, 10);
    assert!(open(store, &account, &session).await?);
    let found = FoundSession { account: account.clone(), session: session.clone(), user: anna };
    let reader = store.read(&account);
    assert_eq!(store.session_of_bearer(&session.bearer_hash).await?, Some(found.clone()));
    assert_eq!(reader.session_of_cookie(&session.cookie_hash).await?, Some(found));
    assert_eq!(store.session_of_bearer(&session.cookie_hash).await?, None);
    assert_eq!(reader.session_of_cookie(&session.bearer_hash).await?, None);
    assert_eq!(reader.revision().await?, before);
    Ok(())
}

/// Only the one that is named.
pub async fn a_session_is_extended_and_ended(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let anna = user(1, "anna")?;
    add(store, &account, std::slice::from_ref(&anna)).await?;
    let (one, other) = (session(&anna, 1, 10), session(&anna, 2, 11));
    open(store, &account, &one).await?;
    open(store, &account, &other).await?;
    let mut transaction = store.write_sessions(&account).await?;
    transaction.extend(&one.cookie_hash, sample::time(400)).await?;
    transaction.end(&other.cookie_hash).await?;
    transaction.end(b"nothing").await?;
    transaction.commit().await?;
    let found = store.session_of_bearer(&one.bearer_hash).await?.ok_or("not open")?;
    assert_eq!(found.session, Session { idle_until: sample::time(400), ..one });
    assert!(!is_open(store, &other).await?);
    Ok(())
}

/// What ended by idleness goes at the next login; of the rest the newest hundred stay.
pub async fn sessions_do_not_pile_up(store: &dyn Store) -> Outcome {
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

/// In whatever account; other roles do not count.
pub async fn an_administrator_is_one_who_is_not_revoked(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    assert!(!store.has_administrator().await?);
    let boss = User { role: Role::Administrator, ..user(1, "boss")? };
    add(store, &account, &[user(2, "anna")?]).await?;
    assert!(!store.has_administrator().await?);
    add(store, &account, std::slice::from_ref(&boss)).await?;
    assert!(store.has_administrator().await?);
    let mut transaction = store.write(&account).await?;
    transaction.revoke_user(&boss.id, sample::time(7)).await?;
    transaction.commit().await?;
    assert!(!store.has_administrator().await?);
    Ok(())
}

/// And none is opened with what was right before.
pub async fn another_password_or_revocation_ends_the_sessions(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let (anna, bob, carl) = (user(1, "anna")?, user(2, "bob")?, user(3, "carl")?);
    add(store, &account, &[anna.clone(), bob.clone(), carl.clone()]).await?;
    let sessions = [session(&anna, 1, 1), session(&bob, 2, 1), session(&carl, 3, 1)];
    for session in &sessions {
        assert!(open(store, &account, session).await?);
    }
    let mut transaction = store.write(&account).await?;
    assert!(transaction.set_password(&anna.id, "another").await?);
    assert!(transaction.revoke_user(&bob.id, sample::time(7)).await?);
    assert!(transaction.revoke_user(&bob.id, sample::time(8)).await?);
    assert!(!transaction.revoke_user(&outbound_model::UserId::from_random(9), sample::time(8)).await?);
    transaction.commit().await?;
    for (session, expected) in sessions.iter().zip([false, false, true]) {
        assert_eq!(is_open(store, session).await?, expected);
    }
    assert!(!open(store, &account, &session(&anna, 4, 2)).await?);
    assert!(!open(store, &account, &session(&bob, 5, 2)).await?);
    let users = store.read(&account).users().await?;
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

/// Sessions that are open have it at once, and stay.
pub async fn another_role_counts_in_open_sessions(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let (anna, bob) = (user(1, "anna")?, user(2, "bob")?);
    add(store, &account, &[anna.clone(), bob.clone()]).await?;
    let session = session(&anna, 1, 1);
    assert!(open(store, &account, &session).await?);
    let mut transaction = store.write(&account).await?;
    assert!(transaction.set_role(&anna.id, Role::Administrator).await?);
    assert!(!transaction.set_role(&outbound_model::UserId::from_random(9), Role::Administrator).await?);
    transaction.commit().await?;
    let anna = User { role: Role::Administrator, ..anna };
    let found = store.session_of_bearer(&session.bearer_hash).await?.ok_or("not open")?;
    assert_eq!(found.user, anna);
    assert_eq!(store.read(&account).users().await?, [anna, bob]);
    Ok(())
}

/// Numbered from 1 in each account, newest first, only with what was committed.
pub async fn the_audit_counts_up_in_each_account(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let entry = |second: i64, address: Option<&str>| AuditEntry {
        at: sample::time(second),
        actor: "anna".to_owned(),
        action: AuditAction::ClientCreated,
        subject: "c-1".to_owned(),
        address: address.map(str::to_owned),
        details: r#"{"scope":"x"}"#.to_owned(),
    };
    let mut transaction = store.write(&ours).await?;
    transaction.audit(&entry(1, None)).await?;
    transaction.audit(&entry(2, Some("::1"))).await?;
    transaction.commit().await?;
    store.write(&ours).await?.audit(&entry(3, None)).await?;
    for account in [&ours, &theirs] {
        let mut transaction = store.write_sessions(account).await?;
        transaction.audit(&entry(4, None)).await?;
        transaction.commit().await?;
    }
    let seen = |records: Vec<crate::AuditRecord>| -> Vec<_> {
        records.into_iter().map(|record| (record.sequence, record.entry)).collect()
    };
    let (reader, newest) = (store.read(&ours), (3, entry(4, None)));
    assert_eq!(seen(reader.audit(i64::MAX, 2).await?), [newest.clone(), (2, entry(2, Some("::1")))]);
    assert_eq!(seen(reader.audit(2, 2).await?), [(1, entry(1, None))]);
    assert_eq!(reader.audit(i64::MAX, 9).await?.len(), 3);
    assert_eq!(seen(store.read(&theirs).audit(i64::MAX, 9).await?), [(1, entry(4, None))]);
    Ok(())
}

/// A cookie, a name, an id of the other account are nothing here.
pub async fn users_and_sessions_are_of_their_account_only(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let anna = user(1, "anna")?;
    add(store, &theirs, std::slice::from_ref(&anna)).await?;
    let session = session(&anna, 1, 1);
    open(store, &theirs, &session).await?;
    let reader = store.read(&ours);
    assert_eq!(reader.user(&anna.name).await?, None);
    assert_eq!(reader.users().await?, []);
    assert_eq!(reader.session_of_cookie(&session.cookie_hash).await?, None);
    let mut transaction = store.write_sessions(&ours).await?;
    assert!(!transaction.open(&Session { bearer_hash: vec![9], ..session.clone() }, "hash").await?);
    transaction.extend(&session.cookie_hash, sample::time(9)).await?;
    transaction.end(&session.cookie_hash).await?;
    transaction.commit().await?;
    let mut transaction = store.write(&ours).await?;
    assert!(!transaction.set_password(&anna.id, "another").await?);
    assert!(!transaction.set_role(&anna.id, Role::Administrator).await?);
    assert!(!transaction.revoke_user(&anna.id, sample::time(9)).await?);
    transaction.commit().await?;
    let found = store.session_of_bearer(&session.bearer_hash).await?.ok_or("not open")?;
    assert_eq!((found.account, found.session, found.user), (theirs, session, anna));
    Ok(())
}
