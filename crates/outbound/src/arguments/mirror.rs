//! The options of `outbound mirror`.
// Printed by --help, so no Markdown.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::Args;
use outbound_model::{AccountId, ClientId};

use super::ForAccount;

#[derive(Args, Debug)]
pub(crate) struct Mirror {
    #[command(flatten)]
    pub(crate) account: ForAccount,
    /// Where the handoffs are served, such as https:// and a host.
    #[arg(long, value_name = "URL")]
    pub(crate) from: String,
    /// The account there. [default: the account here]
    #[arg(long, value_name = "ID")]
    pub(crate) from_account: Option<AccountId>,
    /// Where access tokens are given, if elsewhere: LivePerson's sentinel host. [default: --from]
    #[arg(long, value_name = "URL")]
    pub(crate) token_from: Option<String>,
    /// The OAuth 2.0 client there.
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: ClientId,
    /// A file with its secret; - is standard input.
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) client_secret_file: PathBuf,
    /// Certificates to trust for https, as PEM. [default: the well-known authorities]
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Handoffs asked for at a time.
    #[arg(long, value_name = "COUNT", default_value_t = 100,
        value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) page_size: u32,
    /// Archive what is published here and not there.
    #[arg(long)]
    pub(crate) prune: bool,
    /// Say what would be done, but keep nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Go on for ever: look again every so many seconds.
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "60",
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) watch: Option<u64>,
}
