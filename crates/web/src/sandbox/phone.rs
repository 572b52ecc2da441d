//! One phone of the sandbox: what it received, and its replies.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use outbound_app::{
    App, ConsumerKey, Grant, PhoneButton, PhoneCallback, PhoneEntry, ReadCampaigns, ReplyContent,
    SandboxReply, SandboxReplyError, WriteCampaigns,
};

use super::{entry, path};
use crate::error::{PageError, PageResult, sentence};
use crate::fields::Fields;
use crate::moment::at;
use crate::page::{Page, Section};
use crate::refresh::{self, Pace};
use crate::reporting::names::channel_name;
use crate::sandbox_banner::{self, INBOX};
use crate::sessions::session::{LoggedIn, Posted, Visit};
use crate::text::{self, Text};

/// The field with the number of the message that is answered.
const MESSAGE: &str = "message";
/// The field with the text of a reply.
const TEXT: &str = "text";
/// The field with the keyword that a button sends.
const WORD: &str = "word";
/// The fields of a button of the message.
const LABEL: &str = "label";
const PAYLOAD: &str = "payload";
/// The words that a brand reacts to.
const WORDS: [&str; 3] = ["STOP", "START", "HELP"];
/// The maximum length of a reply, in characters.
const MAX_CHARACTERS: u32 = 1600;

/// `GET /sandbox/{phone}`.
pub(crate) async fn show(
    LoggedIn { grant, visit }: LoggedIn<ReadCampaigns>,
    State(app): State<App>,
    Path(key): Path<String>,
) -> PageResult {
    Ok(page(&app, &grant, &visit, &key, "").await?.response(&visit))
}

/// `POST /sandbox/{phone}`: sends a reply of the phone.
pub(crate) async fn reply(
    State(app): State<App>,
    Path(key): Path<String>,
    Posted { grant, visit, fields }: Posted<WriteCampaigns>,
) -> PageResult {
    let phone = path::read_key(&key)?;
    let reply = SandboxReply { number: fields.text(MESSAGE).parse().unwrap_or(0), content: read(&fields) };
    let (status, why) = match app.reply_from_sandbox(&grant, phone, reply) {
        Ok(()) => {
            let target = format!("{}?done=sandbox-replied", path::phone(phone));
            return Ok(Redirect::to(&target).into_response());
        }
        Err(SandboxReplyError::UnknownMessage) => (StatusCode::CONFLICT, text::sandbox_message_gone()),
        Err(SandboxReplyError::Invalid(_)) if fields.text(TEXT).trim().is_empty() => {
            (StatusCode::BAD_REQUEST, text::sandbox_no_text())
        }
        Err(SandboxReplyError::Invalid(problem)) => (StatusCode::BAD_REQUEST, Text::from(sentence(&problem))),
    };
    let page = page(&app, &visit.session.grant()?, &visit, &key, fields.text(TEXT)).await?;
    Ok(page.error(status, why).response(&visit))
}

fn read(fields: &Fields) -> ReplyContent {
    match (fields.get(LABEL), fields.get(WORD)) {
        (Some(label), _) => ReplyContent::Button(PhoneButton {
            label: label.to_owned(),
            payload: Some(fields.text(PAYLOAD).to_owned()),
        }),
        (None, Some(word)) => ReplyContent::Text(word.to_owned()),
        (None, None) => ReplyContent::Text(fields.text(TEXT).trim().to_owned()),
    }
}

async fn page(
    app: &App,
    grant: &Grant<ReadCampaigns>,
    visit: &Visit,
    key: &str,
    entered: &str,
) -> Result<Page<'static>, PageError> {
    if !app.has_sandbox(grant.account()) {
        return Err(path::no_sandbox());
    }
    let key = path::read_key(key)?;
    let found = app.sandbox_entries(grant, key).await?;
    let (number, entries) = found.ok_or_else(path::phone_not_found)?;
    let may_reply = visit.session.may::<WriteCampaigns>();
    let path = path::phone(key);
    let content = html! {
        div class="page-head" {
            div {
                h1 dir="auto" { (number) }
                p class="summary" { a href=(INBOX) { (text::sandbox_all_phones()) } }
            }
            div class="actions" { (refresh::button(&path, Pace::Fast)) }
        }
        (sandbox_banner::of_campaigns(app, visit))
        @if may_reply { (form(visit, key, &entries, entered)) }
        ol class="phone-entries" aria-label=(text::messages()) {
            @for entry in &entries { (item(visit, key, entry, may_reply)) }
        }
    };
    let content = refresh::changing(&path, Pace::Fast, &content);
    Ok(Page::new(text::sandbox_inbox(), content).section(Section::Campaigns))
}

