//! HTTP requests to a server, and its responses.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::LazyLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use outbound_testkit::specification;
use serde_json::Value;
use ureq::Agent;
use ureq::config::AutoHeaderValue;
use ureq::http::{HeaderMap, HeaderName, Request};

const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// A response with any status.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// Checks the response to this request against the OpenAPI document and returns it.
    #[track_caller]
    fn checked(self, method: &str, target: &str) -> Self {
        let media_type = self.header("content-type");
        // Compressed bodies are not checked.
        let is_compressed = self.headers.contains_key("content-encoding");
        let fault = specification::fault(method, target, self.status, media_type, &self.body)
            .filter(|_| !is_compressed);
        assert_eq!(fault, None, "{method} {target}: {} {}", self.status, String::from_utf8_lossy(&self.body));
        self
    }

    /// The value of a header, or an empty string.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// Status and code of an error.
    #[track_caller]
    pub(crate) fn error(&self) -> (u16, String) {
        (self.status, self.json()["error"].as_str().unwrap_or_default().to_owned())
    }
}

/// Sends a request and reads the response. Follows redirects and decompresses gzip.
pub(crate) fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Response {
    static AGENT: LazyLock<Agent> = LazyLock::new(|| {
        let config = Agent::config_builder().http_status_as_error(false);
        let config = config.accept_encoding(AutoHeaderValue::None).accept(AutoHeaderValue::None);
        // No reuse: the server closes a connection after it rejects a body, possibly after its response.
        config.timeout_global(Some(REQUEST_TIMEOUT)).max_idle_connections(0).build().into()
    });
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = match body {
        "" => AGENT.run(request.body(()).unwrap()),
        text => AGENT.run(request.body(text).unwrap()),
    };
    let (head, mut body) = response.unwrap_or_else(|e| panic!("{method} {url}: {e}")).into_parts();
    let response =
        Response { status: head.status.as_u16(), headers: head.headers, body: body.read_to_vec().unwrap() };
    let (_, after_scheme) = url.split_once("://").unwrap();
    response.checked(method, after_scheme.find('/').map_or("/", |start| &after_scheme[start..]))
}

/// Calls `ask` until its result is as `wanted` or time is up, and returns the last result. Servers notice
/// changes of other processes within a second, and revoked credentials within five.
pub(crate) fn eventually<T>(ask: impl Fn() -> T, wanted: impl Fn(&T) -> bool) -> T {
    eventually_within(REQUEST_TIMEOUT, ask, wanted)
}

/// The same with another timeout.
pub(crate) fn eventually_within<T>(timeout: Duration, ask: impl Fn() -> T, wanted: impl Fn(&T) -> bool) -> T {
    let started = Instant::now();
    loop {
        let response = ask();
        if wanted(&response) || started.elapsed() > timeout {
            return response;
        }
        sleep(Duration::from_millis(50));
    }
}

/// Opens a connection and sends these bytes. The caller may send more.
pub(crate) fn connect_and_send(base: &str, request: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(base.strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(request).unwrap();
    stream
}

/// Sends bytes unchanged and reads until the server closes the connection, which the bytes must cause.
pub(crate) fn raw(base: &str, request: &[u8]) -> Response {
    let mut stream = connect_and_send(base, request);
    stream.set_read_timeout(Some(REQUEST_TIMEOUT)).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("no response head");
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let (first, rest) = head.split_once("\r\n").unwrap();
    let header = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.parse::<HeaderName>().unwrap(), value.parse().unwrap())
    };
    let status = first.split(' ').nth(1).unwrap().parse().unwrap();
    let headers = rest.split("\r\n").map(header).collect();
    let response = Response { status, headers, body: bytes.split_off(end + 4) };
    let sent = String::from_utf8_lossy(request);
    let mut words = sent.split(' ');
    response.checked(words.next().unwrap_or_default(), words.next().unwrap_or_default())
}
