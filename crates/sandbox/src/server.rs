//! The server: routes, connections, and the check of the host.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use http::header::HOST;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;
use tower::ServiceExt;

use crate::apis::{meta, rbm, relay, twilio};
use crate::body::MAX_BODY_BYTES;
use crate::paths;
use crate::response::CloseConnection;
use crate::simulator::Simulator;

/// The number of connections at the same time. Further ones wait.
const MAX_CONNECTIONS: usize = 1024;
/// How long a client may take to send the head of a request, also on an idle connection.
const HEAD_TIMEOUT: Duration = Duration::from_mins(1);
/// The wait after a connection could not be accepted, mostly because too many files are open.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// All routes.
pub(crate) fn router(simulator: Arc<Simulator>) -> Router {
    Router::new()
        .route("/{version}/{phone_number_id}/messages", post(meta::send))
        .route("/2010-04-01/Accounts/{account}/Messages.json", post(twilio::create).get(twilio::list))
        .route("/2010-04-01/Accounts/{account}/Messages/{file}", get(twilio::fetch))
        .route("/v1/phones/{phone}/agentMessages", post(rbm::create))
        .route("/relay", post(relay::create))
        .route("/sandbox/messages", get(paths::list_messages))
        .route("/sandbox/replies", post(paths::create_reply))
        .layer(from_fn_with_state(simulator.clone(), check_host))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(simulator)
}

/// Without a token, only requests to this machine's own names are answered. Otherwise a page of another site could read
/// the ledger, after its name resolves to this machine (DNS rebinding).
async fn check_host(State(simulator): State<Arc<Simulator>>, request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if simulator.config.token.is_none() && !is_loopback(host) {
        return (StatusCode::MISDIRECTED_REQUEST, "use localhost or a loopback address").into_response();
    }
    next.run(request).await
}

fn is_loopback(host: &str) -> bool {
    let authority: Option<http::uri::Authority> = host.parse().ok();
    authority.is_some_and(|authority| {
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        let address: Result<std::net::IpAddr, _> = host.parse();
        host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
    })
}

/// Accepts connections until `stop` changes. A request takes at most `request_timeout` from its head to its response.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    request_timeout: Duration,
    mut stop: watch::Receiver<bool>,
) {
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        // The semaphore is never closed.
        let Ok(permit) = permits.clone().acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => return,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(ACCEPT_RETRY).await;
            continue;
        };
        let (router, mut stop) = (router.clone(), stop.clone());
        tokio::spawn(async move {
            tokio::select! {
                _ = serve_connection(stream, router, request_timeout) => {}
                _ = stop.changed() => {}
            }
            drop(permit);
        });
    }
}

async fn serve_connection(
    stream: TcpStream,
    router: Router,
    request_timeout: Duration,
) -> Result<(), hyper::Error> {
    // Without it, small responses wait for the acknowledgement of earlier ones. An error is found by the next read.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| {
        let router = router.clone();
        async move {
            let Ok(response) = timeout(request_timeout, router.oneshot(request)).await else {
                return Ok(StatusCode::REQUEST_TIMEOUT.into_response());
            };
            let response = response.unwrap_or_else(|never: Infallible| match never {});
            let is_closed = response.extensions().get::<CloseConnection>().is_some();
            // An error makes hyper close the connection without a response.
            if is_closed { Err(io::Error::from(io::ErrorKind::ConnectionAborted)) } else { Ok(response) }
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    builder.serve_connection(TokioIo::new(stream), service).await
}
