//! Users.

use outbound_model::Role;

use crate::contract::sample::{add_users as add, user};
use crate::contract::{Outcome, sample};
use crate::{Store, StoreError, User};

/// With every field, in the order of creation, by a name of any case.
pub async fn users_come_back_as_they_were(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let revoked = User { revoked_at: Some(sample::time(5)), role: Role::Lpa, ..user(1, "Bob")? };
    let anna = user(2, "Ána@example.com")?;
    add(store, &account, &[anna.clone(), revoked.clone()]).await?;
    let reader = store.read_credentials(&account);
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
    assert_eq!(store.read_credentials(&account).users().await?, [first]);
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
    let mut transaction = store.write_credentials(&account).await?;
    transaction.revoke_user(&boss.id, sample::time(7)).await?;
    transaction.commit().await?;
    assert!(!store.has_administrator().await?);
    Ok(())
}
