//! Memory of the running process after floods of what strangers and clients may send: bounds that the
//! design promises, measured on the process itself.

use std::io::BufReader;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use ureq::Agent;

use crate::support::{ACCOUNT, Engine, LIST, Service, handoffs};

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
/// Clients that send at the same time.
const SENDERS: usize = 32;
/// Templates of one import.
const IMPORTED: usize = 30_000;
/// Handoffs of one download.
const DOWNLOADED: usize = 100_000;

/// The resident memory of a process, in bytes.
fn resident(pid: u32) -> u64 {
    memory(pid, "VmRSS:")
}

/// The most resident memory of a process since `reset_peak`, in bytes.
fn peak(pid: u32) -> u64 {
    memory(pid, "VmHWM:")
}

fn reset_peak(pid: u32) {
    std::fs::write(format!("/proc/{pid}/clear_refs"), "5").unwrap();
}

fn memory(pid: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * KIB
}

/// Calls `send` with the numbers below `count` from several threads.
fn flood(count: usize, send: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    send(number);
                }
            });
        }
    });
}

#[test]
fn a_thousand_wrong_logins_leave_one_block_of_memory_for_each_permit() {
    let service = Service::start(Engine::Sqlite);
    let permits = std::thread::available_parallelism().map_or(1, NonZero::get).min(4) as u64;
    let path = format!("/api/account/{ACCOUNT}/login?v=1.3");
    let json_type = [("content-type", "application/json")];
    let pid = service.server.pid().unwrap();
    let before = resident(pid);
    flood(1000, |number| {
        let body = json!({ "username": format!("user{number}"), "password": "wrong" }).to_string();
        let status = service.send("POST", &path, &json_type, &body).status;
        assert!([401, 429].contains(&status), "{status}");
    });
    let grown = resident(pid).saturating_sub(before);
    assert!(grown <= 20 * MIB + permits * 19 * MIB, "{} MiB for {permits} permits", grown / MIB);
}

/// The server keeps some of what it needed at its peak, so the bound is a few copies of what was under way
/// at once; more than that is memory that a stranger can make grow.
#[test]
fn floods_of_large_bodies_leave_no_more_than_was_under_way_at_once() {
    let service = Service::start(Engine::Sqlite);
    let text = "x".repeat(1_000_000);
    let login = json!({ "username": "anna", "password": text }).to_string();
    let form = format!("account={ACCOUNT}&carried={text}");
    let field = "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n";
    let upload = format!("{field}{text}\r\n--b--\r\n");
    let mut long = service.get(&format!("{LIST}?v=1&limit=1")).json()[0].clone();
    long["channels"][0]["note"] = json!(text);
    let long = long.to_string();
    let manage = format!("/manage/v1/accounts/{ACCOUNT}/handoffs");
    let (json, urlencoded) = ("application/json", "application/x-www-form-urlencoded");
    let pid = service.server.pid().unwrap();
    let before = resident(pid);
    for (path, media_type, body, expected) in [
        (format!("/api/account/{ACCOUNT}/login?v=1.3"), json, &login, &[401, 429][..]),
        (format!("/sentinel/api/account/{ACCOUNT}/app/token"), urlencoded, &form, &[400]),
        ("/sign-in".to_owned(), urlencoded, &form, &[403, 429]),
        ("/handoffs/new".to_owned(), "multipart/form-data; boundary=b", &upload, &[403]),
        (format!("{manage}/check"), json, &long, &[200]),
    ] {
        flood(100, |_| {
            let headers = [("content-type", media_type), ("authorization", &*service.token)];
            let status = service.send("POST", &path, &headers, body).status;
            assert!(expected.contains(&status), "{path}: {status}");
        });
    }
    let grown = resident(pid).saturating_sub(before);
    assert!(grown <= SENDERS as u64 * 4 * MIB, "{} MiB", grown / MIB);
}

/// Each of the small templates takes some kilobytes once it is read, so an import that kept all of them would need
/// several hundred megabytes.
#[test]
fn an_import_of_many_small_templates_needs_no_memory_for_all_of_them() {
    let service = Service::start(Engine::Sqlite);
    let template = |number| {
        json!({ "name": format!("t{number}"), "language": "en", "category": "UTILITY",
            "components": [{ "type": "BODY", "text": "Hello" }] })
    };
    let templates = Value::Array((0..IMPORTED).map(template).collect()).to_string();
    let headers = [
        ("content-type", "application/json"),
        ("authorization", &*service.token),
        ("prefer", "respond-async"),
    ];
    let pid = service.server.pid().unwrap();
    let before = resident(pid);
    reset_peak(pid);
    let path = format!("/manage/v1/accounts/{ACCOUNT}/handoffs/import?mode=apply");
    let begun = service.send("POST", &path, &headers, &templates);
    assert_eq!(begun.status, 202, "{begun:?}");
    let done = service.import_result(&service.token, begun.header("location")).json();
    assert_eq!(done["create"], IMPORTED);
    assert_eq!(done["items"].as_array().unwrap().len(), IMPORTED);
    let grown = peak(pid).saturating_sub(before);
    println!("{} MiB for an import of {IMPORTED} templates", grown / MIB);
    assert!(grown <= 100 * MIB, "{} MiB", grown / MIB);
}

/// The file has 70 MB, and the handoffs take several times as much once they are read.
#[test]
fn a_download_of_all_handoffs_needs_no_memory_for_all_of_them() {
    let service = Service::start(Engine::Sqlite);
    let many = Value::Array(handoffs("D", DOWNLOADED)).to_string();
    let file = service.installation.file("many.json", &many);
    service.installation.run(&["import", file, "--account", ACCOUNT]).succeeded();
    let user = &service.server.credentials()["user"];
    let agent: Agent = Agent::config_builder().max_redirects(0).build().into();
    let field = |name: &str| user[name].as_str().unwrap();
    let form = [("account", ACCOUNT), ("username", field("username")), ("password", field("password"))];
    let base = service.server.base();
    let signed_in = agent.post(format!("{base}/sign-in")).send_form(form).unwrap();
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap();
    let pid = service.server.pid().unwrap();
    let before = resident(pid);
    reset_peak(pid);
    let mut file = agent.get(format!("{base}/export")).header("Cookie", cookie).call().unwrap();
    let documents: Vec<Value> = serde_json::from_reader(BufReader::new(file.body_mut().as_reader())).unwrap();
    let grown = peak(pid).saturating_sub(before);
    assert!(documents.len() >= DOWNLOADED, "{}", documents.len());
    println!("{} MiB for a download of {DOWNLOADED} handoffs", grown / MIB);
    assert!(grown <= 50 * MIB, "{} MiB", grown / MIB);
}
