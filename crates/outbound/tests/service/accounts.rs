//! Two accounts on one installation: neither sees data of the other.

use serde_json::Value;

use crate::support::{ACCOUNT, Engine, LIST, Service, on_both_engines};

on_both_engines!(accounts_do_not_see_each_others_data);

const MARKER: &str = "only-for-the-neighbour";
const NEIGHBOUR: &str = "neighbour";

/// Creates the neighbour with handoffs of the same ids and names, and a marker in each text.
fn create_neighbour(service: &Service) {
    let installation = &service.installation;
    let marked = installation
        .exported(ACCOUNT)
        .to_string()
        .replace("\"content\":\"", &format!("\"content\":\"{MARKER} "));
    assert!(marked.contains(MARKER));
    installation.run(&["account", "create", NEIGHBOUR]).succeeded();
    installation.run_with(&["import", "--account", NEIGHBOUR, "--publish", "-"], &marked).succeeded();
}

fn accounts_do_not_see_each_others_data(engine: Engine) {
    let service = Service::shared(engine);
    create_neighbour(service);
    let token = service.new_token(NEIGHBOUR, "handoffs.read");
    let of_neighbour = |path: &str| path.replace(ACCOUNT, NEIGHBOUR);
    for path in
        [format!("{LIST}?v=1"), format!("{LIST}/channel/wa?v=1"), format!("{LIST}/channel/sms-twilio?v=1")]
    {
        let own = service.get(&path);
        assert!(own.status == 200 && !own.text().contains(MARKER), "{path}");
        let neighbours = service.get_as(&token, &of_neighbour(&path));
        assert!(neighbours.text().contains(MARKER), "{path}");
        assert_eq!(own.header("x-total-count"), neighbours.header("x-total-count"));
        let rejected = service.get_as(&service.token, &of_neighbour(&path));
        assert!(rejected.status == 403 && !rejected.text().contains(MARKER), "{path}");
    }
    let exported = service.installation.exported(ACCOUNT);
    assert!(exported.as_array().unwrap().len() == 15 && !exported.to_string().contains(MARKER));
    let clients: Value =
        service.installation.run(&["client", "list", "--account", NEIGHBOUR, "--json"]).json();
    let id = clients[0]["client_id"].as_str().unwrap();
    let revoke = ["client", "revoke", "--account", ACCOUNT, id];
    service.installation.run(&revoke).failed(1, "there is no client");
    assert_eq!(
        service.get_as(&token, &of_neighbour(&format!("{LIST}?v=1"))).status,
        200,
        "the neighbour's client still works"
    );
}
