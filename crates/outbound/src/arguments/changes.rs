//! The options of `outbound changes`.
// These comments are printed by --help, which does not render Markdown.
#![allow(clippy::doc_markdown)]

use clap::Args;

use super::AccountArg;

#[derive(Args, Debug)]
pub(crate) struct Changes {
    #[command(flatten)]
    pub(crate) account: AccountArg,
    /// Only show changes with a higher number than this.
    #[arg(long, value_name = "NUMBER", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
    pub(crate) since: i64,
    /// Wait for new changes and print each one when it happens. With --json, print one object per change.
    #[arg(long)]
    pub(crate) follow: bool,
}
