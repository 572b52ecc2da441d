//! The options of `outbound webhook`, and the options that `outbound serve` also has.
// These comments are printed by --help, which does not render Markdown.
#![allow(clippy::doc_markdown)]

use std::path::Path;
use std::sync::Arc;

use clap::{Args, Subcommand};
use outbound_model::{ChangeKind, WebhookId};

use super::AccountArg;
use crate::error::CliError;
use crate::webhooks::Sender;

#[derive(Debug, Subcommand)]
pub(crate) enum Webhook {
    /// Create a webhook, which receives all later changes. Prints its secret, which cannot be shown again.
    Create {
        #[command(flatten)]
        account: AccountArg,
        /// The http or https URL that receives the requests.
        #[arg(value_name = "URL")]
        url: String,
        /// Only send this kind of change: handoff.saved, handoff.published, handoff.unpublished, handoff.archived,
        /// campaign.started, campaign.paused, campaign.resumed, campaign.cancelled, campaign.finished,
        /// consumer.opted_out, message.status or message.received. Can be repeated. [default: all kinds but
        /// message.status and message.received]
        #[arg(long, value_name = "KIND", value_delimiter = ',')]
        kind: Vec<ChangeKind>,
        /// A description for users of the account.
        #[arg(long, value_name = "TEXT", default_value = "")]
        description: String,
        #[command(flatten)]
        networks: WebhookNetworks,
    },
    /// List the webhooks.
    List {
        #[command(flatten)]
        account: AccountArg,
    },
    /// Delete a webhook and all its deliveries.
    Delete(WebhookArg),
    /// Disable a webhook. Nothing is sent to it until it is enabled again.
    Disable(WebhookArg),
    /// Enable a webhook. It receives all changes since it was disabled.
    Enable(WebhookArg),
    /// Replace the secret of a webhook. Prints the new secret, which cannot be shown again. For 24 hours, messages
    /// are signed with both secrets.
    RotateSecret(WebhookArg),
    /// Let a server send a message without content to test a webhook.
    Ping(WebhookArg),
    /// List past and pending deliveries of a webhook, newest first.
    Deliveries {
        #[command(flatten)]
        webhook: WebhookArg,
        /// The maximum number of deliveries.
        #[arg(long, value_name = "COUNT", default_value_t = 100,
            value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
    },
    /// Let a server send a delivery again.
    Resend {
        #[command(flatten)]
        webhook: WebhookArg,
        /// The number of the delivery.
        number: i64,
    },
}

/// The webhook of a command.
#[derive(Args, Debug)]
pub(crate) struct WebhookArg {
    #[command(flatten)]
    pub(crate) account: AccountArg,
    /// The id of the webhook.
    pub(crate) id: WebhookId,
}

/// The networks that webhooks may be sent to.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct WebhookNetworks {
    /// Also send webhooks to private networks and to this machine: 10.0.0.0/8, 172.16.0.0/12,
    /// 192.168.0.0/16, 100.64.0.0/10, 127.0.0.0/8, fc00::/7 and ::1. Users who manage the webhooks of an account can
    /// then send requests to services in these networks.
    #[arg(long)]
    pub(crate) webhooks_to_private_networks: bool,
}

impl WebhookNetworks {
    /// Creates a sender that is limited to these networks.
    pub(crate) fn sender(self, ca_file: Option<&Path>) -> Result<Arc<Sender>, CliError> {
        Ok(Arc::new(Sender::new(self.webhooks_to_private_networks, ca_file)?))
    }
}
