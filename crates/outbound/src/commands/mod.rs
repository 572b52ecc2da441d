//! The commands, one a file; each is a few lines around a use case.

mod account;
mod client;
mod demo;
mod export;
mod import;
mod migrate;
mod openapi;
mod serve;

use crate::arguments::{Cli, Command};
use crate::error::CliError;
use crate::installation;
use crate::output::Output;

/// Runs the command of `cli`.
pub(crate) async fn run(cli: Cli) -> Result<(), CliError> {
    let output = Output { json: cli.common.json };
    match cli.command {
        Command::Openapi => openapi::run(),
        Command::Migrate(migrate) => migrate::run(&cli.common, &migrate, output).await,
        Command::Serve(serve) => {
            serve::run(&installation::open_to_serve(&cli.common, serve.memory).await?, &serve).await
        }
        Command::Account(account) => {
            account::run(&installation::open(&cli.common).await?, account, output).await
        }
        Command::Client(client) => client::run(&installation::open(&cli.common).await?, client, output).await,
        Command::Import(import) => {
            import::run(&installation::open(&cli.common).await?, &import, output).await
        }
        Command::Export(export) => export::run(&installation::open(&cli.common).await?, &export).await,
    }
}
