//! The options of `outbound opt-out`.
// These comments are printed by --help, which does not render Markdown.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::Subcommand;

use super::AccountArg;

#[derive(Debug, Subcommand)]
pub(crate) enum OptOut {
    /// List the consumers who get no messages. Prints the last characters of addresses.
    List {
        #[command(flatten)]
        account: AccountArg,
        /// The maximum number of opt-outs.
        #[arg(long, value_name = "COUNT", default_value_t = 100,
            value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
    },
    /// Add an opt-out: the consumer gets no messages on any channel.
    Add {
        #[command(flatten)]
        account: AccountArg,
        /// A phone number in international notation, or the address of another channel.
        address: String,
    },
    /// Remove an opt-out, for a consumer who asked for messages again.
    Remove {
        #[command(flatten)]
        account: AccountArg,
        /// The address, in any spelling.
        address: String,
    },
    /// Add the addresses of a file, one per line. An interrupted import can be repeated.
    Import {
        #[command(flatten)]
        account: AccountArg,
        /// The file; - for standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Print all complete addresses, one per line, as the import reads them.
    Export {
        #[command(flatten)]
        account: AccountArg,
    },
}
