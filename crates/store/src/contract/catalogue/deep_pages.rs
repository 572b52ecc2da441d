//! Pages at every offset of lists after random changes. Engines that divide lists into blocks should be
//! opened with very small blocks.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::try_join_all;
use outbound_model::{AccountId, ChannelType, Handoff, HandoffId, Timestamp};

use crate::contract::{Outcome, sample};
use crate::{CatalogueTransaction, Store};

behaviours! {
    every_page_equals_the_page_of_a_simple_list,
    pages_are_correct_after_concurrent_writes,
}

const CHANNELS: [&[&str]; 5] = [&[], &["wa"], &["wa", "wa"], &["inapp", "wa"], &["sms-twilio"]];
const ROUNDS: usize = 24;
const CHECK_EVERY: usize = 6;

/// A reproducible random number generator (an LCG with Knuth's constants for MMIX).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).map_or(0, |number| number % sides)
    }
}

/// The expected content of the database: saved handoffs, and the published lists in order.
#[derive(Default)]
struct Model {
    saved: BTreeSet<HandoffId>,
    published: BTreeMap<(Timestamp, HandoffId), (String, &'static [&'static str])>,
}

impl Model {
    /// Makes a random change of one handoff in the model and in the store.
    async fn change(&mut self, dice: &mut Dice, transaction: &mut dyn CatalogueTransaction) -> Outcome {
        let (handoff, channels) = some_handoff(dice.roll(40), CHANNELS[dice.roll(CHANNELS.len())])?;
        let place = (handoff.created_at, handoff.id.clone());
        match dice.roll(8) {
            0 => transaction.unpublish(&handoff.id, sample::attribution(200)).await?,
            1 if self.saved.contains(&handoff.id) => {
                transaction.archive(&handoff.id, sample::attribution(200)).await?;
            }
            _ => {
                transaction.save(sample::version(&handoff)).await?;
                transaction.publish(&handoff.id, sample::attribution(200)).await?;
                self.saved.insert(handoff.id);
                self.published.insert(place, (handoff.name.to_string(), channels));
                return Ok(());
            }
        }
        self.published.remove(&place);
        Ok(())
    }

    fn list(&self, filter: Option<ChannelType>) -> Vec<(String, Option<usize>)> {
        let Some(channel) = filter else {
            return self.published.values().map(|(name, _)| (name.clone(), None)).collect();
        };
        let mut list = Vec::new();
        for (name, channels) in self.published.values() {
            let matching = channels.iter().enumerate().filter(|(_, found)| **found == channel.as_str());
            list.extend(matching.map(|(index, _)| (name.clone(), Some(index))));
        }
        list
    }
}

/// Handoff `number`. Several have the same creation time.
fn some_handoff(
    number: usize,
    channels: &'static [&'static str],
) -> Result<(Handoff, &'static [&'static str]), Box<dyn std::error::Error>> {
    let mut handoff = sample::handoff(u64::try_from(number)?, &format!("n{number}"), channels)?;
    handoff.created_at = sample::time(i64::try_from(number / 3)?);
    Ok((handoff, channels))
}

/// Checks the page at every offset and one past the end, with two page sizes.
async fn check(store: &dyn Store, account: &AccountId, model: &Model) -> Outcome {
    let reader = store.read_catalogue(account);
    for filter in [None, Some(ChannelType::WhatsApp), Some(ChannelType::InApp)] {
        let list = model.list(filter);
        for offset in 0..=list.len() {
            for limit in [1, 7] {
                let part: Vec<_> = list.iter().skip(offset).take(limit).cloned().collect();
                let page =
                    sample::page(&*reader, filter, u32::try_from(limit)?, u32::try_from(offset)?).await?;
                assert_eq!(page, (part, list.len() as u64), "{filter:?} from {offset}");
            }
        }
    }
    Ok(())
}

/// After random changes, in any order of creation.
async fn every_page_equals_the_page_of_a_simple_list(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let (mut model, mut dice) = (Model::default(), Dice(1));
    for round in 1..=ROUNDS {
        let mut transaction = store.write_catalogue(&account).await?;
        for _ in 0..=dice.roll(10) {
            model.change(&mut dice, &mut *transaction).await?;
        }
        transaction.commit().await?;
        if round % CHECK_EVERY == 0 {
            check(store, &account, &model).await?;
        }
    }
    for (_, id) in std::mem::take(&mut model.published).into_keys() {
        sample::archive(store, &account, &id).await?;
    }
    check(store, &account, &model).await
}

/// Each writer commits many small transactions on all parts of the list.
async fn pages_are_correct_after_concurrent_writes(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let handoffs: Vec<_> = (0..40).map(|n| some_handoff(n, CHANNELS[n % 4])).collect::<Result<_, _>>()?;
    let writer = |first: usize| {
        let (account, handoffs) = (&account, &handoffs);
        async move {
            for (handoff, _) in handoffs.iter().skip(first).step_by(4) {
                sample::publish(store, account, std::slice::from_ref(handoff)).await?;
            }
            Outcome::Ok(())
        }
    };
    try_join_all((0..4).map(writer)).await?;
    let published = handoffs
        .into_iter()
        .map(|(handoff, channels)| ((handoff.created_at, handoff.id), (handoff.name.to_string(), channels)));
    check(store, &account, &Model { published: published.collect(), ..Model::default() }).await
}
