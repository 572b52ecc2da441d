//! Claims, contradictions between them, and recounts of findings.

use outbound_model::{AccountId, Claim, FindingCounts, HandoffId};

use crate::contract::{Outcome, sample};
use crate::{
    ClaimLevels, Criteria, FirstClaim, NewVersion, PublishedCursor, Recount, Search, Sort, SortKey,
    StateCounts, Store,
};

behaviours! {
    the_first_claim_of_a_key_is_found,
    a_transaction_sees_its_own_claims,
    claims_of_one_transaction_contradict_each_other,
    contradictions_count_as_findings,
    one_contradiction_among_many_is_found,
    a_recount_replaces_findings_and_claims,
    newest_versions_are_listed,
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn claim(key: i64, value: i64) -> Claim {
    Claim { rule: "differs", channel: 0, key, value }
}

/// Saves handoff `number`, which was created at that second, with these claims.
async fn save(store: &dyn Store, account: &AccountId, number: u64, claims: &[Claim]) -> Outcome {
    let handoff = sample::handoff(number, &format!("Handoff {number}"), &["wa", "wa"])?;
    let mut transaction = store.write_catalogue(account).await?;
    transaction.save(NewVersion { claims, ..sample::version(&handoff) }).await?;
    transaction.commit().await?;
    Ok(())
}

/// Returns each key with its first value and the handoff that claims it.
async fn first(store: &dyn Store, account: &AccountId, keys: &[i64]) -> Result<Vec<(i64, i64, HandoffId)>> {
    let mut found = store.read_catalogue(account).first_claims(keys).await?;
    let within = store.write_catalogue(account).await?.first_claims(keys).await?;
    found.sort_by_key(|first| first.key);
    found.dedup();
    assert!(found.iter().all(|first| within.contains(first)), "a transaction finds the same");
    Ok(found.into_iter().map(|FirstClaim { key, value, handoff, .. }| (key, value, handoff)).collect())
}

/// The order is that of creation, not of saving. Only the newest versions of handoffs that are not archived
/// count.
async fn the_first_claim_of_a_key_is_found(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let of = |value, number| (1, value, sample::id(number));
    save(store, &theirs, 1, &[claim(1, 9)]).await?;
    assert_eq!(first(store, &ours, &[1]).await?, []);
    save(store, &ours, 3, &[claim(1, 30), claim(2, 31)]).await?;
    save(store, &ours, 2, &[claim(1, 20)]).await?;
    assert_eq!(first(store, &ours, &[1]).await?, [of(20, 2)]);
    save(store, &ours, 2, &[claim(i64::MIN, i64::MAX)]).await?;
    assert_eq!(first(store, &ours, &[1]).await?, [of(30, 3)], "by the newest version");
    save(store, &ours, 2, &[claim(1, 21)]).await?;
    assert_eq!(first(store, &ours, &[1]).await?, [of(21, 2)]);
    sample::archive(store, &ours, &sample::id(2)).await?;
    assert_eq!(first(store, &ours, &[1]).await?, [of(30, 3)]);
    save(store, &ours, 2, &[claim(1, 21)]).await?;
    assert_eq!(first(store, &ours, &[1]).await?, [of(21, 2)], "it is back");
    let many: Vec<i64> = (-20..=20).collect();
    assert_eq!(first(store, &ours, &many).await?, [of(21, 2), (2, 31, sample::id(3))]);
    assert_eq!(first(store, &ours, &[]).await?, []);
    Ok(())
}

/// Including claims that are not written to the database yet.
async fn a_transaction_sees_its_own_claims(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let handoff = sample::handoff(1, "Tea", &["wa"])?;
    let mut transaction = store.write_catalogue(&account).await?;
    transaction.save(NewVersion { claims: &[claim(1, 2)], ..sample::version(&handoff) }).await?;
    let found = FirstClaim { key: 1, value: 2, handoff: handoff.id.clone(), created_at: handoff.created_at };
    assert!(transaction.first_claims(&[1]).await?.contains(&found));
    transaction.archive(&handoff.id, sample::attribution(200)).await?;
    assert_eq!(transaction.first_claims(&[1]).await?, []);
    Ok(())
}

/// Also if the handoff with the first claim was archived in the same transaction.
async fn claims_of_one_transaction_contradict_each_other(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    save(store, &account, 1, &[claim(1, 10)]).await?;
    let mut transaction = store.write_catalogue(&account).await?;
    for (number, value) in [(2, 10), (3, 11), (4, 12)] {
        let handoff = sample::handoff(number, &format!("Handoff {number}"), &["wa"])?;
        let version = sample::version(&handoff);
        transaction.save(NewVersion { claims: &[claim(1, value)], ..version }).await?;
        if number == 2 {
            transaction.archive(&sample::id(1), sample::attribution(200)).await?;
            transaction.archive(&sample::id(2), sample::attribution(200)).await?;
        }
    }
    transaction.commit().await?;
    let levels = ClaimLevels { errors: vec!["differs"], warnings: Vec::new() };
    assert_eq!(listed(store, &account, &levels).await?, [(0, 0), (1, 0)]);
    Ok(())
}

/// Returns the numbers of errors and warnings of each listed handoff. Checks that the filter for errors and
/// the counts agree with the list.
async fn listed(store: &dyn Store, account: &AccountId, levels: &ClaimLevels) -> Result<Vec<(u64, u64)>> {
    let reader = store.read_catalogue(account);
    let mut shown = Vec::new();
    for key in [SortKey::Created, SortKey::Updated, SortKey::Name] {
        let search = |with_errors| Search {
            criteria: Criteria { with_errors, ..Criteria::default() },
            sort: Sort { key, descending: false },
            after: None,
            count: 100,
        };
        let all = reader.search(&search(false), levels).await?;
        let with_errors = reader.search(&search(true), levels).await?;
        let wrong: Vec<_> = all.iter().filter(|one| one.findings.errors > 0).cloned().collect();
        assert_eq!(with_errors, wrong, "by {key:?}");
        let counts = StateCounts { draft: wrong.len() as u64, ..StateCounts::default() };
        assert_eq!(reader.count(&search(true).criteria, levels).await?, counts);
        shown = all.iter().map(|one| (one.findings.errors, one.findings.warnings)).collect();
    }
    Ok(shown)
}

/// The handoff that was created later has the finding, whichever was saved last. The levels of the rules
/// determine the severity.
async fn contradictions_count_as_findings(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let levels = |errors: &[&'static str], warnings: &[&'static str]| ClaimLevels {
        errors: errors.to_vec(),
        warnings: warnings.to_vec(),
    };
    let (error, warning) = (levels(&["other", "differs"], &[]), levels(&[], &["differs", "other"]));
    save(store, &account, 3, &[claim(1, 10)]).await?;
    save(store, &account, 2, &[claim(1, 10)]).await?;
    assert_eq!(listed(store, &account, &error).await?, [(0, 0), (0, 0)], "they agree");
    save(store, &account, 1, &[claim(1, 11)]).await?;
    assert_eq!(listed(store, &account, &error).await?, [(0, 0), (1, 0), (1, 0)], "an earlier one differs");
    assert_eq!(listed(store, &account, &warning).await?, [(0, 0), (0, 1), (0, 1)]);
    assert_eq!(listed(store, &account, &levels(&["other"], &[])).await?, [(0, 0); 3]);
    save(store, &account, 2, &[claim(1, 11), Claim { channel: 1, ..claim(2, 5) }]).await?;
    assert_eq!(listed(store, &account, &error).await?, [(0, 0), (0, 0), (1, 0)]);
    let twice = [claim(1, 10), Claim { channel: 1, ..claim(1, 12) }, claim(3, 1)];
    save(store, &account, 3, &twice).await?;
    assert_eq!(
        listed(store, &account, &error).await?,
        [(0, 0), (0, 0), (2, 0)],
        "one finding for each channel"
    );
    sample::archive(store, &account, &sample::id(1)).await?;
    save(store, &account, 2, &[]).await?;
    assert_eq!(
        listed(store, &account, &error).await?,
        [(0, 0); 2],
        "a handoff does not conflict with itself"
    );
    Ok(())
}

/// There are more claims than one statement inserts, and all others agree.
async fn one_contradiction_among_many_is_found(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let mut transaction = store.write_catalogue(&account).await?;
    let numbers: Vec<u64> = (1..=700).rev().collect();
    for number in numbers {
        let handoff = sample::handoff(number, &format!("{number:04}"), &["wa"])?;
        let claims = [claim(1, if number == 333 { 2 } else { 1 })];
        transaction.save(NewVersion { claims: &claims, ..sample::version(&handoff) }).await?;
    }
    transaction.commit().await?;
    let levels = ClaimLevels { errors: vec!["differs"], warnings: Vec::new() };
    let criteria = Criteria { with_errors: true, ..Criteria::default() };
    let sort = Sort { key: SortKey::Name, descending: false };
    let found = store.read_catalogue(&account);
    let found = found.search(&Search { criteria, sort, after: None, count: 10 }, &levels).await?;
    assert_eq!(found.iter().map(|one| &*one.name).collect::<Vec<_>>(), ["0333"]);
    Ok(())
}

/// A recount of an older version changes nothing.
async fn a_recount_replaces_findings_and_claims(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    for number in [2, 1] {
        save(store, &account, number, &[claim(1, 1)]).await?;
    }
    let findings = FindingCounts { errors: 3, warnings: 4 };
    let recounted = |version| Recount { id: sample::id(1), version, findings, claims: vec![claim(1, 2)] };
    for (version, value, listing) in [(2, 1, [(0, 0), (0, 0)]), (1, 2, [(3, 4), (0, 0)])] {
        let mut transaction = store.write_catalogue(&account).await?;
        transaction.recount(&recounted(version)).await?;
        transaction.commit().await?;
        assert_eq!(first(store, &account, &[1]).await?, [(1, value, sample::id(1))], "version {version}");
        assert_eq!(listed(store, &account, &ClaimLevels::default()).await?, listing);
    }
    let levels = ClaimLevels { errors: vec!["differs"], warnings: Vec::new() };
    assert_eq!(listed(store, &account, &levels).await?, [(3, 4), (1, 0)]);
    // Twice in one transaction: the claims of the second recount replace those of the first.
    let mut transaction = store.write_catalogue(&account).await?;
    transaction.recount(&recounted(1)).await?;
    transaction.recount(&Recount { claims: vec![claim(1, 1), claim(2, 5)], ..recounted(1) }).await?;
    transaction.commit().await?;
    let claims = [(1, 1, sample::id(1)), (2, 5, sample::id(1))];
    assert_eq!(first(store, &account, &[1, 2]).await?, claims);
    // The handoff is archived after it was read for the recount.
    sample::archive(store, &account, &sample::id(1)).await?;
    let mut transaction = store.write_catalogue(&account).await?;
    transaction.recount(&recounted(1)).await?;
    transaction.commit().await?;
    assert_eq!(first(store, &account, &[1]).await?, [(1, 1, sample::id(2))]);
    Ok(())
}

/// Pages are ordered by creation and include archived handoffs.
async fn newest_versions_are_listed(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    save(store, &theirs, 3, &[]).await?;
    for number in [2, 1, 2] {
        save(store, &ours, number, &[]).await?;
    }
    sample::archive(store, &ours, &sample::id(2)).await?;
    let reader = store.read_catalogue(&ours);
    let (mut after, mut walked) = (None, Vec::new());
    while let Some(found) = reader.newest_after(after.as_ref(), 1).await?.pop() {
        after = Some(PublishedCursor { created_at: found.latest.created_at, id: found.id.clone() });
        walked.push((found.id, found.latest_version.number, found.archived_at.is_some()));
    }
    assert_eq!(walked, [(sample::id(1), 1, false), (sample::id(2), 2, true)]);
    Ok(())
}
