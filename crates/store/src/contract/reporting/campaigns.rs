//! Campaigns.

use outbound_reporting::{
    App, Counts, EnabledChannels, Filters, Grouping, HOUR, Transaction, TransactionId, cell, group,
};

use super::super::{Outcome, sample};
use super::traffic::{self, Model, time};
use crate::{CampaignQuery, Store};

behaviours! {
    a_campaign_is_reported,
}

/// Its messages in several hours, and their totals.
async fn a_campaign_is_reported(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    traffic::prepare(store).await?;
    let events = traffic::events(200)?;
    traffic::record(store, &account, &traffic::shuffled(&events, 4), 60).await?;
    let ids = TransactionId::range(time(-HOUR), time(5 * HOUR));
    let all =
        Model::of(&account, &events).transactions(App::Proactive, &ids, &Filters::none(EnabledChannels::All));
    let in_campaign =
        |row: &Transaction| row.attempt.as_ref().is_some_and(|attempt| attempt.campaign_id.is_some());
    let expected: Vec<_> = all.into_iter().filter(in_campaign).collect();

    let mut found: Vec<Transaction> = Vec::new();
    loop {
        let after = found.last().map(|row| row.id);
        let query = CampaignQuery { campaign_id: "autumn", after, limit: 7 };
        let page = store.campaign_transactions(&account, &query).await?;
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 7);
        found.extend(page);
    }
    assert_eq!(found, expected);

    let totals = store.campaign_totals(&account, "autumn", 1000).await?.ok_or("no totals")?;
    let mut of_rows = group(expected.iter().filter_map(cell).map(|cell| Grouping::default().cell(cell)));
    for row in &mut of_rows {
        row.errors.clear();
    }
    assert_eq!(group(totals.cells), of_rows);
    assert_eq!(Some(totals.first), expected.first().map(|row| row.id.attempted_at()));
    assert_eq!(Some(totals.last), expected.last().map(|row| row.id.attempted_at()));
    let counts: Counts = expected.iter().filter_map(cell).map(|cell| cell.counts).sum();
    assert_eq!(store.campaign_counts(&account, "autumn").await?, Some(counts));
    let limited = store.campaign_totals(&account, "autumn", 1).await?.ok_or("no totals")?;
    assert_eq!(limited.cells.len(), 1);
    assert_eq!((limited.first, limited.last), (totals.first, totals.last));
    assert_eq!(store.campaign_totals(&account, "spring", 1000).await?, None);
    assert_eq!(store.campaign_counts(&account, "spring").await?, None);
    Ok(())
}
