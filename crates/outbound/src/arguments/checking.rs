//! The options of `outbound check` and `outbound render`, and of the rules an account chooses.
// Printed by --help, so no Markdown.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use outbound_formats::Format;
use outbound_model::{AccountId, ChannelType};
use outbound_render::{Key, Values};
use outbound_rules::{RuleSet, RuleSettings};

use super::Given;

#[derive(Args, Debug)]
pub(crate) struct Check {
    /// JSON files with an array of handoffs, or one, or what a provider's API takes and lists; - is
    /// standard input.
    #[arg(required_unless_present_any = ["account", "list_rules"], value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Without files: check the newest versions of this account's handoffs. With files: check them with
    /// this account's settings.
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<AccountId>,
    /// Check what the account has published, not the newest versions.
    #[arg(long, requires = "account", conflicts_with = "files")]
    pub(crate) published: bool,
    /// What the files hold: liveperson, meta, twilio or rbm. [default: what their keys tell, or
    /// liveperson]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// The channel of Twilio's contents whose type goes to several: sms-twilio, wa or googlercs.
    #[arg(long, value_name = "TYPE")]
    pub(crate) channel: Option<ChannelType>,
    #[command(flatten)]
    pub(crate) defaults: Given,
    #[command(flatten)]
    pub(crate) rules: RuleChoice,
    /// What counts besides errors for the exit status.
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) deny: Option<Deny>,
    /// Print SARIF 2.1.0, for tools that review code.
    #[arg(long)]
    pub(crate) sarif: bool,
    /// Only list the rules.
    #[arg(long)]
    pub(crate) list_rules: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Render {
    /// A JSON file with an array of handoffs, or one; - is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// A placeholder's value: 1=Ann, or for one component of a WhatsApp template header.1=…,
    /// body.1=…, button0.1=…
    #[arg(long, value_name = "NAME=VALUE", value_parser = Values::assignment)]
    pub(crate) var: Vec<(Key, String)>,
    /// Only this channel: wa, sms-twilio, apple-twilio, googlercs or inapp.
    #[arg(long, value_name = "TYPE")]
    pub(crate) channel: Option<ChannelType>,
    /// Only the handoff of this id or name.
    #[arg(long, value_name = "ID|NAME")]
    pub(crate) handoff: Option<String>,
    /// Exit status 1 if a placeholder has no value, or a value no placeholder.
    #[arg(long)]
    pub(crate) strict: bool,
}

/// What the account would decide about its rules.
#[derive(Args, Debug)]
pub(crate) struct RuleChoice {
    /// Whose limits count: the providers', or LivePerson's narrower ones as well.
    #[arg(long, value_name = "SET")]
    pub(crate) rules: Option<RuleSetName>,
    /// A host that media may come from; several times for several, "" for any.
    #[arg(long, value_name = "HOST", value_delimiter = ',')]
    pub(crate) permitted_media_host: Vec<String>,
}

/// Whose limits count.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RuleSetName {
    /// What the channel's provider accepts.
    Provider,
    /// LivePerson's narrower limits as well.
    Liveperson,
}

/// Findings that count as errors do.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Deny {
    /// A warning.
    Warning,
}

impl RuleChoice {
    /// Whether anything was chosen.
    pub(crate) fn any(&self) -> bool {
        self.rules.is_some() || !self.permitted_media_host.is_empty()
    }

    /// `settings` with what was chosen.
    pub(crate) fn applied_to(&self, mut settings: RuleSettings) -> RuleSettings {
        if let Some(rules) = self.rules {
            settings.rule_set = match rules {
                RuleSetName::Provider => RuleSet::Provider,
                RuleSetName::Liveperson => RuleSet::LivePerson,
            };
        }
        if !self.permitted_media_host.is_empty() {
            let named = self.permitted_media_host.iter().filter(|host| !host.is_empty());
            settings.permitted_media_hosts = named.cloned().collect();
        }
        settings
    }
}
