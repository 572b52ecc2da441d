//! Every command and option. Environment variables and lines of `outbound.toml` carry the same
//! names and are added in `settings`, once for all.
// The texts here are printed by --help, so no Markdown.
#![allow(clippy::doc_markdown)]

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use outbound_model::{AccountId, ClientId, Scopes};

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
    /// The most connections to the database: on SQLite for readers, on PostgreSQL in all but one.
    #[arg(long, global = true, value_name = "COUNT", default_value_t = 8,
        value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) connections: u32,
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
    /// Take handoffs from files into an account and publish them: all or none.
    Import(Import),
    /// Write an account's published handoffs as JSON.
    Export(Export),
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
    #[command(flatten)]
    pub(crate) memory: Memory,
    /// Fill an empty database with account 12345678 and the documented examples.
    #[arg(long)]
    pub(crate) demo: bool,
    /// With --demo: also write address and credentials into this file (JSON, mode 0600).
    #[arg(long, value_name = "FILE")]
    pub(crate) demo_credentials: Option<PathBuf>,
}

/// What a server keeps in memory.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// The most memory for finished pages, in bytes.
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

#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// Make an account.
    Create {
        /// Its id, such as 12345678.
        id: AccountId,
    },
    /// List the accounts.
    List,
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
pub(crate) struct Migrate {
    /// Only list what would be done.
    #[arg(long)]
    pub(crate) dry_run: bool,
}