/// The newest message of each sender, to which the phone can reply.
fn conversations(entries: &[PhoneEntry]) -> Vec<&PhoneEntry> {
    let mut newest: Vec<&PhoneEntry> = Vec::new();
    for entry in entries.iter().filter(|entry| !entry.is_reply) {
        let is_known =
            newest.iter().any(|known| (known.channel, &known.sender) == (entry.channel, &entry.sender));
        if !is_known {
            newest.push(entry);
        }
    }
    newest
}

fn form(visit: &Visit, key: ConsumerKey, entries: &[PhoneEntry], entered: &str) -> Markup {
    let conversations = conversations(entries);
    let name = |entry: &PhoneEntry| format!("{} · {}", channel_name(entry.channel), entry.sender);
    html! {
        @if let Some(newest) = conversations.first() {
            form class="filters" method="post" action=(path::phone(key)) aria-label=(text::sandbox_reply_form()) {
                (visit.token())
                @if conversations.len() == 1 {
                    input type="hidden" name=(MESSAGE) value=(newest.number);
                } @else {
                    div class="field wide" {
                        label for=(MESSAGE) { (text::sandbox_reply_to()) }
                        select id=(MESSAGE) name=(MESSAGE) {
                            @for entry in &conversations { option value=(entry.number) { (name(entry)) } }
                        }
                    }
                }
                div class="field" {
                    label for=(TEXT) { (text::sandbox_reply_text()) }
                    input id=(TEXT) name=(TEXT) value=(entered) maxlength=(MAX_CHARACTERS) autocomplete="off" dir="auto";
                }
                button class="primary" { (text::sandbox_send_reply()) }
                @for word in WORDS { button name=(WORD) value=(word) { (word) } }
            }
        }
    }
}

fn item(visit: &Visit, key: ConsumerKey, entry: &PhoneEntry, may_reply: bool) -> Markup {
    html! {
        li class={ "phone-entry" @if entry.is_reply { " reply" } } data-key=(entry.number) {
            p class="summary" {
                (entry::origin(entry)) code dir="auto" { (entry.sender) }
                @if !entry.is_reply { (entry::status(entry)) }
                span class="muted" { (at(entry.at)) }
            }
            (entry::content(entry))
            @if !entry.buttons.is_empty() {
                ul class="actions" { @for button in &entry.buttons { li { (press(visit, key, entry, button, may_reply)) } } }
            }
            @if !entry.callbacks.is_empty() { (callbacks(&entry.callbacks)) }
        }
    }
}

/// A button of a message. Those that open something cannot be pressed.
fn press(
    visit: &Visit,
    key: ConsumerKey,
    entry: &PhoneEntry,
    button: &PhoneButton,
    may_reply: bool,
) -> Markup {
    html! {
        @match &button.payload {
            Some(payload) if may_reply => {
                form class="inline" method="post" action=(path::phone(key)) {
                    (visit.token())
                    input type="hidden" name=(MESSAGE) value=(entry.number);
                    input type="hidden" name=(PAYLOAD) value=(payload);
                    button class="small" name=(LABEL) value=(button.label) dir="auto" { (button.label) }
                }
            }
            _ => span class="badge" dir="auto" { (button.label) },
        }
    }
}

fn callbacks(callbacks: &[PhoneCallback]) -> Markup {
    html! {
        p class="hint" {
            (text::sandbox_callbacks()) " "
            @for (place, callback) in callbacks.iter().enumerate() {
                @if place > 0 { ", " }
                (callback.event) " "
                @match callback.response {
                    Some(status) => code { (status) },
                    None => (text::sandbox_no_response()),
                }
            }
        }
    }
}
