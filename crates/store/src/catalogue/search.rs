//! What authors look for among the handoffs of an account, and what a list says of each.

use std::collections::BTreeSet;

use outbound_model::{ChannelType, FindingCounts, HandoffId, HandoffState, Timestamp};

/// What handoffs must be like to be found. Texts are folded ([`outbound_model::fold`]).
#[derive(Clone, Debug, Default)]
pub struct Criteria {
    /// Stands anywhere in the id, the name or a text.
    pub text: Option<String>,
    /// Has a configuration of this channel.
    pub channel: Option<ChannelType>,
    /// Has a configuration in this language.
    pub language: Option<String>,
    /// Has a configuration with this sender.
    pub sender: Option<String>,
    /// Is in this state; without one, in any but archived.
    pub state: Option<HandoffState>,
    /// Its newest version breaks a rule that counts as an error.
    pub with_errors: bool,
}

impl Criteria {
    /// Whether all handoffs meet the criteria, apart from the state.
    pub fn include_all_but_state(&self) -> bool {
        let Self { text, channel, language, sender, state: _, with_errors } = self;
        text.is_none() && channel.is_none() && language.is_none() && sender.is_none() && !with_errors
    }
}

/// What a list is ordered by; handoffs that are equal in it, by id.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SortKey {
    /// When it was made.
    Created,
    /// When somebody last did something to it.
    Updated,
    /// The name, folded.
    Name,
}

/// An order, and which way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// Whether the highest comes first.
    pub descending: bool,
}

/// The value of a sort key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SortValue {
    /// Of [`SortKey::Created`] and [`SortKey::Updated`], in milliseconds since 1970.
    Time(i64),
    /// Of [`SortKey::Name`].
    Name(String),
}

/// Behind which handoff a page begins.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SearchCursor {
    /// Its value of the sort key.
    pub value: SortValue,
    /// Its id.
    pub id: HandoffId,
}

/// A page of what was found.
#[derive(Clone, Debug)]
pub struct Search {
    /// What is looked for.
    pub criteria: Criteria,
    /// The order.
    pub sort: Sort,
    /// Where the page begins; at the beginning without it. Its value must be of the sort key.
    pub behind: Option<SearchCursor>,
    /// The most handoffs of the page.
    pub count: u32,
}

/// What a list says of a handoff: its newest version and its state.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Summary {
    /// Its id.
    pub id: HandoffId,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: HandoffState,
    /// The type of each channel that the contract names, in order.
    pub channels: Vec<ChannelType>,
    /// The languages of its channels, folded.
    pub languages: BTreeSet<String>,
    /// The senders of its channels, folded.
    pub senders: BTreeSet<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When somebody last did something to it.
    pub updated_at: Timestamp,
    /// Who that was.
    pub updated_by: String,
    /// The number of its newest version.
    pub latest_version: i64,
    /// The number of the published version, if one is published.
    pub published_version: Option<i64>,
    /// The rules that the newest version breaks, by itself and beside the other handoffs of the account.
    pub findings: FindingCounts,
}

impl Summary {
    /// Where a list goes on behind this handoff.
    pub fn behind(&self, key: SortKey) -> SearchCursor {
        let value = match key {
            SortKey::Created => SortValue::Time(self.created_at.millis()),
            SortKey::Updated => SortValue::Time(self.updated_at.millis()),
            SortKey::Name => SortValue::Name(outbound_model::fold(&self.name)),
        };
        SearchCursor { value, id: self.id.clone() }
    }
}

/// How many handoffs meet the criteria, by state, whatever state they ask for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct StateCounts {
    /// Drafts.
    pub draft: u64,
    /// Published ones.
    pub published: u64,
    /// Published ones with a newer version.
    pub changed: u64,
    /// Archived ones.
    pub archived: u64,
}
