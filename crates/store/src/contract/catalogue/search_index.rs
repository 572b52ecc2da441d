//! The search index does not change the results of searches.

use outbound_model::{AccountId, Handoff, SearchTerms, fold};

use crate::contract::{Outcome, sample};
use crate::{ClaimLevels, Criteria, Search, Sort, SortKey, Store};

behaviours! {
    the_index_finds_the_same_as_a_full_scan,
    statistics_do_not_change_results,
}

/// Texts that could break the index: special characters of patterns and queries, other scripts, letters that
/// fold to others or to several, and words of one and two characters.
const NAMES: [&str; 12] = [
    "Zebra crossing",
    "100% sure_thing",
    "It's \\\"quoted\\\" AND NOT -x*",
    "\u{c9}t\u{e9} \u{e0} No\u{eb}l",
    "E\u{301}te\u{301} again",
    "\u{130}stanbul \u{df}tra\u{df}e",
    "\u{65e5}\u{672c}\u{8a9e}\u{306e}\u{30c6}\u{30b9}\u{30c8}",
    "\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442} \u{43c}\u{438}\u{440}",
    "\u{1f375}\u{1f375}\u{1f375} tea",
    "a!b!c %% __",
    "aaaa aaab",
    "abcabcabc \u{212a}elvin",
];

/// The words to search for.
const TEXTS: [&str; 26] = [
    "zebra",
    "ZEBRA",
    "ebra cro",
    "zebras",
    "100%",
    "%",
    "e_t",
    "_",
    "\"quoted\"",
    "' \"",
    "and not -x*",
    "it's",
    "\u{e9}t\u{e9}",
    "\u{c9}T\u{c9}",
    "E\u{301}t",
    "\u{130}stanbul",
    "stra\u{df}e",
    "\u{672c}\u{8a9e}\u{306e}",
    "\u{8a9e}",
    "\u{41f}\u{420}\u{418}\u{412}",
    "\u{1f375}\u{1f375}",
    "\u{1f375}\u{1f375}\u{1f375} t",
    "aaaa",
    "aaab",
    "bcabcab",
    "kelvin",
];

/// Before the index is filled, afterwards, and after handoffs have changed.
async fn the_index_finds_the_same_as_a_full_scan(store: &dyn Store) -> Outcome {
    let (account, other) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    store.prepare_search_index().await?;
    let mut handoffs = Vec::new();
    for (number, name) in (1..).zip(NAMES) {
        handoffs.push(sample::handoff(number, name, &["wa"])?);
        sample::save(store, &other, &sample::handoff(number, &format!("{name}, theirs"), &["wa"])?).await?;
    }
    for handoff in &handoffs {
        sample::save(store, &account, handoff).await?;
    }
    assert_found(store, &account, &handoffs).await?;
    fill(store).await?;
    assert_found(store, &account, &handoffs).await?;
    for (handoff, number) in handoffs.iter_mut().zip(2..8) {
        *handoff = Handoff { name: format!("{number} changed zebras").parse()?, ..handoff.clone() };
        sample::save(store, &account, handoff).await?;
    }
    assert_found(store, &account, &handoffs).await?;
    fill(store).await?;
    assert_found(store, &account, &handoffs).await
}

/// Before there are handoffs, and with some that are in the index and some that are not.
async fn statistics_do_not_change_results(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    store.update_statistics().await?;
    let mut handoffs = Vec::new();
    for (number, name) in [(1, NAMES[0]), (2, NAMES[1])] {
        handoffs.push(sample::handoff(number, name, &["wa"])?);
        sample::save(store, &account, &handoffs[handoffs.len() - 1]).await?;
        store.update_statistics().await?;
        assert_found(store, &account, &handoffs).await?;
        fill(store).await?;
    }
    assert_found(store, &account, &handoffs).await
}

/// Adds all missing handoffs to the index in small batches.
async fn fill(store: &dyn Store) -> Outcome {
    let mut after = None;
    loop {
        match store.account_with_pending_texts(after.as_ref()).await? {
            Some(account) => {
                assert!((1..=5).contains(&store.fill_search_index(&account, 5).await?));
                after = Some(account);
            }
            None if after.is_some() => after = None,
            None => return Ok(()),
        }
    }
}

/// Checks that searches and counts find the handoffs whose folded text contains the folded words.
async fn assert_found(store: &dyn Store, account: &AccountId, handoffs: &[Handoff]) -> Outcome {
    let reader = store.read_catalogue(account);
    for text in TEXTS {
        let contains = |handoff: &&Handoff| SearchTerms::of(handoff).text.contains(&fold(text));
        let expected: Vec<_> = handoffs.iter().filter(contains).map(|handoff| handoff.id.clone()).collect();
        let criteria = Criteria { text: Some(text.to_owned()), ..Criteria::default() };
        let sort = Sort { key: SortKey::Created, descending: false };
        let counts = reader.count(&criteria, &ClaimLevels::default()).await?;
        assert_eq!(counts.draft, expected.len() as u64, "{text:?}");
        let found = reader
            .search(&Search { criteria, sort, after: None, count: 100 }, &ClaimLevels::default())
            .await?;
        let found: Vec<_> = found.into_iter().map(|summary| summary.id).collect();
        assert_eq!(found, expected, "{text:?}");
    }
    Ok(())
}
