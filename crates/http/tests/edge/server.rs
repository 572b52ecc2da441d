//! A server with a few routes behind the edge, and a client that sends arbitrary bytes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::Path;
use axum::routing::{get, post};
use outbound_http::{Edge, EdgeOptions, HttpLimits, Rate, RoutePolicy, Routes, Tls, serve};
use outbound_model::testing::{ManualClock, SequenceGenerator};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// Fails a test that hangs. Every expected event happens much earlier.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);
pub(crate) const SHORT: Duration = Duration::from_millis(300);
/// Larger than the socket buffers of a connection.
pub(crate) const LARGE: usize = 64 * 1024 * 1024;

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) clock: ManualClock,
    edge: Edge,
    stop: Option<oneshot::Sender<()>>,
    pub(crate) ended: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn with(limits: HttpLimits) -> Self {
        Self::start(limits, None, "", None).await
    }

    /// `rate`: requests per second and burst; `proxies`: the trusted network, or empty.
    pub(crate) async fn start(
        limits: HttpLimits,
        rate: Option<(u32, u32)>,
        proxies: &str,
        tls: Option<Tls>,
    ) -> Self {
        let clock = ManualClock::default();
        let positive = |n: u32| n.try_into().unwrap();
        let edge = Edge::new(EdgeOptions {
            limits,
            rate: rate
                .map(|(per_second, burst)| Rate { per_second: positive(per_second), burst: positive(burst) }),
            trusted_proxies: proxies.parse().into_iter().collect(),
            clock: Arc::new(clock.clone()),
            generator: Arc::new(SequenceGenerator::default()),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let guarded = edge.around(routes());
        let tls = tls.map(Arc::new);
        if let Some(tls) = tls.clone() {
            tokio::spawn(async move { tls.keep_fresh().await });
        }
        let ended = tokio::spawn(async move {
            serve(listener, tls, guarded, Box::pin(async { drop(stopped.await) })).await;
        });
        Self { address, clock, edge, stop: Some(stop), ended }
    }

    /// Starts the shutdown, as a signal does.
    pub(crate) fn stop(&mut self) {
        drop(self.stop.take());
    }

    /// The current metrics.
    pub(crate) fn metrics(&self) -> String {
        self.edge.metrics_text().unwrap()
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        timeout(DEADLINE, TcpStream::connect(self.address)).await.unwrap().unwrap()
    }

    /// Connects from another network, which is an address of the local host.
    pub(crate) async fn connect_from(&self, network: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{network}:0").parse().unwrap()).unwrap();
        timeout(DEADLINE, socket.connect(self.address)).await.unwrap().unwrap()
    }

    /// Sends `request` and reads until the server closes.
    pub(crate) async fn exchange(&self, request: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        stream.write_all(request.as_ref()).await.unwrap();
        rest(&mut stream).await
    }
}

fn routes() -> Routes {
    let policy = RoutePolicy::API;
    Routes::new(policy)
        .route("/ok", policy, get(async || "ok"))
        .route("/large", policy, get(async || vec![0; LARGE]))
        .route("/length", policy, post(async |body: Bytes| body.len().to_string()))
        .route(
            "/after/{millis}",
            policy,
            get(async |Path(millis): Path<u64>| {
                sleep(Duration::from_millis(millis)).await;
                "at last"
            }),
        )
}

pub(crate) fn get_request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

/// Reads until the connection is closed or reset.
pub(crate) async fn rest(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let (mut all, mut piece) = (Vec::new(), vec![0; 65536]);
    while let Ok(length @ 1..) =
        timeout(DEADLINE, stream.read(&mut piece)).await.expect("the connection was not closed in time")
    {
        all.extend_from_slice(&piece[..length]);
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// Reads until the received bytes end with `end`.
pub(crate) async fn until(stream: &mut (impl AsyncRead + Unpin), end: &str) -> String {
    let mut all = Vec::new();
    while !all.ends_with(end.as_bytes()) {
        let byte = timeout(DEADLINE, stream.read_u8()).await.expect("no response in time");
        all.push(byte.unwrap_or_else(|_| panic!("ended after {}", String::from_utf8_lossy(&all))));
    }
    String::from_utf8(all).unwrap()
}
