//! Logins and reads during long writes.

use std::process::{Command, Stdio};

use outbound_store::Catalogue as _;
use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::Postgres;
use serde_json::{Value, json};

use super::{EXE, Server, demo, post, read, signed, status};

/// Another writer holds the main database file longer than requests wait for it.
#[test]
fn logins_and_signed_reads_succeed_while_a_sqlite_file_is_busy() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("outbound.db").display());
    let key_file = folder.path().join("key");
    let server = demo(&[
        "--database",
        &database,
        "--key-file",
        key_file.to_str().unwrap(),
        "--requests-per-second",
        "0",
    ]);
    let credentials = server.credentials();
    let bearer = || {
        let body =
            json!({"username": credentials["user"]["username"], "password": credentials["user"]["password"]});
        let (status, response) = post(&server, "/api/account/12345678/login?v=1.3", None, &body);
        assert_eq!(status, 200, "{response}");
        format!("Bearer {}", response["bearer"].as_str().unwrap())
    };
    let before = bearer();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let held = runtime.block_on(async {
        let store = SqlStore::open(&database, &Options::default()).await.unwrap();
        store.write_catalogue(&"12345678".parse().unwrap()).await.unwrap()
    });
    let handoff = json!({"name": "Beside", "channels": []});
    let save = || post(&server, "/manage/v1/accounts/12345678/handoffs", Some(&before), &handoff);
    std::thread::scope(|scope| {
        let blocked_save = scope.spawn(save);
        for round in 0_u32.. {
            let is_last = blocked_save.is_finished();
            assert_eq!(read(&server, Some(&bearer())).0, 200, "round {round}");
            let signed = signed(&credentials["oauth1"], server.base(), &format!("busy{round}"));
            assert_eq!(status(&server, &signed), (200, Value::Null), "round {round}");
            if is_last {
                break;
            }
        }
        let (status, response) = blocked_save.join().unwrap();
        assert_eq!(status, 503, "the file was not held: {response}");
    });
    runtime.block_on(async { drop(held) });
}

/// The AppJWT of the demo's client.
fn app_jwt(server: &Server) -> String {
    let credentials = server.credentials();
    let form =
        ["client_id", "client_secret"].map(|name| (name, credentials["oauth2"][name].as_str().unwrap()));
    let url = format!("{}/sentinel/api/account/12345678/app/token", server.base());
    let token = ureq::post(url).send_form([&[("grant_type", "client_credentials")], &form[..]].concat());
    let token: Value = serde_json::from_str(&token.unwrap().body_mut().read_to_string().unwrap()).unwrap();
    format!("Bearer {}", token["access_token"].as_str().unwrap())
}

/// Logins and all kinds of reads succeed during the import of another account. On PostgreSQL saves succeed, too;
/// on SQLite they wait for the only writer.
fn requests_succeed_during_an_import(database: &str, saves: bool) {
    let folder = tempfile::tempdir().unwrap();
    let key_file = folder.path().join("key");
    let common = ["--database", database, "--key-file", key_file.to_str().unwrap()];
    let server = demo(&[&common[..], &["--requests-per-second", "0"]].concat());
    let outbound = |arguments: &[&str]| {
        let mut command = Command::new(EXE);
        command.args(arguments).args(common).stdout(Stdio::null());
        command
    };
    assert!(outbound(&["account", "create", "2"]).status().unwrap().success());
    let handoffs: Vec<_> =
        (1..=1000).map(|n| json!({"name": format!("Number {n}"), "channels": []})).collect();
    let file = folder.path().join("thousand.json");
    std::fs::write(&file, Value::from(handoffs).to_string()).unwrap();
    let credentials = server.credentials();
    let (key, user) = (&credentials["oauth1"], &credentials["user"]);
    let login = || {
        let body = json!({"username": user["username"], "password": user["password"]});
        let (status, response) = post(&server, "/api/account/12345678/login?v=1.3", None, &body);
        assert_eq!(status, 200, "{response}");
        format!("Bearer {}", response["bearer"].as_str().unwrap())
    };
    let client = app_jwt(&server);
    let mut import =
        outbound(&["import", "--account", "2", "--publish", file.to_str().unwrap()]).spawn().unwrap();
    for round in 0_u32.. {
        let ended = import.try_wait().unwrap();
        let bearer = login();
        for authorization in [&bearer, &client] {
            assert_eq!(read(&server, Some(authorization)).0, 200, "round {round}");
        }
        let signed = signed(key, server.base(), &format!("beside{round}"));
        assert_eq!(status(&server, &signed), (200, Value::Null), "round {round}");
        if saves {
            let handoff = json!({"name": format!("Beside {round}"), "channels": []});
            let (status, response) =
                post(&server, "/manage/v1/accounts/12345678/handoffs", Some(&bearer), &handoff);
            assert_eq!(status, 201, "round {round}: {response}");
        }
        if let Some(status) = ended {
            assert!(status.success());
            return;
        }
    }
}

#[test]
fn requests_succeed_during_an_import_into_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    requests_succeed_during_an_import(
        &format!("sqlite:{}", folder.path().join("outbound.db").display()),
        false,
    );
}

#[test]
fn requests_succeed_during_an_import_into_postgres() {
    requests_succeed_during_an_import(&Postgres::shared().unwrap().database().unwrap(), true);
}
