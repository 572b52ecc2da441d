//! All commands and their options. `settings` adds environment variables and settings of `outbound.toml` with the
//! same names.
// These comments are printed by --help, which does not render Markdown.
#![allow(clippy::doc_markdown)]

mod campaign_settings;
mod campaigns;
mod changes;
mod checking;
mod credentials;
mod database;
mod handoff;
mod jobs;
mod mirror;
mod opt_outs;
mod reporting;
mod sandbox;
mod serve;
mod transfer;
mod webhooks;

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};
use outbound_model::AccountId;

pub(crate) use campaign_settings::*;
pub(crate) use campaigns::*;
pub(crate) use changes::*;
pub(crate) use checking::*;
pub(crate) use credentials::*;
pub(crate) use database::*;
pub(crate) use handoff::*;
pub(crate) use jobs::*;
pub(crate) use mirror::*;
pub(crate) use opt_outs::*;
pub(crate) use reporting::*;
pub(crate) use sandbox::*;
pub(crate) use serve::*;
pub(crate) use transfer::*;
pub(crate) use webhooks::*;

/// Stores the outbound message configurations (handoffs) of brands and serves them over LivePerson's Outbound
/// Configuration API.
///
/// Each option can also be set as an environment variable (OUTBOUND_DATABASE for --database) or in outbound.toml
/// (database = "…"). The command line takes precedence over the environment, and the environment over the file.
#[derive(Debug, Parser)]
#[command(name = "outbound", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Options of all commands.
#[derive(Args, Debug)]
pub(crate) struct Common {
    /// The database: sqlite:FILE (created if missing) or postgres://USER@HOST/NAME.
    #[arg(long, global = true, value_name = "URL", default_value = "sqlite:outbound.db")]
    pub(crate) database: String,
    /// The file with the key that encrypts secrets in the database; created if missing. All nodes of an
    /// installation need the same key file. [default: the name of the SQLite file with .key appended, or
    /// outbound.key]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// The maximum number of database connections. On SQLite, the connections that read the main file; half as
    /// many read the operational file. On PostgreSQL, all connections except the one that listens for changes.
    #[arg(long, global = true, value_name = "COUNT", default_value_t = 8,
        value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) connections: u32,
    /// The settings file. [default: outbound.toml, if it exists]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print JSON instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What to log to standard error: error, warn, info, debug, trace, or a filter such as
    /// info,outbound_http=debug. [default: info for serve, otherwise warn]
    #[arg(long, global = true, value_name = "FILTER")]
    pub(crate) log: Option<String>,
    /// The format of the log.
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogFormat,
}

