//! The options of `outbound mirror`.
// These comments are printed by --help, which does not render Markdown.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::Args;
use outbound_model::{AccountId, ClientId};

use super::AccountArg;

#[derive(Args, Debug)]
pub(crate) struct Mirror {
    #[command(flatten)]
    pub(crate) account: AccountArg,
    /// The base URL of the source: `https://` and a host.
    #[arg(long, value_name = "URL")]
    pub(crate) from: String,
    /// The id of the account at the source. [default: the same as --account]
    #[arg(long, value_name = "ID")]
    pub(crate) from_account: Option<AccountId>,
    /// The base URL of the token endpoint, if it is different: LivePerson's sentinel host. [default: --from]
    #[arg(long, value_name = "URL")]
    pub(crate) token_from: Option<String>,
    /// The id of an OAuth 2.0 client at the source.
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: ClientId,
    /// A file with the secret of this client. - is standard input.
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) client_secret_file: PathBuf,
    /// A PEM file with the certificates to trust for https. [default: the well-known certificate authorities]
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// The number of handoffs to request per page.
    #[arg(long, value_name = "COUNT", default_value_t = 100,
        value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) page_size: u32,
    /// Archive handoffs that are published here but not at the source.
    #[arg(long)]
    pub(crate) prune: bool,
    /// Only report what would be copied. Saves nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Repeat at this interval until the command is stopped.
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "60",
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) watch: Option<u64>,
}
