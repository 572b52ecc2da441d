//! `outbound backup` beside a server that writes, and a dump of PostgreSQL.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::scope;

use outbound_testkit::Postgres;

use super::handoff;
use crate::support::{ACCOUNT, Engine, Installation, Service};

#[test]
fn a_copy_is_whole_while_others_write() {
    let service = Service::start(Engine::Sqlite);
    let installation = &service.installation;
    let done = AtomicBool::new(false);
    scope(|scope| {
        let write = scope.spawn(|| {
            let headers = [("content-type", "application/json"), ("authorization", &*service.token)];
            let path = format!("/manage/v1/accounts/{ACCOUNT}/handoffs");
            let mut made = 0;
            while !done.load(Ordering::Relaxed) || made == 0 {
                let answer = service.send("POST", &path, &headers, &handoff(&format!("Tea {made}")));
                assert_eq!(answer.status, 201, "{answer:?}");
                made += 1;
            }
        });
        let busy = installation.run(&["backup", "busy.db", "--json"]).json();
        assert_eq!(busy["file"], "busy.db");
        assert!(busy["bytes"].as_u64().unwrap() > 4096, "{busy}");
        done.store(true, Ordering::Relaxed);
        write.join().unwrap();
    });
    installation.run(&["backup", "quiet.db"]).succeeded();
    let mode = fs::metadata(installation.folder.join("quiet.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    for copy in ["busy.db", "quiet.db"] {
        let copied = Installation::of(&installation.folder, format!("sqlite:{copy}"));
        let export = copied.run(&["export", "--account", ACCOUNT, "--key-file", "outbound.db.key"]).json();
        assert_eq!(export, installation.exported(ACCOUNT), "{copy}");
    }
}

#[test]
fn a_dump_of_postgresql_is_restored_into_an_empty_database() {
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
fn nothing_is_overwritten_or_left_behind() {
    let installation = Installation::with_account(Engine::Sqlite, "1");
    installation.file("taken.db", "mine");
    installation.run(&["backup", "taken.db"]).refused(1, "taken.db");
    assert_eq!(fs::read_to_string(installation.folder.join("taken.db")).unwrap(), "mine");
    installation.run(&["backup", "no/such/folder.db"]).refused(1, "no/such/folder.db");
    let missing = Installation::of(&installation.folder, "sqlite:missing.db".to_owned());
    missing.run(&["backup", "copy.db"]).refused(1, "missing.db");
    let postgres = Installation::of(&installation.folder, "postgres://db.invalid/outbound".to_owned());
    postgres.run(&["backup", "copy.db"]).refused(1, "pg_dump");
    let names = fs::read_dir(&installation.folder).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = names.filter(|name| name.to_string_lossy().contains("backup")).collect();
    assert!(left.is_empty() && !installation.folder.join("copy.db").exists(), "{left:?}");
}