/// A format of the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines of text.
    Text,
    /// One JSON object per line.
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the service: the APIs and the web tool.
    Serve(Serve),
    /// Create and list accounts, and change their settings.
    #[command(subcommand)]
    Account(Account),
    /// Create, list and revoke an account's OAuth 2.0 clients.
    #[command(subcommand)]
    Client(Client),
    /// Create, list and revoke an account's OAuth 1.0 API keys.
    #[command(subcommand)]
    ApiKey(ApiKey),
    /// Create, list and revoke an account's users, and change their roles and passwords.
    #[command(subcommand)]
    User(User),
    /// Show the audit log: changes to credentials, access, settings and handoffs.
    #[command(subcommand)]
    Audit(Audit),
    /// Create, change, check, publish and compare single handoffs of an account.
    #[command(subcommand)]
    Handoff(Handoff),
    /// Import handoffs from files into an account and publish them. Imports all of them or none.
    ///
    /// Details of a provider's file that a handoff cannot represent are reported on standard error, or in the
    /// output of --json.
    Import(Import),
    /// Export an account's published handoffs as JSON, or in the format of a provider's API.
    ///
    /// Details of a handoff that the provider's format cannot represent are reported on standard error, or in the
    /// output of --json.
    Export(Export),
    /// Show the change feed: all changes of an account's handoffs in order.
    Changes(Changes),
    /// Record events of sent messages, for reports.
    #[command(subcommand)]
    Events(Events),
    /// Print reports of sent messages, check their totals, and erase consumers.
    #[command(subcommand)]
    Report(Report),
    /// List and show campaigns, pause, resume and cancel them, and send failed messages again.
    #[command(subcommand)]
    Campaign(Campaign),
    /// List, add, remove, import and export consumers who get no messages.
    #[command(subcommand)]
    OptOut(OptOut),
    /// Create, list and delete an account's connections to providers, and replace their paths of callbacks.
    #[command(subcommand)]
    Connection(Connection),
    /// Create, list and delete an account's webhooks, and show their deliveries.
    #[command(subcommand)]
    Webhook(Webhook),
    /// List background jobs, such as webhook deliveries, and retry failed ones.
    #[command(subcommand)]
    Jobs(Jobs),
    /// Copy the handoffs that another installation, or LivePerson, serves, and publish them here.
    ///
    /// Saves a new version only of handoffs that have changed. With --watch, repeats this until it is stopped.
    Mirror(Mirror),
    /// Check handoffs against the rules of the channels' providers.
    ///
    /// Ends with exit status 1 if there are errors or a file cannot be read. Uses no network, except for the
    /// database with --account.
    Check(Check),
    /// Show the handoffs of a file as consumers see them, with values for their placeholders.
    ///
    /// Placeholders without a value get the handoff's sample values. Uses no network and no database.
    Render(Render),
    /// Migrate the database to the current schema. Other commands do so, too, when they open the database.
    Migrate(Migrate),
    /// Copy a SQLite database to a new file, also while a server uses it.
    ///
    /// Creates a complete copy that only its owner can read, or none if there is an error. Never overwrites a
    /// file. Does not copy the key file. For PostgreSQL, use pg_dump.
    Backup(Backup),
    /// Run a simulator of the providers' APIs, to try out campaigns. Nothing is sent to real phones.
    ///
    /// docs/sandbox.md describes what it simulates. It needs no database and stores nothing.
    Sandbox(Sandbox),
    /// Print the OpenAPI document of the API.
    Openapi,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// Create an account.
    Create {
        /// The id of the account, such as 12345678.
        id: AccountId,
    },
    /// List the accounts.
    List,
    /// Print the settings of an account. Each option that is set changes a setting first.
    Settings {
        #[command(flatten)]
        account: AccountArg,
        #[command(flatten)]
        rules: RuleChoice,
        /// Whether publishing needs a second person: users cannot publish versions that they saved themselves.
        #[arg(long, value_name = "BOOL")]
        four_eyes: Option<bool>,
        /// Whether the reporting API also reports RCS and Apple Messages.
        #[arg(long, value_name = "BOOL")]
        report_all_channels: Option<bool>,
        /// The maximum number of requests per second for this account, 0 for no limit, or "installation" for the
        /// limit of the installation.
        #[arg(long, value_name = "N")]
        requests_per_second: Option<RequestBudget>,
        /// A default for a field that is missing in imported files, such as wa.sender=15550100 or
        /// googlercs.serviceAccountName=acme. The fields are language, sender, namespace and serviceAccountName.
        /// Can be repeated. An empty value removes the default.
        #[arg(long, value_name = "CHANNEL.FIELD=VALUE", value_parser = assignment)]
        import_default: Vec<(String, String)>,
        #[command(flatten)]
        campaigns: Box<CampaignChoice>,
    },
}

/// The limit of requests per second that an account gets.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RequestBudget {
    /// The limit of the installation.
    Installation,
    /// A limit for this account, 0 for no limit.
    Own(u32),
}

impl FromStr for RequestBudget {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "installation" => Ok(RequestBudget::Installation),
            number => {
                number.parse().map(RequestBudget::Own).map_err(|_| "expected a number or \"installation\"")
            }
        }
    }
}

/// The account of a command.
#[derive(Args, Debug)]
pub(crate) struct AccountArg {
    /// The id of the account.
    #[arg(long, value_name = "ID")]
    pub(crate) account: AccountId,
}

/// Parses `CHANNEL.FIELD=VALUE`.
fn assignment(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("expected CHANNEL.FIELD=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
