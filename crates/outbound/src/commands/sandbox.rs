//! `outbound sandbox`.

use std::sync::Arc;

use outbound_auth::{Secret, random_secret};
use outbound_sandbox::{Sandbox as Simulator, SandboxConfig, SigningSecrets, WallClock};
use serde_json::json;

use super::signals::Signals;
use crate::arguments::Sandbox;
use crate::environment::{SystemClock, SystemGenerator};
use crate::error::CliError;
use crate::output::Output;

/// Runs a sandbox until a signal stops it. Everything that it knows is in memory.
pub(super) async fn run(options: Sandbox, output: Output) -> Result<(), CliError> {
    let mut signals = Signals::listen();
    let token = options.token.map_or_else(|| random_secret(&SystemGenerator), Secret::new);
    let config = SandboxConfig::new(options.listen, SigningSecrets::all(&token))
        .with_token(token.clone())
        .with_rate(Some(options.rate).filter(|rate| *rate > 0));
    let config = options.callback.into_iter().fold(config, SandboxConfig::with_callbacks);
    let clock = Arc::new(WallClock::new(Arc::new(SystemClock)));
    let sandbox = Simulator::start(config, clock, Arc::new(SystemGenerator)).await?;
    let (url, token) = (sandbox.base_url(), token.expose());
    let text = format!(
        "Sandbox at {url}\ntoken {token}\n\nConnect an account:\n  \
         OUTBOUND_SECRET={token} outbound connection create --account ID {url}\n\n\
         What phones received:\n  curl -H 'Authorization: Bearer {token}' {url}/sandbox/messages"
    );
    output.print(&json!({ "url": url, "token": token }), text)?;
    signals.stop.next().await;
    Ok(())
}
