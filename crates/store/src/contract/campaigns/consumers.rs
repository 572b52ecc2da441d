//! Opt-outs, open conversations, and connections.

use futures::future::try_join;
use outbound_reporting::ReportingChannel;

use super::super::Outcome;
use super::{add, campaign, consumer, lane, recipient, sample};
use crate::{
    Connection, InboundKey, NewRecipient, OpenConversation, OptOut, RecipientChange, RecipientQuery, Store,
    StoreError, StoredRecipient,
};

behaviours! {
    a_consumer_opts_out_once,
    an_opt_out_gets_its_address_later,
    an_erased_consumer_leaves_no_personal_data,
    a_recipient_is_erased_by_the_address_of_any_channel,
    an_inbound_message_is_added_once,
    a_conversation_is_opened_and_closed,
    old_conversations_are_deleted,
    a_connection_is_found_by_its_callback,
}

fn opt_out(number: u8) -> OptOut {
    OptOut {
        consumer: consumer(number),
        sealed_address: vec![number, 0],
        since: sample::time(i64::from(number)),
        source: "consumer".to_owned(),
        keyword: (number > 1).then(|| "STOP".to_owned()),
    }
}

/// The first opt-out stays. Accounts have their own.
async fn a_consumer_opts_out_once(store: &dyn Store) -> Outcome {
    let (account, other) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let mut transaction = store.write_campaigns(&account).await?;
    for number in [3, 1, 2] {
        assert!(transaction.add_opt_out(&opt_out(number)).await?);
    }
    let again = OptOut { source: "person".to_owned(), ..opt_out(2) };
    assert!(!transaction.add_opt_out(&again).await?);
    let without_address = OptOut { sealed_address: Vec::new(), ..opt_out(3) };
    assert!(!transaction.add_opt_out(&without_address).await?);
    let asked = [consumer(2), consumer(7), consumer(3)];
    let mut found = transaction.opted_out(&asked).await?;
    found.sort_unstable();
    assert_eq!(found, [consumer(2), consumer(3)]);
    transaction.commit().await?;
    let reader = store.read_campaigns(&account);
    assert_eq!(reader.opt_outs(None, 2).await?, [opt_out(1), opt_out(2)]);
    assert_eq!(reader.opt_outs(Some(&consumer(2)), 2).await?, [opt_out(3)]);
    let mut transaction = store.write_campaigns(&account).await?;
    assert!(transaction.remove_opt_out(&consumer(2)).await?);
    assert!(!transaction.remove_opt_out(&consumer(2)).await?);
    assert_eq!(transaction.opted_out(&asked).await?, [consumer(3)]);
    transaction.commit().await?;
    assert_eq!(store.write_campaigns(&other).await?.opted_out(&asked).await?, []);
    Ok(())
}

/// An opt-out that is only known by its key gets the address that is added later.
async fn an_opt_out_gets_its_address_later(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let without_address = OptOut { sealed_address: Vec::new(), ..opt_out(1) };
    let mut transaction = store.write_campaigns(&account).await?;
    assert!(transaction.add_opt_out(&without_address).await?);
    assert!(!transaction.add_opt_out(&without_address).await?);
    transaction.commit().await?;
    let reader = store.read_campaigns(&account);
    assert_eq!(reader.opt_outs(None, 9).await?, [without_address]);
    let mut transaction = store.write_campaigns(&account).await?;
    let later = OptOut { source: "person".to_owned(), since: sample::time(9), ..opt_out(1) };
    assert!(!transaction.add_opt_out(&later).await?);
    transaction.commit().await?;
    assert_eq!(reader.opt_outs(None, 9).await?, [opt_out(1)]);
    Ok(())
}

