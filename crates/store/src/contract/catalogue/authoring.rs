//! Versions, states, summaries, searches, the change feed and idempotency keys.

use futures::future::join_all;
use outbound_model::{
    ChangeKind, ChannelType, FindingCounts, Handoff, HandoffId, HandoffState, from_json_str,
};

use crate::contract::{Outcome, sample};
use crate::{
    Attribution, CatalogueReader, ChangeSubject, ClaimLevels, Criteria, EarlierCreation, FeedEntry,
    IdempotencyKey, NewVersion, Search, Sort, SortKey, StateCounts, Store, StoreError,
};

behaviours! {
    every_version_is_kept,
    the_state_follows_each_operation,
    a_summary_describes_the_newest_version,
    search_matches_the_content_of_handoffs,
    search_results_can_be_paged_in_every_order,
    search_finds_rare_matches_at_any_position,
    changes_are_numbered_without_gaps,
    many_changes_keep_their_order,
    an_idempotency_key_is_claimed_once,
}

/// Versions are listed newest first, in pages, with their content and author.
async fn every_version_is_kept(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    for name in ["One", "Two", "Three"] {
        sample::save(store, &account, &sample::handoff(1, name, &["wa"])?).await?;
    }
    let (reader, id) = (store.read_catalogue(&account), sample::id(1));
    let numbers = |versions: Vec<crate::VersionRecord>| versions.iter().map(|v| v.number).collect::<Vec<_>>();
    assert_eq!(numbers(reader.versions(&id, i64::MAX, 2).await?), [3, 2]);
    assert_eq!(numbers(reader.versions(&id, 2, 2).await?), [1]);
    let (record, handoff) = reader.version(&id, 2).await?.ok_or("no version 2")?;
    assert_eq!((record.number, record.saved_at), (2, sample::time(100)));
    assert_eq!((&*record.saved_by, record.note.as_deref()), ("anna", Some("why not")));
    assert_eq!(handoff.name.as_str(), "Two");
    assert_eq!(reader.version(&id, 4).await?, None);
    let newest = reader.handoff(&id).await?.ok_or("no handoff")?;
    assert_eq!((newest.latest_version.number, newest.latest.name.as_str()), (3, "Three"));
    assert_eq!(reader.handoff(&sample::id(2)).await?, None);
    Ok(())
}

/// Each operation in a transaction of its own.
async fn the_state_follows_each_operation(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let handoff = sample::handoff(1, "Tea", &["wa"])?;
    let state = async || -> Result<(HandoffState, HandoffState), Box<dyn std::error::Error>> {
        let found = found(&*store.read_catalogue(&account), every(None)).await?;
        let stored = sample::stored(store, &account, &handoff.id).await?.ok_or("not stored")?;
        Ok((found.first().ok_or("not found")?.state, stored.state()))
    };
    sample::save(store, &account, &handoff).await?;
    assert_eq!(state().await?, (HandoffState::Draft, HandoffState::Draft));
    sample::publish(store, &account, std::slice::from_ref(&handoff)).await?;
    assert_eq!(state().await?, (HandoffState::Published, HandoffState::Published));
    sample::save(store, &account, &handoff).await?;
    assert_eq!(state().await?, (HandoffState::Changed, HandoffState::Changed));
    let mut transaction = store.write_catalogue(&account).await?;
    transaction.unpublish(&handoff.id, sample::attribution(300)).await?;
    transaction.commit().await?;
    assert_eq!(state().await?, (HandoffState::Draft, HandoffState::Draft));
    sample::archive(store, &account, &handoff.id).await?;
    let archived = every(Some(HandoffState::Archived));
    assert_eq!(found(&*store.read_catalogue(&account), every(None)).await?, []);
    assert_eq!(found(&*store.read_catalogue(&account), archived).await?.len(), 1);
    Ok(())
}

/// Includes who changed the handoff last, and the findings of the newest version.
async fn a_summary_describes_the_newest_version(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let handoff = sample::handoff(1, "Tea", &["wa", "odd", "inapp"])?;
    let findings = FindingCounts { errors: 2, warnings: 3 };
    let mut transaction = store.write_catalogue(&account).await?;
    transaction.save(NewVersion { findings, ..sample::version(&handoff) }).await?;
    transaction.publish(&handoff.id, Attribution { at: sample::time(400), by: "bert" }).await?;
    transaction.commit().await?;
    let [summary] =
        found(&*store.read_catalogue(&account), every(None)).await?.try_into().map_err(|_| "not one")?;
    assert_eq!((summary.id, &*summary.name, summary.findings), (handoff.id, "Tea", findings));
    assert_eq!(summary.channels, [ChannelType::WhatsApp, ChannelType::InApp]);
    assert_eq!((summary.created_at, summary.updated_at), (sample::time(1), sample::time(400)));
    assert_eq!((&*summary.updated_by, summary.latest_version), ("bert", 1));
    assert_eq!(summary.published_version, Some(1));
    Ok(())
}

