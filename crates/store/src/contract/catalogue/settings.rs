//! What an account decides for itself.

use crate::Store;
use crate::contract::{Outcome, sample};

/// As text, and each account's for itself.
pub async fn settings_are_the_last_ones_set(store: &dyn Store) -> Outcome {
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
    assert_eq!(store.read_catalogue(&"nobody".parse()?).settings().await?, None);
    Ok(())
}
