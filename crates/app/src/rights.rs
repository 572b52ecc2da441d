//! What may be done in an account, and who may do it: the one table of rights (design §4.13, §4.14).

use outbound_model::{Role, Scope};

/// A right, as a type: a use case that takes `Grant<ReadHandoffs>` cannot be called without it.
pub trait Right {
    /// The scope that gives this right to a client's token; none where no token can.
    const SCOPE: Option<Scope>;
    /// The roles whose users have it.
    const ROLES: &'static [Role];
    /// Whether an OAuth 1.0 API key has it: keys read, they never write.
    const API_KEYS: bool;
}

/// To read the published handoffs.
#[derive(Clone, Copy, Debug)]
pub struct ReadHandoffs;

impl Right for ReadHandoffs {
    const SCOPE: Option<Scope> = Some(Scope::HandoffsRead);
    const ROLES: &'static [Role] = &[Role::Administrator, Role::CampaignManager, Role::Lpa];
    const API_KEYS: bool = true;
}

/// To read drafts, versions and all that is not published. A client needs the scope to write, as who
/// cannot write has nothing to do with drafts.
#[derive(Clone, Copy, Debug)]
pub struct ReadDrafts;

impl Right for ReadDrafts {
    const SCOPE: Option<Scope> = Some(Scope::HandoffsWrite);
    const ROLES: &'static [Role] = &[Role::Administrator, Role::CampaignManager, Role::Lpa];
    const API_KEYS: bool = false;
}

/// To make, change and publish handoffs.
#[derive(Clone, Copy, Debug)]
pub struct WriteHandoffs;

impl Right for WriteHandoffs {
    const SCOPE: Option<Scope> = Some(Scope::HandoffsWrite);
    const ROLES: &'static [Role] = &[Role::Administrator, Role::CampaignManager];
    const API_KEYS: bool = false;
}

/// To decide which rules count for the account.
#[derive(Clone, Copy, Debug)]
pub struct ManageRules;

impl Right for ManageRules {
    const SCOPE: Option<Scope> = None;
    const ROLES: &'static [Role] = &[Role::Administrator];
    const API_KEYS: bool = false;
}

/// To make and revoke the account's credentials, and to see a new secret.
#[derive(Clone, Copy, Debug)]
pub struct ManageCredentials;

impl Right for ManageCredentials {
    const SCOPE: Option<Scope> = None;
    const ROLES: &'static [Role] = &[Role::Administrator];
    const API_KEYS: bool = false;
}

/// To change one's own password: whoever is logged in, whatever the role.
#[derive(Clone, Copy, Debug)]
pub struct ChangeOwnPassword;

impl Right for ChangeOwnPassword {
    const SCOPE: Option<Scope> = None;
    const ROLES: &'static [Role] = &Role::ALL;
    const API_KEYS: bool = false;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_writes_may_read() {
        assert_eq!(WriteHandoffs::SCOPE, ReadDrafts::SCOPE);
        assert!(WriteHandoffs::ROLES.iter().all(|role| ReadDrafts::ROLES.contains(role)));
        assert_eq!((WriteHandoffs::API_KEYS, ReadDrafts::API_KEYS), (false, false));
    }
}
