//! The account, client and migrate commands: text output, JSON output and exit status.

use serde_json::json;

use crate::support::{Engine, Installation, on_both_engines};

on_both_engines!(
    accounts_are_created_once_and_listed,
    clients_are_created_listed_and_revoked,
    failed_operations_exit_with_one,
    a_dry_run_of_migrate_only_lists,
);

fn accounts_are_created_once_and_listed(engine: Engine) {
    let installation = Installation::new(engine);
    assert_eq!(installation.run(&["account", "list"]).succeeded().out, "There are no accounts.\n");
    assert_eq!(installation.run(&["account", "list", "--json"]).json(), json!([]));
    assert_eq!(installation.run(&["account", "create", "b-2"]).succeeded().out, "Created account b-2.\n");
    assert_eq!(installation.run(&["account", "create", "a1", "--json"]).json(), json!({"account": "a1"}));
    installation.run(&["account", "create", "a1"]).failed(1, "the account a1 already exists");
    let table = installation.run(&["account", "list"]).succeeded().out;
    let ids: Vec<_> = table.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(ids, ["ACCOUNT", "a1", "b-2"]);
    let list = installation.run(&["account", "list", "--json"]).json();
    assert_eq!((&list[0]["account"], &list[1]["account"]), (&json!("a1"), &json!("b-2")));
    assert!(list[0]["createdAt"].as_str().unwrap().ends_with('Z'));
}

fn clients_are_created_listed_and_revoked(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let client =
        |arguments: &[&str]| installation.run(&[&["client"], arguments, &["--account", "1"]].concat());
    assert_eq!(client(&["list"]).succeeded().out, "The account has no clients.\n");
    let text = client(&["create"]).succeeded().out;
    assert!(text.contains("client_id") && text.contains("client_secret") && text.contains("not shown again"));
    let created =
        client(&["create", "--name", "CRM", "--scope", "handoffs.write handoffs.read", "--json"]).json();
    let (id, secret) = (created["client_id"].as_str().unwrap(), created["client_secret"].as_str().unwrap());
    assert_eq!((id.len(), secret.len()), (36, 64));
    assert_eq!(client(&["revoke", id, "--json"]).json(), json!({"revoked": id}));
    let list = client(&["list", "--json"]).json();
    let crm = list.as_array().unwrap().iter().find(|listed| listed["client_id"] == id).unwrap();
    assert_eq!((&crm["name"], &crm["scope"]), (&json!("CRM"), &json!("handoffs.read handoffs.write")));
    assert!(crm["revokedAt"].is_string() && !list.to_string().contains(secret));
    let table = client(&["list"]).succeeded().out;
    assert_eq!(table.lines().count(), 3);
    assert!(table.contains("CRM") && !table.contains(secret), "{table}");
}

fn failed_operations_exit_with_one(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let no_account = "account 2 does not exist; create it with: outbound account create 2";
    for (arguments, sentence) in [
        (&["client", "create", "--account", "2"][..], no_account),
        (&["client", "create", "--account", "1", "--scope", " "], "a client needs at least one scope"),
        (&["client", "list", "--account", "2"], no_account),
        (&["client", "revoke", "--account", "2", "x"], no_account),
        (&["client", "revoke", "--account", "1", "x"], "there is no client x"),
        (&["export", "--account", "2"], no_account),
        (&["export", "--account", "1", "no/such/folder.json"], "no/such/folder.json"),
    ] {
        installation.run(arguments).failed(1, sentence);
    }
}

#[test]
fn usage_errors_exit_with_two() {
    let installation = Installation::with_account(Engine::Sqlite, "1");
    for (arguments, sentence) in [
        (&["account", "create"][..], "Usage: outbound account create"),
        (&["account", "create", "a b"], "an account id is 1 to 32 letters"),
        (&["client", "create"], "--account <ID>"),
        (&["client", "create", "--account", "1", "--scope", "admin"], "handoffs.read, handoffs.write"),
        (&["import", "--account", "1"], "<FILE>"),
        (&["serve", "--listen", "8080"], "--listen"),
        (&["serve", "--requests"], "--requests"),
        (&["nothing"], "nothing"),
        (&["account", "list", "--log", "a=b=c"], "--log"),
    ] {
        installation.run(arguments).failed(2, sentence);
    }
    for arguments in [&["--help"][..], &["--version"], &["import", "--help"]] {
        assert!(installation.run(arguments).succeeded().out.contains("outbound"), "{arguments:?}");
    }
}

fn a_dry_run_of_migrate_only_lists(engine: Engine) {
    let installation = Installation::new(engine);
    let dry = installation.run(&["migrate", "--dry-run", "--json"]).json();
    assert!(dry["migrations"][0].as_str().unwrap().starts_with("0001"), "{dry}");
    assert_eq!(dry["applied"], false);
    assert!(!installation.folder.join("outbound.db").exists(), "the dry run created no database");
    assert_eq!(
        installation.run(&["migrate", "--dry-run", "--json"]).json(),
        dry,
        "the dry run applied no migration"
    );
    let done = installation.run(&["migrate", "--json"]).json();
    assert_eq!((&done["migrations"], &done["applied"]), (&dry["migrations"], &json!(true)));
    for arguments in [&["migrate"][..], &["migrate", "--dry-run"]] {
        assert_eq!(installation.run(arguments).succeeded().out, "The database is up to date.\n");
    }
}
