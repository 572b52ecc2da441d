//! `outbound serve`.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use outbound_app::{App, AppError, SERVICES, TaskEnd, error_chain};
use outbound_auth::{MAX_PUBLIC_URLS, PublicUrl};
use outbound_http::{Edge, EdgeOptions, HttpLimits, Rate, Tls};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::arguments::{Common, Serve};
use crate::commands::demo;
use crate::commands::reload::{self, Reload, Settings};
use crate::commands::signals::{HangUps, Signals};
use crate::environment::{BatchGenerator, SystemClock};
use crate::error::CliError;
use crate::installation::{self, Addresses};
use crate::output::print;
use crate::traces;

const MAINTENANCE: Duration = Duration::from_mins(1);
/// Descriptors for the database, files and standard streams.
const OTHER_DESCRIPTORS: u64 = 128;
/// How long the process waits for its jobs, which themselves end within five seconds.
const JOBS_STOP_TIMEOUT: Duration = Duration::from_secs(6);

pub(super) async fn run(common: &Common, serve: &Serve) -> Result<(), CliError> {
    log_panics();
    // The first check or save would wait for it otherwise.
    tokio::task::spawn_blocking(outbound_model::load_phone_metadata);
    // First, so that a signal that comes while it starts ends it in good order, too.
    let Signals { mut ends, hang_up } = Signals::listen();
    let (stop, stopped) = oneshot::channel();
    tokio::select! {
        served = until_stopped(common, serve, stopped, hang_up) => served,
        () = ends.stop_then_end(stop) => Err(CliError::SecondSignal),
    }
}

/// Logs where a panic happened. Not its message, which may quote what a client sent.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string);
        tracing::error!(location, "panicked");
    }));
}

async fn until_stopped(
    common: &Common,
    serve: &Serve,
    stop: oneshot::Receiver<()>,
    hang_up: HangUps,
) -> Result<(), CliError> {
    let failed = |error| CliError::Listen { address: serve.listen, error };
    let listener = TcpListener::bind(serve.listen).await.map_err(failed)?;
    let tls = tls(serve).await?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let base = format!("{scheme}://{}", listener.local_addr().map_err(failed)?);
    let sender = serve.webhooks.sender(serve.webhooks_ca_file.as_deref())?;
    let app = installation::open_to_serve(common, serve.memory, addresses(serve, &base)?, sender).await?;
    app.maintain_signing_keys().await.map_err(|error| installation::start_error(common, error))?;
    print(format!("Outbound {} serves {base}\n", env!("CARGO_PKG_VERSION")))?;
    if serve.demo || serve.demo_credentials.is_some() {
        let made = if serve.demo { app.fill_with_demo().await? } else { None };
        demo::show(&base, made.as_ref())?;
        if let Some(path) = &serve.demo_credentials {
            demo::write_credentials(path, &base, made.as_ref())?;
        }
    }
    show_setup(&app).await?;
    maintain(&app);
    let indexer = app.clone();
    tokio::spawn(async move { indexer.supervise("search index", || indexer.maintain_search_index()).await });
    let follower = app.clone();
    tokio::spawn(async move { follower.supervise("change follower", || follower.follow_changes()).await });
    if let Some(tls) = tls.clone() {
        keep_certificate_fresh(&app, tls);
    }
    let edge = edge(serve);
    let pages = outbound_web::pages(app.clone());
    let mut guarded = outbound_http::router_with_pages(app.clone(), &edge, pages);
    if serve.otlp_endpoint.is_some() {
        guarded = guarded.continuing_traces(traces::continue_trace);
    }
    let jobs = Jobs::start(app.clone());
    let reload = Reload { edge, tls: tls.clone(), current: Settings::of(common, serve) };
    let (reload, reloader) = (Mutex::new((reload, hang_up)), app.clone());
    tokio::spawn(async move { reloader.supervise("settings reload", || reload::at_each(&reload)).await });
    outbound_http::serve(listener, tls, guarded, async { stop.await.unwrap_or_default() }).await;
    jobs.end().await;
    Ok(app.write_lockouts().await?)
}

/// Takes new certificates from their files.
fn keep_certificate_fresh(app: &App, tls: Arc<Tls>) {
    let app = app.clone();
    let fresh = move || {
        let tls = tls.clone();
        async move {
            tls.keep_fresh().await;
            TaskEnd::Early
        }
    };
    tokio::spawn(async move { app.supervise("TLS certificate", fresh).await });
}

/// Shows whoever started the server how to make the first administrator, if there is none.
async fn show_setup(app: &App) -> Result<(), CliError> {
    let Some(code) = app.offer_setup().await? else { return Ok(()) };
    print(format!(
        "Nobody administers this installation yet. Make the first administrator at {}/setup with this code,\n\
         which is good until the server stops:\n\n  {}\n",
        app.public_url(),
        code.expose()
    ))
}

