//! The options of `outbound serve`.
// Printed by --help, so no Markdown.
#![allow(clippy::doc_markdown)]

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;
use ipnet::IpNet;
use outbound_auth::PublicUrl;

use super::WebhookNetworks;

#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// Where to listen; port 0 picks a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Where clients reach the service: scheme, host and port as they sign them with OAuth 1.0. Up to
    /// eight, each with its own --public-url, or commas between. [default: the listening address]
    #[arg(long, value_name = "URL", value_delimiter = ',')]
    pub(crate) public_url: Vec<PublicUrl>,
    /// The region that clients are told by the domain API: the hosts there begin with it.
    #[arg(long, value_name = "REGION", value_parser = ["va", "lo", "sy"])]
    pub(crate) region: Option<String>,
    /// The host of one service as the domain API tells it, such as sentinel=va.sentinel.example;
    /// for sentinel, agentVep and proactiveHandoff. [default: that of the service itself]
    #[arg(long, value_name = "NAME=HOST", value_delimiter = ',', value_parser = service_host)]
    pub(crate) service_host: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) memory: Memory,
    /// Fill an empty database with account 12345678 and the documented examples.
    #[arg(long)]
    pub(crate) demo: bool,
    /// With --demo: also write address and credentials into this file (JSON, mode 0600).
    #[arg(long, value_name = "FILE")]
    pub(crate) demo_credentials: Option<PathBuf>,
    /// The PEM file of the certificate chain, to serve HTTPS; read again when it changes.
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// The PEM file of the certificate's private key.
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Requests a second for each account, and for each address that sends requests without a good
    /// credential; 0 is no limit.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) requests_per_second: u32,
    /// Requests at once, after a rest.
    #[arg(long, value_name = "N", default_value = "20")]
    pub(crate) burst: NonZeroU32,
    /// Connections at a time. [default: 10000, or fewer where the system allows fewer open files]
    #[arg(long, value_name = "N")]
    pub(crate) max_connections: Option<NonZeroU32>,
    /// Networks of proxies whose X-Forwarded-For or Forwarded header tells the client's address, such
    /// as 10.0.0.0/8,fd00::/8.
    #[arg(long, value_name = "CIDR,…", value_delimiter = ',')]
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// An OpenTelemetry collector to send traces to by OTLP over HTTP, such as http://127.0.0.1:4318.
    #[arg(long, value_name = "URL")]
    pub(crate) otlp_endpoint: Option<String>,
    #[command(flatten)]
    pub(crate) webhooks: WebhookNetworks,
    /// Certificates to trust for https receivers of webhooks, as PEM. [default: the well-known
    /// authorities]
    #[arg(long, value_name = "FILE")]
    pub(crate) webhooks_ca_file: Option<PathBuf>,
}

/// What a server keeps in memory.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// The most memory for finished pages, in bytes; a quarter of it is for the elements of by-channel lists.
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 20)]
    pub(crate) page_cache_bytes: u64,
    /// The most memory for verified tokens, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 16 << 20)]
    pub(crate) token_cache_bytes: u64,
    /// For how long pages in memory are served while the database is away, marked as stale; 0: not
    /// at all.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) stale_seconds: u32,
}

/// A name and a host with `=` between.
fn service_host(text: &str) -> Result<(String, String), String> {
    let (name, host) = text.split_once('=').ok_or("expected NAME=HOST")?;
    if !outbound_app::SERVICES.contains(&name) {
        return Err(format!("unknown service; the services are {}", outbound_app::SERVICES.join(", ")));
    }
    if host.is_empty() || host.contains(['/', ' ']) {
        return Err("the host has no scheme and no path".to_owned());
    }
    Ok((name.to_owned(), host.to_owned()))
}
