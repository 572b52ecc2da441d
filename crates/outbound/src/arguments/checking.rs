//! The options of `outbound check` and `outbound render`, and the options for an account's rules.
// These comments are printed by --help, which does not render Markdown.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use outbound_formats::Format;
use outbound_model::{AccountId, ChannelType};
use outbound_render::{Key, Values};
use outbound_rules::{RuleSet, RuleSettings};

use super::ChannelDefaultArgs;

#[derive(Args, Debug)]
pub(crate) struct Check {
    /// JSON files with one handoff or an array of handoffs, or files in the format of a provider's API. - is
    /// standard input.
    #[arg(required_unless_present_any = ["account", "list_rules"], value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Check the newest versions of this account's handoffs. If files are given, check the files with the
    /// settings of this account instead.
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<AccountId>,
    /// Check the published versions of the account's handoffs instead of the newest ones.
    #[arg(long, requires = "account", conflicts_with = "files")]
    pub(crate) published: bool,
    /// The format of the files: liveperson, meta, twilio or rbm. [default: detected from the keys of each file,
    /// otherwise liveperson]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// The channel of Twilio contents whose type fits several channels: sms-twilio, wa or googlercs.
    #[arg(long, value_name = "TYPE")]
    pub(crate) channel: Option<ChannelType>,
    #[command(flatten)]
    pub(crate) defaults: ChannelDefaultArgs,
    #[command(flatten)]
    pub(crate) rules: RuleChoice,
    /// Also end with exit status 1 for findings of this severity.
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) deny: Option<Deny>,
    /// Print SARIF 2.1.0, the format of code review tools.
    #[arg(long)]
    pub(crate) sarif: bool,
    /// List all rules and check nothing.
    #[arg(long)]
    pub(crate) list_rules: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Render {
    /// A JSON file with one handoff or an array of handoffs. - is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The value of a placeholder, such as 1=Ann. For a component of a WhatsApp template, header.1=…, body.1=… or
    /// button0.1=…. Can be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = Values::assignment)]
    pub(crate) var: Vec<(Key, String)>,
    /// Only show this channel: wa, sms-twilio, apple-twilio, googlercs or inapp.
    #[arg(long, value_name = "TYPE")]
    pub(crate) channel: Option<ChannelType>,
    /// Only show the handoff with this id or name.
    #[arg(long, value_name = "ID|NAME")]
    pub(crate) handoff: Option<String>,
    /// End with exit status 1 if a placeholder has no value, or a value has no placeholder.
    #[arg(long)]
    pub(crate) strict: bool,
}

/// Options that override an account's settings for rules.
#[derive(Args, Debug)]
pub(crate) struct RuleChoice {
    /// The limits to check: those of the providers, or also LivePerson's stricter ones.
    #[arg(long, value_name = "SET")]
    pub(crate) rules: Option<RuleSetName>,
    /// A host that media may be loaded from. Can be repeated. "" permits all hosts.
    #[arg(long, value_name = "HOST", value_delimiter = ',')]
    pub(crate) permitted_media_host: Vec<String>,
}

/// A set of rules.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RuleSetName {
    /// The limits of the channel's provider.
    Provider,
    /// Also LivePerson's stricter limits.
    Liveperson,
}

/// A severity that makes a check fail, in addition to errors.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Deny {
    /// Warnings.
    Warning,
}

impl RuleChoice {
    /// Whether an option is set.
    pub(crate) fn is_any_set(&self) -> bool {
        self.rules.is_some() || !self.permitted_media_host.is_empty()
    }

    /// Returns `settings` with these options applied.
    pub(crate) fn apply_to(&self, mut settings: RuleSettings) -> RuleSettings {
        if let Some(rules) = self.rules {
            settings.rule_set = match rules {
                RuleSetName::Provider => RuleSet::Provider,
                RuleSetName::Liveperson => RuleSet::LivePerson,
            };
        }
        if !self.permitted_media_host.is_empty() {
            let hosts = self.permitted_media_host.iter().filter(|host| !host.is_empty());
            settings.permitted_media_hosts = hosts.cloned().collect();
        }
        settings
    }
}
