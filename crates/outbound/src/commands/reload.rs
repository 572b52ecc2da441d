//! SIGHUP: reads the certificate and the settings file again while the server runs. Nothing is drained.

use std::sync::Arc;

use outbound_app::TaskEnd;
use outbound_http::{Edge, Tls};
use tokio::sync::Mutex;

use crate::arguments::{Cli, Command, Common, Memory, Serve};
use crate::commands::serve::rate;
use crate::commands::signals::HangUps;
use crate::settings;

/// What a running server can exchange.
pub(super) struct Reload {
    pub(super) edge: Edge,
    pub(super) tls: Option<Arc<Tls>>,
    /// The settings in use.
    pub(super) current: Settings,
}

/// Settings by their option's name, as text to compare. The text is never shown: it can hold a password.
pub(super) struct Settings {
    reloadable: Vec<(&'static str, String)>,
    fixed: Vec<(&'static str, String)>,
}

/// Reloads at each SIGHUP, for ever.
pub(super) async fn at_each(reload: &Mutex<(Reload, HangUps)>) -> TaskEnd {
    let mut locked = reload.lock().await;
    let (reload, hang_up) = &mut *locked;
    loop {
        hang_up.next().await;
        reload.once().await;
    }
}

impl Reload {
    async fn once(&mut self) {
        if let Some(tls) = &self.tls {
            tls.reload().await;
        }
        match settings::read() {
            Ok(Cli { common, command: Command::Serve(serve) }) => self.take(&common, &serve),
            Ok(_) => tracing::error!("kept the old settings: the new ones are of another command"),
            Err(error) => tracing::error!(%error, "kept the old settings: the new ones are not good"),
        }
    }

    fn take(&mut self, common: &Common, serve: &Serve) {
        let new = Settings::of(common, serve);
        self.edge.reload(rate(serve), serve.trusted_proxies.clone());
        let applied = changed(&self.current.reloadable, &new.reloadable);
        let needs_restart = changed(&self.current.fixed, &new.fixed);
        tracing::info!(applied, needs_restart, "reloaded the settings");
        // What waits for a restart is told again at the next reload.
        self.current.reloadable = new.reloadable;
    }
}

impl Settings {
    /// Takes everything apart, so that a new option does not compile before somebody decides where it
    /// belongs.
    pub(super) fn of(common: &Common, serve: &Serve) -> Self {
        let Serve {
            listen,
            public_url,
            region,
            service_host,
            memory: Memory { page_cache_bytes, token_cache_bytes, stale_seconds },
            demo: _,
            demo_credentials: _,
            tls_certificate,
            tls_key,
            requests_per_second,
            burst,
            max_connections,
            trusted_proxies,
            otlp_endpoint,
            webhooks,
            webhooks_ca_file,
        } = serve;
        let Common { database, connections, key_file, config: _, json: _, log, log_format } = common;
        macro_rules! texts {
            ($($name:literal: $value:ident),* $(,)?) => { vec![$(($name, format!("{:?}", $value))),*] };
        }
        let reloadable = texts! {
            "requests-per-second": requests_per_second, "burst": burst, "trusted-proxies": trusted_proxies,
        };
        let fixed = texts! {
            "listen": listen, "public-url": public_url, "region": region, "service-host": service_host,
            "page-cache-bytes": page_cache_bytes, "token-cache-bytes": token_cache_bytes,
            "stale-seconds": stale_seconds, "tls-certificate": tls_certificate, "tls-key": tls_key,
            "max-connections": max_connections, "otlp-endpoint": otlp_endpoint, "webhooks": webhooks,
            "webhooks-ca-file": webhooks_ca_file, "database": database, "connections": connections,
            "key-file": key_file, "log": log, "log-format": log_format,
        };
        Self { reloadable, fixed }
    }
}

/// The names of the options with another value, with commas between; `-` for none.
fn changed(old: &[(&'static str, String)], new: &[(&'static str, String)]) -> String {
    let names: Vec<_> = old.iter().zip(new).filter(|(old, new)| old != new).map(|(old, _)| old.0).collect();
    if names.is_empty() { "-".to_owned() } else { names.join(",") }
}
