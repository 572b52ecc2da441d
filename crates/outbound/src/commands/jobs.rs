//! `outbound jobs`.

use outbound_app::{App, Job};
use outbound_model::{AccountId, JobState};
use serde_json::{Value, json};

use crate::arguments::Jobs;
use crate::error::CliError;
use crate::output::{Output, table};

pub(super) async fn run(app: &App, command: &Jobs, output: Output) -> Result<(), CliError> {
    match command {
        Jobs::List { account, state, limit } => {
            let jobs = match account {
                Some(account) => jobs_of_account(app, account, *state, *limit).await?,
                None => app.all_jobs(*state, *limit).await?,
            };
            let rows: Vec<_> = jobs.iter().map(row).collect();
            let values = jobs.iter().map(value).collect::<Result<Vec<_>, _>>()?;
            let heading = ["ACCOUNT", "JOB", "STATE", "DUE", "ATTEMPTS", "CREATED", "ERROR"];
            output.print(&values, table(heading, &rows, "There are no jobs."))
        }
        Jobs::Retry { account, id } => {
            let job = app.retry_job(&app.operator(&account.account), id).await?;
            let text = format!("Queued job {id}. A running server will run it.");
            output.print(&value(&(account.account.clone(), job))?, text)
        }
    }
}

async fn jobs_of_account(
    app: &App,
    account: &AccountId,
    state: Option<JobState>,
    limit: u32,
) -> Result<Vec<(AccountId, Job)>, CliError> {
    let jobs = app.jobs(&app.operator(account), state, limit).await?;
    Ok(jobs.into_iter().map(|job| (account.clone(), job)).collect())
}

fn row((account, job): &(AccountId, Job)) -> [String; 7] {
    [
        account.to_string(),
        job.id.to_string(),
        job.state.to_string(),
        job.due_at.map_or("-".to_owned(), |at| at.to_string()),
        job.attempts.to_string(),
        job.created_at.to_string(),
        job.error.clone().unwrap_or("-".to_owned()),
    ]
}

/// Omits fields that do not apply to the state of the job.
fn value((account, job): &(AccountId, Job)) -> Result<Value, CliError> {
    let mut value = json!({
        "account": account, "id": job.id, "state": job.state, "attempts": job.attempts,
        "createdAt": job.created_at,
    });
    let report = job.report.as_deref().map(serde_json::from_str).transpose()?;
    let optional = [
        ("dueAt", job.due_at.map(|at| json!(at))),
        ("endedAt", job.ended_at.map(|at| json!(at))),
        ("error", job.error.as_ref().map(|error| json!(error))),
        ("report", report),
    ];
    for (name, field) in optional {
        if let Some(field) = field {
            value[name] = field;
        }
    }
    Ok(value)
}
