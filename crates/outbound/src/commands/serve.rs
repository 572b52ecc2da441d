//! `outbound serve`.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use outbound_app::{App, SERVICES, TaskEnd};
use outbound_auth::{MAX_PUBLIC_URLS, PublicUrl};
use outbound_http::{Edge, EdgeOptions, HttpLimits, Rate, Tls};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, oneshot};

use crate::arguments::{Common, Serve};
use crate::commands::background_loop::BackgroundLoop;
use crate::commands::reload::{self, Reload, SettingsSnapshot};
use crate::commands::signals::{ReloadSignals, Signals};
use crate::commands::{demo, maintenance};
use crate::environment::{BatchGenerator, SystemClock};
use crate::error::CliError;
use crate::installation::{self, PublicAddresses};
use crate::output::print;
use crate::traces;

/// File descriptors that are reserved for the database, uploads, import results, connections to webhook receivers and
/// standard streams.
const OTHER_DESCRIPTORS: u64 = 512;

pub(super) async fn run(common: &Common, serve: &Serve) -> Result<(), CliError> {
    log_panics();
    // Loaded in advance, because the first check or save would otherwise wait for it.
    tokio::task::spawn_blocking(outbound_model::load_phone_metadata);
    // Before everything else, so that a signal during the start also stops the server gracefully.
    let Signals { stop: mut stop_signals, reload } = Signals::listen();
    let (stop, stopped) = oneshot::channel();
    tokio::select! {
        served = serve_until_stopped(common, serve, stopped, reload) => served,
        () = stop_signals.stop_then_return(stop) => Err(CliError::SecondSignal),
    }
}

/// Logs the location of a panic, but not its message, which may contain data of a request.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string);
        tracing::error!(location, "panicked");
    }));
}

async fn serve_until_stopped(
    common: &Common,
    serve: &Serve,
    stop: oneshot::Receiver<()>,
    reload_signals: ReloadSignals,
) -> Result<(), CliError> {
    let failed = |error| CliError::Listen { address: serve.listen, error };
    let listener = TcpListener::bind(serve.listen).await.map_err(failed)?;
    let tls = tls(serve).await?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let base = format!("{scheme}://{}", listener.local_addr().map_err(failed)?);
    let sender = serve.webhooks.sender(serve.webhooks_ca_file.as_deref())?;
    let addresses = addresses(serve, &base)?;
    let app = installation::open_for_server(common, serve.into(), addresses, sender).await?;
    app.maintain_signing_keys().await.map_err(|error| installation::start_error(common, error))?;
    app.prepare_reporting_storage().await?;
    print(format!("Outbound {} is listening on {base}\n", env!("CARGO_PKG_VERSION")))?;
    // Ends after the campaigns.
    let _sandbox = demo::set_up(&app, serve, &base).await?;
    print_setup_code(&app).await?;
    maintenance::start(&app);
    let indexer = app.clone();
    tokio::spawn(async move { indexer.supervise("search index", || indexer.maintain_search_index()).await });
    let follower = app.clone();
    tokio::spawn(async move { follower.supervise("change follower", || follower.follow_changes()).await });
    if let Some(tls) = tls.clone() {
        watch_certificate(&app, tls);
    }
    let edge = edge(serve);
    let pages = outbound_web::pages(app.clone());
    let mut guarded = outbound_http::router_with_pages(app.clone(), &edge, pages);
    if serve.otlp_endpoint.is_some() {
        guarded = guarded.continuing_traces(traces::continue_trace);
    }
    let jobs = BackgroundLoop::jobs(app.clone());
    let marker = Arc::new(installation::sending_file(common));
    let campaigns = BackgroundLoop::campaigns(app.clone(), marker);
    let reload = Reload { edge, tls: tls.clone(), current: SettingsSnapshot::new(common, serve) };
    let reload = Mutex::new((reload, reload_signals));
    let reloader = app.clone();
    tokio::spawn(async move {
        reloader.supervise("settings reload", || reload::reload_on_signal(&reload)).await;
    });
    let stop = async { stop.await.unwrap_or_default() };
    outbound_http::serve(listener, tls, guarded, Box::pin(stop)).await;
    tokio::join!(jobs.stop(), campaigns.stop());
    Ok(app.write_lockouts().await?)
}

