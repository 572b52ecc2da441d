//! The options of `outbound import` and `outbound export`.
// These comments are printed by --help, which does not render Markdown.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::Args;
use outbound_app::PublishMode;
use outbound_formats::{ChannelDefaults, Format};
use outbound_model::ChannelType;

use super::AccountArg;

/// Defaults for fields that are missing in a provider's file.
#[derive(Args, Debug)]
pub(crate) struct ChannelDefaultArgs {
    /// The language of channels without a language (RBM). [default: the account's setting]
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: Option<String>,
    /// The sender (outboundnumber) of channels without a sender. [default: the account's setting]
    #[arg(long, value_name = "SENDER")]
    pub(crate) sender: Option<String>,
    /// The namespace of WhatsApp channels. [default: the account's setting]
    #[arg(long, value_name = "NAMESPACE")]
    pub(crate) namespace: Option<String>,
    /// The service account of RCS channels. [default: the account's setting]
    #[arg(long, value_name = "NAME")]
    pub(crate) service_account_name: Option<String>,
}

impl ChannelDefaultArgs {
    /// Converts the options to defaults for an import.
    pub(crate) fn defaults(&self) -> ChannelDefaults {
        ChannelDefaults {
            language: self.language.clone(),
            sender: self.sender.clone(),
            namespace: self.namespace.clone(),
            service_account_name: self.service_account_name.clone(),
        }
    }
}

/// Flags that choose which handoffs an import publishes.
#[derive(Args, Debug)]
pub(crate) struct PublishFlags {
    /// Save all handoffs as drafts. Without --drafts and --publish, handoffs with errors or an unknown channel type
    /// are saved as drafts, and all others are published.
    #[arg(long, conflicts_with = "publish")]
    drafts: bool,
    /// Publish all handoffs, including those with errors or an unknown channel type.
    #[arg(long)]
    publish: bool,
}

impl PublishFlags {
    /// Converts the flags to a mode.
    pub(crate) fn mode(&self) -> PublishMode {
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
    pub(crate) account: AccountArg,
    /// JSON files with one handoff or an array of handoffs, or files in the format of a provider's API. - is
    /// standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The format of the files: liveperson, meta, twilio or rbm. [default: detected from the keys of each file,
    /// otherwise liveperson]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// The channel of Twilio contents whose type fits several channels: sms-twilio, wa or googlercs.
    #[arg(long, value_name = "TYPE")]
    pub(crate) channel: Option<ChannelType>,
    #[command(flatten)]
    pub(crate) defaults: ChannelDefaultArgs,
    /// Only check the files and report what would be imported. Saves nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) publishing: PublishFlags,
    /// Import nothing if a handoff has errors (see outbound check).
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) account: AccountArg,
    /// The file to write an array to. - is standard output.
    #[arg(value_name = "FILE", default_value = "-")]
    pub(crate) file: PathBuf,
    /// Write one file for each handoff, template, content or message to this folder instead. The folder is created
    /// if it is missing. Each export uses the same file names.
    #[arg(long, value_name = "DIR", conflicts_with = "file")]
    pub(crate) output: Option<PathBuf>,
    /// The format to write: liveperson, meta, twilio or rbm.
    #[arg(long, value_name = "FORMAT", default_value_t = Format::LivePerson)]
    pub(crate) format: Format,
    /// The category of Meta templates without a category.
    #[arg(long, value_name = "CATEGORY", value_parser = ["MARKETING", "UTILITY", "AUTHENTICATION"])]
    pub(crate) category: Option<String>,
    /// The language of channels without a language, such as en. Twilio and Meta require a language.
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: Option<String>,
}
