//! The published lists: content, order and pages.

use std::slice;

use outbound_model::{ChannelType, HandoffId};

use crate::contract::{Outcome, sample};
use crate::{PublishedCursor, Store};

behaviours! {
    lists_follow_publish_unpublish_and_archive,
    a_channel_list_has_an_element_for_each_configuration,
    publishing_a_new_version_updates_the_channel_lists,
    pages_are_ordered_by_creation_then_id,
    pages_are_stable_when_handoffs_are_added,
    a_page_past_the_end_contains_the_total,
    the_whole_list_can_be_paged,
}

/// Also the totals. Repeating an operation changes nothing.
async fn lists_follow_publish_unpublish_and_archive(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let [a, b, c] =
        [(1, "a"), (2, "b"), (3, "c")].map(|(number, name)| sample::handoff(number, name, &["wa"]));
    let handoffs = [a?, b?, c?];
    sample::publish(store, &account, &handoffs).await?;
    sample::publish(store, &account, &handoffs).await?;
    assert_eq!(sample::names(store, &account).await?, ["a", "b", "c"]);
    let mut transaction = store.write_catalogue(&account).await?;
    transaction.archive(&handoffs[0].id, sample::attribution(9)).await?;
    transaction.unpublish(&handoffs[1].id, sample::attribution(200)).await?;
    transaction.unpublish(&handoffs[1].id, sample::attribution(200)).await?;
    transaction.commit().await?;
    assert_eq!(sample::names(store, &account).await?, ["c"]);
    let by_channel =
        sample::page(&*store.read_catalogue(&account), Some(ChannelType::WhatsApp), 30, 0).await?;
    assert_eq!(by_channel, (vec![("c".to_owned(), Some(0))], 1));
    sample::publish(store, &account, &handoffs[1..2]).await?;
    assert_eq!(sample::names(store, &account).await?, ["b", "c"]);
    Ok(())
}

/// Two configurations of one channel are two elements. Unknown channels are on no list but count for the
/// index.
async fn a_channel_list_has_an_element_for_each_configuration(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let twice = sample::handoff(1, "twice", &["viber", "sms-twilio", "wa", "sms-twilio"])?;
    let handoffs =
        [twice, sample::handoff(2, "none", &["viber"])?, sample::handoff(3, "once", &["sms-twilio"])?];
    sample::publish(store, &account, &handoffs).await?;
    let reader = store.read_catalogue(&account);
    let expected =
        [("twice", 1), ("twice", 3), ("once", 0)].map(|(name, index)| (name.to_owned(), Some(index)));
    let sms = Some(ChannelType::SmsTwilio);
    assert_eq!(sample::page(&*reader, sms, 30, 0).await?, (expected.to_vec(), 3));
    assert_eq!(sample::page(&*reader, sms, 1, 1).await?, (expected[1..2].to_vec(), 3));
    assert_eq!(sample::page(&*reader, Some(ChannelType::InApp), 30, 0).await?, (vec![], 0));
    assert_eq!(sample::names(store, &account).await?.len(), 3);
    Ok(())
}

/// A handoff is removed from the lists of channels that its new version does not have, also within one
/// transaction.
async fn publishing_a_new_version_updates_the_channel_lists(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let before = sample::handoff(1, "a", &["wa", "wa", "inapp"])?;
    sample::publish(store, &account, slice::from_ref(&before)).await?;
    sample::publish(store, &account, slice::from_ref(&before)).await?;
    let after = sample::handoff(1, "a", &["inapp", "googlercs"])?;
    sample::publish(store, &account, &[before, after.clone(), after]).await?;
    let reader = store.read_catalogue(&account);
    let mut found = Vec::new();
    for channel in ChannelType::ALL {
        let (entries, total) = sample::page(&*reader, Some(channel), 30, 0).await?;
        assert_eq!(entries.len() as u64, total);
        found.extend(entries.into_iter().map(|(_, index)| (channel, index)));
    }
    assert_eq!(found, [(ChannelType::GoogleRcs, Some(1)), (ChannelType::InApp, Some(0))]);
    Ok(())
}

/// The order does not depend on the time of saving or on names. Ids are compared bytewise.
async fn pages_are_ordered_by_creation_then_id(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let mut handoffs = vec![sample::handoff(2, "later", &[])?, sample::handoff(1, "first", &[])?];
    for id in ["b", "a_1", "B", "a-1"] {
        let mut handoff = sample::handoff(3, id, &[])?;
        handoff.id = format!("x{id}").parse::<HandoffId>()?;
        handoff.name = format!("name {id}{id}").parse()?;
        handoffs.push(handoff);
    }
    handoffs.retain(|handoff| handoff.name.as_str() != "name BB");
    sample::publish(store, &account, &handoffs).await?;
    let names = sample::names(store, &account).await?;
    assert_eq!(names, ["first", "later", "name a-1a-1", "name a_1a_1", "name bb"]);
    Ok(())
}

/// New handoffs are appended, so each handoff is on exactly one page.
async fn pages_are_stable_when_handoffs_are_added(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let reader = store.read_catalogue(&account);
    let mut met = Vec::new();
    for round in 0..3 {
        let new: Result<Vec<_>, _> = [2 * round, 2 * round + 1]
            .map(|n| sample::handoff(n, &format!("n{n}"), &[]))
            .into_iter()
            .collect();
        sample::publish(store, &account, &new?).await?;
        met.extend(sample::page(&*reader, None, 2, u32::try_from(2 * round)?).await?.0);
    }
    let met: Vec<_> = met.into_iter().map(|(name, _)| name).collect();
    assert_eq!(met, ["n0", "n1", "n2", "n3", "n4", "n5"]);
    Ok(())
}

/// Also the revision.
async fn a_page_past_the_end_contains_the_total(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    sample::publish(store, &account, &[sample::handoff(1, "a", &["wa"])?, sample::handoff(2, "b", &["wa"])?])
        .await?;
    let reader = store.read_catalogue(&account);
    for (offset, names) in [(0, 2), (1, 1), (2, 0), (crate::Page::MAX_OFFSET, 0)] {
        for filter in [None, Some(ChannelType::WhatsApp)] {
            let page = reader.published(filter, crate::Page::new(1000, offset)?).await?;
            assert_eq!((page.entries.len(), page.total), (names, 2));
            assert_eq!(Some(page.revision), store.revision(&account).await?);
        }
    }
    Ok(())
}

/// Each page begins after the last handoff of the previous one.
async fn the_whole_list_can_be_paged(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let handoffs: Result<Vec<_>, _> = (0..7)
        .map(|n| {
            sample::handoff(n / 3, "x", &[]).map(|mut handoff| {
                handoff.id = sample::id(n);
                handoff
            })
        })
        .collect();
    let mut handoffs = handoffs?;
    for (number, handoff) in handoffs.iter_mut().enumerate() {
        handoff.name = format!("n{number}").parse()?;
    }
    sample::publish(store, &account, &handoffs).await?;
    let reader = store.read_catalogue(&account);
    let mut walked = Vec::new();
    let mut after = None;
    loop {
        let step = reader.published_after(after.as_ref(), 3).await?;
        let Some(last) = step.last() else { break };
        after = Some(PublishedCursor { created_at: last.created_at, id: last.id.clone() });
        walked.extend(step);
    }
    assert_eq!(walked, handoffs);
    Ok(())
}