/// Ignores case and Unicode composition, and escapes special characters of patterns.
async fn search_matches_the_content_of_handoffs(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let channels = r#"[{"type":"wa","language":"pt_BR","outboundnumber":"+49 1","messageComponents":[
        {"type":"body","content":"100 % Café_!"}]}]"#;
    let searched = Handoff { channels: from_json_str(channels)?, ..sample::handoff(1, "Tea", &[])? };
    sample::save(store, &account, &searched).await?;
    sample::save(store, &account, &sample::handoff(2, "Coffee", &["inapp"])?).await?;
    let text = |text: &str| Criteria { text: Some(text.to_owned()), ..Criteria::default() };
    let language = |l: &str| Criteria { language: Some(l.to_owned()), ..Criteria::default() };
    let sender = |s: &str| Criteria { sender: Some(s.to_owned()), ..Criteria::default() };
    let channel = Criteria { channel: Some(ChannelType::InApp), ..Criteria::default() };
    let cases = [
        (text("cafe\u{301}_"), vec!["Tea"]),
        (text("100 % CAFÉ_!"), vec!["Tea"]),
        (text("0%c"), vec![]),
        (text("_o_"), vec![]),
        (text("E"), vec!["Tea", "Coffee"]),
        (text(sample::id(2).as_str()), vec!["Coffee"]),
        (language("PT_br"), vec!["Tea"]),
        (language("pt"), vec![]),
        (sender("+49_1"), vec!["Tea"]),
        (channel, vec!["Coffee"]),
        (Criteria { with_errors: true, ..Criteria::default() }, vec![]),
    ];
    for (criteria, names) in cases {
        let case = format!("{criteria:?}");
        let found = found(&*store.read_catalogue(&account), criteria.clone()).await?;
        assert_eq!(found.iter().map(|s| &*s.name).collect::<Vec<_>>(), names, "{case}");
        let counts = store.read_catalogue(&account).count(&criteria, &ClaimLevels::default()).await?;
        assert_eq!(counts, StateCounts { draft: names.len() as u64, ..StateCounts::default() }, "{case}");
    }
    Ok(())
}

/// No handoff is repeated or missing in any order.
async fn search_results_can_be_paged_in_every_order(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    for (number, name) in [(1, "b"), (2, "A"), (3, "d"), (4, "Ç")] {
        sample::publish(store, &account, &[sample::handoff(number, name, &[])?]).await?;
    }
    let mut transaction = store.write_catalogue(&account).await?;
    transaction.publish(&sample::id(1), sample::attribution(900)).await?;
    transaction.commit().await?;
    let orders = [
        (SortKey::Created, "b A d Ç"),
        // All but the first were last changed at the same time, so they are ordered by id.
        (SortKey::Updated, "A d Ç b"),
        (SortKey::Name, "A b d Ç"),
    ];
    for (key, order) in orders {
        let (reader, all) = (store.read_catalogue(&account), Criteria::default);
        assert_eq!(walk(&*reader, all(), Sort { key, descending: false }).await?, order);
        let backwards = order.split(' ').rev().collect::<Vec<_>>().join(" ");
        assert_eq!(walk(&*reader, all(), Sort { key, descending: true }).await?, backwards);
    }
    Ok(())
}

/// The distance between matches exceeds the number of handoffs that a search reads before it scans all.
async fn search_finds_rare_matches_at_any_position(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let name = |n| if [1, 600, 1200].contains(&n) { format!("{n:04} rare") } else { format!("{n:04}") };
    let handoffs = (1..=1200).map(|n| sample::handoff(n, &name(n), &[])).collect::<Result<Vec<_>, _>>()?;
    sample::publish(store, &account, &handoffs).await?;
    let criteria = || Criteria { text: Some("Rare".to_owned()), ..Criteria::default() };
    for key in [SortKey::Created, SortKey::Updated, SortKey::Name] {
        let reader = store.read_catalogue(&account);
        let forwards = walk(&*reader, criteria(), Sort { key, descending: false }).await?;
        assert_eq!(forwards, "0001 rare 0600 rare 1200 rare");
        let backwards = walk(&*reader, criteria(), Sort { key, descending: true }).await?;
        assert_eq!(backwards, "1200 rare 0600 rare 0001 rare");
    }
    Ok(())
}

async fn walk(reader: &dyn CatalogueReader, criteria: Criteria, sort: Sort) -> Result<String, StoreError> {
    let mut search = Search { criteria, sort, after: None, count: 1 };
    let mut names = Vec::new();
    while let Some(summary) = reader.search(&search, &ClaimLevels::default()).await?.pop() {
        search.after = Some(summary.cursor(sort.key));
        names.push(summary.name);
    }
    Ok(names.join(" "))
}

