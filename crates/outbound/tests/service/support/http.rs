//! Requests to a server, and its answers as they came.

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

const DEADLINE: Duration = Duration::from_secs(20);

/// An answer, whatever its status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Itself, if it is as the OpenAPI document says of an answer to this request.
    #[track_caller]
    fn checked(self, method: &str, target: &str) -> Self {
        let (kind, packed) = (self.header("content-type"), self.headers.contains_key("content-encoding"));
        let fault = specification::fault(method, target, self.status, kind, &self.body).filter(|_| !packed);
        assert_eq!(fault, None, "{method} {target}: {} {}", self.status, String::from_utf8_lossy(&self.body));
        self
    }

    /// A header; empty when it is not there.
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

    /// Status and stable code of an error.
    #[track_caller]
    pub(crate) fn error(&self) -> (u16, String) {
        (self.status, self.json()["error"].as_str().unwrap_or_default().to_owned())
    }
}

/// Sends a request and reads the answer; redirects are followed, gzip is unpacked.
pub(crate) fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    static AGENT: LazyLock<Agent> = LazyLock::new(|| {
        let config = Agent::config_builder().http_status_as_error(false);
        let config = config.accept_encoding(AutoHeaderValue::None).accept(AutoHeaderValue::None);
        // A connection each: the server closes one whose body it refused to read, and says so only then.
        config.timeout_global(Some(DEADLINE)).max_idle_connections(0).build().into()
    });
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = match body {
        "" => AGENT.run(request.body(()).unwrap()),
        text => AGENT.run(request.body(text).unwrap()),
    };
    let (head, mut body) = answer.unwrap_or_else(|e| panic!("{method} {url}: {e}")).into_parts();
    let answer =
        Answer { status: head.status.as_u16(), headers: head.headers, body: body.read_to_vec().unwrap() };
    let (_, after_scheme) = url.split_once("://").unwrap();
    answer.checked(method, after_scheme.find('/').map_or("/", |start| &after_scheme[start..]))
}

/// Asks until the answer is as `wanted`, and gives back the last. For what another process changed:
/// a server learns of it within a second, of a revoked credential within five at the latest.
pub(crate) fn eventually<T>(ask: impl Fn() -> T, wanted: impl Fn(&T) -> bool) -> T {
    eventually_within(DEADLINE, ask, wanted)
}

/// The same with another deadline.
pub(crate) fn eventually_within<T>(
    patience: Duration,
    ask: impl Fn() -> T,
    wanted: impl Fn(&T) -> bool,
) -> T {
    let started = Instant::now();
    loop {
        let answer = ask();
        if wanted(&answer) || started.elapsed() > patience {
            return answer;
        }
        sleep(Duration::from_millis(50));
    }
}

/// A connection on which these bytes were sent, and maybe more will be.
pub(crate) fn begun(base: &str, request: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(base.strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(request).unwrap();
    stream
}

/// Sends bytes as they are and reads until the server closes: so they ask it to, or give it a reason.
pub(crate) fn raw(base: &str, request: &[u8]) -> Answer {
    let mut stream = begun(base, request);
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("no answer");
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let (first, rest) = head.split_once("\r\n").unwrap();
    let header = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.parse::<HeaderName>().unwrap(), value.parse().unwrap())
    };
    let status = first.split(' ').nth(1).unwrap().parse().unwrap();
    let headers = rest.split("\r\n").map(header).collect();
    let answer = Answer { status, headers, body: bytes.split_off(end + 4) };
    let sent = String::from_utf8_lossy(request);
    let mut words = sent.split(' ');
    answer.checked(words.next().unwrap_or_default(), words.next().unwrap_or_default())
}
