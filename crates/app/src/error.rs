//! Why a use case did not do what it was asked; each door turns it into its own form in one place.

use std::collections::BTreeMap;

use outbound_auth::{AuthError, OAuth1Error, TokenError};
use outbound_formats::FormatError;
use outbound_model::{AccountId, AppKey, ClientId, HandoffId, Invalid, JobId, Username, WebhookId};
use outbound_rules::{Finding, counts};
use outbound_store::StoreError;

use crate::{HandoffTag, ImportPlan, MAX_WEBHOOKS, Quota};

/// The error of every use case.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The caller may not do this.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Something the caller gave is not valid.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// There is no such account. Only for those who may know.
    #[error("there is no account {0}")]
    UnknownAccount(AccountId),
    /// The account exists already.
    #[error("the account {0} exists already")]
    AccountExists(AccountId),
    /// There is no such client in the account.
    #[error("there is no client {0} in this account")]
    UnknownClient(ClientId),
    /// There is no such API key in the account.
    #[error("there is no API key {0} in this account")]
    UnknownApiKey(AppKey),
    /// Something with this id is there, of a request that was sent twice.
    #[error(
        "this was made already, and its secret shown: where that was lost, revoke what was made and make another"
    )]
    AlreadyCreated,
    /// The account may not have more of a kind.
    #[error("the account has {} {}, and cannot have more", .0.most, .0.what)]
    QuotaReached(Quota),
    /// There is no such user in the account.
    #[error("there is no user {0} in this account")]
    UnknownUser(Username),
    /// Another user has or had this login name.
    #[error("the login name {0} is taken in this account")]
    UsernameTaken(Username),
    /// The account would have no administrator any more.
    #[error("{0} is the account's last administrator; make another one first")]
    LastAdministrator(Username),
    /// There is no such webhook in the account.
    #[error("there is no webhook {0} in this account")]
    UnknownWebhook(WebhookId),
    /// The webhook has no such delivery, or it was forgotten.
    #[error("the webhook {webhook} has no delivery {number}, or none any more")]
    UnknownDelivery {
        /// The webhook.
        webhook: WebhookId,
        /// The delivery that was asked for.
        number: i64,
    },
    /// The account may not have more webhooks.
    #[error("the account has {MAX_WEBHOOKS} webhooks and cannot have more; delete one first")]
    TooManyWebhooks,
    /// The webhook is sent nothing.
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
        /// The version that was asked for.
        number: i64,
    },
    /// The published version is meant, and none is.
    #[error("the handoff {0} is not published")]
    NotPublished(HandoffId),
    /// Somebody has changed the handoff since the caller read it.
    #[error("the handoff {id} has changed since you read it: it is now at \"{current}\"")]
    Stale {
        /// The handoff.
        id: HandoffId,
        /// Its state now.
        current: HandoffTag,
    },
    /// Somebody has changed the settings since the caller read them.
    #[error("the settings have changed since you read them: they are now at \"{0}\"")]
    StaleSettings(String),
    /// The handoff is archived, and must be restored first.
    #[error("the handoff {0} is archived; restore it first")]
    Archived(HandoffId),
    /// The account wants another person to publish than the one who saved.
    #[error("you saved this version of {0} yourself: in this account, somebody else has to publish it")]
    OwnVersion(HandoffId),
    /// The handoff breaks rules that count as errors.
    #[error("the handoff breaks rules of its providers: {}", counts(.0))]
    RuleViolations(Vec<Finding>),
    /// What was sent is not one handoff.
    #[error("this is no handoff: {0}")]
    NotAHandoff(#[source] FormatError),
    /// Some handoffs of an import are refused, so all are.
    #[error("nothing is imported: {} of the handoffs cannot be", .0.refused())]
    ImportRefused(ImportPlan),
    /// Some handoffs of a text are refused, so all are: their places, and why.
    #[error("nothing is imported: {} of the handoffs cannot be", .0.len())]
    HandoffsRefused(BTreeMap<usize, String>),
    /// As many imports of the account are waiting as may.
    #[error("other imports of this account are under way; try again later")]
    TooManyImports,
    /// The row of an import was ended by another process.
    #[error(
        "the import was given up, because the database did not answer for too long; nothing was imported; send it again"
    )]
    ImportLost,
    /// The import would publish, and the account wants another person to publish than the one who saves.
    #[error("in this account nobody publishes what they saved themselves: import drafts, with publish=false")]
    ImportPublishes,
    /// The idempotency key was used to make something else.
    #[error("this idempotency key was used for another request")]
    IdempotencyKeyReused,
    /// As many passwords as may wait to be hashed are waiting already.
    #[error("too many passwords are being checked at the moment; try again later")]
    PasswordsBusy,
    /// As much work of the account, or in all, waits for a processor as may.
    #[error("too many requests are being worked on at the moment; try again later")]
    Busy,
    /// The database cannot be reached, or somebody else has been writing for too long.
    #[error(transparent)]
    Unavailable(StoreError),
    /// A secret in the database was encrypted with another installation key, or is damaged.
    #[error(transparent)]
    Sealed(AuthError),
    /// Our own fault, or the database's.
    #[error("something went wrong inside")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl AppError {
    /// Something the caller gave is not valid; the sentence says what would be.
    pub(crate) fn invalid(sentence: impl Into<String>) -> Self {
        Invalid::new(sentence).into()
    }
}

/// Why a caller is turned away.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The token itself is not good.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The signature, or what it comes with, is not good.
    #[error(transparent)]
    OAuth1(#[from] OAuth1Error),
    /// The client that the token was given to is revoked or gone.
    #[error("the client of this access token has been revoked")]
    Revoked,
    /// The API key that signed is revoked.
    #[error("this API key has been revoked")]
    RevokedApiKey,
    /// The bearer is of no session, or of one that is over.
    #[error("this bearer is unknown or its session has ended; log in again")]
    SessionOver,
    /// The credential belongs to another account, whether or not the wanted one exists.
    #[error("this credential does not belong to this account")]
    OtherAccount,
    /// The credential does not include the right.
    #[error("this credential does not include the right to do this")]
    NoRight,
}

impl From<TokenError> for AppError {
    fn from(error: TokenError) -> Self {
        AppError::Refused(error.into())
    }
}

impl From<OAuth1Error> for AppError {
    fn from(error: OAuth1Error) -> Self {
        AppError::Refused(error.into())
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Busy(_) => AppError::Unavailable(error),
            StoreError::UnknownAccount(account) => AppError::UnknownAccount(account),
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
