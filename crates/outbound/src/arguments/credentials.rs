//! The options of `outbound client`, `outbound api-key`, `outbound user` and `outbound audit`.
// These comments are printed by --help, which does not render Markdown.
#![allow(clippy::doc_markdown)]

use clap::{Args, Subcommand};
use outbound_model::{AccountId, AppKey, ClientId, Role, Scopes, Username};

use super::AccountArg;

#[derive(Debug, Subcommand)]
pub(crate) enum Client {
    /// Create a client. Prints its secret, which cannot be shown again.
    Create {
        #[command(flatten)]
        account: AccountArg,
        /// A name for it.
        #[arg(long, default_value = "command line")]
        name: String,
        /// The scopes of its tokens, separated by spaces: handoffs.read, handoffs.write, reports.read, events.write,
        /// campaigns.read, campaigns.write, campaigns.launch.
        #[arg(long, default_value = "handoffs.read")]
        scope: Scopes,
    },
    /// List the clients, including revoked ones.
    List {
        #[command(flatten)]
        account: AccountArg,
    },
    /// Revoke a client. Its tokens are rejected immediately.
    Revoke {
        #[command(flatten)]
        account: AccountArg,
        /// The id of the client.
        id: ClientId,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ApiKey {
    /// Create an API key, which can only read. Prints its secrets, which cannot be shown again.
    Create {
        #[command(flatten)]
        account: AccountArg,
        /// A name for it.
        #[arg(long, default_value = "command line")]
        name: String,
    },
    /// List the API keys, including revoked ones.
    List {
        #[command(flatten)]
        account: AccountArg,
    },
    /// Revoke an API key. Requests that are signed with it are rejected immediately.
    Revoke {
        #[command(flatten)]
        account: AccountArg,
        /// The app key of the API key.
        app_key: AppKey,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Create a user. Reads the password from standard input.
    Create {
        #[command(flatten)]
        user: UserArg,
        /// The role: administrator, campaign_manager, lpa, agent_manager or agent.
        #[arg(long)]
        role: Role,
    },
    /// List the users, including revoked ones.
    List {
        #[command(flatten)]
        account: AccountArg,
    },
    /// Revoke a user. Ends the user's sessions and prevents further logins.
    Revoke {
        #[command(flatten)]
        user: UserArg,
    },
    /// Change a user's password and end the user's sessions. Reads the password from standard input.
    Password {
        #[command(flatten)]
        user: UserArg,
    },
    /// Change a user's role. Applies to existing sessions, too.
    Role {
        #[command(flatten)]
        user: UserArg,
        /// The role: administrator, campaign_manager, lpa, agent_manager or agent.
        #[arg(long)]
        role: Role,
    },
}

/// The user of a command.
#[derive(Args, Debug)]
pub(crate) struct UserArg {
    #[command(flatten)]
    pub(crate) account: AccountArg,
    /// The login name.
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Username,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// List the audit log of an account or of the installation, newest first.
    List {
        /// The id of the account.
        #[arg(long, value_name = "ID")]
        account: Option<AccountId>,
        /// List the audit log of the installation instead, which records changes of signing keys.
        #[arg(long)]
        installation: bool,
        /// The maximum number of entries.
        #[arg(long, value_name = "COUNT", default_value_t = 100)]
        limit: u32,
    },
}
