//! Two brands on one installation: neither sees anything of the other.

use serde_json::Value;

use crate::support::{ACCOUNT, Engine, LIST, Service, on_both_engines};

on_both_engines!(nothing_of_one_account_shows_in_another);

const MARKER: &str = "only-for-the-neighbour";
const NEIGHBOUR: &str = "neighbour";

/// The neighbour has handoffs of the same ids and names, with a mark in each text.
fn move_in(service: &Service) {
    let installation = &service.installation;
    let marked = installation
        .exported(ACCOUNT)
        .to_string()
        .replace("\"content\":\"", &format!("\"content\":\"{MARKER} "));
    assert!(marked.contains(MARKER));
    installation.run(&["account", "create", NEIGHBOUR]).succeeded();
    installation.run_with(&["import", "--account", NEIGHBOUR, "--publish", "-"], &marked).succeeded();
}

fn nothing_of_one_account_shows_in_another(engine: Engine) {
    let service = Service::shared(engine);
    move_in(service);
    let token = service.new_token(NEIGHBOUR, "handoffs.read");
    let theirs = |path: &str| path.replace(ACCOUNT, NEIGHBOUR);
    for path in
        [format!("{LIST}?v=1"), format!("{LIST}/channel/wa?v=1"), format!("{LIST}/channel/sms-twilio?v=1")]
    {
        let ours = service.get(&path);
        assert!(ours.status == 200 && !ours.text().contains(MARKER), "{path}");
        let seen = service.get_as(&token, &theirs(&path));
        assert!(seen.text().contains(MARKER), "{path}");
        assert_eq!(ours.header("x-total-count"), seen.header("x-total-count"));
        let refused = service.get_as(&service.token, &theirs(&path));
        assert!(refused.status == 403 && !refused.text().contains(MARKER), "{path}");
    }
    let mine = service.installation.exported(ACCOUNT);
    assert!(mine.as_array().unwrap().len() == 15 && !mine.to_string().contains(MARKER));
    let clients: Value =
        service.installation.run(&["client", "list", "--account", NEIGHBOUR, "--json"]).json();
    let id = clients[0]["client_id"].as_str().unwrap();
    let revoke = ["client", "revoke", "--account", ACCOUNT, id];
    service.installation.run(&revoke).refused(1, "there is no client");
    assert_eq!(service.get_as(&token, &theirs(&format!("{LIST}?v=1"))).status, 200, "still theirs");
}
