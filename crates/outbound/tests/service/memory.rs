//! Memory limits of the running process: floods of requests, large imports and large downloads.

use std::io::BufReader;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use ureq::Agent;

use crate::support::{ACCOUNT, Engine, LIST, Service, handoffs};

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
/// Number of concurrent clients.
const SENDERS: usize = 32;
/// Number of templates in the import.
const IMPORTED: usize = 30_000;
/// Number of handoffs in the download.
const DOWNLOADED: usize = 100_000;

/// The resident memory of a process, in bytes.
fn resident(pid: u32) -> u64 {
    memory(pid, "VmRSS:")
}

/// The peak resident memory of a process since `reset_peak`, in bytes.
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

/// Calls `send` from several threads, once for each number below `count`.
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
fn a_thousand_failed_logins_keep_at_most_one_hash_buffer_per_permit() {
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
    let growth = resident(pid).saturating_sub(before);
    assert!(growth <= 20 * MIB + permits * 19 * MIB, "{} MiB for {permits} permits", growth / MIB);
}

/// The allocator keeps some of the peak memory, so the limit is a few copies of the concurrent bodies. More
/// would mean that unauthenticated clients can increase memory without limit.
#[test]
fn floods_of_large_bodies_do_not_accumulate_memory() {
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
        ("/login".to_owned(), urlencoded, &form, &[403, 429]),
        ("/handoffs/new".to_owned(), "multipart/form-data; boundary=b", &upload, &[403]),
        (format!("{manage}/check"), json, &long, &[200]),
    ] {
        flood(100, |_| {
            let headers = [("content-type", media_type), ("authorization", &*service.token)];
            let status = service.send("POST", &path, &headers, body).status;
            assert!(expected.contains(&status), "{path}: {status}");
        });
    }
    let growth = resident(pid).saturating_sub(before);
    assert!(growth <= SENDERS as u64 * 4 * MIB, "{} MiB", growth / MIB);
}

/// A parsed template takes some kilobytes, so an import that held all of them would need several hundred
/// megabytes.
#[test]
fn an_import_does_not_hold_all_templates_in_memory() {
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
    let started = service.send("POST", &path, &headers, &templates);
    assert_eq!(started.status, 202, "{started:?}");
    let result = service.import_result(&service.token, started.header("location")).json();
    assert_eq!(result["create"], IMPORTED);
    assert_eq!(result["items"].as_array().unwrap().len(), IMPORTED);
    let growth = peak(pid).saturating_sub(before);
    println!("{} MiB for an import of {IMPORTED} templates", growth / MIB);
    assert!(growth <= 100 * MIB, "{} MiB", growth / MIB);
}

/// The file has 70 MB; the parsed handoffs would take several times as much.
#[test]
fn a_download_does_not_hold_all_handoffs_in_memory() {
    let service = Service::start(Engine::Sqlite);
    let many = Value::Array(handoffs("D", DOWNLOADED)).to_string();
    let file = service.installation.file("many.json", &many);
    service.installation.run(&["import", file, "--account", ACCOUNT]).succeeded();
    let user = &service.server.credentials()["user"];
    let agent: Agent = Agent::config_builder().max_redirects(0).build().into();
    let field = |name: &str| user[name].as_str().unwrap();
    let form = [("account", ACCOUNT), ("username", field("username")), ("password", field("password"))];
    let base = service.server.base();
    let logged_in = agent.post(format!("{base}/login")).send_form(form).unwrap();
    let cookie = logged_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap();
    let pid = service.server.pid().unwrap();
    let before = resident(pid);
    reset_peak(pid);
    let mut file = agent.get(format!("{base}/export")).header("Cookie", cookie).call().unwrap();
    let documents: Vec<Value> = serde_json::from_reader(BufReader::new(file.body_mut().as_reader())).unwrap();
    let growth = peak(pid).saturating_sub(before);
    assert!(documents.len() >= DOWNLOADED, "{}", documents.len());
    println!("{} MiB for a download of {DOWNLOADED} handoffs", growth / MIB);
    assert!(growth <= 50 * MIB, "{} MiB", growth / MIB);
}
