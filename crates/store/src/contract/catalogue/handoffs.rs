//! Handoffs with their versions, names and states.

use outbound_model::{Handoff, Timestamp, from_json_str};

use crate::contract::{Outcome, sample};
use crate::{Page, Store, StoreError};

behaviours! {
    a_handoff_is_stored_unchanged,
    an_extension_is_stored_and_never_served,
    versions_are_numbered,
    a_draft_does_not_change_the_published_list,
    the_creation_time_never_changes,
    names_are_unique_without_regard_to_case,
    a_name_becomes_available_again,
    saving_restores_an_archived_handoff,
    unknown_and_archived_handoffs_cannot_be_published,
}

/// Including unknown fields, their order, large numbers and any script.
async fn a_handoff_is_stored_unchanged(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let text = r#"{"id":"H1","name":"Žluťoučký 🐎","lookbackPeriodDay":1,"lookbackPeriodHour":2,"routeAllWithinLookback":false,"createdAt":"2022-10-01T08:00:00.123Z","updatedAt":"2022-10-02T08:00:00.000Z","channels":[{"type":"wa","messageComponents":[{"type":"odd","z":1,"a":null}]}],"big":123456789012345678901234567890,"nul":"a\u0000b"}"#;
    let handoff: Handoff = from_json_str(text)?;
    sample::publish(store, &account, std::slice::from_ref(&handoff)).await?;
    let page = store.read_catalogue(&account).published(None, Page::new(1, 0)?).await?;
    assert_eq!(page.entries[0].document, text);
    assert_eq!(
        store.read_catalogue(&account).published_after(None, 1).await?,
        std::slice::from_ref(&handoff)
    );
    let stored = sample::stored(store, &account, &handoff.id).await?;
    assert_eq!(stored.map(|stored| (stored.id, stored.latest)), Some((handoff.id.clone(), handoff)));
    Ok(())
}

