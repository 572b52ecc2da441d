//! The platform's user roles (contract §2.5). The app layer defines the rights of each role.

use std::fmt;
use std::str::FromStr;

use crate::Invalid;
use crate::json_macros::named_values;

/// The role of a user in an account.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Role {
    /// Manages the account: has every right, including secrets and users.
    Administrator,
    /// Creates and publishes handoffs.
    CampaignManager,
    /// LivePerson staff: may read everything.
    Lpa,
    /// Manages agents; has no access to Outbound.
    AgentManager,
    /// Talks to consumers; has no access to Outbound.
    Agent,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 5] =
        [Role::Administrator, Role::CampaignManager, Role::Lpa, Role::AgentManager, Role::Agent];

    /// The role's name, in snake case.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::CampaignManager => "campaign_manager",
            Role::Lpa => "lpa",
            Role::AgentManager => "agent_manager",
            Role::Agent => "agent",
        }
    }
}

named_values!(Role, "The role of a user in an account.");

impl FromStr for Role {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Role::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| {
            let known = Role::ALL.map(Role::as_str).join(", ");
            Invalid::new(format!("unknown role; the roles are {known}"))
        })
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
