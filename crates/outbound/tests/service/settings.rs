//! Sources of settings: the command line, then the environment, then `outbound.toml`.

use std::path::Path;

use tempfile::TempDir;

use crate::support::{Ran, command, run};

/// Runs `account create 1` in `folder`.
fn create_account(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
    let mut command = command(folder);
    command.args(["account", "create", "1"]).args(arguments).envs(environment.iter().copied());
    run(&mut command, "")
}

#[test]
fn the_command_line_overrides_environment_and_file() {
    let file = "database = \"sqlite:file.db\"";
    let environment = ("OUTBOUND_DATABASE", "sqlite:environment.db");
    for (toml, environment, arguments, expected) in [
        ("", &[][..], &[][..], "outbound.db"),
        (file, &[], &[], "file.db"),
        (file, &[environment], &[], "environment.db"),
        (file, &[environment], &["--database", "sqlite:flag.db"], "flag.db"),
        ("", &[environment], &["--database=sqlite:flag.db"], "flag.db"),
    ] {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("outbound.toml"), toml).unwrap();
        create_account(folder.path(), arguments, environment).succeeded();
        let databases = ["outbound.db", "file.db", "environment.db", "flag.db"];
        let created: Vec<_> =
            databases.into_iter().filter(|name| folder.path().join(name).exists()).collect();
        assert_eq!(created, [expected], "{toml} {environment:?} {arguments:?}");
        assert!(folder.path().join(format!("{expected}.key")).exists());
    }
}

#[test]
fn another_settings_file_can_be_given() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("outbound.toml"), "nonsense").unwrap();
    std::fs::write(folder.path().join("other.toml"), "database = \"sqlite:other.db\"\njson = true").unwrap();
    let created = create_account(folder.path(), &["--config", "other.toml"], &[]);
    assert_eq!(created.json()["account"], "1");
    let again = create_account(folder.path(), &[], &[("OUTBOUND_CONFIG", "other.toml")]);
    again.failed(1, "the account 1 already exists");
    create_account(folder.path(), &["--config=none.toml"], &[]).failed(1, "none.toml: No such file");
}

#[test]
fn at_most_eight_public_addresses_can_be_given() {
    let folder = TempDir::new().unwrap();
    let urls = (0..9).map(|number| format!("https://h{number}.example")).collect::<Vec<_>>().join(",");
    let mut serve = command(folder.path());
    serve.args(["serve", "--listen", "127.0.0.1:0", "--public-url", &urls]);
    run(&mut serve, "").failed(2, "--public-url has 9 URLs; the maximum is 8");
}

#[test]
fn the_settings_file_can_set_the_account() {
    let folder = TempDir::new().unwrap();
    create_account(folder.path(), &[], &[]).succeeded();
    let audit = |arguments: &[&str]| run(command(folder.path()).args(["audit", "list"]).args(arguments), "");
    audit(&[]).failed(2, "use --account ID or --installation");
    std::fs::write(folder.path().join("outbound.toml"), "account = \"1\"").unwrap();
    for arguments in [&[][..], &["--installation"]] {
        assert_eq!(audit(arguments).succeeded().out, "There are no entries.\n");
    }
}

#[test]
fn an_invalid_settings_file_is_rejected_before_any_action() {
    for (toml, sentence) in [
        ("databse = \"sqlite:x.db\"", "unknown setting in the settings file: databse"),
        ("config = \"other.toml\"", "unknown setting in the settings file: config"),
        ("[serve]\nlisten = \"127.0.0.1:1\"", "unknown setting in the settings file: serve"),
        ("database = ", "outbound.toml: TOML parse error at line 1"),
        ("json = 7", "invalid value '7' for '--json'"),
    ] {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("outbound.toml"), toml).unwrap();
        create_account(folder.path(), &[], &[]).failed(2, sentence);
        assert_eq!(folder.path().read_dir().unwrap().count(), 1, "{toml}");
    }
}

#[test]
fn a_flag_in_the_environment_is_a_boolean() {
    for (value, json) in [("1", true), ("true", true), ("yes", true), ("0", false), ("false", false)] {
        let folder = TempDir::new().unwrap();
        let ran = create_account(folder.path(), &[], &[("OUTBOUND_JSON", value)]).succeeded();
        assert_eq!(ran.out.starts_with('{'), json, "{value}: {}", ran.out);
    }
}

#[test]
fn an_invalid_database_url_is_reported_without_its_password() {
    let folder = TempDir::new().unwrap();
    for (url, sentence) in [
        ("mysql://anna:hunter2@db/x", "expected sqlite:FILE or postgres://"),
        ("sqlite::memory:", "a database in memory"),
        ("sqlite:no/such/folder.db", "the database is not available"),
        (
            "postgres://anna:hunter2@127.0.0.1:1/x",
            "the database is not available\n  because: PostgreSQL at 127.0.0.1:1, database x: ",
        ),
    ] {
        let rejected = create_account(folder.path(), &["--database", url], &[]);
        rejected.failed(1, sentence);
        assert!(!rejected.err.contains("hunter2"), "{}", rejected.err);
    }
}
