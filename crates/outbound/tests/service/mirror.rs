//! `mirror`: copies the published handoffs of another installation through the list endpoints.

use std::path::Path;
use std::process::{Child, Stdio};

use outbound_testkit::Server;
use rcgen::generate_simple_self_signed;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    ACCOUNT, Client, Engine, Installation, OUTBOUND, Ran, eventually, handoffs, on_both_engines,
};

on_both_engines!(
    a_mirror_copies_the_published_handoffs,
    only_changed_handoffs_get_a_version,
    handoffs_missing_at_the_source_are_archived_with_prune,
    a_dry_run_copies_nothing,
    a_watching_mirror_follows_changes,
    a_mirror_waits_when_it_is_rate_limited,
    a_mirror_trusts_a_configured_ca,
    swapped_names_are_reported_as_a_conflict,
    a_failed_mirror_reports_the_cause,
);

/// A target installation with either engine, and a source. Pages are small, so that there are several.
struct Mirror {
    source: Server,
    source_installation: Installation,
    client: Client,
    target: Installation,
}

impl Mirror {
    fn new(engine: Engine, arguments: &[&str]) -> Self {
        let target = Installation::with_account(engine, "1");
        let source = Server::start(Path::new(OUTBOUND), &[&["--demo"], arguments].concat()).unwrap();
        let source_installation = Installation::of(source.folder(), "sqlite:outbound.db".to_owned());
        let client = Client::from_json(&source.credentials()["oauth2"]);
        Self { source, source_installation, client, target }
    }

    fn arguments<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let base = self.source.base();
        let common = ["mirror", "--account", "1", "--from", base, "--from-account", ACCOUNT, "--json"];
        let client = ["--client-id", &self.client.id, "--page-size", "4"];
        [&common[..], &client, more].concat()
    }

    fn run(&self, more: &[&str]) -> Ran {
        self.target.run_with(&self.arguments(more), &format!("{}\n", self.client.secret))
    }

    /// Starts a mirror that runs until it is dropped.
    fn watch(&self) -> Watcher {
        let secret = self.target.file("secret", &self.client.secret);
        let arguments = self.arguments(&["--watch", "1", "--prune", "--client-secret-file", secret]);
        let mut command = self.target.command(&arguments);
        Watcher(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap())
    }

    fn import_at_source(&self, handoffs: &[Value]) {
        let file = Value::from(handoffs).to_string();
        self.source_installation.run_with(&["import", "--account", ACCOUNT, "-"], &file).succeeded();
    }

    fn is_equal(&self) -> bool {
        self.target.exported("1") == self.source_installation.exported(ACCOUNT)
    }
}

struct Watcher(Child);

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Created, changed, unchanged and archived.
#[track_caller]
fn counts(ran: Ran) -> [u64; 4] {
    let report = ran.json();
    ["created", "changed", "unchanged", "archived"].map(|name| report[name].as_u64().unwrap())
}

fn a_mirror_copies_the_published_handoffs(engine: Engine) {
    let mirror = Mirror::new(engine, &[]);
    let count = mirror.source_installation.exported(ACCOUNT).as_array().unwrap().len() as u64;
    assert!(count > 8, "the source needs several pages");
    assert_eq!(counts(mirror.run(&[])), [count, 0, 0, 0]);
    assert!(mirror.is_equal());
    assert_eq!(counts(mirror.run(&[])), [0, 0, count, 0]);
}

fn only_changed_handoffs_get_a_version(engine: Engine) {
    let mirror = Mirror::new(engine, &[]);
    let [count, ..] = counts(mirror.run(&[]));
    let mut changed = mirror.source_installation.exported(ACCOUNT)[3].clone();
    changed["lookbackPeriodDay"] = json!(29);
    mirror.import_at_source(&[changed]);
    let copied = eventually(|| counts(mirror.run(&[])), |counts| counts[1] > 0);
    assert_eq!(copied, [0, 1, count - 1, 0]);
    assert!(mirror.is_equal());
}

