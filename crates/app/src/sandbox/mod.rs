//! The sandbox that runs inside a server as a demo: its connection, what its phones received, and their replies.

mod connect;
mod phones;
mod template_text;

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use outbound_model::{AccountId, Timestamp};
use outbound_reporting::{Address, ReportingChannel, TransactionId};

pub use phones::SandboxPhone;

use crate::{App, Grant, Right};

/// The interface to the phones of a sandbox. The `outbound` crate implements it.
pub trait SandboxPhones: Send + Sync {
    /// Up to `limit` phones that received messages, by their newest message or reply.
    fn phones(&self, limit: usize) -> Vec<PhoneEntries>;

    /// The numbers of all phones that received messages.
    fn numbers(&self) -> HashSet<String>;

    /// Up to `limit` messages and replies of a phone, newest first.
    fn entries(&self, phone: &str, limit: usize) -> Vec<PhoneEntry>;

    /// Removes everything about a phone.
    fn erase(&self, phone: &str);

    /// Sends a reply of a phone.
    fn reply(&self, phone: &str, reply: SandboxReply) -> Result<(), SandboxReplyError>;
}

/// A phone, as a sandbox shows it.
#[derive(Clone, Debug)]
pub struct PhoneEntries {
    /// The phone number, or the account's own id of a consumer.
    pub phone: String,
    /// The number of messages and replies.
    pub entries: usize,
    /// The newest one.
    pub newest: PhoneEntry,
}

/// A message that a phone received, or a reply that it sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PhoneEntry {
    /// The number in the sandbox.
    pub number: u64,
    /// Whether the phone sent it.
    pub is_reply: bool,
    /// The channel.
    pub channel: ReportingChannel,
    /// The brand's sender.
    pub sender: String,
    /// When it was received or sent.
    pub at: Timestamp,
    /// The message in reports.
    pub message: Option<TransactionId>,
    /// The last status: `sent`, `delivered`, `read` or `failed`.
    pub status: Option<&'static str>,
    /// The text, in lines.
    pub text: String,
    /// The URLs of images, videos and other files.
    pub files: Vec<String>,
    /// The buttons.
    pub buttons: Vec<PhoneButton>,
    /// The template, if the sandbox knows only its name.
    pub template: Option<PhoneTemplate>,
    /// The callbacks about the message.
    pub callbacks: Vec<PhoneCallback>,
}

/// A button of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PhoneButton {
    /// The label.
    pub label: String,
    /// What a press sends; `None` if the button opens something instead.
    pub payload: Option<String>,
}

/// A template with its values.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PhoneTemplate {
    /// The name at the provider.
    pub name: String,
    /// The language code.
    pub language: String,
    /// The values of the header: text, or the URL of a file.
    pub header: Vec<String>,
    /// The values of the body, in order.
    pub body: Vec<String>,
}

/// An attempt to send a callback.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PhoneCallback {
    /// What it reported: `sent`, `delivered`, `read`, `failed` or `reply`.
    pub event: &'static str,
    /// When it was attempted.
    pub at: Timestamp,
    /// The status of the response; `None` if there was none.
    pub response: Option<u16>,
}

/// A reply to a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SandboxReply {
    /// The number of the message in the sandbox.
    pub number: u64,
    /// The reply.
    pub content: ReplyContent,
}

/// The content of a reply.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ReplyContent {
    /// A text.
    Text(String),
    /// A press of the button at this position of the message.
    Button(PhoneButton),
}

/// Why a reply was not sent.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SandboxReplyError {
    /// The sandbox removed the message, or never had it.
    #[error("the sandbox does not have this message any more")]
    UnknownMessage,
    /// The text is empty or too long, or the button cannot be pressed.
    #[error("{0}")]
    Invalid(String),
}

/// The sandbox of a process, set when it starts.
#[derive(Default)]
pub(crate) struct RunningSandbox(OnceLock<(AccountId, Arc<dyn SandboxPhones>)>);

impl RunningSandbox {
    /// The phones of the account. Other accounts have none.
    fn of(&self, account: &AccountId) -> Option<&Arc<dyn SandboxPhones>> {
        self.0.get().filter(|(owner, _)| owner == account).map(|(_, phones)| phones)
    }
}

impl App {
    /// Shows the phones of a sandbox to the users of `account`. Only the first call of a process has an effect.
    pub fn show_sandbox(&self, account: AccountId, phones: Arc<dyn SandboxPhones>) {
        // An error if it is called twice.
        let _ = self.sandbox.0.set((account, phones));
    }

    /// Whether a sandbox runs inside this server, to which the account's messages are sent.
    pub fn has_sandbox(&self, account: &AccountId) -> bool {
        self.sandbox.of(account).is_some()
    }

    /// Whether reports contain messages to sandboxes.
    pub fn reports_sandbox(&self) -> bool {
        self.reports_sandbox
    }

    /// Removes a consumer from the sandbox of the account, if it has one inside this server.
    pub(crate) fn erase_from_sandbox(&self, account: &AccountId, address: &Address) {
        if let Some(phones) = self.sandbox.of(account) {
            phones.erase(address.reveal());
        }
    }

    fn phones_of<R: Right>(&self, grant: &Grant<R>) -> Option<&Arc<dyn SandboxPhones>> {
        self.sandbox.of(grant.account())
    }
}
