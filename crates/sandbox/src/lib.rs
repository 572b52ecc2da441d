//! A simulator of the APIs of messaging providers: WhatsApp Cloud API, Twilio Messages, Google RBM, and the receiver of
//! Outbound's relay.
//!
//! It accepts messages as they do, sends signed callbacks about them, replies as phones would, limits rates, and
//! causes faults by the last digits of the recipient ([`FAULTS`]). A bounded ledger records what each phone received.
//! Nothing is stored. Callbacks are only sent to addresses that are given at the start, and on this machine. docs/sandbox.md describes
//! what is simulated.
//!
//! ```
//! use std::sync::Arc;
//! use outbound_auth::Secret;
//! use outbound_model::testing::SequenceGenerator;
//! use outbound_sandbox::{LedgerFilter, Sandbox, SandboxConfig, SigningSecrets, VirtualClock};
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let secrets = SigningSecrets::all(&Secret::new("for tests only"));
//! let config = SandboxConfig::new("127.0.0.1:0".parse()?, secrets);
//! let clock = Arc::new(VirtualClock::starting_at("2026-11-28T10:00:00Z".parse()?));
//! let sandbox = Sandbox::start(config, clock, Arc::new(SequenceGenerator::default())).await?;
//! // Send messages to sandbox.base_url(), then:
//! sandbox.idle().await;
//! assert!(sandbox.messages(&LedgerFilter::default(), 10).is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod api_name;
mod apis;
mod body;
mod callbacks;
mod clock;
mod config;
mod content;
mod credentials;
mod error;
mod fault;
mod http_client;
mod ids;
mod keyword;
mod ledger;
mod paths;
mod phone;
mod plan;
mod queue;
mod rates;
mod receiver;
mod response;
mod running;
mod server;
mod simulator;

pub use api_name::{ApiName, ChannelName};
pub use clock::{SandboxClock, VirtualClock, WallClock};
pub use config::{CallbackRoute, SandboxConfig, SigningSecrets};
pub use content::{PhoneButton, PhoneContent, PhoneTemplate};
pub use error::SandboxError;
pub use fault::{FAULTS, Fault};
pub use http_client::{HttpClient, HttpClientError, HttpResponse};
pub use ledger::{CallbackRecord, Direction, LedgerEntry, LedgerFilter, PhoneSummary, SubmissionResult};
pub use receiver::{CallbackReceiver, CallbackRequest};
pub use running::{RunningSandbox, Sandbox};
pub use simulator::Reply;
