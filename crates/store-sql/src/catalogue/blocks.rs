//! Keeps the blocks of the published lists, from which a page far down a list is found (migration
//! 0007).
//!
//! The blocks of each list that a transaction changes are read once, counted in memory, as nobody
//! else writes to the account meanwhile, and what has changed is written at the end. So an import of
//! a million handoffs writes a thousand blocks, and publishing a new version of a handoff none.

use std::collections::BTreeMap;

use outbound_store::StoreError;

use super::statements as sql;
use crate::engine::Arg;
use crate::rows::from_row;
use crate::transaction::SqlTransaction;

/// Where an element stands in its list; ordered as the list is.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct ElementKey {
    pub(super) created_at: i64,
    pub(super) handoff_id: String,
    pub(super) channel_index: i64,
}

from_row!(ElementKey { created_at, handoff_id, channel_index });

impl ElementKey {
    /// Where the first block of a list begins, so that it takes whatever comes.
    const LOWEST: Self = Self { created_at: i64::MIN, handoff_id: String::new(), channel_index: 0 };

    /// The block of this key in `list`, as statements name it.
    fn args<'a>(&'a self, list: &'a str) -> [Arg<'a>; 4] {
        [list.into(), self.created_at.into(), self.handoff_id.as_str().into(), self.channel_index.into()]
    }
}

/// A block as the table holds it.
pub(super) struct BlockRow {
    key: ElementKey,
    elements: i64,
}

from_row!(BlockRow { elements } with key);

/// How many elements a block has now, and how many the table says.
struct Block {
    elements: i64,
    stored: i64,
}

/// The blocks of one list.
struct Blocks(BTreeMap<ElementKey, Block>);

impl Blocks {
    fn of(rows: Vec<BlockRow>) -> Self {
        let block = |BlockRow { key, elements }| (key, Block { elements, stored: elements });
        Self(rows.into_iter().map(block).collect())
    }

    /// Counts an element in (1) or out (−1).
    fn count(&mut self, key: &ElementKey, by: i64) {
        match self.0.range_mut(..=key).next_back() {
            Some((_, block)) => block.elements += by,
            None => drop(self.0.insert(ElementKey::LOWEST, Block { elements: by, stored: 0 })),
        }
    }

    fn changed(self) -> impl Iterator<Item = (ElementKey, i64)> {
        let changed = self.0.into_iter().filter(|(_, block)| block.elements != block.stored);
        changed.map(|(key, block)| (key, block.elements))
    }
}

/// The blocks of the lists that a transaction changes.
pub(super) struct ListBlocks {
    lists: BTreeMap<String, Blocks>,
    /// Into blocks of how many elements a list is cut.
    size: i64,
}

impl ListBlocks {
    pub(super) fn new(size: i64) -> Self {
        Self { lists: BTreeMap::new(), size }
    }

    /// Whether the blocks of `list` were read.
    pub(super) fn are_read(&self, list: &str) -> bool {
        self.lists.contains_key(list)
    }

    /// Adds the blocks of `list` as they were read.
    pub(super) fn add(&mut self, list: &str, rows: Vec<BlockRow>) {
        self.lists.insert(list.to_owned(), Blocks::of(rows));
    }

    /// Counts an element into (1) or out of (−1) its block of `list`, which was read.
    pub(super) fn count(&mut self, list: &str, key: &ElementKey, by: i64) {
        if let Some(blocks) = self.lists.get_mut(list) {
            blocks.count(key, by);
        }
    }

    /// Writes every block that has changed, cut by the elements that the lists hold then.
    pub(super) async fn write(self, transaction: &mut SqlTransaction) -> Result<(), StoreError> {
        for (list, blocks) in self.lists {
            let mut moved = false;
            for (key, elements) in blocks.changed() {
                moved = true;
                if elements > 0 {
                    write_block(transaction, self.size, &list, key, elements).await?;
                } else {
                    transaction.execute(sql::DELETE_BLOCK, &key.args(&list)).await?;
                }
            }
            if moved {
                transaction.execute(sql::PLACE_BLOCKS, &[list.as_str().into()]).await?;
            }
        }
        Ok(())
    }
}

/// Writes a block, cut into as many of `size` as it has become.
async fn write_block(
    transaction: &mut SqlTransaction,
    size: i64,
    list: &str,
    mut key: ElementKey,
    mut elements: i64,
) -> Result<(), StoreError> {
    while elements > 2 * size {
        let next = transaction.optional(sql::ELEMENT_BEHIND, &with(key.args(list), size)).await?;
        let next = next.ok_or_else(|| StoreError::Corrupt(format!("the blocks of list {list}")))?;
        transaction.execute(sql::SAVE_BLOCK, &with(key.args(list), size)).await?;
        (key, elements) = (next, elements - size);
    }
    transaction.execute(sql::SAVE_BLOCK, &with(key.args(list), elements)).await.map(drop)
}

fn with([list, created_at, id, index]: [Arg<'_>; 4], number: i64) -> [Arg<'_>; 5] {
    [list, created_at, id, index, number.into()]
}
