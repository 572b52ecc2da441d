//! The options of `outbound jobs`.

use clap::Subcommand;
use outbound_model::{AccountId, JobId, JobState};

use super::AccountArg;

#[derive(Debug, Subcommand)]
pub(crate) enum Jobs {
    /// List jobs, newest first.
    List {
        /// The id of the account. [default: all accounts]
        #[arg(long, value_name = "ID")]
        account: Option<AccountId>,
        /// Only list jobs in this state: waiting, running, done or failed. A job that will be retried is waiting and
        /// has an error.
        #[arg(long, value_name = "STATE")]
        state: Option<JobState>,
        /// The maximum number of jobs.
        #[arg(long, value_name = "COUNT", default_value_t = 100,
            value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
    },
    /// Let a server run a job immediately. Resets the number of its attempts.
    Retry {
        #[command(flatten)]
        account: AccountArg,
        /// The id of the job, such as deliver_webhook/5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a.
        #[arg(value_name = "JOB")]
        id: JobId,
    },
}