/// Only the HMAC of the opt-out stays.
async fn an_erased_consumer_leaves_no_personal_data(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let new = campaign(1, 5);
    let recipients = [recipient(1, &lane("1"), 7), recipient(2, &lane("1"), 7)];
    add(store, &account, &new, &recipients, None).await?;
    let mut transaction = store.write_campaigns(&account).await?;
    for number in [1, 2] {
        transaction.add_opt_out(&opt_out(number)).await?;
    }
    transaction.commit().await?;
    assert!(store.erase_campaign_consumer(&account, &consumer(1)).await?);
    assert!(!store.erase_campaign_consumer(&account, &consumer(1)).await?);
    let reader = store.read_campaigns(&account);
    let erased = OptOut { sealed_address: Vec::new(), ..opt_out(1) };
    assert_eq!(reader.opt_outs(None, 9).await?, [erased, opt_out(2)]);
    let query = RecipientQuery { campaign: &new.ids.proactive, state: None, after: None, limit: 9 };
    let sealed: Vec<_> = reader.recipients(query).await?.iter().map(|one| one.sealed.is_some()).collect();
    assert_eq!(sealed, [false, true]);
    Ok(())
}

/// By each of the addresses, also if the recipient has another channel now.
async fn a_recipient_is_erased_by_the_address_of_any_channel(store: &dyn Store) -> Outcome {
    let (account, other) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let new = campaign(1, 5);
    let recipients = [1, 2, 3, 4].map(|number| NewRecipient {
        other_consumers: vec![consumer(100 + number), consumer(200 + number)],
        ..recipient(number, &lane("1"), 7)
    });
    for account in [&account, &other] {
        add(store, account, &new, &recipients, None).await?;
    }
    let mut transaction = store.write_campaigns(&account).await?;
    let stored = transaction.recipient(&new.ids.proactive, 0).await?.ok_or("missing")?;
    let before = stored.recipient.state().clone();
    let after = StoredRecipient { consumer: consumer(101), ..stored };
    transaction.save_recipients(&[RecipientChange { before, after }]).await?;
    transaction.commit().await?;
    for erased in [1, 102, 203] {
        assert!(store.erase_campaign_consumer(&account, &consumer(erased)).await?);
        assert!(!store.erase_campaign_consumer(&account, &consumer(erased)).await?);
    }
    let query = RecipientQuery { campaign: &new.ids.proactive, state: None, after: None, limit: 9 };
    for (account, expected) in [(&account, [false, false, false, true]), (&other, [true; 4])] {
        let stored = store.read_campaigns(account).recipients(query).await?;
        assert_eq!(stored.iter().map(|one| one.sealed.is_some()).collect::<Vec<_>>(), expected);
    }
    assert_eq!(store.purge_campaigns(&account, sample::time(9), 9).await?, 1);
    assert_eq!(store.delete_campaigns(&other, sample::time(9), 9).await?, 1);
    Ok(())
}

/// Of transactions that add the same message, one succeeds. It is known until it is forgotten.
async fn an_inbound_message_is_added_once(store: &dyn Store) -> Outcome {
    let (account, other) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let key = |number| InboundKey([number; 16]);
    // What is rolled back was not received.
    assert!(store.write_campaigns(&account).await?.add_inbound(&key(1), sample::time(1)).await?);
    let mut transaction = store.write_campaigns(&account).await?;
    assert!(transaction.add_inbound(&key(1), sample::time(1)).await?);
    assert!(!transaction.add_inbound(&key(1), sample::time(2)).await?);
    assert!(transaction.add_inbound(&key(2), sample::time(2)).await?);
    transaction.commit().await?;
    store.forget_inbound(&account, sample::time(2)).await?;
    let mut transaction = store.write_campaigns(&account).await?;
    assert!(!transaction.add_inbound(&key(2), sample::time(3)).await?);
    assert!(transaction.add_inbound(&key(1), sample::time(3)).await?);
    drop(transaction);
    assert!(store.write_campaigns(&other).await?.add_inbound(&key(2), sample::time(3)).await?);
    let add = async || {
        let mut transaction = store.write_campaigns(&account).await?;
        let is_new = transaction.add_inbound(&key(3), sample::time(3)).await?;
        transaction.commit().await?;
        Ok::<_, StoreError>(is_new)
    };
    let (one, another) = try_join(add(), add()).await?;
    assert_ne!(one, another);
    Ok(())
}

