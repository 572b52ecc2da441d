//! The table of rights: what each permits, and which scopes, roles and credentials include it.

use outbound_model::{Role, Scope};

/// A permission as a type. A use case that takes `Grant<ReadHandoffs>` cannot be called without that right.
pub trait Right {
    /// The scope whose tokens include this right; `None` if no token does.
    const SCOPE: Option<Scope>;
    /// The roles whose users have this right.
    const ROLES: &'static [Role];
    /// Whether OAuth 1.0 API keys have this right. Keys can only read.
    const API_KEYS: bool;
}

/// Read published handoffs.
#[derive(Clone, Copy, Debug)]
pub struct ReadHandoffs;

impl Right for ReadHandoffs {
    const SCOPE: Option<Scope> = Some(Scope::HandoffsRead);
    const ROLES: &'static [Role] = &[Role::Administrator, Role::CampaignManager, Role::Lpa];
    const API_KEYS: bool = true;
}

/// Read drafts, versions and everything else that is not published. Clients need the write scope, because
/// clients that only read have no use for drafts.
#[derive(Clone, Copy, Debug)]
pub struct ReadDrafts;

impl Right for ReadDrafts {
    const SCOPE: Option<Scope> = Some(Scope::HandoffsWrite);
    const ROLES: &'static [Role] = &[Role::Administrator, Role::CampaignManager, Role::Lpa];
    const API_KEYS: bool = false;
}

/// Create, change and publish handoffs.
#[derive(Clone, Copy, Debug)]
pub struct WriteHandoffs;

impl Right for WriteHandoffs {
    const SCOPE: Option<Scope> = Some(Scope::HandoffsWrite);
    const ROLES: &'static [Role] = &[Role::Administrator, Role::CampaignManager];
    const API_KEYS: bool = false;
}

/// Read reports of sent messages.
#[derive(Clone, Copy, Debug)]
pub struct ReadReports;

impl Right for ReadReports {
    const SCOPE: Option<Scope> = Some(Scope::ReportsRead);
    const ROLES: &'static [Role] = &[Role::Administrator, Role::CampaignManager, Role::Lpa];
    const API_KEYS: bool = true;
}

/// Record events of sent messages.
#[derive(Clone, Copy, Debug)]
pub struct WriteEvents;

impl Right for WriteEvents {
    const SCOPE: Option<Scope> = Some(Scope::EventsWrite);
    const ROLES: &'static [Role] = &[Role::Administrator];
    const API_KEYS: bool = false;
}

/// Read campaigns, their recipients and opt-outs.
#[derive(Clone, Copy, Debug)]
pub struct ReadCampaigns;

impl Right for ReadCampaigns {
    const SCOPE: Option<Scope> = Some(Scope::CampaignsRead);
    const ROLES: &'static [Role] = &[Role::Administrator, Role::CampaignManager, Role::Lpa];
    const API_KEYS: bool = false;
}

/// Change opt-outs, and decide what happens to single recipients.
#[derive(Clone, Copy, Debug)]
pub struct WriteCampaigns;

impl Right for WriteCampaigns {
    const SCOPE: Option<Scope> = Some(Scope::CampaignsWrite);
    const ROLES: &'static [Role] = &[Role::Administrator, Role::CampaignManager];
    const API_KEYS: bool = false;
}

/// Launch, pause and cancel campaigns.
#[derive(Clone, Copy, Debug)]
pub struct LaunchCampaigns;

impl Right for LaunchCampaigns {
    const SCOPE: Option<Scope> = Some(Scope::CampaignsLaunch);
    const ROLES: &'static [Role] = &[Role::Administrator, Role::CampaignManager];
    const API_KEYS: bool = false;
}

/// Change the rule settings of the account.
#[derive(Clone, Copy, Debug)]
pub struct ManageRules;

impl Right for ManageRules {
    const SCOPE: Option<Scope> = None;
    const ROLES: &'static [Role] = &[Role::Administrator];
    const API_KEYS: bool = false;
}

/// Create and revoke the account's credentials, and see new secrets.
#[derive(Clone, Copy, Debug)]
pub struct ManageCredentials;

impl Right for ManageCredentials {
    const SCOPE: Option<Scope> = None;
    const ROLES: &'static [Role] = &[Role::Administrator];
    const API_KEYS: bool = false;
}

/// Change one's own password. Every user has it.
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
    fn the_right_to_write_includes_the_right_to_read() {
        assert_eq!(WriteHandoffs::SCOPE, ReadDrafts::SCOPE);
        assert!(WriteHandoffs::ROLES.iter().all(|role| ReadDrafts::ROLES.contains(role)));
        assert_eq!((WriteHandoffs::API_KEYS, ReadDrafts::API_KEYS), (false, false));
    }
}
