//! The commands that make and revoke what people and programs come in with.
// Printed by --help, so no Markdown.
#![allow(clippy::doc_markdown)]

use clap::{Args, Subcommand};
use outbound_model::{AccountId, AppKey, ClientId, Role, Scopes, Username};

use super::ForAccount;

#[derive(Debug, Subcommand)]
pub(crate) enum Client {
    /// Make a client and print its secret, this once.
    Create {
        #[command(flatten)]
        account: ForAccount,
        /// What people call it.
        #[arg(long, default_value = "command line")]
        name: String,
        /// What it may do: handoffs.read, handoffs.write, or both with a blank between.
        #[arg(long, default_value = "handoffs.read")]
        scope: Scopes,
    },
    /// List the clients, revoked ones too.
    List {
        #[command(flatten)]
        account: ForAccount,
    },
    /// Revoke a client: its tokens are refused from now on.
    Revoke {
        #[command(flatten)]
        account: ForAccount,
        /// The client's id.
        id: ClientId,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ApiKey {
    /// Make an API key and print its secrets, this once. Keys read, they never write.
    Create {
        #[command(flatten)]
        account: ForAccount,
        /// What people call it.
        #[arg(long, default_value = "command line")]
        name: String,
    },
    /// List the API keys, revoked ones too.
    List {
        #[command(flatten)]
        account: ForAccount,
    },
    /// Revoke an API key: what it signs is refused from now on.
    Revoke {
        #[command(flatten)]
        account: ForAccount,
        /// The app key.
        app_key: AppKey,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Make a user; the password is read from standard input.
    Create {
        #[command(flatten)]
        user: ForUser,
        /// administrator, campaign_manager, lpa, agent_manager or agent.
        #[arg(long)]
        role: Role,
    },
    /// List the users, revoked ones too.
    List {
        #[command(flatten)]
        account: ForAccount,
    },
    /// Revoke a user: its sessions end, and it cannot log in again.
    Revoke {
        #[command(flatten)]
        user: ForUser,
    },
    /// Give a user another password, read from standard input; its sessions end.
    Password {
        #[command(flatten)]
        user: ForUser,
    },
    /// Give a user another role, which counts from its next request on.
    Role {
        #[command(flatten)]
        user: ForUser,
        /// administrator, campaign_manager, lpa, agent_manager or agent.
        #[arg(long)]
        role: Role,
    },
}

/// The user that a command works on.
#[derive(Args, Debug)]
pub(crate) struct ForUser {
    #[command(flatten)]
    pub(crate) account: ForAccount,
    /// The login name.
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Username,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// List the audit of an account, or of the installation itself, the newest first.
    List {
        /// The account.
        #[arg(long, value_name = "ID")]
        account: Option<AccountId>,
        /// The installation's own audit instead: its signing keys.
        #[arg(long)]
        installation: bool,
        /// The most entries.
        #[arg(long, value_name = "COUNT", default_value_t = 100)]
        limit: u32,
    },
}
