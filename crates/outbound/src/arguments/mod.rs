//! Every command and option. Environment variables and lines of `outbound.toml` carry the same
//! names and are added in `settings`, once for all.
// The texts here are printed by --help, so no Markdown.
#![allow(clippy::doc_markdown)]

mod changes;
mod checking;
mod credentials;
mod handoff;
mod jobs;
mod mirror;
mod serve;
mod transfer;
mod webhooks;

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};
use outbound_model::AccountId;

pub(crate) use changes::*;
pub(crate) use checking::*;
pub(crate) use credentials::*;
pub(crate) use handoff::*;
pub(crate) use jobs::*;
pub(crate) use mirror::*;
pub(crate) use serve::*;
pub(crate) use transfer::*;
pub(crate) use webhooks::*;

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
    /// The most connections to the database: on SQLite for readers of the main file, half as many read the
    /// operational one; on PostgreSQL in all but one.
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
    /// Make, list and revoke an account's OAuth 1.0 API keys.
    #[command(subcommand)]
    ApiKey(ApiKey),
    /// Make, list and revoke an account's users, and change their passwords.
    #[command(subcommand)]
    User(User),
    /// Show who did what that decides who may come in.
    #[command(subcommand)]
    Audit(Audit),
    /// Make, change, check, publish and compare an account's handoffs, one by one.
    #[command(subcommand)]
    Handoff(Handoff),
    /// Take handoffs from files into an account and publish them: all or none.
    ///
    /// What of a provider's file a handoff cannot hold is told on standard error, or with --json.
    Import(Import),
    /// Write an account's published handoffs as JSON, or as what a provider's API takes.
    ///
    /// What a provider's format cannot hold is told on standard error, or with --json.
    Export(Export),
    /// Show what happened to an account's handoffs, in order.
    Changes(Changes),
    /// Make, list and delete an account's webhooks, and see what they were told.
    #[command(subcommand)]
    Webhook(Webhook),
    /// List the background jobs, such as webhook deliveries, and retry those that fail.
    #[command(subcommand)]
    Jobs(Jobs),
    /// Copy what another installation, or LivePerson, serves, and publish it here.
    ///
    /// New versions are saved only where something changed. With --watch it goes on for ever.
    Mirror(Mirror),
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
    /// Copy a SQLite database into a new file, also while a server runs on it.
    ///
    /// The copy is whole or not there, and readable for its owner only. A file that exists is never
    /// overwritten. The key file is not in it. PostgreSQL has pg_dump for this.
    Backup(Backup),
    /// Print the OpenAPI document of the API.
    Openapi,
}

#[derive(Args, Debug)]
pub(crate) struct Backup {
    /// The file to make. The operational file is copied beside it: NAME-operational.db beside NAME.db.
    pub(crate) file: PathBuf,
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
    /// Print what an account decides about its rules and limits; change it where an option is given.
    RuleSettings {
        #[command(flatten)]
        account: ForAccount,
        #[command(flatten)]
        rules: RuleChoice,
        /// Whether nobody may publish a version that they saved themselves.
        #[arg(long, value_name = "BOOL")]
        four_eyes: Option<bool>,
        /// The account's budget of requests a second, 0 for no limit; "installation" for the
        /// installation's.
        #[arg(long, value_name = "N")]
        requests_per_second: Option<Budget>,
        /// What channels of imported files get that these do not say, such as wa.sender=15550100 or
        /// googlercs.serviceAccountName=acme: language, sender, namespace, serviceAccountName. Several
        /// times for several, empty to remove one.
        #[arg(long, value_name = "CHANNEL.FIELD=VALUE", value_parser = assignment)]
        import_default: Vec<(String, String)>,
    },
}

/// Whose requests a second count for an account.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Budget {
    /// The installation's.
    Installation,
    /// Its own, 0 for no limit.
    Own(u32),
}

impl FromStr for Budget {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "installation" => Ok(Budget::Installation),
            number => number.parse().map(Budget::Own).map_err(|_| "expected a number, or installation"),
        }
    }
}

/// The account that a command works on.
#[derive(Args, Debug)]
pub(crate) struct ForAccount {
    /// The account.
    #[arg(long, value_name = "ID")]
    pub(crate) account: AccountId,
}

/// `NAME=VALUE`.
fn assignment(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("expected CHANNEL.FIELD=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[derive(Args, Debug)]
pub(crate) struct Migrate {
    /// Only list what would be done.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Make an empty operational file where that of a SQLite database is lost. Everybody has to log in again.
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) new_operational_file: bool,
}
