//! Request ids in the log; traces from clients, to a collector and to webhook receivers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "service/support/mod.rs"]
#[allow(dead_code, unused_imports, unused_macros, reason = "the other scenarios need the rest")]
mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Sender};
use std::thread;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use serde_json::{Value, json};
use support::http::eventually;
use support::{ACCOUNT, Engine, LIST, Receiver, Response, Service, on_both_engines};

on_both_engines!(a_collector_receives_spans_of_request_use_case_and_statement);

const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CLIENT_SPAN: &str = "00f067aa0ba902b7";
/// A limit on the file size simulates a full disk.
const FULL_DISK_BYTES: u64 = 4096;

/// An OpenTelemetry collector; its threads end with the test program.
struct Collector {
    endpoint: String,
    spans: mpsc::Receiver<Span>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let (sender, spans) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                thread::spawn(move || while receive_export(&stream, &sender).is_some() {});
            }
        });
        Self { endpoint, spans }
    }

    /// Stops the server, which sends its remaining spans, and returns all spans.
    fn stop_and_collect(self, mut service: Service) -> Vec<Span> {
        assert!(service.server.stop().unwrap().success());
        self.spans.try_iter().collect()
    }
}

/// Reads one export, forwards its spans and acknowledges it; `None` at the end of the connection.
fn receive_export(mut stream: &TcpStream, spans: &Sender<Span>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut lines = reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    assert_eq!(lines.next()?, "POST /v1/traces HTTP/1.1");
    let length = lines.find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    lines.for_each(drop);
    let mut body = vec![0; length?];
    reader.read_exact(&mut body).ok()?;
    let export = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
    let scopes = export.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
    // Sending fails if the test has ended.
    scopes.flat_map(|scope| scope.spans).for_each(|span| drop(spans.send(span)));
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").ok()
}

