//! Jobs and queues of accounts.

use futures::future::join_all;
use outbound_model::{AccountId, JobId, JobState, JobTask, Timestamp};

use super::{Outcome, sample};
use crate::{ClaimedJob, Job, JobClaim, JobEnd, Store, StoreError};

behaviours! {
    a_job_waits_runs_and_ends,
    a_job_that_fails_is_retried,
    a_job_is_created_when_it_is_enqueued,
    enqueueing_a_job_again_keeps_the_earlier_time,
    a_lease_ends_unless_it_is_renewed,
    concurrent_claims_return_each_job_once,
    accounts_take_turns,
    an_account_cannot_access_jobs_of_another,
}

/// After its end, it is deleted or listed with its result.
async fn a_job_waits_runs_and_ends(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let (first, second) = (task("a")?, task("b")?);
    enqueue(store, &account, &first, 10).await?;
    enqueue(store, &account, &second, 11).await?;
    assert_eq!(claim(store, &account, 9, 9).await?, []);
    let waiting = Job {
        id: first.id(),
        state: JobState::Waiting,
        created_at: sample::time(10),
        due_at: Some(sample::time(10)),
        attempts: 0,
        error: None,
        ended_at: None,
        report: None,
    };
    assert_eq!(store.job(&account, &first.id()).await?, Some(waiting.clone()));
    let [job] = one(claim(store, &account, 10, 9).await?)?;
    assert_eq!((&job.id, &job.task, job.attempts), (&first.id(), &Ok(first.clone()), 1));
    assert!(store.renew_job(&account, &job, sample::time(41), Some(r#"{"done":1}"#)).await?);
    let running = Job {
        state: JobState::Running,
        due_at: Some(sample::time(41)),
        attempts: 1,
        report: Some(r#"{"done":1}"#.to_owned()),
        ..waiting.clone()
    };
    assert_eq!(store.job(&account, &first.id()).await?, Some(running));
    assert!(store.end_job(&account, &job, JobEnd::Done, sample::time(20)).await?);
    assert_eq!(store.job(&account, &first.id()).await?, None);
    let [job] = one(claim(store, &account, 20, 9).await?)?;
    assert!(store.end_job(&account, &job, JobEnd::DoneWith("{}"), sample::time(21)).await?);
    let done = store.jobs(&account, None, 9).await?;
    let expected = Job {
        id: second.id(),
        state: JobState::Done,
        created_at: sample::time(11),
        due_at: None,
        ended_at: Some(sample::time(21)),
        report: Some("{}".to_owned()),
        ..waiting
    };
    assert_eq!(done, [expected]);
    assert_eq!(claim(store, &account, 99, 9).await?, []);
    assert_eq!(store.accounts_with_due_jobs(sample::time(99), 9).await?, [], "an empty queue is forgotten");
    Ok(())
}

/// The error and the number of attempts are stored. After the last attempt, the job is listed as failed until
/// it is retried.
async fn a_job_that_fails_is_retried(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let id = task("a")?.id();
    enqueue(store, &account, &task("a")?, 10).await?;
    let [job] = one(claim(store, &account, 10, 9).await?)?;
    let running = store.retry_job(&account, &id, sample::time(11)).await?;
    assert_eq!(running, store.job(&account, &id).await?);
    assert_eq!(running.map(|job| (job.state, job.due_at)), Some((JobState::Running, Some(sample::time(40)))));
    let failed = JobEnd::Failed("no key", Some(sample::time(60)));
    assert!(store.end_job(&account, &job, failed, sample::time(12)).await?);
    let listed = store.job(&account, &id).await?.ok_or("it is gone")?;
    assert_eq!(
        (listed.state, listed.attempts, listed.error.as_deref()),
        (JobState::Waiting, 1, Some("no key"))
    );
    assert_eq!(claim(store, &account, 59, 9).await?, []);
    let [job] = one(claim(store, &account, 60, 9).await?)?;
    assert_eq!(job.attempts, 2);
    assert!(store.end_job(&account, &job, JobEnd::Failed("no key", None), sample::time(61)).await?);
    assert_eq!(store.jobs(&account, Some(JobState::Waiting), 9).await?, []);
    let [given_up] = one(store.jobs(&account, Some(JobState::Failed), 9).await?)?;
    assert_eq!((given_up.attempts, given_up.due_at, given_up.ended_at), (2, None, Some(sample::time(61))));
    assert_eq!(claim(store, &account, 999, 9).await?, []);
    let retried = store.retry_job(&account, &id, sample::time(70)).await?.ok_or("it is gone")?;
    assert_eq!((retried.state, retried.due_at), (JobState::Waiting, Some(sample::time(70))));
    assert_eq!((retried.attempts, retried.error, retried.ended_at), (0, None, None));
    assert_eq!(store.retry_job(&account, &task("b")?.id(), sample::time(70)).await?, None);
    let [job] = one(claim(store, &account, 70, 9).await?)?;
    assert_eq!(job.attempts, 1);
    Ok(())
}

/// Also of a job that runs later.
async fn a_job_is_created_when_it_is_enqueued(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    store.enqueue_job(&account, &task("a")?, sample::time(10), sample::time(50)).await?;
    store.start_job(&account, &task("b")?, "{}", sample::time(20), sample::time(60)).await?;
    let job = async |task: JobTask| store.job(&account, &task.id()).await;
    assert_eq!(job(task("a")?).await?.map(|job| job.created_at), Some(sample::time(10)));
    assert_eq!(job(JobTask::MaintainAccount).await?.map(|job| job.created_at), Some(sample::time(20)));
    Ok(())
}

/// A running job runs once more. A failed run keeps its back-off. An ended job starts again.
async fn enqueueing_a_job_again_keeps_the_earlier_time(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let (task, id) = (task("a")?, task("a")?.id());
    for due_at in [50, 10, 30] {
        enqueue(store, &account, &task, due_at).await?;
    }
    assert_eq!(due_at(store, &account, &id).await?, Some(sample::time(10)));
    let [job] = one(claim(store, &account, 10, 9).await?)?;
    enqueue(store, &account, &task, 11).await?;
    assert_eq!(claim(store, &account, 39, 9).await?, [], "it is running");
    assert!(store.end_job(&account, &job, JobEnd::Done, sample::time(20)).await?);
    let [job] = one(claim(store, &account, 20, 9).await?)?;
    enqueue(store, &account, &task, 21).await?;
    assert!(store.end_job(&account, &job, JobEnd::Again(sample::time(90)), sample::time(22)).await?);
    let [job] = one(claim(store, &account, 22, 9).await?)?;
    let failed = JobEnd::Failed("no key", Some(sample::time(80)));
    assert!(store.end_job(&account, &job, failed, sample::time(23)).await?);
    enqueue(store, &account, &task, 24).await?;
    assert_eq!(due_at(store, &account, &id).await?, Some(sample::time(80)));
    let [job] = one(claim(store, &account, 80, 9).await?)?;
    assert!(store.end_job(&account, &job, JobEnd::Failed("no key", None), sample::time(81)).await?);
    enqueue(store, &account, &task, 90).await?;
    let replaced = store.job(&account, &id).await?.ok_or("it is gone")?;
    assert_eq!(
        (replaced.state, replaced.attempts, replaced.error, replaced.ended_at),
        (JobState::Waiting, 0, None, None)
    );
    assert_eq!(claim(store, &account, 90, 9).await?.len(), 1);
    Ok(())
}

/// A caller that lost the claim changes nothing.
async fn a_lease_ends_unless_it_is_renewed(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    enqueue(store, &account, &task("a")?, 10).await?;
    let [lost] = one(claim(store, &account, 10, 9).await?)?;
    assert!(store.renew_job(&account, &lost, sample::time(50), None).await?);
    assert_eq!(claim(store, &account, 49, 9).await?, []);
    let [job] = one(claim(store, &account, 50, 9).await?)?;
    assert_eq!(job.attempts, 2);
    assert!(!store.renew_job(&account, &lost, sample::time(99), Some("{}")).await?);
    assert!(!store.end_job(&account, &lost, JobEnd::Done, sample::time(51)).await?);
    assert!(store.end_job(&account, &job, JobEnd::Done, sample::time(51)).await?);
    assert!(!store.end_job(&account, &job, JobEnd::Done, sample::time(51)).await?);
    Ok(())
}

/// No more jobs of an account than allowed run at the same time.
async fn concurrent_claims_return_each_job_once(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    for number in 0..20 {
        enqueue(store, &account, &task(&number.to_string())?, 10).await?;
    }
    let mut claimed: Vec<ClaimedJob> = Vec::new();
    for _ in 0..20 {
        for jobs in join_all((0..4).map(|_| claim(store, &account, 10, 3))).await {
            claimed.extend(jobs?);
        }
    }
    assert_eq!(claimed.len(), 8, "the maximum number of running jobs");
    let mut ids: Vec<_> = claimed.iter().map(|job| job.id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 8);
    assert!(store.end_job(&account, &claimed[0], JobEnd::Done, sample::time(11)).await?);
    assert_eq!(claim(store, &account, 11, 9).await?.len(), 1);
    Ok(())
}

/// The number of jobs of an account does not matter.
async fn accounts_take_turns(store: &dyn Store) -> Outcome {
    let (busy, quiet) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    for number in 0..6 {
        enqueue(store, &busy, &task(&number.to_string())?, 10).await?;
    }
    enqueue(store, &quiet, &task("a")?, 30).await?;
    let accounts = async |second, limit| -> Result<Vec<String>, StoreError> {
        let due = store.accounts_with_due_jobs(sample::time(second), limit).await?;
        Ok(due.into_iter().map(|(account, _)| account.to_string()).collect())
    };
    assert_eq!(accounts(9, 9).await?, [""; 0]);
    assert_eq!(store.accounts_with_due_jobs(sample::time(20), 9).await?, [(busy.clone(), sample::time(10))]);
    assert_eq!(claim(store, &busy, 20, 1).await?.len(), 1);
    assert_eq!(accounts(30, 1).await?, ["A"], "it has waited since second 20");
    assert_eq!(claim(store, &busy, 31, 1).await?.len(), 1);
    assert_eq!(accounts(31, 9).await?, ["B", "A"]);
    assert_eq!(claim(store, &quiet, 31, 1).await?.len(), 1);
    assert_eq!(accounts(31, 9).await?, ["A"]);
    Ok(())
}

/// Checks every method.
async fn an_account_cannot_access_jobs_of_another(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let id = task("a")?.id();
    enqueue(store, &theirs, &task("a")?, 10).await?;
    assert_eq!(claim(store, &ours, 10, 9).await?, []);
    let [job] = one(claim(store, &theirs, 10, 9).await?)?;
    assert!(!store.renew_job(&ours, &job, sample::time(99), Some("{}")).await?);
    store.delete_ended_job(&ours, &id).await?;
    assert!(!store.end_job(&ours, &job, JobEnd::Done, sample::time(11)).await?);
    assert_eq!(store.retry_job(&ours, &id, sample::time(11)).await?, None);
    assert_eq!((store.job(&ours, &id).await?, store.jobs(&ours, None, 9).await?), (None, vec![]));
    assert!(!store.has_other_jobs(&ours, &task("b")?.id()).await?);
    assert!(store.has_other_jobs(&theirs, &task("b")?.id()).await?);
    assert!(!store.has_other_jobs(&theirs, &id).await?);
    assert!(store.end_job(&theirs, &job, JobEnd::DoneWith("{}"), sample::time(12)).await?);
    assert_eq!(store.delete_ended_jobs(&ours, sample::time(99), 9).await?, 0);
    store.delete_ended_job(&ours, &id).await?;
    assert_eq!(store.jobs(&theirs, None, 9).await?.len(), 1);
    let unknown = store.enqueue_job(&"C".parse()?, &task("a")?, sample::time(1), sample::time(1)).await;
    assert!(matches!(unknown, Err(StoreError::UnknownAccount(_))));
    Ok(())
}

pub(super) fn task(name: &str) -> Result<JobTask, Box<dyn std::error::Error>> {
    Ok(JobTask::DeliverWebhook(name.parse()?))
}

pub(super) async fn enqueue(
    store: &dyn Store,
    account: &AccountId,
    task: &JobTask,
    second: i64,
) -> Result<(), StoreError> {
    store.enqueue_job(account, task, sample::time(second), sample::time(second)).await
}

/// Claims up to `limit` jobs at `second` for 30 seconds. At most eight run at a time.
pub(super) async fn claim(
    store: &dyn Store,
    account: &AccountId,
    second: i64,
    limit: u32,
) -> Result<Vec<ClaimedJob>, StoreError> {
    let (now, until) = (sample::time(second), sample::time(second + 30));
    store.claim_jobs(account, JobClaim { now, until, limit, max_running: 8 }).await
}

async fn due_at(store: &dyn Store, account: &AccountId, id: &JobId) -> Result<Option<Timestamp>, StoreError> {
    Ok(store.job(account, id).await?.and_then(|job| job.due_at))
}

pub(super) fn one<T>(list: Vec<T>) -> Result<[T; 1], String> {
    let count = list.len();
    list.try_into().map_err(|_| format!("{count} instead of one"))
}
