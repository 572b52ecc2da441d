//! `outbound serve`.

use std::net::SocketAddr;
use std::time::Duration;

use outbound_app::{App, SERVICES};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::{Common, Serve};
use crate::commands::demo;
use crate::error::CliError;
use crate::installation::{self, Addresses};
use crate::output::print;

const MAINTENANCE: Duration = Duration::from_mins(1);

pub(super) async fn run(common: &Common, serve: &Serve) -> Result<(), CliError> {
    let failed = |error| CliError::Listen { address: serve.listen, error };
    let listener = TcpListener::bind(serve.listen).await.map_err(failed)?;
    let base = format!("http://{}", listener.local_addr().map_err(failed)?);
    let app = installation::open(common, addresses(serve, &base)?).await?;
    app.maintain_signing_keys().await?;
    print(format!("Outbound {} serves {base}\n", env!("CARGO_PKG_VERSION")))?;
    if serve.demo || serve.demo_credentials.is_some() {
        let made = if serve.demo { app.fill_with_demo().await? } else { None };
        demo::show(&base, made.as_ref())?;
        if let Some(path) = &serve.demo_credentials {
            demo::write_credentials(path, &base, made.as_ref())?;
        }
    }
    tokio::spawn(maintain(app.clone()));
    outbound_http::serve(listener, outbound_http::router(app.clone()), stopped()).await;
    Ok(app.write_lockouts().await?)
}

/// Clients are told the listening address; with a region, each host begins with it, as clients
/// read the region from there (contract §1).
fn addresses(serve: &Serve, base: &str) -> Result<Addresses, CliError> {
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
    Ok(Addresses { public_urls: vec![base.to_owned()], service_hosts })
}

/// Until SIGTERM or SIGINT. Without signals there is nothing to wait for but the end of the process.
async fn stopped() {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: open requests may finish");
}

async fn maintain(app: App) {
    loop {
        tokio::time::sleep(MAINTENANCE).await;
        if let Err(error) = app.maintain_signing_keys().await {
            tracing::warn!(%error, "cannot look after the signing keys; trying again in a minute");
        }
        if let Err(error) = app.write_lockouts().await {
            tracing::warn!(%error, "cannot write the lock-outs into the audit");
        }
    }
}
