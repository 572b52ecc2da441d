//! Lists of jobs and deletion of ended jobs.

use outbound_model::{AccountId, JobId, JobState};

use super::jobs::{claim, enqueue, one, task};
use super::{Outcome, sample};
use crate::{JobEnd, Store, StoreError};

behaviours! {
    jobs_that_have_ended_are_deleted,
    jobs_of_all_accounts_are_listed,
}

/// In batches, oldest first.
async fn jobs_that_have_ended_are_deleted(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    for (name, second) in [("a", 10), ("b", 11), ("c", 12), ("d", 13)] {
        enqueue(store, &account, &task(name)?, second).await?;
        if name != "d" {
            let [job] = one(claim(store, &account, second, 1).await?)?;
            assert!(store.end_job(&account, &job, JobEnd::DoneWith("{}"), sample::time(second)).await?);
        }
    }
    let mut deleted = Vec::new();
    for (before, most) in [(9, 9), (11, 1), (11, 9), (99, 9)] {
        deleted.push(store.delete_ended_jobs(&account, sample::time(before), most).await?);
    }
    assert_eq!(deleted, [0, 1, 1, 1]);
    assert_eq!(store.jobs(&account, None, 9).await?.len(), 1);
    Ok(())
}

/// The newest job of all accounts comes first.
async fn jobs_of_all_accounts_are_listed(store: &dyn Store) -> Outcome {
    let (first, second) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    for (account, name, second) in [(&first, "a", 10), (&second, "b", 11), (&first, "c", 12)] {
        enqueue(store, account, &task(name)?, second).await?;
    }
    assert_eq!(claim(store, &second, 11, 9).await?.len(), 1);
    let listed = async |state, most| -> Result<Vec<(AccountId, JobId)>, StoreError> {
        let jobs = store.all_jobs(state, most).await?;
        Ok(jobs.into_iter().map(|(account, job)| (account, job.id)).collect())
    };
    let (a, b, c) = (task("a")?.id(), task("b")?.id(), task("c")?.id());
    assert_eq!(listed(None, 2).await?, [(first.clone(), c.clone()), (second.clone(), b.clone())]);
    assert_eq!(listed(Some(JobState::Waiting), 9).await?, [(first.clone(), c), (first, a)]);
    assert_eq!(listed(Some(JobState::Running), 9).await?, [(second, b)]);
    Ok(())
}
