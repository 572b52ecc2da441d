//! The audit log: who did what in the account.

use axum::extract::State;
use maud::{Markup, html};
use outbound_app::{App, AuditRecord, ManageCredentials};
use outbound_model::{AuditAction, Object, from_json_str};
use serde_json::Value;

use crate::error::PageResult;
use crate::fields::Fields;
use crate::moment::at;
use crate::page::{Page, Section};
use crate::sessions::session::LoggedIn;
use crate::text::{self, Text};

/// Entries on a page.
const PER_PAGE: u32 = 100;
/// In characters, for each detail of an entry.
const MAX_DETAIL_LENGTH: usize = 400;

/// `GET /audit`.
pub(crate) async fn show(
    LoggedIn { grant, visit }: LoggedIn<ManageCredentials>,
    State(app): State<App>,
    query: Fields,
) -> PageResult {
    let records = app.audit(&grant, query.text("before").parse().ok(), PER_PAGE).await?;
    let older = records.last().map(|last| last.sequence).filter(|number| *number > 1);
    let content = html! {
        div class="page-head" { h1 { (text::audit_log()) } }
        p class="hint" { (text::audit_intro()) }
        @if records.is_empty() {
            section class="panel empty-state" { h2 { (text::audit_empty_title()) } p { (text::audit_empty()) } }
        } @else {
            div class="table-frame" {
                table class="cards" {
                    caption class="unseen" { (text::audit_log()) }
                    thead { tr {
                        th scope="col" { (text::time()) }
                        th scope="col" { (text::user()) }
                        th scope="col" { (text::action()) }
                        th scope="col" { (text::target()) }
                        th scope="col" { (text::details()) }
                    } }
                    tbody { @for record in &records { (row(record)) } }
                }
            }
            nav class="pager" aria-label=(text::pages()) {
                @if !query.text("before").is_empty() { a class="button" href="/audit" { (text::first_page()) } }
                @if let Some(older) = older { a class="button" href={ "/audit?before=" (older) } rel="next" { (text::older_page()) } }
            }
        }
    };
    Ok(Page::new(text::audit_log(), content).section(Section::Audit).response(&visit))
}

fn row(record: &AuditRecord) -> Markup {
    let entry = &record.entry;
    let is_handoff = entry.action.as_str().starts_with("handoff.");
    html! {
        tr {
            td data-label=(text::time()) { (at(entry.at)) }
            td data-label=(text::user()) {
                span dir="auto" { (entry.actor) }
                @if let Some(address) = &entry.address { div class="hint" { (address) } }
            }
            td data-label=(text::action()) { (action_name(entry.action)) }
            td data-label=(text::target()) {
                @if is_handoff { a href={ "/handoffs/" (entry.subject) } { (entry.subject) } }
                @else { span dir="auto" { (entry.subject) } }
            }
            td data-label=(text::details()) { (details(&entry.details)) }
        }
    }
}

/// A JSON object as a list of names and values.
fn details(json: &str) -> Markup {
    let object: Object = from_json_str(json).unwrap_or_default();
    html! {
        @if !object.is_empty() {
            ul class="details" {
                @for (name, value) in &object {
                    li dir="auto" { (label(name)) ": " (shortened(&detail(name, value), MAX_DETAIL_LENGTH)) }
                }
            }
        }
    }
}

/// `permittedMediaHosts` as `Permitted media hosts`.
fn label(name: &str) -> String {
    let mut words = String::new();
    for (place, letter) in name.chars().enumerate() {
        match letter {
            letter if place == 0 => words.extend(letter.to_uppercase()),
            letter if letter.is_uppercase() => {
                words.push(' ');
                words.extend(letter.to_lowercase());
            }
            letter => words.push(letter),
        }
    }
    words
}