fn handoffs_missing_at_the_source_are_archived_with_prune(engine: Engine) {
    let mirror = Mirror::new(engine, &[]);
    let existing = Value::from(handoffs("Own", 2)).to_string();
    mirror.target.run_with(&["import", "--account", "1", "-"], &existing).succeeded();
    // A handoff of the source has the same name, so it can be copied only after this one is archived.
    let mut namesake = handoffs("Namesake", 1).remove(0);
    namesake["name"] = mirror.source_installation.exported(ACCOUNT)[0]["name"].clone();
    mirror.target.run_with(&["import", "--account", "1", "-"], &namesake.to_string()).succeeded();
    mirror.run(&[]).failed(1, "another handoff of the account is named");
    let [created, _, _, archived] = counts(mirror.run(&["--prune"]));
    assert_eq!((created > 0, archived), (true, 3));
    assert!(mirror.is_equal());
}

fn a_dry_run_copies_nothing(engine: Engine) {
    let mirror = Mirror::new(engine, &[]);
    assert!(counts(mirror.run(&["--dry-run"]))[0] > 0);
    assert_eq!(mirror.target.exported("1"), json!([]));
}

fn a_watching_mirror_follows_changes(engine: Engine) {
    let mirror = Mirror::new(engine, &[]);
    let _watcher = mirror.watch();
    let is_equal = || eventually(|| mirror.is_equal(), |equal| *equal);
    assert!(is_equal());
    let count = || mirror.target.exported("1").as_array().unwrap().len();
    let before = count();
    mirror.import_at_source(&handoffs("New", 3));
    assert_eq!(eventually(count, |count| *count == before + 3), before + 3);
    assert!(is_equal());
}

fn a_mirror_waits_when_it_is_rate_limited(engine: Engine) {
    let mirror = Mirror::new(engine, &["--requests-per-second", "2", "--burst", "1"]);
    assert!(counts(mirror.run(&[]))[0] > 0);
    assert!(mirror.is_equal());
}

fn a_mirror_trusts_a_configured_ca(engine: Engine) {
    let folder = TempDir::new().unwrap();
    let file = |name| folder.path().join(name).to_str().unwrap().to_owned();
    let certificate = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(file("cert.pem"), certificate.cert.pem()).unwrap();
    std::fs::write(file("key.pem"), certificate.signing_key.serialize_pem()).unwrap();
    let (cert, key) = (file("cert.pem"), file("key.pem"));
    let mirror = Mirror::new(engine, &["--tls-certificate", &cert, "--tls-key", &key]);
    assert!(mirror.source.base().starts_with("https://"));
    assert!(counts(mirror.run(&["--ca-file", &cert]))[0] > 0);
    assert!(mirror.is_equal());
}

fn swapped_names_are_reported_as_a_conflict(engine: Engine) {
    let mirror = Mirror::new(engine, &[]);
    mirror.import_at_source(&handoffs("Two", 2));
    assert!(counts(mirror.run(&[]))[0] > 2);
    let mut swapped = handoffs("Two", 2);
    swapped[0]["name"] = "Between".into();
    mirror.import_at_source(&swapped);
    swapped[1]["name"] = "Two 1".into();
    mirror.import_at_source(&swapped);
    swapped[0]["name"] = "Two 2".into();
    mirror.import_at_source(&swapped);
    let rejected = eventually(|| mirror.run(&[]), |ran| ran.status == Some(1));
    rejected.failed(1, "another handoff of the account is named");
    let archive = ["handoff", "archive", "--account", "1", "Two 2"];
    mirror.target.run(&archive).succeeded();
    mirror.run(&[]).succeeded();
    assert!(mirror.is_equal());
}

fn a_failed_mirror_reports_the_cause(engine: Engine) {
    let mirror = Mirror::new(engine, &[]);
    let wrong = mirror.target.run_with(&mirror.arguments(&[]), "not-the-secret");
    wrong.failed(1, "401 Unauthorized");
    assert!(!wrong.err.contains("not-the-secret"), "{wrong:?}");
    mirror
        .target
        .run_with(&mirror.arguments(&[]), "\n")
        .failed(2, "--client-secret-file: the secret is empty");
    mirror.run(&["--from-account", "999"]).failed(2, "cannot be used multiple times");
    mirror.run(&["--client-secret-file", "missing"]).failed(1, "missing");
    mirror.run(&["--ca-file", mirror.target.file("no.pem", "")]).failed(2, "contains no certificate");
    assert_eq!(mirror.target.exported("1"), json!([]));
}
