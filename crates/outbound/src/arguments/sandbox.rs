//! The options of `outbound sandbox`.
// These comments are printed by --help, which does not render Markdown.
#![allow(clippy::doc_markdown)]

use std::net::SocketAddr;

use clap::Args;
use outbound_sandbox::{ApiName, CallbackRoute};

#[derive(Args, Debug)]
pub(crate) struct Sandbox {
    /// The address and port to listen on. Port 0 chooses a free port.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    pub(crate) listen: SocketAddr,
    /// The token that clients must send to all APIs, which also signs callbacks. Other users of this machine can see
    /// options, so set the environment variable OUTBOUND_TOKEN instead. [default: a new token, which is printed]
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
    /// Send the callbacks of an API to this URL, such as twilio=http://127.0.0.1:8080/callbacks. The APIs are meta,
    /// twilio, rbm and relay. Can be repeated.
    #[arg(long, value_name = "API=URL", value_parser = callback)]
    pub(crate) callback: Vec<CallbackRoute>,
    /// The number of messages that a sender may send in a second; 0 means no limit.
    #[arg(long, value_name = "COUNT", default_value_t = 80)]
    pub(crate) rate: u32,
}

/// Parses `API=URL`.
fn callback(text: &str) -> Result<CallbackRoute, String> {
    let (api, url) = text.split_once('=').ok_or("expected API=URL")?;
    let unknown = || format!("unknown API {api}; the APIs are meta, twilio, rbm and relay");
    let api = ApiName::from_name(api).ok_or_else(unknown)?;
    CallbackRoute::new(api, url).map_err(|error| error.to_string())
}