/// The value of a detail. Some settings have a meaning of their own when they are empty.
fn detail(name: &str, value: &Value) -> String {
    match (name, value) {
        ("permittedMediaHosts", Value::Array(hosts)) if hosts.is_empty() => {
            text::audit_any_host().into_owned()
        }
        ("requestsPerSecond", Value::Null) => text::audit_limit_of_installation().into_owned(),
        ("requestsPerSecond", Value::Number(rate)) if rate.as_u64() == Some(0) => {
            text::audit_no_limit().into_owned()
        }
        _ => plain(value),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => text::no_value().into_owned(),
        Value::Bool(true) => text::yes().into_owned(),
        Value::Bool(false) => text::no().into_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) if items.is_empty() => text::no_value().into_owned(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(object) if object.is_empty() => text::no_value().into_owned(),
        Value::Object(object) => object
            .iter()
            .map(|(name, value)| format!("{name} {}", plain(value)))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn action_name(action: AuditAction) -> Text {
    match action {
        AuditAction::ClientCreated => text::audit_client_created(),
        AuditAction::ClientRevoked => text::audit_client_revoked(),
        AuditAction::ApiKeyCreated => text::audit_api_key_created(),
        AuditAction::ApiKeyRevoked => text::audit_api_key_revoked(),
        AuditAction::UserCreated => text::audit_user_created(),
        AuditAction::UserRevoked => text::audit_user_revoked(),
        AuditAction::PasswordChanged => text::audit_password_changed(),
        AuditAction::RoleChanged => text::audit_role_changed(),
        AuditAction::LoginLocked => text::audit_login_locked(),
        AuditAction::HandoffsImported => text::audit_handoffs_imported(),
        AuditAction::HandoffCreated => text::audit_handoff_created(),
        AuditAction::HandoffSaved => text::audit_handoff_saved(),
        AuditAction::HandoffPublished => text::audit_handoff_published(),
        AuditAction::HandoffUnpublished => text::audit_handoff_unpublished(),
        AuditAction::HandoffArchived => text::audit_handoff_archived(),
        AuditAction::HandoffRestored => text::audit_handoff_restored(),
        AuditAction::SettingsChanged => text::audit_settings_changed(),
        AuditAction::WebhookCreated => text::audit_webhook_created(),
        AuditAction::WebhookDeleted => text::audit_webhook_deleted(),
        AuditAction::WebhookDisabled => text::audit_webhook_disabled(),
        AuditAction::WebhookEnabled => text::audit_webhook_enabled(),
        AuditAction::WebhookSecretRotated => text::audit_webhook_secret_rotated(),
        AuditAction::CampaignLaunched => text::audit_campaign_launched(),
        AuditAction::CampaignPaused => text::audit_campaign_paused(),
        AuditAction::CampaignResumed => text::audit_campaign_resumed(),
        AuditAction::CampaignCancelled => text::audit_campaign_cancelled(),
        AuditAction::CampaignRetried => text::audit_campaign_retried(),
        AuditAction::LaneResumed => text::audit_lane_resumed(),
        AuditAction::RecipientResolved => text::audit_recipient_resolved(),
        AuditAction::OptOutAdded => text::audit_opt_out_added(),
        AuditAction::ConsumerErased => text::audit_consumer_erased(),
        AuditAction::OptOutRemoved => text::audit_opt_out_removed(),
        AuditAction::ConnectionCreated => text::audit_connection_created(),
        AuditAction::ConnectionDeleted => text::audit_connection_deleted(),
        AuditAction::ConnectionCallbackRotated => text::audit_connection_callback_rotated(),
        AuditAction::ConversationClosed => text::audit_conversation_closed(),
        AuditAction::SigningKeyCreated => text::audit_signing_key_created(),
    }
}

/// A string shortened to `max_length` characters.
fn shortened(text: &str, max_length: usize) -> String {
    match text.char_indices().nth(max_length) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_shown_without_json_syntax() {
        let json =
            r#"{"ruleSet":"provider","fourEyes":true,"levels":{"name-twice":"off"},"kinds":[],"name":"<b>"}"#;
        let shown = details(json).into_string();
        for words in [
            "Rule set: provider",
            "Four eyes: yes",
            "Levels: name-twice off",
            "Kinds: none",
            "Name: &lt;b&gt;",
        ] {
            assert!(shown.contains(words), "{words} in {shown}");
        }
        assert!(!shown.contains('{'), "{shown}");
        assert_eq!(details("{}").into_string(), "");
    }

    #[test]
    fn settings_without_a_value_show_what_applies() {
        for (json, expected) in [
            (r#"{"permittedMediaHosts":[]}"#, "Permitted media hosts: any"),
            (r#"{"requestsPerSecond":null}"#, "Requests per second: limit of the installation"),
            (r#"{"requestsPerSecond":0}"#, "Requests per second: no limit"),
            (r#"{"requestsPerSecond":20}"#, "Requests per second: 20"),
        ] {
            let shown = details(json).into_string();
            assert!(shown.contains(expected), "{shown}");
        }
    }
}
