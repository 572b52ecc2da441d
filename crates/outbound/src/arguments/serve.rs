//! The options of `outbound serve`.
// These comments are printed by --help, which does not render Markdown.
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
    /// The address and port to listen on. Port 0 chooses a free port.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// The URL at which clients reach the service: scheme, host and port, as clients sign them with OAuth 1.0. Up to
    /// eight URLs, separated by commas or in repeated options. [default: the listening address]
    #[arg(long, value_name = "URL", value_delimiter = ',')]
    pub(crate) public_url: Vec<PublicUrl>,
    /// The region that the domain API returns. The host names it returns begin with the region.
    #[arg(long, value_name = "REGION", value_parser = ["va", "lo", "sy"])]
    pub(crate) region: Option<String>,
    /// The host that the domain API returns for a service, such as sentinel=va.sentinel.example. The services are
    /// sentinel, agentVep, proactiveHandoff, leDataReporting and proactive. [default: the host of the first --public-url]
    #[arg(long, value_name = "NAME=HOST", value_delimiter = ',', value_parser = service_host)]
    pub(crate) service_host: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) caches: CacheOptions,
    /// Fill an empty database with the account 12345678 and the documented examples, and run a sandbox to which its
    /// messages are sent.
    #[arg(long)]
    pub(crate) demo: bool,
    /// Count messages to sandboxes in reports, as --demo does.
    #[arg(long)]
    pub(crate) report_sandbox: bool,
    /// Do not add 60 days of made-up messages to the demo account.
    #[arg(long)]
    pub(crate) no_demo_messages: bool,
    /// Write the address and the credentials of the demo account to this file (JSON, mode 0600).
    #[arg(long, value_name = "FILE")]
    pub(crate) demo_credentials: Option<PathBuf>,
    /// A PEM file with the certificate chain. Enables HTTPS. The file is read again when it changes.
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// A PEM file with the private key of the certificate.
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
    /// The maximum number of requests per second for each account, and for each address that sends requests
    /// without valid credentials. 0 means no limit.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) requests_per_second: u32,
    /// The number of requests that may exceed the rate for a short time.
    #[arg(long, value_name = "N", default_value = "20")]
    pub(crate) burst: NonZeroU32,
    /// The maximum number of open client connections. [default: 10000, or less if the system permits fewer open
    /// files]
    #[arg(long, value_name = "N")]
    pub(crate) max_connections: Option<NonZeroU32>,
    /// The networks of trusted proxies, such as 10.0.0.0/8,fd00::/8. The client address is read from the
    /// X-Forwarded-For or Forwarded header of these proxies.
    #[arg(long, value_name = "CIDR,…", value_delimiter = ',')]
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// The URL of an OpenTelemetry collector that receives traces with OTLP over HTTP, such as
    /// http://127.0.0.1:4318.
    #[arg(long, value_name = "URL")]
    pub(crate) otlp_endpoint: Option<String>,
    #[command(flatten)]
    pub(crate) campaigns: CampaignOptions,
    #[command(flatten)]
    pub(crate) webhooks: WebhookNetworks,
    /// A PEM file with the certificates to trust for webhooks with https. [default: the well-known certificate
    /// authorities]
    #[arg(long, value_name = "FILE")]
    pub(crate) webhooks_ca_file: Option<PathBuf>,
}

/// How long campaigns wait for processes and providers.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct CampaignOptions {
    /// After a node has died, another node sends for its senders at most this time later. All nodes need the same value,
    /// and clocks that differ by less than half of it.
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = lease_seconds)]
    pub(crate) campaign_lease_seconds: NonZeroU32,
    /// How long the outcome of a message may be missing, because of a lost response or a dead node, before the message
    /// is shown as unknown. A status callback proves in the meantime that the provider accepted the message.
    #[arg(long, value_name = "SECONDS", default_value = "900")]
    pub(crate) campaign_unknown_seconds: NonZeroU32,
}

/// The caches of a server.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct CacheOptions {
    /// The maximum size of the cache for pages of published lists, in bytes. A quarter of it is for the elements of
    /// by-channel lists.
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 20)]
    pub(crate) page_cache_bytes: u64,
    /// The maximum size of the cache for verified tokens, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 16 << 20)]
    pub(crate) token_cache_bytes: u64,
    /// How long cached pages are served while the database is unavailable. They are marked as stale. 0 disables
    /// this.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) stale_seconds: u32,
}

/// A lease is longer than a claimed message may wait before it is sent.
fn lease_seconds(text: &str) -> Result<NonZeroU32, String> {
    let expected = "expected a number of seconds from 5 to 3600";
    let seconds = text.parse::<NonZeroU32>().map_err(|_| expected)?;
    if (5..=3600).contains(&seconds.get()) { Ok(seconds) } else { Err(expected.to_owned()) }
}

/// Parses `NAME=HOST`.
fn service_host(text: &str) -> Result<(String, String), String> {
    let (name, host) = text.split_once('=').ok_or("expected NAME=HOST")?;
    if !outbound_app::SERVICES.contains(&name) {
        return Err(format!(
            "unknown service {name}; the services are {}",
            outbound_app::SERVICES.join(", ")
        ));
    }
    if host.is_empty() || host.contains(['/', ' ']) {
        return Err(format!("invalid host {host:?}; expected a host name without scheme and path"));
    }
    Ok((name.to_owned(), host.to_owned()))
}
