//! The options of `outbound handoff`.
// These comments are printed by --help, which does not render Markdown.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::{Args, Subcommand};
use outbound_app::{Sort, SortKey, VersionSelector};
use outbound_model::{ChannelType, HandoffState};

use super::AccountArg;

#[derive(Debug, Subcommand)]
pub(crate) enum Handoff {
    /// List handoffs, including drafts.
    List(ListHandoffs),
    /// Print the newest version of a handoff in LivePerson's format. With --json, also print its state, version and
    /// tag.
    Show(HandoffArg),
    /// Create a handoff as a draft.
    Create {
        #[command(flatten)]
        account: AccountArg,
        #[command(flatten)]
        file: HandoffFile,
    },
    /// Save a new version of a handoff. Does not change what is published.
    Replace {
        #[command(flatten)]
        handoff: HandoffArg,
        #[command(flatten)]
        file: HandoffFile,
        #[command(flatten)]
        expected: ExpectedVersion,
    },
    /// Check the newest version of a handoff with the account's settings. Ends with exit status 1 if there are
    /// errors.
    Check(HandoffArg),
    /// Publish the newest version of a handoff, unless it has errors.
    Publish {
        #[command(flatten)]
        handoff: HandoffArg,
        #[command(flatten)]
        expected: ExpectedVersion,
        /// Only check whether the handoff can be published.
        #[arg(long)]
        dry_run: bool,
    },
    /// Stop serving a handoff. Its versions are kept.
    Unpublish(HandoffArg),
    /// Archive a handoff. It is no longer served or listed, and its name can be used again. Its versions are kept.
    Archive(HandoffArg),
    /// Restore an archived handoff as a draft. Requires its id, because another handoff may have its name now.
    Restore(HandoffArg),
    /// List the versions of a handoff, newest first.
    Versions(HandoffArg),
    /// Show the differences between two versions of a handoff.
    Diff {
        #[command(flatten)]
        handoff: HandoffArg,
        /// The old version: a number, published or latest.
        #[arg(long, value_name = "VERSION", default_value = "published")]
        from: VersionSelector,
        /// The new version.
        #[arg(long, value_name = "VERSION", default_value = "latest")]
        to: VersionSelector,
    },
    /// Save an earlier version as a new one. Does not change what is published.
    Rollback {
        #[command(flatten)]
        handoff: HandoffArg,
        /// The number of the earlier version.
        #[arg(value_name = "VERSION")]
        version: i64,
        #[command(flatten)]
        expected: ExpectedVersion,
    },
}

#[derive(Args, Debug)]
pub(crate) struct ListHandoffs {
    #[command(flatten)]
    pub(crate) account: AccountArg,
    /// Only list handoffs with this text in their id, name or messages.
    #[arg(value_name = "TEXT")]
    pub(crate) text: Option<String>,
    /// Only list handoffs with this channel: wa, sms-twilio, apple-twilio, googlercs or inapp.
    #[arg(long, value_name = "TYPE")]
    pub(crate) channel: Option<ChannelType>,
    /// Only list handoffs with this language.
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: Option<String>,
    /// Only list handoffs with this sender.
    #[arg(long, value_name = "SENDER")]
    pub(crate) sender: Option<String>,
    /// Only list handoffs in this state: draft, published, changed or archived. [default: all except archived]
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Option<HandoffState>,
    /// Only list handoffs whose newest version had errors when it was saved.
    #[arg(long)]
    pub(crate) errors: bool,
    /// Sort by created, updated or name. A leading - sorts in descending order.
    #[arg(long, value_name = "KEY", default_value = "-updated", value_parser = sort, allow_hyphen_values = true)]
    pub(crate) sort: Sort,
}

/// The handoff of a command.
#[derive(Args, Debug)]
pub(crate) struct HandoffArg {
    #[command(flatten)]
    pub(crate) account: AccountArg,
    /// The id or name of the handoff.
    #[arg(value_name = "HANDOFF")]
    pub(crate) id_or_name: String,
}

/// The file with a handoff.
#[derive(Args, Debug)]
pub(crate) struct HandoffFile {
    /// A JSON file with one handoff. - is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// A note about this version, such as the reason for the change.
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
}

/// The version that the caller expects.
#[derive(Args, Debug)]
pub(crate) struct ExpectedVersion {
    /// Fail if the handoff has changed since this tag was read. show --json prints the tag.
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
            return Err("expected created, updated or name, or one of them with a leading -".to_owned());
        }
    };
    Ok(Sort { key, descending })
}
