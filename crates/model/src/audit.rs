//! Actions in the audit log of an account or of the installation: changes to credentials, access,
//! settings and handoffs.

use std::fmt;
use std::str::FromStr;

use crate::Invalid;
use crate::json_macros::named_values;

/// An action recorded in the audit log.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AuditAction {
    /// An OAuth 2.0 client was created.
    ClientCreated,
    /// An OAuth 2.0 client was revoked.
    ClientRevoked,
    /// An OAuth 1.0 API key was created.
    ApiKeyCreated,
    /// An OAuth 1.0 API key was revoked.
    ApiKeyRevoked,
    /// A user was created.
    UserCreated,
    /// A user was revoked.
    UserRevoked,
    /// A user's password was changed.
    PasswordChanged,
    /// A user's role was changed.
    RoleChanged,
    /// Logins were locked after too many failed attempts.
    LoginLocked,
    /// Handoffs were imported.
    HandoffsImported,
    /// A handoff was created.
    HandoffCreated,
    /// A new version of a handoff was saved.
    HandoffSaved,
    /// A handoff was published.
    HandoffPublished,
    /// A handoff was unpublished.
    HandoffUnpublished,
    /// A handoff was archived.
    HandoffArchived,
    /// An archived handoff was restored.
    HandoffRestored,
    /// The account's settings were changed.
    SettingsChanged,
    /// A webhook was created.
    WebhookCreated,
    /// A webhook was deleted.
    WebhookDeleted,
    /// A webhook was disabled.
    WebhookDisabled,
    /// A webhook was enabled again.
    WebhookEnabled,
    /// A webhook's secret was rotated.
    WebhookSecretRotated,
    /// A campaign was launched.
    CampaignLaunched,
    /// A campaign was paused.
    CampaignPaused,
    /// A campaign was resumed.
    CampaignResumed,
    /// A campaign was cancelled.
    CampaignCancelled,
    /// The failed messages of a campaign are sent again.
    CampaignRetried,
    /// A sender that had stopped was resumed.
    LaneResumed,
    /// A person decided about a message with an unknown outcome.
    RecipientResolved,
    /// A person added an opt-out.
    OptOutAdded,
    /// A person removed an opt-out.
    OptOutRemoved,
    /// The address of a consumer was erased.
    ConsumerErased,
    /// A connection to a provider was created.
    ConnectionCreated,
    /// A connection to a provider was deleted.
    ConnectionDeleted,
    /// A connection got another path of callbacks.
    ConnectionCallbackRotated,
    /// A person closed the open conversation of a consumer.
    ConversationClosed,
    /// The installation created its next signing key.
    SigningKeyCreated,
}

impl AuditAction {
    /// Every action.
    pub const ALL: [AuditAction; 37] = [
        AuditAction::ClientCreated,
        AuditAction::ClientRevoked,
        AuditAction::ApiKeyCreated,
        AuditAction::ApiKeyRevoked,
        AuditAction::UserCreated,
        AuditAction::UserRevoked,
        AuditAction::PasswordChanged,
        AuditAction::RoleChanged,
        AuditAction::LoginLocked,
        AuditAction::HandoffsImported,
        AuditAction::HandoffCreated,
        AuditAction::HandoffSaved,
        AuditAction::HandoffPublished,
        AuditAction::HandoffUnpublished,
        AuditAction::HandoffArchived,
        AuditAction::HandoffRestored,
        AuditAction::SettingsChanged,
        AuditAction::WebhookCreated,
        AuditAction::WebhookDeleted,
        AuditAction::WebhookDisabled,
        AuditAction::WebhookEnabled,
        AuditAction::WebhookSecretRotated,
        AuditAction::CampaignLaunched,
        AuditAction::CampaignPaused,
        AuditAction::CampaignResumed,
        AuditAction::CampaignCancelled,
        AuditAction::CampaignRetried,
        AuditAction::LaneResumed,
        AuditAction::RecipientResolved,
        AuditAction::OptOutAdded,
        AuditAction::OptOutRemoved,
        AuditAction::ConsumerErased,
        AuditAction::ConnectionCreated,
        AuditAction::ConnectionDeleted,
        AuditAction::ConnectionCallbackRotated,
        AuditAction::ConversationClosed,
        AuditAction::SigningKeyCreated,
    ];

    /// The name in the database, the API and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            AuditAction::ClientCreated => "client.created",
            AuditAction::ClientRevoked => "client.revoked",
            AuditAction::ApiKeyCreated => "api_key.created",
            AuditAction::ApiKeyRevoked => "api_key.revoked",
            AuditAction::UserCreated => "user.created",
            AuditAction::UserRevoked => "user.revoked",
            AuditAction::PasswordChanged => "user.password_changed",
            AuditAction::RoleChanged => "user.role_changed",
            AuditAction::LoginLocked => "login.locked",
            AuditAction::HandoffsImported => "handoffs.imported",
            AuditAction::HandoffCreated => "handoff.created",
            AuditAction::HandoffSaved => "handoff.saved",
            AuditAction::HandoffPublished => "handoff.published",
            AuditAction::HandoffUnpublished => "handoff.unpublished",
            AuditAction::HandoffArchived => "handoff.archived",
            AuditAction::HandoffRestored => "handoff.restored",
            AuditAction::SettingsChanged => "settings.changed",
            AuditAction::WebhookCreated => "webhook.created",
            AuditAction::WebhookDeleted => "webhook.deleted",
            AuditAction::WebhookDisabled => "webhook.disabled",
            AuditAction::WebhookEnabled => "webhook.enabled",
            AuditAction::WebhookSecretRotated => "webhook.secret_rotated",
            AuditAction::CampaignLaunched => "campaign.launched",
            AuditAction::CampaignPaused => "campaign.paused",
            AuditAction::CampaignResumed => "campaign.resumed",
            AuditAction::CampaignCancelled => "campaign.cancelled",
            AuditAction::CampaignRetried => "campaign.retried",
            AuditAction::LaneResumed => "lane.resumed",
            AuditAction::RecipientResolved => "campaign.recipient_resolved",
            AuditAction::OptOutAdded => "opt_out.added",
            AuditAction::OptOutRemoved => "opt_out.removed",
            AuditAction::ConsumerErased => "consumer.erased",
            AuditAction::ConnectionCreated => "connection.created",
            AuditAction::ConnectionDeleted => "connection.deleted",
            AuditAction::ConnectionCallbackRotated => "connection.callback_rotated",
            AuditAction::ConversationClosed => "conversation.closed",
            AuditAction::SigningKeyCreated => "signing_key.created",
        }
    }
}

named_values!(AuditAction, "An action recorded in the audit log.");

impl FromStr for AuditAction {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = AuditAction::ALL.into_iter().find(|action| action.as_str() == text);
        found.ok_or_else(|| Invalid::new("unknown action"))
    }
}

impl fmt::Display for AuditAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
