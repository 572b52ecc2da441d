//! Scopes of an OAuth 2.0 client. The vendor documents no scopes for this API (contract: unknown), so
//! this project defines them, in the dotted style of the vendor's `msg.consumer`.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::Invalid;

/// One scope of a client.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Scope {
    /// Read the published handoffs.
    HandoffsRead,
    /// Create and change handoffs. Does not include reading.
    HandoffsWrite,
    /// Read reports of sent messages.
    ReportsRead,
    /// Record events of sent messages.
    EventsWrite,
    /// Read campaigns, their recipients and opt-outs.
    CampaignsRead,
    /// Change opt-outs, and decide what happens to single recipients.
    CampaignsWrite,
    /// Launch, pause and cancel campaigns.
    CampaignsLaunch,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 7] = [
        Scope::HandoffsRead,
        Scope::HandoffsWrite,
        Scope::ReportsRead,
        Scope::EventsWrite,
        Scope::CampaignsRead,
        Scope::CampaignsWrite,
        Scope::CampaignsLaunch,
    ];

    /// The name in a token.
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::HandoffsRead => "handoffs.read",
            Scope::HandoffsWrite => "handoffs.write",
            Scope::ReportsRead => "reports.read",
            Scope::EventsWrite => "events.write",
            Scope::CampaignsRead => "campaigns.read",
            Scope::CampaignsWrite => "campaigns.write",
            Scope::CampaignsLaunch => "campaigns.launch",
        }
    }
}

impl FromStr for Scope {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Scope::ALL.into_iter().find(|scope| scope.as_str() == text).ok_or_else(|| {
            let known = Scope::ALL.map(Scope::as_str).join(", ");
            Invalid::new(format!("unknown scope; the scopes are {known}"))
        })
    }
}

/// A set of scopes, written as a space-separated list (RFC 6749 §3.3).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Whether `scope` is granted.
    pub fn grant(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether all of these scopes are also in `other`.
    pub fn within(&self, other: &Scopes) -> bool {
        self.0.is_subset(&other.0)
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl FromStr for Scopes {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.split_ascii_whitespace().map(str::parse).collect()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.0.iter().map(|scope| scope.as_str()).collect();
        f.write_str(&words.join(" "))
    }
}