/// Numbers begin at 1 in each account. Dropped transactions leave no changes.
async fn changes_are_numbered_without_gaps(store: &dyn Store) -> Outcome {
    let (account, other) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let handoff = sample::handoff(1, "Tea", &["wa"])?;
    sample::publish(store, &other, std::slice::from_ref(&handoff)).await?;
    sample::publish(store, &account, std::slice::from_ref(&handoff)).await?;
    let mut dropped = store.write_catalogue(&account).await?;
    dropped.unpublish(&handoff.id, sample::attribution(300)).await?;
    drop(dropped);
    let mut transaction = store.write_catalogue(&account).await?;
    transaction.unpublish(&handoff.id, sample::attribution(300)).await?;
    transaction.unpublish(&handoff.id, sample::attribution(300)).await?;
    transaction.archive(&handoff.id, sample::attribution(300)).await?;
    transaction.archive(&handoff.id, sample::attribution(300)).await?;
    transaction.commit().await?;
    let changes = store.read_catalogue(&account).handoff_changes(0, 100).await?;
    let entries: Vec<_> = changes.iter().map(|c| (c.sequence, c.kind, subject(c))).collect();
    let kinds = [ChangeKind::Saved, ChangeKind::Published, ChangeKind::Unpublished, ChangeKind::Archived];
    let expected = |(n, kind)| (n, kind, Some((&handoff.id, 1)));
    assert_eq!(entries, (1..).zip(kinds).map(expected).collect::<Vec<_>>());
    assert!(changes.iter().all(|c| c.by == "anna"));
    assert_eq!(store.read_catalogue(&account).handoff_changes(1, 2).await?, changes[1..3]);
    assert_eq!(store.read_catalogue(&account).last_change().await?, 4);
    Ok(())
}

/// More changes than one statement inserts, by concurrent writers.
async fn many_changes_keep_their_order(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let handoffs =
        (1..=300).map(|n| sample::handoff(n, &n.to_string(), &[])).collect::<Result<Vec<_>, _>>()?;
    let writers = handoffs.chunks(100).map(|part| sample::publish(store, &account, part));
    for outcome in join_all(writers).await {
        outcome?;
    }
    sample::publish(store, &account, &handoffs).await?;
    let changes = store.read_catalogue(&account).handoff_changes(0, 2000).await?;
    assert!(changes.iter().map(|change| change.sequence).eq(1..=1200));
    for pair in changes.chunks(2) {
        assert_eq!(subject(&pair[0]), subject(&pair[1]));
        assert_eq!([pair[0].kind, pair[1].kind], [ChangeKind::Saved, ChangeKind::Published]);
    }
    Ok(())
}

/// A key is valid until it expires, and belongs to one caller of one account.
async fn an_idempotency_key_is_claimed_once(store: &dyn Store) -> Outcome {
    let (account, other) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let id = sample::id(1);
    let request_hash = &b"hash"[..];
    let mine = IdempotencyKey {
        principal: "anna",
        key: "k",
        request_hash,
        handoff: &id,
        expires_at: sample::time(10),
    };
    let theirs = IdempotencyKey { principal: "bert", ..mine };
    let claim = async |account, key, second| -> Result<_, StoreError> {
        let mut transaction = store.write_catalogue(account).await?;
        let earlier = transaction.claim_idempotency_key(key, sample::time(second)).await?;
        transaction.commit().await.map(|_| earlier)
    };
    let earlier = EarlierCreation { request_hash: request_hash.to_vec(), handoff: id.clone() };
    assert_eq!(claim(&account, mine, 1).await?, None);
    assert_eq!(claim(&account, mine, 9).await?, Some(earlier));
    assert_eq!(claim(&account, theirs, 9).await?, None);
    assert_eq!(claim(&other, mine, 9).await?, None);
    assert_eq!(claim(&account, mine, 10).await?, None);
    Ok(())
}

fn every(state: Option<HandoffState>) -> Criteria {
    Criteria { state, ..Criteria::default() }
}

async fn found(reader: &dyn CatalogueReader, criteria: Criteria) -> Result<Vec<crate::Summary>, StoreError> {
    let sort = Sort { key: SortKey::Created, descending: false };
    reader.search(&Search { criteria, sort, after: None, count: 100 }, &ClaimLevels::default()).await
}

/// The handoff and the version of a change.
fn subject(change: &FeedEntry) -> Option<(&HandoffId, i64)> {
    let ChangeSubject::Handoff { handoff, version } = &change.subject else { return None };
    Some((handoff, *version))
}
