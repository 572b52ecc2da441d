//! Every command and option. Environment variables and lines of `outbound.toml` carry the same
//! names and are added in `settings`, once for all.
// The texts here are printed by --help, so no Markdown.
#![allow(clippy::doc_markdown)]

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ipnet::IpNet;
use outbound_auth::PublicUrl;
use outbound_model::{AccountId, AppKey, ChannelType, ClientId, Role, Scopes, Username};
use outbound_render::{Key, Values};
use outbound_rules::{Limits, Settings};

/// Holds every outbound message configuration (handoff) of a brand, and serves them over
/// LivePerson's Outbound Configuration API.
///
/// Each option can also be given as an environment variable (OUTBOUND_DATABASE for --database) or
/// as a line of outbound.toml (database = "…"). The command line wins over the environment, and
/// the environment over the file.
#[derive(Debug, Parser)]
#[command(name = "outbound", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Options of every command.
#[derive(Args, Debug)]
pub(crate) struct Common {
    /// The database: sqlite:FILE (made if missing) or postgres://USER@HOST/NAME.
    #[arg(long, global = true, value_name = "URL", default_value = "sqlite:outbound.db")]
    pub(crate) database: String,
    /// The file with the key that encrypts secrets in the database; made if missing. Every node
    /// needs the same. [default: the SQLite file's name and .key, or outbound.key]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// A settings file. [default: outbound.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print JSON instead of text for people.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What to log to standard error: error, warn, info, debug, or a tracing filter.
    /// [default: info for serve, warn for the rest]
    #[arg(long, global = true, value_name = "FILTER")]
    pub(crate) log: Option<String>,
    /// How to write the log.
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogFormat,
}

/// Forms of the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum LogFormat {
    /// A line a message, for people.
    Text,
    /// A JSON object a line, for machines.
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the API.
    Serve(Serve),
    /// Make and list accounts.
    #[command(subcommand)]
    Account(Account),
    /// Make, list and revoke an account's OAuth 2.0 clients.
    #[command(subcommand)]
    Client(Client),
    /// Make, list and revoke an account's OAuth 1.0 API keys.
    #[command(subcommand)]
    ApiKey(ApiKey),
    /// Make, list and revoke an account's users, and change their passwords.
    #[command(subcommand)]
    User(User),
    /// Show who did what that decides who may come in.
    #[command(subcommand)]
    Audit(Audit),
    /// Take handoffs from files into an account and publish them: all or none.
    Import(Import),
    /// Write an account's published handoffs as JSON.
    Export(Export),
    /// Check handoffs against the rules of the five channels' providers.
    ///
    /// Exit status 1 if there are errors, or a file cannot be read. Nothing is sent or fetched.
    Check(Check),
    /// Show what consumers will see: a file's handoffs with their placeholders filled in.
    ///
    /// Placeholders without a value take the handoff's own samples. Nothing is sent or fetched.
    Render(Render),
    /// Bring the database's tables up to date. (serve and the other commands do so themselves.)
    Migrate(Migrate),
    /// Print the OpenAPI document of the API.
    Openapi,
}

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
}

