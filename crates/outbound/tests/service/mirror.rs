//! `mirror`: another installation's published handoffs, copied through the seed's own endpoints.

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
    a_mirror_holds_what_is_served_there,
    only_what_changed_gets_a_version,
    what_is_gone_there_is_archived_if_wanted,
    a_dry_run_copies_nothing,
    a_mirror_that_watches_follows,
    a_mirror_waits_when_it_is_told_to,
    a_mirror_trusts_whom_it_is_told_to,
    two_names_that_are_swapped_are_told,
    a_mirror_says_why_it_cannot,
);

/// An installation of either engine, and another to mirror, in small pages so that there are several.
struct Mirror {
    source: Server,
    there: Installation,
    client: Client,
    here: Installation,
}

impl Mirror {
    fn new(engine: Engine, arguments: &[&str]) -> Self {
        let here = Installation::with_account(engine, "1");
        let source = Server::start(Path::new(OUTBOUND), &[&["--demo"], arguments].concat()).unwrap();
        let there = Installation::of(source.folder(), "sqlite:outbound.db".to_owned());
        let client = Client::of(&source.credentials()["oauth2"]);
        Self { source, there, client, here }
    }

    fn arguments<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let base = self.source.base();
        let own = ["mirror", "--account", "1", "--from", base, "--from-account", ACCOUNT, "--json"];
        let client = ["--client-id", &self.client.id, "--page-size", "4"];
        [&own[..], &client, more].concat()
    }

    fn run(&self, more: &[&str]) -> Ran {
        self.here.run_with(&self.arguments(more), &format!("{}\n", self.client.secret))
    }

    /// One that goes on until it is ended.
    fn watch(&self) -> Watcher {
        let secret = self.here.file("secret", &self.client.secret);
        let arguments = self.arguments(&["--watch", "1", "--prune", "--client-secret-file", secret]);
        let mut command = self.here.command(&arguments);
        Watcher(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap())
    }

    fn import_there(&self, handoffs: &[Value]) {
        let file = Value::from(handoffs).to_string();
        self.there.run_with(&["import", "--account", ACCOUNT, "-"], &file).succeeded();
    }

    fn is_equal(&self) -> bool {
        self.here.exported("1") == self.there.exported(ACCOUNT)
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
    let done = ran.json();
    ["created", "changed", "unchanged", "archived"].map(|name| done[name].as_u64().unwrap())
}

fn a_mirror_holds_what_is_served_there(engine: Engine) {
    let mirror = Mirror::new(engine, &[]);
    let count = mirror.there.exported(ACCOUNT).as_array().unwrap().len() as u64;
    assert!(count > 8, "several pages");
    assert_eq!(counts(mirror.run(&[])), [count, 0, 0, 0]);
    assert!(mirror.is_equal());
    assert_eq!(counts(mirror.run(&[])), [0, 0, count, 0]);
}

fn only_what_changed_gets_a_version(engine: Engine) {
    let mirror = Mirror::new(engine, &[]);
    let [count, ..] = counts(mirror.run(&[]));
    let mut changed = mirror.there.exported(ACCOUNT)[3].clone();
    changed["lookbackPeriodDay"] = json!(29);
    mirror.import_there(&[changed]);
    let copied = eventually(|| counts(mirror.run(&[])), |counts| counts[1] > 0);
    assert_eq!(copied, [0, 1, count - 1, 0]);
    assert!(mirror.is_equal());
}

fn what_is_gone_there_is_archived_if_wanted(engine: Engine) {
    let mirror = Mirror::new(engine, &[]);
    let own = Value::from(handoffs("Own", 2)).to_string();
    mirror.here.run_with(&["import", "--account", "1", "-"], &own).succeeded();
    // Its name is the source's, too: only when it is archived may the other come.
    let mut namesake = handoffs("Namesake", 1).remove(0);
    namesake["name"] = mirror.there.exported(ACCOUNT)[0]["name"].clone();
    mirror.here.run_with(&["import", "--account", "1", "-"], &namesake.to_string()).succeeded();
    mirror.run(&[]).refused(1, "another handoff of the account is named");
    let [created, _, _, archived] = counts(mirror.run(&["--prune"]));
    assert_eq!((created > 0, archived), (true, 3));
    assert!(mirror.is_equal());
}

