//! The commands. Each file calls the use cases of a command and prints the result.

mod account;
mod api_key;
mod audit;
mod background_loop;
mod backup;
mod campaign;
mod changes;
mod check;
mod client;
mod connection;
mod demo;
mod demo_sandbox;
mod events;
mod export;
mod files;
mod handoff;
mod import;
mod import_report;
mod jobs;
mod loss_report;
mod maintenance;
mod migrate;
pub(crate) mod mirror;
mod openapi;
mod opt_out;
mod reload;
mod render;
mod report;
mod sandbox;
mod serve;
mod signals;
mod user;
mod webhook;

use crate::arguments::{Cli, Command};
use crate::error::CliError;
use crate::installation;
use crate::output::Output;

/// Runs the command of `cli`.
pub(crate) async fn run(cli: Cli) -> Result<(), CliError> {
    let output = Output { json: cli.common.json };
    let common = &cli.common;
    let app = || installation::open(common);
    match cli.command {
        Command::Openapi => openapi::run(),
        Command::Migrate(migrate) => migrate::run(common, &migrate, output).await,
        Command::Backup(backup) => backup::run(common, &backup, output).await,
        Command::Serve(serve) => serve::run(common, &serve).await,
        Command::Account(account) => account::run(&app().await?, account, output).await,
        Command::Client(client) => client::run(&app().await?, client, output).await,
        Command::ApiKey(key) => api_key::run(&app().await?, key, output).await,
        Command::User(user) => user::run(&app().await?, user, output).await,
        Command::Audit(audit) => audit::run(&app().await?, &audit, output).await,
        Command::Handoff(handoff) => handoff::run(&app().await?, handoff, output).await,
        Command::Import(import) => import::run(&app().await?, &import, output).await,
        Command::Changes(changes) => changes::run(&app().await?, &changes, output).await,
        Command::Mirror(mirror) => mirror::run(&app().await?, &mirror, output).await,
        Command::Events(events) => events::run(&app().await?, events, output).await,
        Command::Report(report) => report::run(&app().await?, report, output).await,
        Command::Campaign(campaign) => campaign::run(&app().await?, campaign, output).await,
        Command::OptOut(opt_out) => opt_out::run(&app().await?, opt_out, output).await,
        Command::Sandbox(options) => sandbox::run(options, output).await,
        Command::Connection(connection) => connection::run(&app().await?, connection, output).await,
        Command::Jobs(jobs) => jobs::run(&app().await?, &jobs, output).await,
        Command::Webhook(webhook) => webhook::run(common, webhook, output).await,
        Command::Check(check) => check::run(common, &check, output).await,
        Command::Render(render) => render::run(&render, output),
        Command::Export(export) => export::run(&app().await?, &export, output).await,
    }
}