/// A consumer has at most one. Only the conversation with the given id is closed.
async fn a_conversation_is_opened_and_closed(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let first = OpenConversation {
        consumer: consumer(1),
        channel: ReportingChannel::Sms,
        conversation_id: "c1".to_owned(),
        campaign: Some(campaign(1, 5).ids.proactive),
        skill: "sales".to_owned(),
        opened_at: sample::time(1),
        last_message_at: sample::time(2),
    };
    let second = OpenConversation { conversation_id: "c2".to_owned(), campaign: None, ..first.clone() };
    let mut transaction = store.write_campaigns(&account).await?;
    transaction.save_conversation(&first).await?;
    assert_eq!(transaction.conversations(&[consumer(1), consumer(2)]).await?, std::slice::from_ref(&first));
    transaction.save_conversation(&second).await?;
    assert!(!transaction.close_conversation(&first).await?);
    assert_eq!(transaction.conversations(&[consumer(1)]).await?, std::slice::from_ref(&second));
    assert!(transaction.close_conversation(&second).await?);
    assert_eq!(transaction.conversations(&[consumer(1)]).await?, []);
    Ok(())
}

/// Of one account.
async fn old_conversations_are_deleted(store: &dyn Store) -> Outcome {
    let (account, other) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let conversation = |number: u8| OpenConversation {
        consumer: consumer(number),
        channel: ReportingChannel::Sms,
        conversation_id: format!("c{number}"),
        campaign: None,
        skill: "sales".to_owned(),
        opened_at: sample::time(0),
        last_message_at: sample::time(number.into()),
    };
    for account in [&account, &other] {
        let mut transaction = store.write_campaigns(account).await?;
        for number in 1..4 {
            transaction.save_conversation(&conversation(number)).await?;
        }
        transaction.commit().await?;
    }
    store.delete_conversations(&account, sample::time(3)).await?;
    let all = [1, 2, 3].map(consumer);
    for (account, expected) in [(&account, 1), (&other, 3)] {
        let found = store.write_campaigns(account).await?.conversations(&all).await?;
        assert_eq!(found.len(), expected);
        assert!(found.contains(&conversation(3)));
    }
    Ok(())
}

/// They are limited, and are secrets. The id of callbacks is unique in the installation.
async fn a_connection_is_found_by_its_callback(store: &dyn Store) -> Outcome {
    let (account, other) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let connection = |id: &str, callback: &str| Connection {
        id: id.to_owned(),
        kind: "sandbox".to_owned(),
        name: "Test".to_owned(),
        sealed_settings: vec![1, 0, 2],
        callback_id: callback.to_owned(),
        created_at: sample::time(3),
    };
    assert!(!store.holds_secrets().await?);
    let mut transaction = store.write_campaigns(&account).await?;
    assert!(transaction.add_connection(&connection("b", "x"), 2).await?);
    assert!(transaction.add_connection(&connection("a", "y"), 2).await?);
    assert!(!transaction.add_connection(&connection("c", "z"), 2).await?);
    transaction.commit().await?;
    assert!(store.holds_secrets().await?);
    assert_eq!(
        store.read_campaigns(&account).connections().await?,
        [connection("a", "y"), connection("b", "x")]
    );
    let mut transaction = store.write_campaigns(&other).await?;
    assert!(transaction.add_connection(&connection("b", "x"), 2).await.is_err());
    drop(transaction);
    assert_eq!(store.connection_of_callback("x").await?, Some((account.clone(), connection("b", "x"))));
    let mut transaction = store.write_campaigns(&account).await?;
    assert!(transaction.set_callback_id("b", "n").await?);
    assert!(!transaction.set_callback_id("c", "m").await?);
    transaction.commit().await?;
    assert_eq!(store.connection_of_callback("x").await?, None);
    assert_eq!(store.connection_of_callback("n").await?, Some((account.clone(), connection("b", "n"))));
    let mut transaction = store.write_campaigns(&account).await?;
    assert!(transaction.set_callback_id("b", "y").await.is_err());
    drop(transaction);
    let mut transaction = store.write_campaigns(&account).await?;
    assert!(transaction.delete_connection("b").await?);
    assert!(!transaction.delete_connection("b").await?);
    transaction.commit().await?;
    assert_eq!(store.connection_of_callback("n").await?, None);
    Ok(())
}