fn start_traced(engine: Engine, collector: &Collector, arguments: &[&str]) -> Service {
    Service::start_with(engine, &[&["--otlp-endpoint", &collector.endpoint], arguments].concat())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn attribute(span: &Span, name: &str) -> String {
    let found = span.attributes.iter().find(|attribute| attribute.key == name);
    format!("{:?}", found.unwrap_or_else(|| panic!("no {name}: {span:?}")).value)
}

/// The names of a span and its ancestors, innermost first.
fn path<'s>(spans: &'s [Span], span: &'s Span) -> Vec<&'s str> {
    let parent = |span: &&'s Span| spans.iter().find(|outer| outer.span_id == span.parent_span_id);
    std::iter::successors(Some(span), parent).map(|span| &*span.name).collect()
}

fn a_collector_receives_spans_of_request_use_case_and_statement(engine: Engine) {
    let collector = Collector::start();
    let service = start_traced(engine, &collector, &["--trusted-proxies", "127.0.0.0/8"]);
    let traceparent = format!("00-{TRACE_ID}-{CLIENT_SPAN}-01");
    let headers = [("authorization", &*service.token), ("traceparent", &traceparent)];
    let response = service.send("GET", &format!("{LIST}?v=1&limit=7"), &headers, "");
    let unsampled = format!("00-{TRACE_ID}-{CLIENT_SPAN}-00");
    service.send("GET", "/readyz?access_token=planted-value", &[("traceparent", &unsampled)], "");
    let spans = collector.stop_and_collect(service);
    assert!(!format!("{spans:?}").contains("planted-value"), "a span contains part of a query");

    let of_client: Vec<Span> = spans.into_iter().filter(|span| hex(&span.trace_id) == TRACE_ID).collect();
    let request = of_client.iter().find(|span| hex(&span.parent_span_id) == CLIENT_SPAN);
    let request = request.unwrap_or_else(|| panic!("{of_client:?}"));
    assert_eq!(request.name, "request");
    assert!(attribute(request, "request").contains(response.header("x-request-id")));
    assert!(attribute(request, "http.route").contains("/handoffs/list"));
    assert!(attribute(request, "http.response.status_code").contains("200"));
    let statements: Vec<&Span> = of_client.iter().filter(|span| span.name == "statement").collect();
    let page = statements.iter().find(|span| path(&of_client, span).contains(&"published_handoffs"));
    let page = page.unwrap_or_else(|| panic!("{of_client:?}"));
    assert_eq!(*path(&of_client, page).last().unwrap(), "request");
    assert!(attribute(page, "db.query.text").contains("published"));
    assert_eq!(
        of_client.iter().filter(|span| span.name == "request").count(),
        1,
        "the client sampled only one request"
    );
}

#[test]
fn untrusted_clients_choose_neither_the_trace_id_nor_the_sampling() {
    let collector = Collector::start();
    let service = start_traced(Engine::Sqlite, &collector, &[]);
    for flags in ["00", "01"] {
        let traceparent = format!("00-{TRACE_ID}-{CLIENT_SPAN}-{flags}");
        service.send("GET", &format!("{LIST}?v=1&limit=7"), &[("traceparent", &traceparent)], "");
    }
    let spans = collector.stop_and_collect(service);
    assert!(spans.iter().all(|span| hex(&span.trace_id) != TRACE_ID), "{spans:?}");
    let recorded = spans.iter().filter(|span| span.name == "request");
    let of_list = recorded.filter(|span| attribute(span, "http.route").contains("/handoffs/list"));
    assert_eq!(of_list.count(), 2);
}

#[test]
fn a_webhook_request_carries_the_trace_of_its_delivery() {
    let (collector, receiver) = (Collector::start(), Receiver::start(&[]));
    let private = "--webhooks-to-private-networks";
    let service = start_traced(Engine::Sqlite, &collector, &[private]);
    let create = ["webhook", "create", &receiver.url, "--account", ACCOUNT, "--json", private];
    let webhook = service.installation.run(&create).json();
    let id = webhook["id"].as_str().unwrap();
    service.installation.run(&["webhook", "ping", id, "--account", ACCOUNT]).succeeded();
    let message = receiver.next();
    let sent: Vec<&str> = message.header("traceparent").split('-').collect();
    let spans = collector.stop_and_collect(service);
    let delivery =
        spans.iter().find(|span| span.name == "webhook_delivery").expect("no span of the delivery");
    assert!(message.headers.iter().all(|(name, _)| name != "tracestate"), "{message:?}");
    assert_eq!(sent, ["00", &hex(&delivery.trace_id), &hex(&delivery.span_id), "01"]);
}

#[test]
fn a_webhook_request_without_a_collector_carries_no_trace() {
    let (receiver, private) = (Receiver::start(&[]), "--webhooks-to-private-networks");
    let service = Service::start_with(Engine::Sqlite, &[private]);
    let create = ["webhook", "create", &receiver.url, "--account", ACCOUNT, "--json", private];
    let webhook = service.installation.run(&create).json();
    let ping = ["webhook", "ping", webhook["id"].as_str().unwrap(), "--account", ACCOUNT];
    service.installation.run(&ping).succeeded();
    assert!(receiver.next().headers.iter().all(|(name, _)| name != "traceparent"));
}

/// Creates a client, which the application logs.
fn create_client(service: &Service) -> Response {
    let path = format!("/api/account/{ACCOUNT}/login?v=1.3");
    let json = ("content-type", "application/json");
    let user = service.server.credentials()["user"].to_string();
    let login = service.send("POST", &path, &[json], &user);
    let bearer = format!("Bearer {}", login.json()["bearer"].as_str().unwrap());
    let path = format!("/manage/v1/accounts/{ACCOUNT}/clients");
    service.send(
        "POST",
        &path,
        &[json, ("authorization", &bearer)],
        &json!({"name": "Robot", "scope": "handoffs.read"}).to_string(),
    )
}

/// The log lines with the request id. Waits for the last of them, `answered`.
fn lines_of(service: &Service, request: &str) -> Vec<String> {
    let lines = || -> Vec<String> {
        service.server.log().lines().filter(|line| line.contains(request)).map(str::to_owned).collect()
    };
    let lines = eventually(lines, |lines| lines.iter().any(|line| line.contains("answered")));
    assert!(lines.iter().any(|line| line.contains("answered")), "{lines:?}");
    lines
}

#[test]
fn every_log_line_of_a_request_has_its_id() {
    let text = Service::start_with(Engine::Sqlite, &["--log", "outbound_app=info,outbound_http=info"]);
    let request = create_client(&text).header("x-request-id").to_owned();
    let lines = lines_of(&text, &request);
    assert!(lines.iter().any(|line| line.contains("client.created")), "{lines:?}");
    assert!(lines.iter().all(|line| line.ends_with(&format!(" request={request}"))), "{lines:?}");

    let json = Service::start_with(Engine::Sqlite, &["--log-format", "json"]);
    let request = create_client(&json).header("x-request-id").to_owned();
    let lines = lines_of(&json, &request);
    assert!(lines.len() >= 2, "{lines:?}");
    for line in lines {
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["request"], request.as_str(), "{line}");
    }
}

#[test]
fn the_log_line_of_a_failed_statement_has_the_request_id() {
    // The span that holds the id must exist even if only errors are logged.
    let service = Service::start_with(Engine::Sqlite, &["--log", "error"]);
    service.server.limit_file_size(Some(FULL_DISK_BYTES)).unwrap();
    let headers = [("authorization", &*service.token), ("content-type", "application/json")];
    let draft = support::handoffs("A", 1).remove(0).to_string();
    let failed = service.send("POST", &format!("/manage/v1/accounts/{ACCOUNT}/handoffs"), &headers, &draft);
    assert_eq!(failed.status, 503, "{failed:?}");
    let request = failed.header("x-request-id");
    let is_logged =
        || service.server.log().lines().any(|line| line.contains("failed") && line.contains(request));
    assert!(eventually(is_logged, |is_logged| *is_logged), "{}", service.server.log());
}