/// Extensions are returned with each version, but are not part of the documents.
async fn an_extension_is_stored_and_never_served(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let plain = sample::handoff(1, "Tea", &["wa"])?;
    let extension = from_json_str(r#"{"samples":{"0":{"body.1":"Ann"}},"odd":[1,null]}"#)?;
    let handoff = Handoff { extension: Some(extension), ..plain.clone() };
    for version in [&handoff, &plain, &handoff] {
        sample::publish(store, &account, std::slice::from_ref(version)).await?;
        let page = store.read_catalogue(&account).published(None, Page::new(1, 0)?).await?;
        assert_eq!(from_json_str::<Handoff>(&page.entries[0].document)?, plain);
        assert_eq!(
            store.read_catalogue(&account).published_after(None, 1).await?,
            std::slice::from_ref(version)
        );
        let stored = sample::stored(store, &account, &plain.id).await?.ok_or("not stored")?;
        assert_eq!(&stored.latest, version);
    }
    Ok(())
}

/// Versions are numbered from 1 in each handoff.
async fn versions_are_numbered(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let (one, two) = (sample::handoff(1, "One", &[])?, sample::handoff(2, "Two", &[])?);
    let mut numbers = Vec::new();
    for handoff in [&one, &one, &two, &one] {
        numbers.push(sample::save(store, &account, handoff).await?);
    }
    assert_eq!(numbers, [1, 2, 1, 3]);
    let stored = sample::stored(store, &account, &one.id).await?.ok_or("not stored")?;
    assert_eq!((stored.latest_version.number, stored.published_version, stored.archived_at), (3, None, None));
    Ok(())
}

/// A newer version is served only after it is published.
async fn a_draft_does_not_change_the_published_list(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    sample::publish(store, &account, &[sample::handoff(1, "First", &["wa"])?]).await?;
    sample::save(store, &account, &sample::handoff(1, "Second", &["inapp"])?).await?;
    assert_eq!(sample::names(store, &account).await?, ["First"]);
    let stored = sample::stored(store, &account, &sample::id(1)).await?.ok_or("not stored")?;
    assert_eq!((stored.latest_version.number, stored.published_version), (2, Some(1)));
    assert_eq!(stored.latest.name.as_str(), "Second");
    let mut transaction = store.write_catalogue(&account).await?;
    transaction.publish(&sample::id(1), sample::attribution(200)).await?;
    transaction.commit().await?;
    assert_eq!(sample::names(store, &account).await?, ["Second"]);
    Ok(())
}

/// The other fields of later versions are stored unchanged.
async fn the_creation_time_never_changes(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let (first, second) = (sample::handoff(1, "First", &[])?, sample::handoff(2, "Second", &[])?);
    sample::publish(store, &account, &[first.clone(), second]).await?;
    let renamed = sample::handoff(1, "Renamed", &[])?;
    let later = Handoff { created_at: sample::time(9), updated_at: sample::time(9), ..renamed };
    sample::publish(store, &account, &[later]).await?;
    assert_eq!(sample::names(store, &account).await?, ["Renamed", "Second"]);
    let served = store.read_catalogue(&account).published_after(None, 1).await?;
    let times = |handoff: &Handoff| -> [Timestamp; 2] { [handoff.created_at, handoff.updated_at] };
    assert_eq!(served.first().map(times), Some([first.created_at, sample::time(9)]));
    Ok(())
}

/// Drafts count, too. A handoff can keep its own name.
async fn names_are_unique_without_regard_to_case(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    sample::save(store, &account, &sample::handoff(1, "Café", &[])?).await?;
    sample::save(store, &account, &sample::handoff(1, "CAFÉ", &[])?).await?;
    sample::save(store, &account, &sample::handoff(2, "Tea", &[])?).await?;
    for number in [2, 3] {
        let rejected = sample::save(store, &account, &sample::handoff(number, "cafe\u{301}", &[])?).await;
        assert!(matches!(rejected, Err(StoreError::NameTaken(name)) if name == "cafe\u{301}"));
    }
    assert_eq!(sample::stored(store, &account, &sample::id(3)).await?, None);
    Ok(())
}

/// When its handoff is archived or renamed.
async fn a_name_becomes_available_again(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    sample::save(store, &account, &sample::handoff(1, "Tea", &[])?).await?;
    sample::archive(store, &account, &sample::id(1)).await?;
    sample::save(store, &account, &sample::handoff(2, "Tea", &[])?).await?;
    sample::save(store, &account, &sample::handoff(2, "Coffee", &[])?).await?;
    sample::save(store, &account, &sample::handoff(3, "Tea", &[])?).await?;
    let rejected = sample::save(store, &account, &sample::handoff(1, "Tea", &[])?).await;
    assert!(matches!(rejected, Err(StoreError::NameTaken(_))));
    Ok(())
}

/// The handoff becomes a draft with the next version number.
async fn saving_restores_an_archived_handoff(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let handoff = sample::handoff(1, "Tea", &["wa"])?;
    sample::publish(store, &account, std::slice::from_ref(&handoff)).await?;
    sample::archive(store, &account, &handoff.id).await?;
    sample::archive(store, &account, &handoff.id).await?;
    let stored = sample::stored(store, &account, &handoff.id).await?.ok_or("not stored")?;
    assert_eq!((stored.published_version, stored.archived_at), (None, Some(sample::time(200))));
    assert_eq!(sample::save(store, &account, &handoff).await?, 2);
    let stored = sample::stored(store, &account, &handoff.id).await?.ok_or("not stored")?;
    assert_eq!((stored.published_version, stored.archived_at), (None, None));
    Ok(())
}

/// Unpublishing a handoff that is not published is not an error.
async fn unknown_and_archived_handoffs_cannot_be_published(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let handoff = sample::handoff(1, "Tea", &[])?;
    sample::save(store, &account, &handoff).await?;
    sample::archive(store, &account, &handoff.id).await?;
    for id in [handoff.id, sample::id(2)] {
        let rejected = store.write_catalogue(&account).await?.publish(&id, sample::attribution(200)).await;
        assert!(matches!(rejected, Err(StoreError::UnknownHandoff(unknown)) if unknown == id));
        store.write_catalogue(&account).await?.unpublish(&id, sample::attribution(200)).await?;
    }
    let rejected =
        store.write_catalogue(&account).await?.archive(&sample::id(2), sample::attribution(0)).await;
    assert!(matches!(rejected, Err(StoreError::UnknownHandoff(_))));
    Ok(())
}
