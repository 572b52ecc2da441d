//! Reload on SIGHUP: reads the certificate and the settings again, without closing connections.

use std::sync::Arc;

use outbound_app::TaskEnd;
use outbound_http::{Edge, Tls};
use tokio::sync::Mutex;

use crate::arguments::{CacheOptions, CampaignOptions, Cli, Command, Common, Serve};
use crate::commands::serve::rate;
use crate::commands::signals::ReloadSignals;
use crate::settings;

/// The parts of a running server that can be reloaded.
pub(super) struct Reload {
    pub(super) edge: Edge,
    pub(super) tls: Option<Arc<Tls>>,
    /// The current settings.
    pub(super) current: SettingsSnapshot,
}

/// The names of options with their values as text, for comparison. Values are never logged, because they can contain
/// a password.
pub(super) struct SettingsSnapshot {
    reloadable: Vec<(&'static str, String)>,
    fixed: Vec<(&'static str, String)>,
}

/// Reloads at each SIGHUP until the server stops.
pub(super) async fn reload_on_signal(reload: &Mutex<(Reload, ReloadSignals)>) -> TaskEnd {
    let mut locked = reload.lock().await;
    let (reload, signals) = &mut *locked;
    loop {
        signals.next().await;
        reload.run().await;
    }
}

impl Reload {
    async fn run(&mut self) {
        if let Some(tls) = &self.tls {
            tls.reload().await;
        }
        match settings::read() {
            Ok(Cli { common, command: Command::Serve(serve) }) => self.apply(&common, &serve),
            Ok(_) => tracing::error!("kept the old settings, because the new ones are for another command"),
            Err(error) => tracing::error!(%error, "kept the old settings, because the new ones are invalid"),
        }
    }

    fn apply(&mut self, common: &Common, serve: &Serve) {
        let new = SettingsSnapshot::new(common, serve);
        self.edge.reload(rate(serve), serve.trusted_proxies.clone());
        let applied = changed(&self.current.reloadable, &new.reloadable);
        let needs_restart = changed(&self.current.fixed, &new.fixed);
        tracing::info!(applied, needs_restart, "reloaded the settings");
        // Settings that need a restart are kept, so that the next reload reports them again.
        self.current.reloadable = new.reloadable;
    }
}

impl SettingsSnapshot {
    /// Lists all fields, so that a new option does not compile until it is classified here.
    pub(super) fn new(common: &Common, serve: &Serve) -> Self {
        let Serve {
            listen,
            public_url,
            region,
            service_host,
            caches: CacheOptions { page_cache_bytes, token_cache_bytes, stale_seconds },
            demo: _,
            demo_credentials: _,
            no_demo_messages: _,
            report_sandbox,
            tls_certificate,
            tls_key,
            requests_per_second,
            burst,
            max_connections,
            trusted_proxies,
            otlp_endpoint,
            campaigns: CampaignOptions { campaign_lease_seconds, campaign_unknown_seconds },
            webhooks,
            webhooks_ca_file,
        } = serve;
        let Common { database, connections, key_file, config: _, json: _, log, log_format } = common;
        macro_rules! named_values {
            ($($name:literal: $value:ident),* $(,)?) => { vec![$(($name, format!("{:?}", $value))),*] };
        }
        let reloadable = named_values! {
            "requests-per-second": requests_per_second, "burst": burst, "trusted-proxies": trusted_proxies,
        };
        let fixed = named_values! {
            "listen": listen, "public-url": public_url, "region": region, "service-host": service_host,
            "page-cache-bytes": page_cache_bytes, "token-cache-bytes": token_cache_bytes,
            "stale-seconds": stale_seconds, "tls-certificate": tls_certificate, "tls-key": tls_key,
            "max-connections": max_connections, "otlp-endpoint": otlp_endpoint, "webhooks": webhooks,
            "webhooks-ca-file": webhooks_ca_file, "report-sandbox": report_sandbox, "database": database,
            "connections": connections, "key-file": key_file, "campaign-lease-seconds": campaign_lease_seconds,
            "campaign-unknown-seconds": campaign_unknown_seconds, "log": log, "log-format": log_format,
        };
        Self { reloadable, fixed }
    }
}

/// The names of options with different values, separated by commas, or `-` if there are none.
fn changed(old: &[(&'static str, String)], new: &[(&'static str, String)]) -> String {
    let names: Vec<_> = old.iter().zip(new).filter(|(old, new)| old != new).map(|(old, _)| old.0).collect();
    if names.is_empty() { "-".to_owned() } else { names.join(",") }
}
