//! The options of `outbound jobs`.

use clap::Subcommand;
use outbound_model::{AccountId, JobId, JobState};

use super::ForAccount;

#[derive(Debug, Subcommand)]
pub(crate) enum Jobs {
    /// List the jobs of an account, or of every account, the newest first.
    List {
        /// The account. [default: every account]
        #[arg(long, value_name = "ID")]
        account: Option<AccountId>,
        /// Only those in this state: waiting, running, done, failed. A job that has failed and is retried
        /// is waiting, with an error.
        #[arg(long, value_name = "STATE")]
        state: Option<JobState>,
        /// The most jobs.
        #[arg(long, value_name = "COUNT", default_value_t = 100,
            value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
    },
    /// Have a server run a job at once, as if it had never failed.
    Retry {
        #[command(flatten)]
        account: ForAccount,
        /// The job as it is listed, such as deliver_webhook/5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a.
        #[arg(value_name = "JOB")]
        id: JobId,
    },
}
