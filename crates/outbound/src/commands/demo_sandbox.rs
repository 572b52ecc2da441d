//! The sandbox inside a server that runs as a demo. It listens on loopback with a token of its own, and callbacks reach
//! the server without a network, so nothing leaves the machine, whatever the server's addresses are.

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Weak};

use async_trait::async_trait;
use outbound_app::{
    App, AppError, CallbackRequest, PhoneButton, PhoneCallback, PhoneEntries, PhoneEntry, PhoneTemplate,
    ReplyContent, SandboxPhones, SandboxReply, SandboxReplyError, signature_header,
};
use outbound_auth::random_secret;
use outbound_connectors::Provider;
use outbound_reporting::ReportingChannel;
use outbound_sandbox::{
    CallbackReceiver, CallbackRequest as Callback, ChannelName, Direction, LedgerEntry, PhoneSummary, Reply,
    RunningSandbox, Sandbox, SandboxConfig, SandboxError, SigningSecrets, WallClock,
};
use url::Position;

use crate::environment::{SystemClock, SystemGenerator};
use crate::error::CliError;

/// Starts a sandbox and connects the demo account to it. Returns nothing if the account is not a demo. The sandbox ends
/// when it is dropped.
pub(super) async fn start(app: &App, is_new: bool) -> Result<Option<Arc<RunningSandbox>>, CliError> {
    let token = random_secret(&SystemGenerator);
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let config = SandboxConfig::new(listen, SigningSecrets::all(&token))
        .with_token(token.clone())
        .with_receiver(Arc::new(Callbacks(app.clone())));
    let clock = Arc::new(WallClock::new(Arc::new(SystemClock)));
    let sandbox = Arc::new(Sandbox::start(config, clock, Arc::new(SystemGenerator)).await?);
    let Some(account) = app.connect_demo(is_new, &sandbox.base_url(), &token).await? else { return Ok(None) };
    app.show_sandbox(account, Arc::new(Phones(Arc::downgrade(&sandbox))));
    Ok(Some(sandbox))
}

/// Passes callbacks to the application.
struct Callbacks(App);

impl std::fmt::Debug for Callbacks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Callbacks(…)")
    }
}

#[async_trait]
impl CallbackReceiver for Callbacks {
    async fn receive(&self, callback: Callback) -> Option<u16> {
        let target = &callback.url[Position::BeforePath..Position::AfterQuery];
        let mut segments = callback.url.path().trim_start_matches("/callbacks/").split('/');
        let (id, provider) = (segments.next()?, Provider::from_name(segments.next()?)?);
        let header = |name| callback.header(name).unwrap_or_default();
        let signature = match provider {
            Provider::Relay => format!(
                "{} {} {}",
                header("webhook-id"),
                header("webhook-timestamp"),
                header("webhook-signature")
            ),
            _ => header(signature_header(provider)).to_owned(),
        };
        let signature = Some(&*signature);
        let request =
            CallbackRequest { callback_id: id, provider, target, signature, body: callback.body.clone() };
        Some(match self.0.receive_callback(request).await {
            Ok(_) => 200,
            Err(AppError::Connector(_)) => 403,
            Err(AppError::UnknownCallback) => 404,
            Err(_) => 503,
        })
    }
}

/// The phones, as long as the sandbox runs.
struct Phones(Weak<RunningSandbox>);

impl SandboxPhones for Phones {
    fn phones(&self, limit: usize) -> Vec<PhoneEntries> {
        let Some(sandbox) = self.0.upgrade() else { return Vec::new() };
        let read =
            |PhoneSummary { phone, entries, newest }| PhoneEntries { phone, entries, newest: entry(newest) };
        sandbox.phones(limit).into_iter().map(read).collect()
    }

    fn numbers(&self) -> HashSet<String> {
        self.0.upgrade().map(|sandbox| sandbox.phone_numbers()).unwrap_or_default()
    }

    fn entries(&self, phone: &str, limit: usize) -> Vec<PhoneEntry> {
        let Some(sandbox) = self.0.upgrade() else { return Vec::new() };
        sandbox.phone(phone, limit).into_iter().map(entry).collect()
    }

    fn erase(&self, phone: &str) {
        if let Some(sandbox) = self.0.upgrade() {
            sandbox.erase(phone);
        }
    }

    fn reply(&self, phone: &str, reply: SandboxReply) -> Result<(), SandboxReplyError> {
        let sandbox = self.0.upgrade().ok_or(SandboxReplyError::UnknownMessage)?;
        let message = sandbox
            .phone(phone, usize::MAX)
            .into_iter()
            .find(|entry| entry.sequence == reply.number && entry.direction == Direction::Message)
            .ok_or(SandboxReplyError::UnknownMessage)?;
        let content = match reply.content {
            ReplyContent::Text(text) => Reply::text(message.api, phone, &text),
            ReplyContent::Button(PhoneButton { label, payload: Some(payload) }) => {
                Reply::button(message.api, phone, &label, &payload)
            }
            ReplyContent::Button(PhoneButton { payload: None, .. }) => {
                let problem = "this button opens something on the phone and sends nothing";
                return Err(SandboxReplyError::Invalid(problem.to_owned()));
            }
        };
        let reply = content.map_err(|error| SandboxReplyError::Invalid(error.to_string()))?;
        sandbox.reply(reply.to_message(message.sequence)).map_err(|error| match error {
            SandboxError::NoConversation => SandboxReplyError::UnknownMessage,
            error => SandboxReplyError::Invalid(error.to_string()),
        })
    }
}

fn entry(entry: LedgerEntry) -> PhoneEntry {
    let content = entry.phone_content();
    let is_reply = entry.direction == Direction::Reply;
    let button =
        |button: outbound_sandbox::PhoneButton| PhoneButton { label: button.label, payload: button.payload };
    let template = content.template.map(|template| PhoneTemplate {
        name: template.name,
        language: template.language,
        header: template.header,
        body: template.body,
    });
    let callback = |record: outbound_sandbox::CallbackRecord| PhoneCallback {
        event: record.event,
        at: record.at,
        response: record.response,
    };
    PhoneEntry {
        number: entry.sequence,
        is_reply,
        channel: channel(entry.channel),
        sender: if is_reply { entry.recipient } else { entry.sender },
        at: entry.at,
        message: entry.message_id.and_then(|id| id.parse().ok()),
        status: entry.status,
        text: content.text,
        files: content.files,
        buttons: content.buttons.into_iter().map(button).collect(),
        template,
        callbacks: entry.callbacks.into_iter().map(callback).collect(),
    }
}

fn channel(channel: ChannelName) -> ReportingChannel {
    match channel {
        ChannelName::Sms => ReportingChannel::Sms,
        ChannelName::WhatsApp => ReportingChannel::WhatsApp,
        ChannelName::Rcs => ReportingChannel::GoogleRcs,
        ChannelName::Apple => ReportingChannel::Apple,
        ChannelName::InApp => ReportingChannel::InApp,
    }
}
