//! `outbound jobs`: listing and retrying background jobs.

use serde_json::Value;

use crate::support::{ACCOUNT, Engine, HOLD, Installation, Receiver, Service, eventually, on_both_engines};

on_both_engines!(
    jobs_are_listed_for_one_account_or_all,
    a_waiting_job_is_retried_immediately,
    a_running_job_is_not_retried,
);

const PRIVATE: &str = "--webhooks-to-private-networks";

/// Creates a webhook, which adds two jobs to the account. Returns the id of its delivery job.
fn create_webhook(installation: &Installation, account: &str, url: &str) -> String {
    let create = ["webhook", "create", url, "--account", account, PRIVATE, "--json"];
    format!("deliver_webhook/{}", installation.run(&create).json()["id"].as_str().unwrap())
}

/// Accounts and ids of the listed jobs.
fn listed(installation: &Installation, arguments: &[&str]) -> Vec<(String, String)> {
    let jobs = installation.run(&[&["jobs", "list", "--json"], arguments].concat()).json();
    let field = |job: &Value, name: &str| job[name].as_str().unwrap().to_owned();
    jobs.as_array().unwrap().iter().map(|job| (field(job, "account"), field(job, "id"))).collect()
}

fn jobs_are_listed_for_one_account_or_all(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let list = |arguments: &[&str]| installation.run(&[&["jobs", "list"], arguments].concat());
    assert_eq!(list(&[]).succeeded().out, "There are no jobs.\n");
    installation.run(&["account", "create", "2"]).succeeded();
    assert_eq!(list(&["--account", "2"]).succeeded().out, "There are no jobs.\n");
    let first = create_webhook(&installation, "1", "http://127.0.0.1:9/first");
    let second = create_webhook(&installation, "2", "http://127.0.0.1:9/second");
    let jobs = |account: &str, delivery: &str| {
        [delivery, "maintain_account"].map(|id| (account.to_owned(), id.to_owned()))
    };
    assert_eq!(listed(&installation, &["--account", "1"]), jobs("1", &first));
    let newest_first = [jobs("2", &second), jobs("1", &first)].concat();
    assert_eq!(listed(&installation, &[]), newest_first);
    assert_eq!(listed(&installation, &["--state", "waiting"]), newest_first);
    assert_eq!(listed(&installation, &["--state", "running"]), []);
    assert_eq!(listed(&installation, &["--limit", "3"]), newest_first[..3]);
    let table = list(&[]).succeeded().out;
    assert!(table.starts_with("ACCOUNT  JOB") && table.lines().count() == 5, "{table}");
    let table = list(&["--account", "2"]).succeeded().out;
    assert!(table.lines().count() == 3 && table.contains(&second) && !table.contains(&first), "{table}");
    list(&["--account", "3"]).failed(1, "account 3 does not exist");
    list(&["--state", "asleep"]).failed(2, "the states are waiting, running");
}

fn a_waiting_job_is_retried_immediately(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    create_webhook(&installation, "1", "http://127.0.0.1:9/");
    let retry = |arguments: &[&str]| installation.run(&[&["jobs", "retry"], arguments].concat());
    let before = installation.run(&["jobs", "list", "--json"]).json();
    let retried = retry(&["--account", "1", "maintain_account", "--json"]).json();
    assert_eq!((&retried["account"], &retried["id"]), (&"1".into(), &"maintain_account".into()));
    assert_eq!((&retried["state"], &retried["attempts"]), (&"waiting".into(), &0.into()));
    let due = |job: &Value| job["dueAt"].as_str().unwrap().to_owned();
    assert!(due(&retried) > due(&before[1]), "{retried} {before}");
    let after = installation.run(&["jobs", "list", "--json"]).json();
    assert_eq!(after[1], retried);
    let text = retry(&["--account", "1", "maintain_account"]).succeeded().out;
    assert_eq!(text, "Queued job maintain_account. A running server will run it.\n");
    retry(&["--account", "1", "recount_findings"]).failed(1, "there is no job recount_findings");
    retry(&["--account", "2", "maintain_account"]).failed(1, "there is no job maintain_account");
    retry(&["--account", "1", "a/b/c"]).failed(2, "a job's id is KIND or KIND/SUBJECT");
    retry(&["maintain_account"]).failed(2, "--account");
}

fn a_running_job_is_not_retried(engine: Engine) {
    let service = Service::start_with(engine, &[PRIVATE]);
    let receiver = Receiver::start(&[HOLD]);
    let job = create_webhook(&service.installation, ACCOUNT, &receiver.url);
    let (_, id) = job.split_once('/').unwrap();
    service.installation.run(&["webhook", "ping", id, "--account", ACCOUNT]).succeeded();
    receiver.next();
    let running = || listed(&service.installation, &["--state", "running"]);
    let is_listed = |jobs: &Vec<(String, String)>| jobs.contains(&(ACCOUNT.to_owned(), job.clone()));
    assert!(is_listed(&eventually(running, is_listed)));
    let rejected = service.installation.run(&["jobs", "retry", "--account", ACCOUNT, &job]);
    rejected.failed(1, "is running; wait until it has ended");
}
