//! Jobs: work that runs later, in the background. [`JobTask`] is the closed list of kinds.
//!
//! A new kind is a variant of [`JobTask`] with its arms here, and an arm of `run_task` in the crate `app`.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use uuid::Uuid;

use crate::{Invalid, WebhookId};

/// What a job does, with the data that it needs. An account has at most one job for each [`id`](Self::id).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum JobTask {
    /// Queues new changes as deliveries of a webhook, and sends its due deliveries.
    DeliverWebhook(WebhookId),
    /// Counts the findings of all handoffs again, by the account's present rules.
    RecountFindings,
    /// Deletes the deliveries of a deleted webhook, and then the webhook.
    DeleteWebhook(WebhookId),
    /// Deletes what the account has kept for long enough.
    MaintainAccount,
    /// Compares yesterday's totals of reports with a recount, and repairs them. Repeats every day.
    AuditReports,
    /// Writes a requested file with a report.
    ExportReport(Uuid),
    /// An import over HTTP. The process that received it works on it; a worker that claims this job records that
    /// the process is gone.
    Import(Uuid),
}

impl JobTask {
    /// The name of [`DeliverWebhook`](Self::DeliverWebhook).
    pub const DELIVER_WEBHOOK: &str = "deliver_webhook";
    /// The name of [`RecountFindings`](Self::RecountFindings).
    pub const RECOUNT_FINDINGS: &str = "recount_findings";
    const DELETE_WEBHOOK: &str = "delete_webhook";
    const MAINTAIN_ACCOUNT: &str = "maintain_account";
    const AUDIT_REPORTS: &str = "audit_reports";
    const EXPORT_REPORT: &str = "export_report";
    /// The name of [`Import`](Self::Import).
    pub const IMPORT: &str = "import";

    /// The name of the kind in the database, in lists and in metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            JobTask::DeliverWebhook(_) => Self::DELIVER_WEBHOOK,
            JobTask::RecountFindings => Self::RECOUNT_FINDINGS,
            JobTask::DeleteWebhook(_) => Self::DELETE_WEBHOOK,
            JobTask::MaintainAccount => Self::MAINTAIN_ACCOUNT,
            JobTask::AuditReports => Self::AUDIT_REPORTS,
            JobTask::ExportReport(_) => Self::EXPORT_REPORT,
            JobTask::Import(_) => Self::IMPORT,
        }
    }

    /// Identifies the job in its account.
    pub fn id(&self) -> JobId {
        match self {
            JobTask::DeliverWebhook(webhook) | JobTask::DeleteWebhook(webhook) => {
                JobId::of(self.kind(), webhook.as_str())
            }
            JobTask::RecountFindings | JobTask::MaintainAccount | JobTask::AuditReports => {
                JobId(self.kind().to_owned())
            }
            JobTask::ExportReport(id) | JobTask::Import(id) => JobId::of(self.kind(), &id.to_string()),
        }
    }

    /// The data that the id does not contain, as JSON; `{}` for kinds without any.
    pub fn payload(&self) -> String {
        match self {
            JobTask::DeliverWebhook(_)
            | JobTask::RecountFindings
            | JobTask::DeleteWebhook(_)
            | JobTask::MaintainAccount
            | JobTask::AuditReports
            | JobTask::ExportReport(_)
            | JobTask::Import(_) => "{}".to_owned(),
        }
    }

    /// Reads a stored job. An error means that a newer version of this program has added it.
    pub fn read(id: &JobId, _payload: &str) -> Result<Self, Invalid> {
        let (kind, subject) = id.parts();
        let unknown = || Invalid::new(format!("this version does not know jobs of the kind {kind}"));
        match kind {
            Self::DELIVER_WEBHOOK => Ok(JobTask::DeliverWebhook(subject.parse()?)),
            Self::RECOUNT_FINDINGS if subject.is_empty() => Ok(JobTask::RecountFindings),
            Self::DELETE_WEBHOOK => Ok(JobTask::DeleteWebhook(subject.parse()?)),
            Self::MAINTAIN_ACCOUNT if subject.is_empty() => Ok(JobTask::MaintainAccount),
            Self::AUDIT_REPORTS if subject.is_empty() => Ok(JobTask::AuditReports),
            Self::EXPORT_REPORT => subject.parse().map(JobTask::ExportReport).map_err(|_| unknown()),
            Self::IMPORT => subject.parse().map(JobTask::Import).map_err(|_| unknown()),
            _ => Err(unknown()),
        }
    }
}

/// Identifies a job in its account: `KIND`, or `KIND/SUBJECT` if an account can have several jobs of a kind.
/// Kind and subject have 1 to 64 letters, digits, `_` or `-`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct JobId(String);

impl JobId {
    /// Separates kind and subject.
    pub const SEPARATOR: char = '/';

    fn of(kind: &str, subject: &str) -> Self {
        Self(format!("{kind}{}{subject}", Self::SEPARATOR))
    }

    /// The id as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The kind.
    pub fn kind(&self) -> &str {
        self.parts().0
    }

    /// Kind and subject; the subject is empty if there is none.
    fn parts(&self) -> (&str, &str) {
        self.0.split_once(Self::SEPARATOR).unwrap_or((&self.0, ""))
    }
}

impl FromStr for JobId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        let is_part = |part: &str| (1..=64).contains(&part.len()) && part.bytes().all(is_allowed);
        if text.splitn(2, Self::SEPARATOR).all(is_part) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("a job's id is KIND or KIND/SUBJECT, such as deliver_webhook/5102ce1f"))
        }
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The state of a job.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// The job runs when it is due, for the first time or as a retry.
    Waiting,
    /// A process is running the job, or was killed while running it.
    Running,
    /// The job succeeded.
    Done,
    /// The job failed and is not retried.
    Failed,
}

impl JobState {
    /// Every state.
    pub const ALL: [JobState; 4] = [JobState::Waiting, JobState::Running, JobState::Done, JobState::Failed];

    /// The name in the database and in lists.
    pub fn as_str(self) -> &'static str {
        match self {
            JobState::Waiting => "waiting",
            JobState::Running => "running",
            JobState::Done => "done",
            JobState::Failed => "failed",
        }
    }
}

impl FromStr for JobState {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = JobState::ALL.into_iter().find(|state| state.as_str() == text);
        found.ok_or_else(|| {
            let known = JobState::ALL.map(JobState::as_str).join(", ");
            Invalid::new(format!("unknown state of a job; the states are {known}"))
        })
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_tasks_are_read_back() {
        let webhook: WebhookId = "w-1".parse().unwrap();
        for task in [
            JobTask::DeliverWebhook(webhook.clone()),
            JobTask::DeleteWebhook(webhook),
            JobTask::RecountFindings,
            JobTask::MaintainAccount,
            JobTask::AuditReports,
            JobTask::ExportReport(Uuid::from_u128(7)),
            JobTask::Import(Uuid::from_u128(7)),
        ] {
            let id: JobId = task.id().as_str().parse().unwrap();
            assert_eq!(JobTask::read(&id, &task.payload()), Ok(task));
        }
    }

    #[test]
    fn tasks_of_newer_versions_and_malformed_ids_are_rejected() {
        for unknown in ["tomorrow", "tomorrow/x", "deliver_webhook", "recount_findings/x", "import/7"] {
            assert!(JobTask::read(&unknown.parse().unwrap(), "{}").is_err(), "{unknown}");
        }
        for malformed in ["", "/", "a/", "/a", "a/b/c", "a b", "ä", &"x".repeat(65)] {
            assert!(malformed.parse::<JobId>().is_err(), "{malformed}");
        }
    }
}
