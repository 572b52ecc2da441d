//! What an import asks for: handoffs by name, and what is kept of the files that they came from.

use outbound_model::{Handoff, from_json_str};

use crate::Store;
use crate::contract::{Outcome, sample};

fn extended(number: u64, name: &str) -> Result<Handoff, Box<dyn std::error::Error>> {
    let mut handoff = sample::handoff(number, name, &["wa"])?;
    handoff.extension = Some(from_json_str(&format!(r#"{{"meta":{{"0":{{"id":"{number}"}}}}}}"#))?);
    Ok(handoff)
}

/// Whatever the case; by the newest name, unsaved ones of the transaction included; no archived ones and
/// none of another account.
pub async fn a_handoff_is_found_by_its_name(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let key = sample::handoff(1, "TEA", &[])?.name.key();
    sample::save(store, &theirs, &sample::handoff(1, "Tea", &["wa"])?).await?;
    let mut transaction = store.write_catalogue(&ours).await?;
    assert_eq!(transaction.handoff_named(&key).await?, None, "it is another account's");
    transaction.save(sample::version(&sample::handoff(2, "tea", &["wa"])?)).await?;
    assert_eq!(transaction.handoff_named(&key).await?, Some(sample::id(2)));
    transaction.save(sample::version(&sample::handoff(2, "Coffee", &["wa"])?)).await?;
    transaction.save(sample::version(&sample::handoff(3, "Tea", &["wa"])?)).await?;
    assert_eq!(transaction.handoff_named(&key).await?, Some(sample::id(3)));
    transaction.commit().await?;
    assert_eq!(store.write_catalogue(&ours).await?.handoff_named(&key).await?, Some(sample::id(3)));
    sample::archive(store, &ours, &sample::id(3)).await?;
    assert_eq!(store.write_catalogue(&ours).await?.handoff_named(&key).await?, None);
    Ok(())
}

/// In pages by id, of the newest versions; no archived ones and none of another account.
pub async fn extensions_are_listed_by_id(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    sample::save(store, &theirs, &extended(9, "Theirs")?).await?;
    for number in 1..=4 {
        sample::save(store, &ours, &extended(number, &format!("Ours {number}"))?).await?;
    }
    sample::save(store, &ours, &sample::handoff(5, "Without", &["wa"])?).await?;
    sample::save(store, &ours, &sample::handoff(4, "Ours 4", &["wa"])?).await?;
    sample::archive(store, &ours, &sample::id(3)).await?;
    let mut wanted = [1, 2].map(|number| (sample::id(number), number));
    wanted.sort();
    let mut transaction = store.write_catalogue(&ours).await?;
    let mut after = None;
    for (id, number) in wanted {
        let mut page = transaction.extensions(after.as_ref(), 1).await?;
        let (found, extension) = page.pop().ok_or("too few extensions")?;
        assert_eq!(found, id);
        assert_eq!(Some(extension), extended(number, "Any")?.extension);
        after = Some(found);
    }
    assert_eq!(transaction.extensions(after.as_ref(), 1).await?, []);
    transaction.save(sample::version(&extended(6, "Ours 6")?)).await?;
    assert_eq!(transaction.extensions(None, 10).await?.len(), 3, "with what waits to be written");
    Ok(())
}
