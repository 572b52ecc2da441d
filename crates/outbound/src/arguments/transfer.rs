//! The options of `outbound import` and `outbound export`.
// Printed by --help, so no Markdown.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::Args;
use outbound_app::PublishMode;
use outbound_formats::{ChannelDefaults, Format};
use outbound_model::ChannelType;

use super::ForAccount;

/// What channels get that a provider's file does not say.
#[derive(Args, Debug)]
pub(crate) struct Given {
    /// The language of channels that have none (RBM).
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: Option<String>,
    /// The sender (outboundnumber) of channels that have none. [default: the account's]
    #[arg(long, value_name = "SENDER")]
    pub(crate) sender: Option<String>,
    /// The namespace of WhatsApp channels. [default: the account's]
    #[arg(long, value_name = "NAMESPACE")]
    pub(crate) namespace: Option<String>,
    /// The service account of RCS channels. [default: the account's]
    #[arg(long, value_name = "NAME")]
    pub(crate) service_account_name: Option<String>,
}

impl Given {
    /// The same as values of a channel.
    pub(crate) fn defaults(&self) -> ChannelDefaults {
        ChannelDefaults {
            language: self.language.clone(),
            sender: self.sender.clone(),
            namespace: self.namespace.clone(),
            service_account_name: self.service_account_name.clone(),
        }
    }
}

/// What an import publishes.
#[derive(Args, Debug)]
pub(crate) struct Publishing {
    /// Keep all as drafts. Without this and --publish, handoffs with errors or a channel of an unknown type
    /// stay drafts and the others are published.
    #[arg(long, conflicts_with = "publish")]
    drafts: bool,
    /// Publish all as they are, also those with errors or a channel of an unknown type.
    #[arg(long)]
    publish: bool,
}

impl Publishing {
    /// What the flags ask for.
    pub(crate) fn wanted(&self) -> PublishMode {
        match (self.publish, self.drafts) {
            (true, _) => PublishMode::All,
            (false, true) => PublishMode::Nothing,
            (false, false) => PublishMode::Valid,
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct Import {
    #[command(flatten)]
    pub(crate) account: ForAccount,
    /// JSON files with an array of handoffs, or one; or what a provider's API takes and lists. - is
    /// standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// What the files hold: liveperson, meta, twilio or rbm. [default: what their keys tell, or
    /// liveperson]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// The channel of Twilio's contents whose type goes to several: sms-twilio, wa or googlercs.
    #[arg(long, value_name = "TYPE")]
    pub(crate) channel: Option<ChannelType>,
    #[command(flatten)]
    pub(crate) defaults: Given,
    /// Check the files and say what would be done, but keep nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) publishing: Publishing,
    /// Keep nothing if a handoff breaks a rule (see outbound check).
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) account: ForAccount,
    /// Where to write an array; - is standard output.
    #[arg(value_name = "FILE", default_value = "-")]
    pub(crate) file: PathBuf,
    /// Write a file for each handoff, template, content or message into this folder instead; it is
    /// made if missing. The names of the files stay the same from export to export.
    #[arg(long, value_name = "DIR", conflicts_with = "file")]
    pub(crate) output: Option<PathBuf>,
    /// What to write: liveperson, meta, twilio or rbm.
    #[arg(long, value_name = "FORMAT", default_value_t = Format::LivePerson)]
    pub(crate) format: Format,
    /// The category of Meta's templates that have none yet.
    #[arg(long, value_name = "CATEGORY", value_parser = ["MARKETING", "UTILITY", "AUTHENTICATION"])]
    pub(crate) category: Option<String>,
    /// The language of channels that have none, such as en: Twilio and Meta want one.
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: Option<String>,
}