/// Reloads the certificate when its file changes.
fn watch_certificate(app: &App, tls: Arc<Tls>) {
    let app = app.clone();
    let watch = move || {
        let tls = tls.clone();
        async move {
            tls.keep_fresh().await;
            TaskEnd::Early
        }
    };
    tokio::spawn(async move { app.supervise("TLS certificate", watch).await });
}

/// Prints how to create the first administrator, if there is none.
async fn print_setup_code(app: &App) -> Result<(), CliError> {
    let Some(code) = app.offer_setup().await? else { return Ok(()) };
    print(format!(
        "This installation has no administrator. To create one, open {}/setup and enter this code. It is valid\n\
         until the server stops:\n\n  {}\n",
        app.public_url(),
        code.expose()
    ))
}

/// The public URLs and the hosts that the domain API returns. With a region, each host begins with it, because clients
/// derive the region from the host (contract §1).
fn addresses(serve: &Serve, base: &str) -> Result<PublicAddresses, CliError> {
    let public_urls = public_urls(serve, base)?;
    let base = public_urls.first().map_or_else(|| base.to_owned(), ToString::to_string);
    let mut service_hosts = serve.service_host.clone();
    if let Some(region) = &serve.region {
        let host = base.trim_start_matches("https://").trim_start_matches("http://");
        if host.parse::<SocketAddr>().is_ok() && service_hosts.len() < SERVICES.len() {
            let problem = "--region needs a host name; set --public-url to a host name, or --service-host for each service";
            return Err(CliError::Settings(problem.to_owned()));
        }
        let configured: Vec<_> = service_hosts.iter().map(|(name, _)| name.clone()).collect();
        let others = SERVICES.into_iter().filter(|service| configured.iter().all(|name| name != service));
        service_hosts.extend(others.map(|service| (service.to_owned(), format!("{region}.{host}"))));
    }
    Ok(PublicAddresses { public_urls, service_hosts })
}

async fn tls(serve: &Serve) -> Result<Option<Arc<Tls>>, CliError> {
    match (&serve.tls_certificate, &serve.tls_key) {
        (Some(certificate), Some(key)) => {
            Ok(Some(Arc::new(Tls::load(certificate.clone(), key.clone()).await?)))
        }
        (None, None) => Ok(None),
        _ => Err(CliError::Settings(
            "HTTPS needs both --tls-certificate and --tls-key, but only one of them is set".to_owned(),
        )),
    }
}

fn edge(serve: &Serve) -> Edge {
    let limits = HttpLimits::default();
    let configured = serve.max_connections.and_then(|max| usize::try_from(max.get()).ok());
    let available = available_descriptors();
    let connections = configured.unwrap_or(limits.connections.min(available));
    Edge::new(EdgeOptions {
        limits: HttpLimits { connections, ..limits },
        rate: rate(serve),
        trusted_proxies: serve.trusted_proxies.clone(),
        clock: Arc::new(SystemClock),
        generator: Arc::new(BatchGenerator),
    })
}

/// The budget of each account and address. `None` means no limit.
pub(super) fn rate(serve: &Serve) -> Option<Rate> {
    NonZeroU32::new(serve.requests_per_second).map(|per_second| Rate { per_second, burst: serve.burst })
}

/// The number of file descriptors for connections. Raises the limit of open files to the maximum, because the usual
/// soft limit is only meant for programs that use `select`.
fn available_descriptors() -> usize {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // If this fails, the old limit applies.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let descriptors = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let available = descriptors.saturating_sub(OTHER_DESCRIPTORS).max(descriptors / 2);
    usize::try_from(available).unwrap_or(usize::MAX)
}

/// The configured URLs, or else the listening address.
fn public_urls(serve: &Serve, base: &str) -> Result<Vec<PublicUrl>, CliError> {
    match &serve.public_url[..] {
        [] => Ok(vec![base.parse().map_err(|e| CliError::Settings(format!("--listen: {e}")))?]),
        urls if urls.len() > MAX_PUBLIC_URLS => Err(CliError::Settings(format!(
            "--public-url has {} URLs; the maximum is {MAX_PUBLIC_URLS}",
            urls.len()
        ))),
        urls => Ok(urls.to_vec()),
    }
}
