//! A small HTTP/1.1 client: one request at a time on each connection, connections reused, no redirects, no TLS.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::{Position, Url};

/// How long a request may take, including the connection.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The largest response body that is read.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;
/// The number of idle connections that are kept for an address.
const MAX_IDLE: usize = 64;

type Connection = SendRequest<Full<Bytes>>;

/// Why there is no response.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum HttpClientError {
    /// The URL or a header cannot be a part of a request.
    #[error("not a valid HTTP request")]
    InvalidRequest,
    /// The connection failed.
    #[error("cannot connect")]
    Connect,
    /// The connection ended before the response.
    #[error("the connection was closed without a response")]
    NoResponse,
    /// There was no response in time.
    #[error("no response within 10 seconds")]
    TimedOut,
}

/// A response.
#[derive(Clone, Debug)]
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// Sends requests.
#[derive(Debug, Default)]
pub struct HttpClient {
    idle: Mutex<HashMap<String, Vec<Connection>>>,
}

impl HttpClient {
    /// Sends a request and reads the response.
    pub async fn send(
        &self,
        method: Method,
        url: &Url,
        headers: &[(&str, String)],
        body: impl Into<Bytes>,
    ) -> Result<HttpResponse, HttpClientError> {
        let request = request(method, url, headers, body.into())?;
        let exchange = async {
            // The receiver may have closed an idle connection in the meantime.
            while let Some(connection) = self.idle_connection(url) {
                if let Ok(response) = self.exchange(connection, url, request.clone()).await {
                    return Ok(response);
                }
            }
            self.exchange(connect(url).await?, url, request).await
        };
        timeout(TIMEOUT, exchange).await.map_err(|_| HttpClientError::TimedOut)?
    }

    async fn exchange(
        &self,
        mut connection: Connection,
        url: &Url,
        request: Request<Full<Bytes>>,
    ) -> Result<HttpResponse, HttpClientError> {
        let response = connection.send_request(request).await.map_err(|_| HttpClientError::NoResponse)?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, MAX_BODY_BYTES).collect().await;
        let body = body.map_err(|_| HttpClientError::NoResponse)?.to_bytes();
        if connection.ready().await.is_ok() {
            self.keep(url, connection);
        }
        Ok(HttpResponse { status: head.status.as_u16(), headers: head.headers, body })
    }

    fn idle_connection(&self, url: &Url) -> Option<Connection> {
        let mut idle = self.lock();
        let connections = idle.get_mut(url.authority())?;
        while let Some(connection) = connections.pop() {
            if connection.is_ready() {
                return Some(connection);
            }
        }
        None
    }

    fn keep(&self, url: &Url, connection: Connection) {
        let mut idle = self.lock();
        let connections = idle.entry(url.authority().to_owned()).or_default();
        if connections.len() < MAX_IDLE {
            connections.push(connection);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Vec<Connection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn connect(url: &Url) -> Result<Connection, HttpClientError> {
    let host = url.host_str().ok_or(HttpClientError::InvalidRequest)?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().ok_or(HttpClientError::InvalidRequest)?;
    let stream = TcpStream::connect((host, port)).await.map_err(|_| HttpClientError::Connect)?;
    // Without it, small requests wait for the acknowledgement of earlier ones.
    stream.set_nodelay(true).map_err(|_| HttpClientError::Connect)?;
    let (connection, driver) = handshake(TokioIo::new(stream)).await.map_err(|_| HttpClientError::Connect)?;
    tokio::spawn(async move {
        let _ = driver.await;
    });
    Ok(connection)
}

fn request(
    method: Method,
    url: &Url,
    headers: &[(&str, String)],
    body: Bytes,
) -> Result<Request<Full<Bytes>>, HttpClientError> {
    let target = &url[Position::BeforePath..Position::AfterQuery];
    let mut request = Request::builder().method(method).uri(target).header(HOST, url.authority());
    request = request.header(CONTENT_LENGTH, body.len());
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    request.body(Full::new(body)).map_err(|_| HttpClientError::InvalidRequest)
}
