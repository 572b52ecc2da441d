//! Operations that imports need: handoffs by name, extensions, and large transactions.

use outbound_model::{ChannelType, Handoff, from_json_str};

use crate::contract::{Outcome, sample};
use crate::{ClaimLevels, Criteria, Store, StoreError};

behaviours! {
    a_handoff_is_found_by_its_name,
    extensions_are_listed_by_id,
    ids_of_published_handoffs_are_listed,
    names_move_within_a_transaction,
    large_prefetched_handoffs_are_read_unchanged,
    a_thousand_handoffs_are_written_in_one_transaction,
}

fn extended(number: u64, name: &str) -> Result<Handoff, Box<dyn std::error::Error>> {
    let mut handoff = sample::handoff(number, name, &["wa"])?;
    handoff.extension = Some(from_json_str(&format!(r#"{{"meta":{{"0":{{"id":"{number}"}}}}}}"#))?);
    Ok(handoff)
}

/// Ignores case. Finds unsaved names of the transaction, but no archived handoffs and none of another
/// account.
async fn a_handoff_is_found_by_its_name(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let key = sample::handoff(1, "TEA", &[])?.name.key();
    sample::save(store, &theirs, &sample::handoff(1, "Tea", &["wa"])?).await?;
    let mut transaction = store.write_catalogue(&ours).await?;
    assert_eq!(transaction.handoff_id_by_name(&key).await?, None, "it is another account's");
    transaction.save(sample::version(&sample::handoff(2, "tea", &["wa"])?)).await?;
    assert_eq!(transaction.handoff_id_by_name(&key).await?, Some(sample::id(2)));
    transaction.save(sample::version(&sample::handoff(2, "Coffee", &["wa"])?)).await?;
    transaction.save(sample::version(&sample::handoff(3, "Tea", &["wa"])?)).await?;
    assert_eq!(transaction.handoff_id_by_name(&key).await?, Some(sample::id(3)));
    transaction.commit().await?;
    assert_eq!(store.write_catalogue(&ours).await?.handoff_id_by_name(&key).await?, Some(sample::id(3)));
    sample::archive(store, &ours, &sample::id(3)).await?;
    assert_eq!(store.write_catalogue(&ours).await?.handoff_id_by_name(&key).await?, None);
    Ok(())
}

/// Pages are ordered by id and contain the extensions of newest versions, without archived handoffs and those
/// of another account.
async fn extensions_are_listed_by_id(store: &dyn Store) -> Outcome {
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
    let reader = store.read_catalogue(&ours);
    let mut after = None;
    for (id, number) in wanted {
        let mut page = reader.extensions(after.as_ref(), 1).await?;
        let (found, extension) = page.pop().ok_or("too few extensions")?;
        assert_eq!(found, id);
        assert_eq!(Some(extension), extended(number, "Any")?.extension);
        after = Some(found);
    }
    assert_eq!(reader.extensions(after.as_ref(), 1).await?, []);
    Ok(())
}

/// Pages are ordered by id, and contain changes of the transaction but no handoffs of another account.
async fn ids_of_published_handoffs_are_listed(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    sample::publish(store, &theirs, &[sample::handoff(9, "Theirs", &["wa"])?]).await?;
    let handoffs = [sample::handoff(1, "One", &["wa"])?, sample::handoff(2, "Two", &[])?];
    sample::publish(store, &ours, &handoffs).await?;
    sample::save(store, &ours, &sample::handoff(3, "Draft", &["wa"])?).await?;
    let mut wanted = [sample::id(1), sample::id(2)];
    wanted.sort();
    let mut transaction = store.write_catalogue(&ours).await?;
    assert_eq!(transaction.published_ids(None, 1).await?, wanted[..1]);
    assert_eq!(transaction.published_ids(Some(&wanted[0]), 9).await?, wanted[1..]);
    assert_eq!(transaction.published_ids(Some(&wanted[1]), 9).await?, []);
    transaction.publish(&sample::id(3), sample::attribution(4)).await?;
    transaction.unpublish(&sample::id(1), sample::attribution(5)).await?;
    let mut wanted = [sample::id(2), sample::id(3)];
    wanted.sort();
    assert_eq!(transaction.published_ids(None, 9).await?, wanted);
    Ok(())
}

/// A name that one handoff gives up in a transaction is available for another one. A name that is taken is
/// not, whether or not it was prefetched.
async fn names_move_within_a_transaction(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    sample::publish(store, &account, &[sample::handoff(1, "One", &["wa"])?, sample::handoff(2, "Two", &[])?])
        .await?;
    let keys = ["One", "Two", "Three"].map(str::to_lowercase);
    for prefetched in [true, false] {
        let mut transaction = store.write_catalogue(&account).await?;
        if prefetched {
            transaction.prefetch(&[1, 2, 3].map(sample::id), &keys).await?;
        }
        transaction.save(sample::version(&sample::handoff(1, "Three", &["wa"])?)).await?;
        transaction.save(sample::version(&sample::handoff(2, "One", &[])?)).await?;
        transaction.save(sample::version(&sample::handoff(3, "Two", &[])?)).await?;
        transaction.archive(&sample::id(2), sample::attribution(300)).await?;
        transaction.save(sample::version(&sample::handoff(4, "One", &[])?)).await?;
        for (key, holder) in keys.iter().zip([4, 3, 1]) {
            assert_eq!(transaction.handoff_id_by_name(key).await?, Some(sample::id(holder)), "{key}");
        }
        let taken = transaction.save(sample::version(&sample::handoff(5, "two", &[])?)).await;
        assert!(matches!(taken, Err(StoreError::NameTaken(_))), "{taken:?}");
        let late = transaction.commit().await;
        assert!(late.is_err(), "after an error nothing can be committed");
        assert_eq!(sample::names(store, &account).await?, ["One", "Two"]);
    }
    Ok(())
}

/// Handoffs that are together larger than what a store prefetches: each is read as it was saved, in any order, and
/// after a change in the same transaction as it was changed.
async fn large_prefetched_handoffs_are_read_unchanged(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let of_size = |number: u64, fill: &str| -> Result<Handoff, Box<dyn std::error::Error>> {
        let (id, at, padding) = (sample::id(number), sample::time(0), fill.repeat(900_000));
        Ok(from_json_str(&format!(
            r#"{{"id":"{id}","name":"Handoff {number}","lookbackPeriodDay":30,"lookbackPeriodHour":0,
                "routeAllWithinLookback":true,"createdAt":"{at}","updatedAt":"{at}","channels":[],
                "padding":"{padding}"}}"#
        ))?)
    };
    let handoffs = (1..=12).map(|number| of_size(number, "a")).collect::<Result<Vec<_>, _>>()?;
    for handoff in &handoffs {
        sample::save(store, &account, handoff).await?;
    }
    let ids: Vec<_> = (1..=12).map(sample::id).collect();
    let mut transaction = store.write_catalogue(&account).await?;
    transaction.prefetch(&ids, &[]).await?;
    let changed = of_size(11, "b")?;
    transaction.save(sample::version(&changed)).await?;
    for handoff in handoffs.iter().rev() {
        let expected = if handoff.id == changed.id { &changed } else { handoff };
        let found = transaction.handoff(&handoff.id).await?.ok_or("the handoff is missing")?;
        assert!(found.latest == *expected, "{}", handoff.id);
    }
    Ok(())
}

/// More handoffs than one statement inserts. Each is saved and published, some are saved again, and all of it
/// is repeated in a second transaction.
async fn a_thousand_handoffs_are_written_in_one_transaction(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let ids: Vec<_> = (1..=1000).map(sample::id).collect();
    for round in 1..=2 {
        let mut transaction = store.write_catalogue(&account).await?;
        for batch in ids.chunks(300) {
            transaction.prefetch(batch, &[]).await?;
        }
        for number in 1..=1000 {
            let handoff =
                sample::handoff(number, &format!("Round {round}, handoff {number}"), &["wa", "wa"])?;
            transaction.save(sample::version(&handoff)).await?;
            transaction.publish(&handoff.id, sample::attribution(200)).await?;
            if number % 10 == 0 {
                transaction.save(sample::version(&handoff)).await?;
            }
        }
        transaction.commit().await?;
        let reader = store.read_catalogue(&account);
        let counts = reader.count(&Criteria::default(), &ClaimLevels::default()).await?;
        assert_eq!((counts.published, counts.changed, counts.draft), (900, 100, 0));
        let (_, all) = sample::page(&*reader, None, 1, 0).await?;
        let (_, configurations) = sample::page(&*reader, Some(ChannelType::WhatsApp), 1, 0).await?;
        assert_eq!((all, configurations), (1000, 2000));
        assert_eq!(reader.last_change().await?, round * 2100);
        let stored = reader.handoff(&ids[999]).await?.ok_or("it is there")?;
        assert_eq!(stored.latest_version.number, round * 2);
        assert_eq!(stored.latest.name.as_str(), format!("Round {round}, handoff 1000"));
    }
    Ok(())
}
