//! Maintains the blocks of the published lists, which make deep pages fast (migration 0007).
//!
//! A transaction reads the blocks of each changed list once and counts in memory, because it is the only
//! writer of the account. It writes the changed blocks at the end. So an import of a million handoffs writes
//! a thousand blocks, and publishing a new version of a handoff writes none.

use std::collections::BTreeMap;

use outbound_store::StoreError;

use super::statements as sql;
use crate::args::Arg;
use crate::rows::from_row;
use crate::transaction::SqlTransaction;

/// The position of an element in its list. Sorts like the list.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct ElementKey {
    pub(super) created_at: i64,
    pub(super) handoff_id: String,
    pub(super) channel_index: i64,
}

from_row!(ElementKey { created_at, handoff_id, channel_index });

impl ElementKey {
    /// The start of a list's first block, which is below any element.
    const LOWEST: Self = Self { created_at: i64::MIN, handoff_id: String::new(), channel_index: 0 };

    /// The arguments that identify the block with this key in `list`.
    fn args<'a>(&'a self, list: &'a str) -> [Arg<'a>; 4] {
        [list.into(), self.created_at.into(), self.handoff_id.as_str().into(), self.channel_index.into()]
    }
}

/// A row of the table of blocks.
pub(super) struct BlockRow {
    key: ElementKey,
    elements: i64,
}

from_row!(BlockRow { elements } with key);

/// The number of elements in a block, now and in the table.
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

    /// Adds `by`, 1 or −1, to the number of elements in the block of an element.
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

/// The blocks of all lists that a transaction changes.
pub(super) struct ListBlocks {
    lists: BTreeMap<String, Blocks>,
    /// Number of elements in a block.
    size: i64,
}

impl ListBlocks {
    pub(super) fn new(size: i64) -> Self {
        Self { lists: BTreeMap::new(), size }
    }

    /// Whether the blocks of `list` have been read.
    pub(super) fn are_read(&self, list: &str) -> bool {
        self.lists.contains_key(list)
    }

    /// Adds the stored blocks of `list`.
    pub(super) fn add(&mut self, list: &str, rows: Vec<BlockRow>) {
        self.lists.insert(list.to_owned(), Blocks::of(rows));
    }

    /// Adds `by`, 1 or −1, to the number of elements in the block of an element.
    pub(super) fn count(&mut self, list: &str, key: &ElementKey, by: i64) {
        if let Some(blocks) = self.lists.get_mut(list) {
            blocks.count(key, by);
        }
    }

    /// Writes all changed blocks. The elements must have been written before, because large blocks are split
    /// by them.
    pub(super) async fn write(self, transaction: &mut SqlTransaction) -> Result<(), StoreError> {
        for (list, blocks) in self.lists {
            let mut has_changes = false;
            for (key, elements) in blocks.changed() {
                has_changes = true;
                if elements > 0 {
                    write_block(transaction, self.size, &list, key, elements).await?;
                } else {
                    transaction.execute(sql::DELETE_BLOCK, &key.args(&list)).await?;
                }
            }
            if has_changes {
                transaction.execute(sql::UPDATE_BLOCK_OFFSETS, &[list.as_str().into()]).await?;
            }
        }
        Ok(())
    }
}

/// Writes a block, split into several if it has more than twice `size` elements.
async fn write_block(
    transaction: &mut SqlTransaction,
    size: i64,
    list: &str,
    mut key: ElementKey,
    mut elements: i64,
) -> Result<(), StoreError> {
    if elements > 2 * size {
        let args = [&key.args(list)[..], &[elements.into(), size.into()]].concat();
        let starts: Vec<ElementKey> = transaction.all(sql::EVERY_NTH_ELEMENT, &args).await?;
        let mut starts = starts.into_iter();
        while elements > 2 * size {
            let next =
                starts.next().ok_or_else(|| StoreError::Corrupt(format!("the blocks of list {list}")))?;
            save_block(transaction, list, &key, size).await?;
            (key, elements) = (next, elements - size);
        }
    }
    save_block(transaction, list, &key, elements).await
}

async fn save_block(
    transaction: &mut SqlTransaction,
    list: &str,
    key: &ElementKey,
    elements: i64,
) -> Result<(), StoreError> {
    let args = [&key.args(list)[..], &[elements.into()]].concat();
    transaction.execute(sql::SAVE_BLOCK, &args).await.map(drop)
}
