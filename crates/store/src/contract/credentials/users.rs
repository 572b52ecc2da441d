//! Users.

use outbound_model::Role;

use crate::contract::sample::{add_users as add, user};
use crate::contract::{Outcome, sample};
use crate::{Store, StoreError, User};

behaviours! {
    users_are_stored_with_all_fields,
    a_login_name_is_unique,
    revoked_administrators_do_not_count,
}

/// Users are ordered by creation. Login names ignore case.
async fn users_are_stored_with_all_fields(store: &dyn Store) -> Outcome {
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

/// Case is ignored, and names of revoked users stay taken.
async fn a_login_name_is_unique(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let first = User { revoked_at: Some(sample::time(1)), ..user(1, "anna")? };
    add(store, &account, std::slice::from_ref(&first)).await?;
    for duplicate in [user(2, "ANNA")?, user(1, "bob")?] {
        assert!(matches!(add(store, &account, &[duplicate]).await, Err(StoreError::Conflict)));
    }
    assert_eq!(store.read_credentials(&account).users().await?, [first]);
    Ok(())
}

/// Users of all accounts are searched. Other roles do not count.
async fn revoked_administrators_do_not_count(store: &dyn Store) -> Outcome {
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
