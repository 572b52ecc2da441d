//! `mirror` with sources that misbehave: they change while they are read, redirect, or send too much.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use crate::support::{Engine, Installation, Ran, eventually, handoffs};

/// A request for a page of the list, and the number of such requests before it.
struct PageRequest {
    offset: usize,
    tag: Option<String>,
    before: usize,
}

/// An HTTP server that gives a token to every client and computes pages of the list with a function.
struct Source {
    base: String,
    /// All requests: the request line, and whether it had a token.
    requests: Arc<Mutex<Vec<(String, bool)>>>,
}

impl Source {
    fn start(list: impl Fn(&PageRequest) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                respond(stream, &list, &log);
            }
        });
        Self { base, requests }
    }

    /// The number of requests for pages of the list.
    fn page_requests(&self) -> usize {
        self.requests.lock().unwrap().iter().filter(|(line, _)| line.starts_with("GET ")).count()
    }

    fn mirror(&self, installation: &Installation, more: &[&str]) -> Ran {
        installation.run_with(&[&self.arguments()[..], more].concat(), "secret\n")
    }

    fn arguments(&self) -> Vec<&str> {
        let from = ["mirror", "--account", "1", "--from", &self.base, "--json"];
        [&from[..], &["--client-id", "c1", "--page-size", "2"]].concat()
    }
}

fn respond(
    mut stream: TcpStream,
    list: &impl Fn(&PageRequest) -> String,
    requests: &Mutex<Vec<(String, bool)>>,
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut line, mut head, mut length) = (String::new(), Vec::new(), 0);
    while reader.read_line(&mut line).ok()? > 2 {
        head.push(std::mem::take(&mut line));
    }
    let header = |name: &str| {
        let headers = head.iter().filter_map(|line| line.split_once(": "));
        let mut values = headers.filter(|(found, _)| found.eq_ignore_ascii_case(name));
        values.next().map(|(_, value)| value.trim_end().to_owned())
    };
    if let Some(text) = header("content-length") {
        length = text.parse().ok()?;
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    let target = head.first()?.clone();
    let before = {
        let mut requests = requests.lock().unwrap();
        requests.push((target.clone(), header("authorization").is_some()));
        requests.iter().filter(|(line, _)| line.starts_with("GET ")).count().saturating_sub(1)
    };
    let text = if target.starts_with("POST ") {
        page("200 OK", "", r#"{"access_token":"t"}"#)
    } else {
        let offset = target.split("offset=").nth(1)?.split([' ', '&']).next()?.parse().ok()?;
        list(&PageRequest { offset, tag: header("if-none-match"), before })
    };
    stream.write_all(text.as_bytes()).ok()
}

fn page(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
}

/// A page with two of the handoffs, and `total` as the total count.
fn page_of(all: &[Value], offset: usize, total: usize) -> String {
    let items = Value::from(all.iter().skip(offset).take(2).cloned().collect::<Vec<_>>());
    page("200 OK", &format!("X-Total-Count: {total}\r\n"), &items.to_string())
}

#[test]
fn rereads_a_list_that_changes_while_it_is_read() {
    let all = handoffs("A", 4);
    // The total differs between the first two pages; afterwards it is constant.
    let source =
        Source::start(move |request| page_of(&all, request.offset, if request.before == 1 { 5 } else { 4 }));
    let installation = Installation::with_account(Engine::Sqlite, "1");
    assert_eq!(source.mirror(&installation, &[]).json()["created"], 4);
    assert_eq!(source.page_requests(), 4);

    let all = handoffs("B", 4);
    // The second page always repeats a handoff of the first.
    let unstable = Source::start(move |request| page_of(&all, request.offset / 2, 4));
    unstable.mirror(&installation, &[]).failed(1, "the list changed every time it was read");
    assert_eq!(unstable.page_requests(), 10, "two pages, five times");
    assert_eq!(installation.exported("1").as_array().unwrap().len(), 4);
}

#[test]
fn a_token_is_not_sent_to_another_host() {
    let elsewhere = Source::start(|request| page_of(&[], request.offset, 0));
    let location = format!("Location: {}/list?offset=0\r\n", elsewhere.base);
    let source = Source::start(move |_| page("302 Found", &location, ""));
    let installation = Installation::with_account(Engine::Sqlite, "1");
    source.mirror(&installation, &[]).failed(1, "302");
    assert_eq!((source.page_requests(), elsewhere.page_requests()), (1, 0));
}

#[test]
fn tokens_may_come_from_another_host() {
    let tokens = Source::start(|_| page("404 Not Found", "", ""));
    let source = Source::start(|request| page_of(&handoffs("A", 1), request.offset, 1));
    let installation = Installation::with_account(Engine::Sqlite, "1");
    assert_eq!(source.mirror(&installation, &["--token-from", &tokens.base]).json()["created"], 1);
    let requests = |source: &Source| source.requests.lock().unwrap().clone();
    let path = |line: &str| line.split(' ').nth(1).unwrap().split('?').next().unwrap().to_owned();
    let request: Vec<_> = requests(&tokens).iter().map(|(line, _)| path(line)).collect();
    assert_eq!(request, ["/sentinel/api/account/1/app/token"]);
    assert!(requests(&source).iter().all(|(line, token)| line.starts_with("GET ") && *token));
}

#[test]
fn a_page_over_the_limit_is_rejected() {
    let source = Source::start(|_| {
        let length = (64 << 20) + 1;
        format!(
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{}",
            " ".repeat(length)
        )
    });
    let installation = Installation::with_account(Engine::Sqlite, "1");
    source.mirror(&installation, &[]).failed(1, "64 MiB");
    assert_eq!(source.page_requests(), 1, "a page over the limit is not requested again");
}

#[test]
fn unchanged_pages_are_not_sent_again() {
    let all = handoffs("A", 3);
    let source = Source::start(move |request| {
        let tag = format!("\"page-{}\"", request.offset);
        if request.tag.as_deref() == Some(&*tag) {
            return page("304 Not Modified", "", "");
        }
        let items = Value::from(all.iter().skip(request.offset).take(2).cloned().collect::<Vec<_>>());
        page("200 OK", &format!("X-Total-Count: 3\r\nETag: {tag}\r\n"), &items.to_string())
    });
    let installation = Installation::with_account(Engine::Sqlite, "1");
    let secret = installation.file("secret", "secret");
    let watch = ["--watch", "1", "--client-secret-file", secret];
    let mut watcher = installation.command(&[&source.arguments()[..], &watch].concat());
    let mut watcher = watcher.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    // Two pages at first, then two conditional requests per interval.
    let count = eventually(|| source.page_requests(), |count| *count >= 6);
    watcher.kill().unwrap();
    let output = watcher.wait_with_output().unwrap();
    assert!(count >= 6, "{count}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let copied: Value = serde_json::from_str(&printed).unwrap_or_else(|_| panic!("one result: {printed}"));
    assert_eq!(copied["created"], 3);
    for field in ["changed", "unchanged", "archived", "errors", "warnings"] {
        assert!(copied[field].is_u64(), "{field}: {copied}");
    }
    assert_eq!(installation.exported("1").as_array().unwrap().len(), 3);
}
