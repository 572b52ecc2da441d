//! `outbound backup` during writes, restoring its files, and restoring a dump of PostgreSQL.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::scope;

use outbound_testkit::{Postgres, Server};

use super::{bearer, handoff};
use crate::support::http::send;
use crate::support::{ACCOUNT, Engine, Installation, OUTBOUND, Service};

#[test]
fn a_backup_during_writes_is_consistent() {
    let service = Service::start(Engine::Sqlite);
    let installation = &service.installation;
    let done = AtomicBool::new(false);
    scope(|scope| {
        let write = scope.spawn(|| {
            let headers = [("content-type", "application/json"), ("authorization", &*service.token)];
            let path = format!("/manage/v1/accounts/{ACCOUNT}/handoffs");
            let mut count = 0;
            while !done.load(Ordering::Relaxed) || count == 0 {
                let response = service.send("POST", &path, &headers, &handoff(&format!("Tea {count}")));
                assert_eq!(response.status, 201, "{response:?}");
                count += 1;
            }
        });
        let report = installation.run(&["backup", "busy.db", "--json"]).json();
        assert_eq!(report["file"], "busy.db");
        assert!(report["bytes"].as_u64().unwrap() > 4096, "{report}");
        assert_eq!(report["operational"]["file"], "busy-operational.db");
        assert!(report["operational"]["bytes"].as_u64().unwrap() > 4096, "{report}");
        done.store(true, Ordering::Relaxed);
        write.join().unwrap();
    });
    installation.run(&["backup", "quiet.db"]).succeeded();
    for file in ["quiet.db", "quiet-operational.db"] {
        let mode = fs::metadata(installation.folder.join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    for copy in ["busy.db", "quiet.db"] {
        let copied = Installation::of(&installation.folder, format!("sqlite:{copy}"));
        let export = copied.run(&["export", "--account", ACCOUNT, "--key-file", "outbound.db.key"]).json();
        assert_eq!(export, installation.exported(ACCOUNT), "{copy}");
    }
}

/// As documented in docs/operations.md: copies both files and the key to their original names.
#[test]
fn a_restored_backup_keeps_handoffs_and_sessions() {
    let service = Service::start(Engine::Sqlite);
    let bearer = bearer(service.server.base(), &service.server.credentials()["user"]);
    let installation = &service.installation;
    installation.run(&["backup", "copy.db"]).succeeded();
    let folder = tempfile::tempdir().unwrap();
    let restore = |from: &str, to: &str| {
        fs::copy(installation.folder.join(from), folder.path().join(to)).unwrap();
    };
    restore("copy.db", "outbound.db");
    restore("outbound.db.key", "outbound.db.key");
    let restored = Installation::of(folder.path(), "sqlite:outbound.db".to_owned());
    for arguments in [&["account", "list"][..], &["migrate", "--dry-run"], &["backup", "again.db"]] {
        restored.run(arguments).failed(1, "outbound-operational.db is missing");
    }
    restore("copy-operational.db", "outbound-operational.db");
    let database = format!("sqlite:{}", folder.path().join("outbound.db").display());
    let server = Server::start(Path::new(OUTBOUND), &["--database", &database]).unwrap();
    let list = format!("{}/manage/v1/accounts/{ACCOUNT}/handoffs", server.base());
    let response = send("GET", &list, &[("authorization", &bearer)], "");
    assert_eq!(response.status, 200, "{response:?}");
    assert_eq!(restored.exported(ACCOUNT), installation.exported(ACCOUNT));
}

/// The file is missing in the backup, too.
#[test]
fn a_lost_operational_file_ends_only_the_sessions() {
    let service = Service::start(Engine::Sqlite);
    let login = bearer(service.server.base(), &service.server.credentials()["user"]);
    service.installation.run(&["backup", "copy.db"]).succeeded();
    let folder = &service.installation.folder;
    fs::remove_file(folder.join("copy-operational.db")).unwrap();
    let copy = Installation::of(folder, "sqlite:copy.db".to_owned());
    let key = ["--key-file", "outbound.db.key"];
    copy.run(&["export", "--account", ACCOUNT]).failed(1, "outbound migrate --new-operational-file");
    copy.run(&["migrate", "--new-operational-file"]).succeeded();
    let export = copy.run(&[&["export", "--account", ACCOUNT], &key[..]].concat()).json();
    assert_eq!(export, service.installation.exported(ACCOUNT));
    let database = format!("sqlite:{}", folder.join("copy.db").display());
    let key_file = folder.join("outbound.db.key");
    let arguments = ["--database", &database, "--key-file", key_file.to_str().unwrap()];
    let server = Server::start(Path::new(OUTBOUND), &arguments).unwrap();
    let list = format!("{}/manage/v1/accounts/{ACCOUNT}/handoffs", server.base());
    assert_eq!(send("GET", &list, &[("authorization", &login)], "").status, 401);
    let again = bearer(server.base(), &service.server.credentials()["user"]);
    assert_eq!(send("GET", &list, &[("authorization", &again)], "").status, 200);
}

#[test]
fn a_postgresql_dump_can_be_restored() {
    let (service, postgres) = (Service::shared(Engine::Postgres), Postgres::shared().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("dump.sql");
    let ran =
        postgres.client("pg_dump").arg("--file").arg(&dump).arg(&service.installation.database).output();
    let ran = ran.unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let restored = postgres.restored(&dump).unwrap();
    let restored = Installation::of(&service.installation.folder, restored);
    assert_eq!(restored.exported(ACCOUNT), service.installation.exported(ACCOUNT));
}

#[test]
fn backup_overwrites_nothing_and_leaves_no_temporary_files() {
    let installation = Installation::with_account(Engine::Sqlite, "1");
    installation.file("taken.db", "mine");
    installation.run(&["backup", "taken.db"]).failed(1, "taken.db");
    assert_eq!(fs::read_to_string(installation.folder.join("taken.db")).unwrap(), "mine");
    installation.file("other-operational.db", "mine");
    installation.run(&["backup", "other.db"]).failed(1, "other-operational.db");
    assert_eq!(fs::read_to_string(installation.folder.join("other-operational.db")).unwrap(), "mine");
    assert!(!installation.folder.join("other.db").exists());
    installation.run(&["backup", "no/such/folder.db"]).failed(1, "no/such/folder.db");
    let missing = Installation::of(&installation.folder, "sqlite:missing.db".to_owned());
    missing.run(&["backup", "copy.db"]).failed(1, "missing.db");
    let postgres = Installation::of(&installation.folder, "postgres://db.invalid/outbound".to_owned());
    postgres.run(&["backup", "copy.db"]).failed(1, "pg_dump");
    let names = fs::read_dir(&installation.folder).unwrap().map(|entry| entry.unwrap().file_name());
    let leftovers: Vec<_> = names.filter(|name| name.to_string_lossy().contains("backup")).collect();
    assert!(leftovers.is_empty() && !installation.folder.join("copy.db").exists(), "{leftovers:?}");
}