fn a_dry_run_copies_nothing(engine: Engine) {
    let mirror = Mirror::new(engine, &[]);
    assert!(counts(mirror.run(&["--dry-run"]))[0] > 0);
    assert_eq!(mirror.here.exported("1"), json!([]));
}

fn a_mirror_that_watches_follows(engine: Engine) {
    let mirror = Mirror::new(engine, &[]);
    let _watcher = mirror.watch();
    let is_equal = || eventually(|| mirror.is_equal(), |equal| *equal);
    assert!(is_equal());
    let count = || mirror.here.exported("1").as_array().unwrap().len();
    let before = count();
    mirror.import_there(&handoffs("New", 3));
    assert_eq!(eventually(count, |count| *count == before + 3), before + 3);
    assert!(is_equal());
}

fn a_mirror_waits_when_it_is_told_to(engine: Engine) {
    let mirror = Mirror::new(engine, &["--requests-per-second", "2", "--burst", "1"]);
    assert!(counts(mirror.run(&[]))[0] > 0);
    assert!(mirror.is_equal());
}

fn a_mirror_trusts_whom_it_is_told_to(engine: Engine) {
    let folder = TempDir::new().unwrap();
    let file = |name| folder.path().join(name).to_str().unwrap().to_owned();
    let own = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(file("cert.pem"), own.cert.pem()).unwrap();
    std::fs::write(file("key.pem"), own.signing_key.serialize_pem()).unwrap();
    let (cert, key) = (file("cert.pem"), file("key.pem"));
    let mirror = Mirror::new(engine, &["--tls-certificate", &cert, "--tls-key", &key]);
    assert!(mirror.source.base().starts_with("https://"));
    assert!(counts(mirror.run(&["--ca-file", &cert]))[0] > 0);
    assert!(mirror.is_equal());
}

fn two_names_that_are_swapped_are_told(engine: Engine) {
    let mirror = Mirror::new(engine, &[]);
    mirror.import_there(&handoffs("Two", 2));
    assert!(counts(mirror.run(&[]))[0] > 2);
    let mut two = handoffs("Two", 2);
    two[0]["name"] = "Between".into();
    mirror.import_there(&two);
    two[1]["name"] = "Two 1".into();
    mirror.import_there(&two);
    two[0]["name"] = "Two 2".into();
    mirror.import_there(&two);
    let refused = eventually(|| mirror.run(&[]), |ran| ran.status == Some(1));
    refused.refused(1, "another handoff of the account is named");
    let archive = ["handoff", "archive", "--account", "1", "Two 2"];
    mirror.here.run(&archive).succeeded();
    mirror.run(&[]).succeeded();
    assert!(mirror.is_equal());
}

fn a_mirror_says_why_it_cannot(engine: Engine) {
    let mirror = Mirror::new(engine, &[]);
    let wrong = mirror.here.run_with(&mirror.arguments(&[]), "not-the-secret");
    wrong.refused(1, "401 Unauthorized");
    assert!(!wrong.err.contains("not-the-secret"), "{wrong:?}");
    mirror
        .here
        .run_with(&mirror.arguments(&[]), "\n")
        .refused(2, "--client-secret-file: the secret is empty");
    mirror.run(&["--from-account", "999"]).refused(2, "cannot be used multiple times");
    mirror.run(&["--client-secret-file", "missing"]).refused(1, "missing");
    mirror.run(&["--ca-file", mirror.here.file("no.pem", "")]).refused(2, "contains no certificate");
    assert_eq!(mirror.here.exported("1"), json!([]));
}