#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// Make an account.
    Create {
        /// Its id, such as 12345678.
        id: AccountId,
    },
    /// List the accounts.
    List,
    /// Print what an account decides about its rules; change it where an option is given.
    Settings {
        #[command(flatten)]
        account: ForAccount,
        #[command(flatten)]
        rules: RuleChoice,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Client {
    /// Make a client and print its secret, this once.
    Create {
        #[command(flatten)]
        account: ForAccount,
        /// What people call it.
        #[arg(long, default_value = "command line")]
        name: String,
        /// What it may do: handoffs.read, handoffs.write, or both with a blank between.
        #[arg(long, default_value = "handoffs.read")]
        scope: Scopes,
    },
    /// List the clients, revoked ones too.
    List {
        #[command(flatten)]
        account: ForAccount,
    },
    /// Revoke a client: its tokens are refused from now on.
    Revoke {
        #[command(flatten)]
        account: ForAccount,
        /// The client's id.
        id: ClientId,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ApiKey {
    /// Make an API key and print its secrets, this once. Keys read, they never write.
    Create {
        #[command(flatten)]
        account: ForAccount,
        /// What people call it.
        #[arg(long, default_value = "command line")]
        name: String,
    },
    /// List the API keys, revoked ones too.
    List {
        #[command(flatten)]
        account: ForAccount,
    },
    /// Revoke an API key: what it signs is refused from now on.
    Revoke {
        #[command(flatten)]
        account: ForAccount,
        /// The app key.
        app_key: AppKey,
    },
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

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Make a user; the password is read from standard input.
    Create {
        #[command(flatten)]
        user: ForUser,
        /// administrator, campaign_manager, lpa, agent_manager or agent.
        #[arg(long)]
        role: Role,
    },
    /// List the users, revoked ones too.
    List {
        #[command(flatten)]
        account: ForAccount,
    },
    /// Revoke a user: its sessions end, and it cannot log in again.
    Revoke {
        #[command(flatten)]
        user: ForUser,
    },
    /// Give a user another password, read from standard input; its sessions end.
    Password {
        #[command(flatten)]
        user: ForUser,
    },
}

/// The user that a command works on.
#[derive(Args, Debug)]
pub(crate) struct ForUser {
    #[command(flatten)]
    pub(crate) account: ForAccount,
    /// The login name.
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Username,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// List an account's audit, the newest first.
    List {
        #[command(flatten)]
        account: ForAccount,
        /// The most entries.
        #[arg(long, value_name = "COUNT", default_value_t = 100)]
        limit: u32,
    },
}

/// The account that a command works on.
#[derive(Args, Debug)]
pub(crate) struct ForAccount {
    /// The account.
    #[arg(long, value_name = "ID")]
    pub(crate) account: AccountId,
}

#[derive(Args, Debug)]
pub(crate) struct Import {
    #[command(flatten)]
    pub(crate) account: ForAccount,
    /// JSON files with an array of handoffs, or one; - is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Check the files and say what would be done, but keep nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Keep nothing if a handoff breaks a rule (see outbound check).
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) account: ForAccount,
    /// Where to write; - is standard output.
    #[arg(value_name = "FILE", default_value = "-")]
    pub(crate) file: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Check {
    /// JSON files with an array of handoffs, or one; - is standard input.
    #[arg(required_unless_present_any = ["account", "list_rules"], value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Without files: check what this account has published. With files: check them with this
    /// account's settings.
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<AccountId>,
    #[command(flatten)]
    pub(crate) rules: RuleChoice,
    /// What counts besides errors for the exit status.
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) deny: Option<Deny>,
    /// Print SARIF 2.1.0, for tools that review code.
    #[arg(long)]
    pub(crate) sarif: bool,
    /// Only list the rules.
    #[arg(long)]
    pub(crate) list_rules: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Render {
    /// A JSON file with an array of handoffs, or one; - is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// A placeholder's value: 1=Ann, or for one component of a WhatsApp template header.1=…,
    /// body.1=…, button0.1=…
    #[arg(long, value_name = "NAME=VALUE", value_parser = Values::assignment)]
    pub(crate) var: Vec<(Key, String)>,
    /// Only this channel: wa, sms-twilio, apple-twilio, googlercs or inapp.
    #[arg(long, value_name = "TYPE")]
    pub(crate) channel: Option<ChannelType>,
    /// Only the handoff of this id or name.
    #[arg(long, value_name = "ID|NAME")]
    pub(crate) handoff: Option<String>,
    /// Exit status 1 if a placeholder has no value, or a value no placeholder.
    #[arg(long)]
    pub(crate) strict: bool,
}

/// What the account would decide about its rules.
#[derive(Args, Debug)]
pub(crate) struct RuleChoice {
    /// Whose limits count: the providers', or LivePerson's narrower ones as well.
    #[arg(long, value_name = "SET")]
    pub(crate) rules: Option<RuleSet>,
    /// A host that media may come from; several times for several, "" for any.
    #[arg(long, value_name = "HOST", value_delimiter = ',')]
    pub(crate) permitted_media_host: Vec<String>,
}

/// Whose limits count.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RuleSet {
    /// What the channel's provider accepts.
    Provider,
    /// LivePerson's narrower limits as well.
    Liveperson,
}

/// Findings that count as errors do.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Deny {
    /// Advice.
    Advice,
}

impl RuleChoice {
    /// Whether anything was chosen.
    pub(crate) fn any(&self) -> bool {
        self.rules.is_some() || !self.permitted_media_host.is_empty()
    }

    /// `settings` with what was chosen.
    pub(crate) fn applied_to(&self, mut settings: Settings) -> Settings {
        if let Some(rules) = self.rules {
            settings.rule_set = match rules {
                RuleSet::Provider => Limits::Provider,
                RuleSet::Liveperson => Limits::LivePerson,
            };
        }
        if !self.permitted_media_host.is_empty() {
            let named = self.permitted_media_host.iter().filter(|host| !host.is_empty());
            settings.permitted_media_hosts = named.cloned().collect();
        }
        settings
    }
}

#[derive(Args, Debug)]
pub(crate) struct Migrate {
    /// Only list what would be done.
    #[arg(long)]
    pub(crate) dry_run: bool,
}
