//! The options of `outbound handoff`.
// Printed by --help, so no Markdown.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::{Args, Subcommand};
use outbound_app::{Sort, SortKey, VersionSelector};
use outbound_model::{ChannelType, HandoffState};

use super::ForAccount;

#[derive(Debug, Subcommand)]
pub(crate) enum Handoff {
    /// List handoffs, drafts and published ones.
    List(ListHandoffs),
    /// Print a handoff's newest version, as a file holds it; with --json also where it stands.
    Show(OneHandoff),
    /// Make a handoff, as a draft.
    Create {
        #[command(flatten)]
        account: ForAccount,
        #[command(flatten)]
        file: HandoffFile,
    },
    /// Save a new version of a handoff. What is published stays as it is.
    Replace {
        #[command(flatten)]
        handoff: OneHandoff,
        #[command(flatten)]
        file: HandoffFile,
        #[command(flatten)]
        seen: ExpectedVersion,
    },
    /// Check a handoff's newest version by the account's rules; exit status 1 if there are errors.
    Check(OneHandoff),
    /// Publish a handoff's newest version, unless it breaks a rule that counts as an error.
    PublishMode {
        #[command(flatten)]
        handoff: OneHandoff,
        #[command(flatten)]
        seen: ExpectedVersion,
        /// Do all but publish.
        #[arg(long)]
        dry_run: bool,
    },
    /// Take a handoff off the published lists.
    Unpublish(OneHandoff),
    /// Set a handoff aside: it is served no more, its name becomes free, its history stays.
    Archive(OneHandoff),
    /// Bring an archived handoff back as a draft; by its id, as its name became free.
    Restore(OneHandoff),
    /// List a handoff's versions, the newest first.
    Versions(OneHandoff),
    /// Show what differs between two versions.
    Diff {
        #[command(flatten)]
        handoff: OneHandoff,
        /// The old version: a number, published or latest.
        #[arg(long, value_name = "VERSION", default_value = "published")]
        from: VersionSelector,
        /// The new version.
        #[arg(long, value_name = "VERSION", default_value = "latest")]
        to: VersionSelector,
    },
    /// Save what an earlier version was as a new one, a draft like any other.
    Rollback {
        #[command(flatten)]
        handoff: OneHandoff,
        /// The number of that version.
        #[arg(value_name = "VERSION")]
        version: i64,
        #[command(flatten)]
        seen: ExpectedVersion,
    },
}

#[derive(Args, Debug)]
pub(crate) struct ListHandoffs {
    #[command(flatten)]
    pub(crate) account: ForAccount,
    /// Only those with this text in the id, the name or a message.
    #[arg(value_name = "TEXT")]
    pub(crate) text: Option<String>,
    /// Only those with this channel: wa, sms-twilio, apple-twilio, googlercs or inapp.
    #[arg(long, value_name = "TYPE")]
    pub(crate) channel: Option<ChannelType>,
    /// Only those with this language.
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: Option<String>,
    /// Only those with this sender.
    #[arg(long, value_name = "SENDER")]
    pub(crate) sender: Option<String>,
    /// Only those in this state: draft, published, changed or archived. [default: all but archived]
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Option<HandoffState>,
    /// Only those whose newest version broke a rule that counts as an error.
    #[arg(long)]
    pub(crate) errors: bool,
    /// created, updated or name, with - before it for the highest first.
    #[arg(long, value_name = "KEY", default_value = "-updated", value_parser = sort, allow_hyphen_values = true)]
    pub(crate) sort: Sort,
}

/// A handoff of an account.
#[derive(Args, Debug)]
pub(crate) struct OneHandoff {
    #[command(flatten)]
    pub(crate) account: ForAccount,
    /// The handoff's id or name.
    #[arg(value_name = "HANDOFF")]
    pub(crate) wanted: String,
}

/// A handoff in a file.
#[derive(Args, Debug)]
pub(crate) struct HandoffFile {
    /// A JSON file with one handoff; - is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Why this version is saved, for its history.
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
}

/// What the caller has seen.
#[derive(Args, Debug)]
pub(crate) struct ExpectedVersion {
    /// Only if the handoff is still as this tag says; show --json prints it.
    #[arg(long, value_name = "TAG")]
    pub(crate) if_match: Option<String>,
}

fn sort(text: &str) -> Result<Sort, String> {
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    let key = match name {
        "created" => SortKey::Created,
        "updated" => SortKey::Updated,
        "name" => SortKey::Name,
        _ => {
            return Err(
                "expected created, updated or name, with - before it for the highest first".to_owned()
            );
        }
    };
    Ok(Sort { key, descending })
}
