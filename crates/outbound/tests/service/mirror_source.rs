//! `mirror` of sources that are no installation of ours: they change while they are read, send elsewhere,
//! or send too much.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use crate::support::{Engine, Installation, Ran, eventually, handoffs};

/// A page of the list that is asked for, and how often its list was asked for before.
struct Asked {
    offset: usize,
    tag: Option<String>,
    before: usize,
}

/// A small HTTP server: gives a token to everybody, and of the list what it is told to.
struct Source {
    base: String,
    /// Every request: method, target and whether a token came along.
    seen: Arc<Mutex<Vec<(String, bool)>>>,
}

impl Source {
    fn start(list: impl Fn(&Asked) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = seen.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &list, &kept);
            }
        });
        Self { base, seen }
    }

    /// How often a page of the list was asked for.
    fn lists(&self) -> usize {
        self.seen.lock().unwrap().iter().filter(|(line, _)| line.starts_with("GET ")).count()
    }

    fn mirror(&self, here: &Installation, more: &[&str]) -> Ran {
        here.run_with(&[&self.arguments()[..], more].concat(), "secret\n")
    }

    fn arguments(&self) -> Vec<&str> {
        let from = ["mirror", "--account", "1", "--from", &self.base, "--json"];
        [&from[..], &["--client-id", "c1", "--page-size", "2"]].concat()
    }
}

fn answer(
    mut stream: TcpStream,
    list: &impl Fn(&Asked) -> String,
    seen: &Mutex<Vec<(String, bool)>>,
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut line, mut head, mut length) = (String::new(), Vec::new(), 0);
    while reader.read_line(&mut line).ok()? > 2 {
        head.push(std::mem::take(&mut line));
    }
    let header = |name: &str| {
        let found = head.iter().filter_map(|line| line.split_once(": "));
        let mut found = found.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim_end().to_owned())
    };
    if let Some(text) = header("content-length") {
        length = text.parse().ok()?;
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    let target = head.first()?.clone();
    let before = {
        let mut seen = seen.lock().unwrap();
        seen.push((target.clone(), header("authorization").is_some()));
        seen.iter().filter(|(line, _)| line.starts_with("GET ")).count().saturating_sub(1)
    };
    let text = if target.starts_with("POST ") {
        page("200 OK", "", r#"{"access_token":"t"}"#)
    } else {
        let offset = target.split("offset=").nth(1)?.split([' ', '&']).next()?.parse().ok()?;
        list(&Asked { offset, tag: header("if-none-match"), before })
    };
    stream.write_all(text.as_bytes()).ok()
}

fn page(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
}

/// Two of the handoffs, of `total`.
fn part(all: &[Value], offset: usize, total: usize) -> String {
    let items = Value::from(all.iter().skip(offset).take(2).cloned().collect::<Vec<_>>());
    page("200 OK", &format!("X-Total-Count: {total}\r\n"), &items.to_string())
}

#[test]
fn a_list_that_changes_while_it_is_read_is_read_again() {
    let all = handoffs("A", 4);
    // Its length differs between the first two pages; then it rests.
    let source = Source::start(move |asked| part(&all, asked.offset, if asked.before == 1 { 5 } else { 4 }));
    let here = Installation::with_account(Engine::Sqlite, "1");
    assert_eq!(source.mirror(&here, &[]).json()["created"], 4);
    assert_eq!(source.lists(), 4);

    let all = handoffs("B", 4);
    // The second page repeats a handoff of the first, always.
    let restless = Source::start(move |asked| part(&all, asked.offset / 2, 4));
    restless.mirror(&here, &[]).refused(1, "the list changed every time it was read");
    assert_eq!(restless.lists(), 10, "two pages, five times");
    assert_eq!(here.exported("1").as_array().unwrap().len(), 4);
}

#[test]
fn a_token_goes_to_no_other_host() {
    let elsewhere = Source::start(|asked| part(&[], asked.offset, 0));
    let to = format!("Location: {}/list?offset=0\r\n", elsewhere.base);
    let source = Source::start(move |_| page("302 Found", &to, ""));
    let here = Installation::with_account(Engine::Sqlite, "1");
    source.mirror(&here, &[]).refused(1, "302");
    assert_eq!((source.lists(), elsewhere.lists()), (1, 0));
}

#[test]
fn tokens_may_come_from_another_host() {
    let tokens = Source::start(|_| page("404 Not Found", "", ""));
    let source = Source::start(|asked| part(&handoffs("A", 1), asked.offset, 1));
    let here = Installation::with_account(Engine::Sqlite, "1");
    assert_eq!(source.mirror(&here, &["--token-from", &tokens.base]).json()["created"], 1);
    let seen = |source: &Source| source.seen.lock().unwrap().clone();
    let path = |line: &str| line.split(' ').nth(1).unwrap().split('?').next().unwrap().to_owned();
    let asked: Vec<_> = seen(&tokens).iter().map(|(line, _)| path(line)).collect();
    assert_eq!(asked, ["/sentinel/api/account/1/app/token"]);
    assert!(seen(&source).iter().all(|(line, token)| line.starts_with("GET ") && *token));
}

#[test]
fn a_page_that_is_too_long_is_refused() {
    let source = Source::start(|_| {
        let length = (64 << 20) + 1;
        format!(
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{}",
            " ".repeat(length)
        )
    });
    let here = Installation::with_account(Engine::Sqlite, "1");
    source.mirror(&here, &[]).refused(1, "64 MiB");
    assert_eq!(source.lists(), 1, "it is not asked again for what is too long");
}

#[test]
fn while_nothing_changes_nothing_is_sent() {
    let all = handoffs("A", 3);
    let source = Source::start(move |asked| {
        let tag = format!("\"page-{}\"", asked.offset);
        if asked.tag.as_deref() == Some(&*tag) {
            return page("304 Not Modified", "", "");
        }
        let items = Value::from(all.iter().skip(asked.offset).take(2).cloned().collect::<Vec<_>>());
        page("200 OK", &format!("X-Total-Count: 3\r\nETag: {tag}\r\n"), &items.to_string())
    });
    let here = Installation::with_account(Engine::Sqlite, "1");
    let secret = here.file("secret", "secret");
    let watch = ["--watch", "1", "--client-secret-file", secret];
    let mut watcher = here.command(&[&source.arguments()[..], &watch].concat());
    let mut watcher = watcher.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    // Two pages at first, then two more for each look.
    let looked = eventually(|| source.lists(), |lists| *lists >= 6);
    watcher.kill().unwrap();
    let output = watcher.wait_with_output().unwrap();
    assert!(looked >= 6, "{looked}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let copied: Value = serde_json::from_str(&printed).unwrap_or_else(|_| panic!("one result: {printed}"));
    assert_eq!(copied["created"], 3);
    for field in ["changed", "unchanged", "archived", "errors", "warnings"] {
        assert!(copied[field].is_u64(), "{field}: {copied}");
    }
    assert_eq!(here.exported("1").as_array().unwrap().len(), 3);
}
