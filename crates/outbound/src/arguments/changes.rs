//! The options of `outbound changes`.
// Printed by --help, so no Markdown.
#![allow(clippy::doc_markdown)]

use clap::Args;

use super::ForAccount;

#[derive(Args, Debug)]
pub(crate) struct Changes {
    #[command(flatten)]
    pub(crate) account: ForAccount,
    /// Only changes with higher numbers.
    #[arg(long, value_name = "NUMBER", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
    pub(crate) since: i64,
    /// Go on for ever: print each change as it happens; with --json, an object a line.
    #[arg(long)]
    pub(crate) follow: bool,
}