/// The task that runs jobs.
struct Jobs {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Jobs {
    fn start(app: App) -> Self {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            let run = || async {
                let mut stopped = stopped.clone();
                // An error is the end, too: the sender is gone.
                app.run_jobs(async { drop(stopped.wait_for(|stop| *stop).await) }).await;
                TaskEnd::Done
            };
            app.supervise("jobs", run).await;
        });
        Self { stop, task }
    }

    /// Lets what is under way finish, so that no other node runs it again.
    async fn end(self) {
        self.stop.send_replace(true);
        // The supervisor itself does not panic. After a panic of the jobs it may be waiting to start them again.
        let _ = timeout(JOBS_STOP_TIMEOUT, self.task).await;
    }
}

/// Clients are told the listening address; with a region, each host begins with it, as clients
/// read the region from there (contract §1).
fn addresses(serve: &Serve, base: &str) -> Result<Addresses, CliError> {
    let public_urls = public_urls(serve, base)?;
    let base = public_urls.first().map_or_else(|| base.to_owned(), ToString::to_string);
    let mut service_hosts = serve.service_host.clone();
    if let Some(region) = &serve.region {
        let host = base.trim_start_matches("https://").trim_start_matches("http://");
        if host.parse::<SocketAddr>().is_ok() && service_hosts.len() < SERVICES.len() {
            let problem = "--region needs a --service-host for each service, as an address has no region";
            return Err(CliError::Settings(problem.to_owned()));
        }
        let own: Vec<_> = service_hosts.iter().map(|(name, _)| name.clone()).collect();
        let others = SERVICES.into_iter().filter(|service| own.iter().all(|name| name != service));
        service_hosts.extend(others.map(|service| (service.to_owned(), format!("{region}.{host}"))));
    }
    Ok(Addresses { public_urls, service_hosts })
}

async fn tls(serve: &Serve) -> Result<Option<Arc<Tls>>, CliError> {
    match (&serve.tls_certificate, &serve.tls_key) {
        (Some(certificate), Some(key)) => {
            Ok(Some(Arc::new(Tls::load(certificate.clone(), key.clone()).await?)))
        }
        (None, None) => Ok(None),
        _ => Err(CliError::Settings("--tls-certificate and --tls-key need each other".to_owned())),
    }
}

fn edge(serve: &Serve) -> Edge {
    let limits = HttpLimits::default();
    let room = room_for_connections();
    let wanted = serve.max_connections.and_then(|most| usize::try_from(most.get()).ok());
    let connections = wanted.unwrap_or(limits.connections.min(room));
    Edge::new(EdgeOptions {
        limits: HttpLimits { connections, ..limits },
        rate: rate(serve),
        trusted_proxies: serve.trusted_proxies.clone(),
        clock: Arc::new(SystemClock),
        generator: Arc::new(BatchGenerator),
    })
}

/// The budget of an account or an address, if there is one.
pub(super) fn rate(serve: &Serve) -> Option<Rate> {
    NonZeroU32::new(serve.requests_per_second).map(|per_second| Rate { per_second, burst: serve.burst })
}

/// From the limit of open files, raised as far as it goes: the usual soft one is for programs that
/// use `select`.
fn room_for_connections() -> usize {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // Where this is refused, the old limit holds.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let descriptors = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let room = descriptors.saturating_sub(OTHER_DESCRIPTORS).max(descriptors / 2);
    usize::try_from(room).unwrap_or(usize::MAX)
}

/// The configured ones, or where it listens.
fn public_urls(serve: &Serve, base: &str) -> Result<Vec<PublicUrl>, CliError> {
    match &serve.public_url[..] {
        [] => Ok(vec![base.parse().map_err(|e| CliError::Settings(format!("--listen: {e}")))?]),
        urls if urls.len() > MAX_PUBLIC_URLS => {
            Err(CliError::Settings(format!("--public-url: at most {MAX_PUBLIC_URLS} can be given")))
        }
        urls => Ok(urls.to_vec()),
    }
}

/// Starts what is done every minute, each by itself: one that fails does not keep the others from their work.
fn maintain(app: &App) {
    every_minute(app, "signing keys", |app| async move { app.maintain_signing_keys().await });
    every_minute(app, "nonces", |app| async move { app.prune_nonces().await });
    every_minute(app, "lock-outs", |app| async move { app.write_lockouts().await });
}

fn every_minute<F>(app: &App, task: &'static str, work: fn(App) -> F)
where
    F: Future<Output = Result<(), AppError>> + Send + 'static,
{
    let app = app.clone();
    tokio::spawn(async move { app.supervise(task, || repeated(&app, task, work)).await });
}

async fn repeated<F: Future<Output = Result<(), AppError>>>(
    app: &App,
    task: &'static str,
    work: fn(App) -> F,
) -> TaskEnd {
    loop {
        tokio::time::sleep(MAINTENANCE).await;
        if let Err(error) = work(app.clone()).await {
            tracing::warn!(
                task,
                error = error_chain(&error),
                "a background task failed; trying again in a minute"
            );
        }
    }
}
