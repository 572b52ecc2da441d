//! Makes tests of the contract for an engine.

use libtest_mimic::{Failed, Trial};
use tokio::runtime::Builder;

use super::{Behaviour, Group};
use crate::Store;

/// A test of each behaviour, called `engine::group::behaviour`. `open` returns the store of a new, empty database,
/// and a value that keeps the database until it is dropped.
pub fn trials<S, D, F>(engine: &str, groups: &[&[Group]], open: fn() -> F) -> Vec<Trial>
where
    S: Store + 'static,
    D: 'static,
    F: Future<Output = (S, D)> + 'static,
{
    let trial = |group: &Group, behaviour: &'static Behaviour| {
        let name = format!("{engine}::{}::{}", group.name, behaviour.name);
        Trial::test(name, move || {
            Builder::new_current_thread().enable_all().build()?.block_on(async {
                let (store, _database) = open().await;
                (behaviour.check)(&store).await.map_err(|error| Failed::from(format!("{error:?}")))
            })
        })
    };
    groups
        .iter()
        .copied()
        .flatten()
        .flat_map(|group| group.behaviours.iter().map(move |behaviour| trial(group, behaviour)))
        .collect()
}
