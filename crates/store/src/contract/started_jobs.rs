//! Jobs that run in the process that adds them, such as imports over HTTP.

use outbound_model::{JobState, JobTask};

use super::jobs::{claim, enqueue, one, task};
use super::{Outcome, sample};
use crate::{JobEnd, Store};

behaviours! {
    a_started_job_is_claimed,
    a_transaction_on_the_catalogue_finishes_its_job,
}

/// No worker gets it before its lease ends, and it does not count for the limit of running jobs.
async fn a_started_job_is_claimed(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    for number in 0..8 {
        let import = import(number)?;
        let started =
            store.start_job(&account, &import, r#"{"by":"anna"}"#, sample::time(10), sample::time(40));
        assert_eq!(started.await?.task, Ok(import));
    }
    enqueue(store, &account, &task("a")?, 11).await?;
    assert_eq!(one(claim(store, &account, 12, 9).await?)?[0].id, task("a")?.id());
    let id = import(0)?.id();
    let job = store.job(&account, &id).await?.ok_or("it is gone")?;
    assert_eq!((job.state, job.attempts, job.created_at), (JobState::Running, 1, sample::time(10)));
    assert_eq!((job.due_at, job.report.as_deref()), (Some(sample::time(40)), Some(r#"{"by":"anna"}"#)));
    store.delete_ended_job(&account, &id).await?;
    assert!(store.job(&account, &id).await?.is_some(), "it has not ended");
    assert_eq!(store.accounts_with_due_jobs(sample::time(40), 9).await?.len(), 1);
    let claimed = claim(store, &account, 40, 20).await?;
    assert!(claimed.iter().any(|job| job.id == id && job.claim == 2), "{claimed:?}");
    let failed = JobEnd::FailedWith("the server stopped", r#"{"by":"ben"}"#);
    let lost = claimed.into_iter().find(|job| job.id == id).ok_or("it is gone")?;
    assert!(store.end_job(&account, &lost, failed, sample::time(41)).await?);
    let job = store.job(&account, &id).await?.ok_or("it is gone")?;
    assert_eq!((job.state, job.ended_at), (JobState::Failed, Some(sample::time(41))));
    assert_eq!(
        (job.error.as_deref(), job.report.as_deref()),
        (Some("the server stopped"), Some(r#"{"by":"ben"}"#))
    );
    store.delete_ended_job(&account, &id).await?;
    assert_eq!(store.job(&account, &id).await?, None);
    Ok(())
}

/// The job is done with the commit, unless the claim was lost.
async fn a_transaction_on_the_catalogue_finishes_its_job(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let task = import(1)?;
    let job = store.start_job(&account, &task, "{}", sample::time(10), sample::time(40)).await?;
    let mut dropped = store.write_catalogue(&account).await?;
    assert!(dropped.finish_job(&job, r#"{"created":1}"#, sample::time(11)).await?);
    drop(dropped);
    let mut transaction = store.write_catalogue(&account).await?;
    assert!(transaction.finish_job(&job, r#"{"created":1}"#, sample::time(12)).await?);
    transaction.commit().await?;
    let done = store.job(&account, &task.id()).await?.ok_or("it is gone")?;
    assert_eq!((done.state, done.ended_at, done.due_at), (JobState::Done, Some(sample::time(12)), None));
    assert_eq!(done.report.as_deref(), Some(r#"{"created":1}"#));
    let mut late = store.write_catalogue(&account).await?;
    assert!(!late.finish_job(&job, "{}", sample::time(13)).await?);
    drop(late);
    assert!(!store.end_job(&account, &job, JobEnd::Failed("late", None), sample::time(14)).await?);
    Ok(())
}

fn import(number: u32) -> Result<JobTask, Box<dyn std::error::Error>> {
    Ok(JobTask::read(&format!("import/00000000-0000-0000-0000-{number:012}").parse()?, "{}")?)
}
