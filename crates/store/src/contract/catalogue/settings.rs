//! Settings of accounts.

use crate::Store;
use crate::contract::{Outcome, sample};

behaviours! {
    settings_are_replaced,
}

/// Settings are stored as text, separately for each account.
async fn settings_are_replaced(store: &dyn Store) -> Outcome {
    let (account, other) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    for text in [r#"{"ruleSet":"provider"}"#, r#"{"ruleSet":"liveperson"}"#] {
        assert_ne!(store.read_catalogue(&account).settings().await?.as_deref(), Some(text));
        let mut transaction = store.write_catalogue(&account).await?;
        assert_ne!(transaction.settings().await?.as_deref(), Some(text));
        transaction.set_settings(text).await?;
        assert_eq!(transaction.settings().await?.as_deref(), Some(text));
        transaction.commit().await?;
        assert_eq!(store.read_catalogue(&account).settings().await?.as_deref(), Some(text));
    }
    assert_eq!(store.read_catalogue(&other).settings().await?.as_deref(), Some("{}"));
    assert_eq!(store.read_catalogue(&"unknown".parse()?).settings().await?, None);
    Ok(())
}
