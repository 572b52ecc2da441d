//! The error type of all use cases. HTTP, the web tool and the command line each convert it in one place.

use std::collections::BTreeMap;

use outbound_auth::AuthError;
use outbound_campaigns::{CampaignError, CampaignId};
use outbound_connectors::ConnectorError;
use outbound_formats::FormatError;
use outbound_model::{AccountId, AppKey, ClientId, HandoffId, Invalid, JobId, Username, WebhookId};
use outbound_reporting::ReportingError;
use outbound_rules::{Finding, counts};
use outbound_spreadsheet::SpreadsheetError;
use outbound_store::StoreError;

use crate::{
    AccessError, HandoffTag, ImportPlan, MAX_CONNECTIONS, MAX_EVENTS_BYTES, MAX_REPORT_FILES, MAX_WEBHOOKS,
    Quota,
};

/// Error of a use case.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The caller is not authenticated or not authorized.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// An input value is invalid.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// An event or a request for a report is invalid.
    #[error(transparent)]
    Reporting(#[from] ReportingError),
    /// A campaign is rejected, or a change of a campaign or recipient is not permitted.
    #[error(transparent)]
    Campaign(#[from] CampaignError),
    /// There is no such campaign in the account.
    #[error("there is no campaign {0} in this account")]
    UnknownCampaign(CampaignId),
    /// The campaign has no such recipient.
    #[error("the campaign {campaign} has no recipient {number}")]
    UnknownRecipient {
        /// The campaign.
        campaign: CampaignId,
        /// The number of the recipient.
        number: u32,
    },
    /// Addresses and variables are deleted a week after the campaign was accepted.
    #[error("the addresses of the campaign {0} are deleted; messages cannot be sent again")]
    AddressesDeleted(CampaignId),
    /// The address has not opted out.
    #[error("this address has not opted out")]
    UnknownOptOut,
    /// There is no such connection in the account.
    #[error("there is no connection {0} in this account")]
    UnknownConnection(String),
    /// There is no connection with the URL of a callback.
    #[error("there is no connection with this URL")]
    UnknownCallback,
    /// The account has the maximum number of connections.
    #[error("the account already has the maximum of {MAX_CONNECTIONS} connections; delete one first")]
    TooManyConnections,
    /// A connection cannot be used, or a callback is not accepted.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// There is no such account. Only for callers that may learn this.
    #[error("there is no account {0}")]
    UnknownAccount(AccountId),
    /// The account already exists.
    #[error("the account {0} already exists")]
    AccountExists(AccountId),
    /// There is no such client in the account.
    #[error("there is no client {0} in this account")]
    UnknownClient(ClientId),
    /// There is no such API key in the account.
    #[error("there is no API key {0} in this account")]
    UnknownApiKey(AppKey),
    /// A repeated request: an earlier one already created the object with this id.
    #[error(
        "it was already created, and its secret was shown once; if you lost the secret, revoke it and create another"
    )]
    AlreadyCreated,
    /// The account has reached a quota.
    #[error("the account already has the maximum of {} {}", .0.most, .0.what)]
    QuotaReached(Quota),
    /// There is no such user in the account.
    #[error("there is no user {0} in this account")]
    UnknownUser(Username),
    /// A user, possibly a revoked one, has this login name.
    #[error("the login name {0} is taken in this account")]
    UsernameTaken(Username),
    /// The account would lose its last administrator.
    #[error("{0} is the account's last administrator; create another one first")]
    LastAdministrator(Username),
    /// There is no such webhook in the account.
    #[error("there is no webhook {0} in this account")]
    UnknownWebhook(WebhookId),
    /// The webhook has no such delivery, or it was deleted because of its age.
    #[error("the webhook {webhook} has no delivery {number}; old deliveries are deleted")]
    UnknownDelivery {
        /// The webhook.
        webhook: WebhookId,
        /// The requested delivery.
        number: i64,
    },
    /// The account has the maximum number of webhooks.
    #[error("the account already has the maximum of {MAX_WEBHOOKS} webhooks; delete one first")]
    TooManyWebhooks,
    /// The webhook is disabled, so nothing is sent to it.
    #[error("the webhook {0} is disabled; enable it first")]
    WebhookDisabled(WebhookId),
    /// There is no such job in the account.
    #[error("there is no job {0} in this account")]
    UnknownJob(JobId),
    /// The job is running.
    #[error("the job {0} is running; wait until it has ended")]
    JobRunning(JobId),
    /// Another handoff has this name.
    #[error("another handoff of the account is named \"{0}\"")]
    NameTaken(String),
    /// There is no such handoff in the account.
    #[error("there is no handoff {0} in this account")]
    UnknownHandoff(HandoffId),
    /// The handoff has no such version.
    #[error("the handoff {id} has no version {number}")]
    UnknownVersion {
        /// The handoff.
        id: HandoffId,
        /// The requested version.
        number: i64,
    },
    /// The published version was requested, but the handoff is not published.
    #[error("the handoff {0} is not published")]
    NotPublished(HandoffId),
    /// The handoff has changed since the caller read it.
    #[error("the handoff {id} has changed since you read it: it is now at \"{current}\"")]
    Stale {
        /// The handoff.
        id: HandoffId,
        /// Its current tag.
        current: HandoffTag,
    },
    /// The settings have changed since the caller read them.
    #[error("the settings have changed since you read them: they are now at \"{0}\"")]
    StaleSettings(String),
    /// The handoff is archived, and must be restored first.
    #[error("the handoff {0} is archived; restore it first")]
    Archived(HandoffId),
    /// Four eyes: the caller saved this version, so another person has to publish it.
    #[error("you saved this version of {0} yourself; in this account, somebody else has to publish it")]
    OwnVersion(HandoffId),
    /// The handoff violates rules of severity error.
    #[error("the handoff violates provider rules: {}", counts(.0))]
    RuleViolations(Vec<Finding>),
    /// The input cannot be read as handoffs.
    #[error("this is not a handoff: {0}")]
    NotAHandoff(#[source] FormatError),
    /// Some handoffs of an import were rejected, so none was imported.
    #[error("nothing was imported: {} of the handoffs cannot be imported", .0.rejected())]
    ImportRejected(ImportPlan),
    /// Some handoffs of a file were rejected, so none was imported: reasons by position in the file.
    #[error("nothing was imported: {} of the handoffs cannot be imported", .0.len())]
    HandoffsRejected(BTreeMap<usize, String>),
    /// Too many imports of the account are waiting.
    #[error("too many imports of this account are running or waiting; try again later")]
    TooManyImports,
    /// Another process has marked the import as failed, because its lease had expired.
    #[error(
        "the import was aborted because the database did not respond for too long; nothing was imported; send it again"
    )]
    ImportLost,
    /// Four eyes: the import would publish versions that the caller saves.
    #[error(
        "in this account, users cannot publish versions that they saved themselves; import drafts with publish=false"
    )]
    ImportPublishes,
    /// The idempotency key was used with a different request.
    #[error("this idempotency key was used for another request")]
    IdempotencyKeyReused,
    /// A file with a report cannot be written.
    #[error("the file with the report cannot be written")]
    Export(#[from] SpreadsheetError),
    /// The account has too many files with reports.
    #[error("the account has {MAX_REPORT_FILES} files with reports, which is the maximum; delete one first")]
    TooManyReportFiles,
    /// A report would have more rows than this.
    #[error(
        "the report has more than {0} rows; use a shorter interval, filters, or the transactions of each day"
    )]
    ReportTooLarge(usize),
    /// The events are too long after decompression.
    #[error("the decompressed events are longer than {} MiB; send several requests", MAX_EVENTS_BYTES >> 20)]
    EventsTooLarge,
    /// Too many passwords are waiting to be hashed.
    #[error("too many passwords are being checked at the moment; try again later")]
    PasswordsBusy,
    /// Too many computations are waiting for a processor, of the account or in total.
    #[error("too many requests are being processed at the moment; try again later")]
    Busy,
    /// The database is unavailable, or another writer has been active for too long.
    #[error(transparent)]
    Unavailable(StoreError),
    /// A secret in the database was encrypted with another installation key, or is damaged.
    #[error(transparent)]
    Sealed(AuthError),
    /// An unexpected error of this program or the database.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl AppError {
    /// An error for an invalid input value; the message says what is expected.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Invalid::new(message).into()
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Busy(_) => AppError::Unavailable(error),
            StoreError::UnknownAccount(account) => AppError::UnknownAccount(account),
            StoreError::Nul => AppError::invalid(error.to_string()),
            StoreError::AccountExists(account) => AppError::AccountExists(account),
            StoreError::NameTaken(name) => AppError::NameTaken(name),
            StoreError::UnknownHandoff(id) => AppError::UnknownHandoff(id),
            other => AppError::Internal(Box::new(other)),
        }
    }
}

impl From<AuthError> for AppError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Sealed(_) => AppError::Sealed(error),
            other => AppError::Internal(Box::new(other)),
        }
    }
}

impl From<serde_json::Error> for AppError {
    fn from(error: serde_json::Error) -> Self {
        AppError::Internal(Box::new(error))
    }
}
