//! Users with the real binary on both databases: created by the command line, logged in over HTTP, and
//! revoked while the server runs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use outbound_testkit::{Postgres, Server};
use serde_json::{Value, json};
use tempfile::TempDir;

const EXE: &str = env!("CARGO_BIN_EXE_outbound");
const ACCOUNT: &str = "12345678";

struct Installation {
    server: Server,
    database: String,
    folder: TempDir,
}

impl Installation {
    fn on(postgres: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = if postgres {
            Postgres::shared().unwrap().database().unwrap()
        } else {
            format!("sqlite:{}", folder.path().join("outbound.db").display())
        };
        let key = folder.path().join("key").display().to_string();
        let options = ["--demo", "--database", &database, "--key-file", &key];
        let server = Server::start(Path::new(EXE), &options).unwrap();
        Self { server, database, folder }
    }

    /// Runs a command with `input` as its standard input.
    fn run(&self, arguments: &str, input: &str) -> Output {
        let mut command = Command::new(EXE);
        command.args(arguments.split(' ')).args(["--account", ACCOUNT, "--database", &self.database]);
        command.arg("--key-file").arg(self.folder.path().join("key")).current_dir(&self.folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    fn json(&self, arguments: &str, input: &str) -> Value {
        let output = self.run(&format!("{arguments} --json"), input);
        assert!(output.status.success(), "{arguments}: {output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn log_in(&self, username: &str, password: &str) -> (u16, Value) {
        let url = format!("{}/api/account/{ACCOUNT}/login?v=1.3", self.server.base());
        let body = json!({ "username": username, "password": password }).to_string();
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let mut response = agent.post(&url).header("content-type", "application/json").send(body).unwrap();
        let body = response.body_mut().read_to_string().unwrap();
        (response.status().as_u16(), serde_json::from_str(&body).unwrap())
    }

    /// The status of a request for the list of handoffs.
    fn list(&self, bearer: &Value) -> u16 {
        let url = format!("{}/api/account/{ACCOUNT}/app/prmsg/handoffs/list?v=1", self.server.base());
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let authorization = format!("Bearer {}", bearer.as_str().unwrap());
        agent.get(&url).header("authorization", authorization).call().unwrap().status().as_u16()
    }
}

fn users_are_created_changed_and_revoked(postgres: bool) {
    let mut installation = Installation::on(postgres);
    let created = installation.json("user create --username anna --role lpa", "correct horse\n");
    assert_eq!((&created["username"], &created["role"]), (&json!("anna"), &json!("lpa")));
    let (status, login) = installation.log_in("Anna", "correct horse");
    assert_eq!((status, installation.list(&login["bearer"])), (200, 200));

    installation.json("user password --username anna", "another horse\r\n");
    assert_eq!(installation.list(&login["bearer"]), 401);
    assert_eq!(installation.log_in("anna", "correct horse").0, 401);
    let (_, login) = installation.log_in("anna", "another horse");
    assert_eq!(installation.list(&login["bearer"]), 200);

    installation.json("user role --username anna --role agent", "");
    assert_eq!(installation.list(&login["bearer"]), 403);

    installation.json("user revoke --username ANNA", "");
    assert_eq!(installation.list(&login["bearer"]), 401);
    assert_eq!(installation.log_in("anna", "another horse").0, 401);
    let users = installation.json("user list", "");
    assert!(users[1]["revokedAt"].is_string(), "{users}");

    let audit = installation.json("audit list --limit 4", "");
    let actions: Vec<_> = audit.as_array().unwrap().iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions, ["user.revoked", "user.role_changed", "user.password_changed", "user.created"]);
    let keys = installation.json("audit list --installation", "");
    assert_eq!((&keys[0]["action"], &keys[0]["actor"]), (&json!("signing_key.created"), &json!("outbound")));
    installation.server.stop().unwrap();
    let log = installation.server.log();
    for secret in ["correct horse", "another horse", login["bearer"].as_str().unwrap()] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[test]
fn users_are_created_changed_and_revoked_on_sqlite() {
    users_are_created_changed_and_revoked(false);
}

#[test]
fn users_are_created_changed_and_revoked_on_postgres() {
    users_are_created_changed_and_revoked(true);
}

#[test]
fn the_demo_user_logs_in_and_a_lockout_is_audited() {
    let mut installation = Installation::on(false);
    let user = installation.server.credentials()["user"].clone();
    let (name, password) = (user["username"].as_str().unwrap(), user["password"].as_str().unwrap());
    let (status, login) = installation.log_in(name, password);
    assert_eq!((status, &login["config"]["isAdmin"]), (200, &json!(true)));
    for expected in [401, 401, 401, 401, 401, 429] {
        assert_eq!(installation.log_in(name, "wrong").0, expected);
    }
    assert!(installation.server.stop().unwrap().success());
    let audit = installation.json("audit list --limit 1", "");
    assert_eq!((&audit[0]["action"], &audit[0]["subject"]), (&json!("login.locked"), &json!("demo")));
}

#[test]
fn the_command_line_rejects_invalid_user_commands() {
    let installation = Installation::on(false);
    for (arguments, input, status) in [
        ("user create --username bob --role lpa", "short\n", 1),
        ("user create --username demo --role lpa", "correct horse\n", 1),
        ("user create --username bob --role king", "correct horse\n", 2),
        ("user revoke --username unknown", "", 1),
    ] {
        let output = installation.run(arguments, input);
        assert_eq!(output.status.code(), Some(status), "{arguments}: {output:?}");
        assert!(!output.stderr.is_empty(), "{arguments}");
    }
}
