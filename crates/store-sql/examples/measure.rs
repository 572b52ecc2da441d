//! A benchmark of the store: imports handoffs with the documented example's size in one transaction, then
//! reads the first and the last page.
//!
//! `cargo run --profile dist -p outbound-store-sql --example measure -- sqlite:/tmp/measure.db 100000`
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::time::{Duration, Instant};

use outbound_model::{FindingCounts, Handoff, HandoffId, Timestamp, from_json_str};
use outbound_store::{Account, Accounts, Attribution, Catalogue, CatalogueReader, NewVersion, Page};
use outbound_store_sql::{Options, SqlStore};

const DOCUMENTED: &str = include_str!("../../model/examples/handoffs.json");
const PAGE: u32 = 30;
const ROUNDS: usize = 201;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let url = args.next().ok_or("usage: measure URL [HANDOFFS]")?;
    let count: u32 = args.next().map_or(Ok(100_000), |text| text.parse())?;
    let store = SqlStore::open(&url, &Options::default()).await?;
    store.migrate().await?;
    let account = Account { id: "12345678".parse()?, created_at: "2022-10-01T08:00:00Z".parse()? };
    store.create_account(&account).await?;

    let begin = Instant::now();
    import(&store, &account, count).await?;
    let took = begin.elapsed();
    println!("import of {count}: {took:.1?}, {:.0} µs each", took.as_secs_f64() * 1e6 / f64::from(count));

    let reader = store.read_catalogue(&account.id);
    for offset in [0, count.saturating_sub(PAGE)] {
        println!("page of {PAGE} from {offset}: median {:.2?}", median(&*reader, offset).await?);
    }
    store.close().await;
    Ok(())
}

/// Saves and publishes `count` handoffs in one transaction.
async fn import(store: &SqlStore, account: &Account, count: u32) -> Result<(), Box<dyn Error>> {
    let documented: Vec<Handoff> = from_json_str(DOCUMENTED)?;
    let mut transaction = store.write_catalogue(&account.id).await?;
    for (number, sample) in (0..count).zip(documented.iter().cycle()) {
        let millis = account.created_at.millis() + i64::from(number);
        let handoff = Handoff {
            // Ids in random order, like real ones.
            id: HandoffId::from_random(u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            name: format!("{} {number}", sample.name).parse()?,
            created_at: Timestamp::from_millis(millis).ok_or("too many")?,
            ..sample.clone()
        };
        let attribution = Attribution { at: account.created_at, by: "command line" };
        let findings = FindingCounts::default();
        transaction
            .save(NewVersion { handoff: &handoff, attribution, note: None, findings, claims: &[] })
            .await?;
        transaction.publish(&handoff.id, attribution).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Returns the median time to read a page.
async fn median(reader: &dyn CatalogueReader, offset: u32) -> Result<Duration, Box<dyn Error>> {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let page = reader.published(None, Page::new(PAGE, offset)?).await?;
        times.push(begin.elapsed());
        assert_eq!(page.entries.len(), PAGE as usize);
    }
    times.sort_unstable();
    Ok(times[ROUNDS / 2])
}
