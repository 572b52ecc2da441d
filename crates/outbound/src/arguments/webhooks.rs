//! The options of `outbound webhook`, and those of every command that has to do with webhooks.
// Printed by --help, so no Markdown.
#![allow(clippy::doc_markdown)]

use std::path::Path;
use std::sync::Arc;

use clap::{Args, Subcommand};
use outbound_app::WebhookSender;
use outbound_model::{ChangeKind, WebhookId};

use super::ForAccount;
use crate::error::CliError;
use crate::webhooks::Sender;

#[derive(Debug, Subcommand)]
pub(crate) enum Webhook {
    /// Make a webhook, which is told of every change from now on, and print its secret, this once.
    Create {
        #[command(flatten)]
        account: ForAccount,
        /// Where to post to, https or http.
        #[arg(value_name = "URL")]
        url: String,
        /// Only this kind of change; several times for several: handoff.saved, handoff.published,
        /// handoff.unpublished, handoff.archived. [default: every kind]
        #[arg(long, value_name = "KIND", value_delimiter = ',')]
        kind: Vec<ChangeKind>,
        /// What people say about it.
        #[arg(long, value_name = "TEXT", default_value = "")]
        description: String,
        #[command(flatten)]
        networks: WebhookNetworks,
    },
    /// List the webhooks.
    List {
        #[command(flatten)]
        account: ForAccount,
    },
    /// Delete a webhook and all its deliveries.
    Delete(ForWebhook),
    /// Send a webhook nothing more, until it is enabled.
    Disable(ForWebhook),
    /// Tell a webhook everything again, from where it was disabled.
    Enable(ForWebhook),
    /// Give a webhook another secret, printed this once; the one before signs as well for a day.
    RotateSecret(ForWebhook),
    /// Have a server send a message that tells nothing, to try the webhook out.
    Ping(ForWebhook),
    /// List what a webhook was told and is to be told, the newest first.
    Deliveries {
        #[command(flatten)]
        webhook: ForWebhook,
        /// At most so many.
        #[arg(long, value_name = "COUNT", default_value_t = 100,
            value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
    },
    /// Have a server send a delivery once more.
    Resend {
        #[command(flatten)]
        webhook: ForWebhook,
        /// Its number.
        number: i64,
    },
}

/// The webhook that a command works on.
#[derive(Args, Debug)]
pub(crate) struct ForWebhook {
    #[command(flatten)]
    pub(crate) account: ForAccount,
    /// The webhook's id.
    pub(crate) id: WebhookId,
}

/// Where webhooks may be.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct WebhookNetworks {
    /// Also send webhooks to private networks and to this machine: 10.0.0.0/8, 172.16.0.0/12,
    /// 192.168.0.0/16, 100.64.0.0/10, 127.0.0.0/8, fc00::/7, ::1. Whoever manages an account's webhooks
    /// can then reach what is there.
    #[arg(long)]
    pub(crate) webhooks_to_private_networks: bool,
}

impl WebhookNetworks {
    /// What sends there.
    pub(crate) fn sender(self, ca_file: Option<&Path>) -> Result<Arc<dyn WebhookSender>, CliError> {
        Ok(Arc::new(Sender::new(self.webhooks_to_private_networks, ca_file)?))
    }
}
