//! Search criteria and results.

use std::collections::BTreeSet;

use outbound_model::{ChannelType, FindingCounts, HandoffId, HandoffState, Timestamp};

/// Conditions that handoffs must meet. Texts are folded ([`outbound_model::fold`]).
#[derive(Clone, Debug, Default)]
pub struct Criteria {
    /// Text that the id, the name or the text of a component contains.
    pub text: Option<String>,
    /// The handoff has a configuration of this channel.
    pub channel: Option<ChannelType>,
    /// The handoff has a configuration in this language.
    pub language: Option<String>,
    /// The handoff has a configuration with this sender.
    pub sender: Option<String>,
    /// The state; without one, any but archived.
    pub state: Option<HandoffState>,
    /// The newest version has a finding with severity error.
    pub with_errors: bool,
}

impl Criteria {
    /// Whether there are no conditions other than the state.
    pub fn include_all_but_state(&self) -> bool {
        let Self { text, channel, language, sender, state: _, with_errors } = self;
        text.is_none() && channel.is_none() && language.is_none() && sender.is_none() && !with_errors
    }
}

/// The sort key of a list. Handoffs with equal keys are ordered by id.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SortKey {
    /// When it was created.
    Created,
    /// When it was last changed.
    Updated,
    /// The name, folded.
    Name,
}

/// A sort key with a direction.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sort {
    /// The sort key.
    pub key: SortKey,
    /// Whether the highest value comes first.
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

/// The last handoff of the previous page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SearchCursor {
    /// Its value of the sort key.
    pub value: SortValue,
    /// Its id.
    pub id: HandoffId,
}

/// A request for a page of search results.
#[derive(Clone, Debug)]
pub struct Search {
    /// The conditions.
    pub criteria: Criteria,
    /// The sort order.
    pub sort: Sort,
    /// The last handoff of the previous page; `None` for the first page. Its value must belong to the sort
    /// key.
    pub after: Option<SearchCursor>,
    /// Maximum number of handoffs on the page.
    pub count: u32,
}

/// An entry of a list: a handoff's state and the columns of its newest version.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Summary {
    /// Its id.
    pub id: HandoffId,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: HandoffState,
    /// The known types of its channels, in order.
    pub channels: Vec<ChannelType>,
    /// The languages of its channels, folded.
    pub languages: BTreeSet<String>,
    /// The senders of its channels, folded.
    pub senders: BTreeSet<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who changed it last.
    pub updated_by: String,
    /// The number of its newest version.
    pub latest_version: i64,
    /// The number of the published version, if one is published.
    pub published_version: Option<i64>,
    /// Number of findings in the newest version, including claims that contradict other handoffs.
    pub findings: FindingCounts,
}

impl Summary {
    /// The cursor of the page that follows this handoff.
    pub fn cursor(&self, key: SortKey) -> SearchCursor {
        let value = match key {
            SortKey::Created => SortValue::Time(self.created_at.millis()),
            SortKey::Updated => SortValue::Time(self.updated_at.millis()),
            SortKey::Name => SortValue::Name(outbound_model::fold(&self.name)),
        };
        SearchCursor { value, id: self.id.clone() }
    }
}

/// Number of handoffs in each state. The state in the criteria is ignored.
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
