//! What the board shows before the first event: how to send events.

use maud::{Markup, html};
use outbound_app::App;
use outbound_model::{AccountId, Timestamp};

use crate::curl::{quoted, token_command_of_new_client};
use crate::text::{self, rich};

/// `may_create_client`: whether the user may create the client that the example needs.
pub(super) fn empty_state(app: &App, account: &AccountId, may_create_client: bool) -> Markup {
    let base = app.public_url();
    let client = html! { a href="/settings/clients" { (text::connect_create_client()) } };
    let scope = html! { code { "events.write" } };
    html! {
        section class="panel" aria-labelledby="empty" {
            h2 id="empty" { (text::no_messages_yet()) }
            p { (text::no_messages_yet_details()) }
            h3 { (text::events_by_api()) }
            p {
                @if may_create_client {
                    (rich(|[link, scope]| text::events_by_api_administrator(link, scope), &[client, scope]))
                } @else {
                    (rich(|[scope]| text::events_by_api_others(scope), &[scope]))
                }
                " " (text::events_by_api_hint())
            }
            pre tabindex="0" aria-label=(text::events_by_api()) { code { (post_command(&base, account, app.now())) } }
            h3 { (text::events_by_file()) }
            p { (text::events_by_file_hint()) }
            pre tabindex="0" aria-label=(text::events_by_file()) {
                code { "outbound events import --account " (account) " events.ndjson" }
            }
            p class="hint" { (text::events_more()) " " a href="/api/api-docs/" { (text::connect_api_documentation()) } }
        }
    }
}

/// Sends two events of a message that was attempted just now.
fn post_command(base: &str, account: &AccountId, now: Timestamp) -> String {
    let attempted = now.millis();
    let events = format!(
        r#"[
  {{"type":"attempted","messageId":"test-1","attemptedTime":{attempted},
   "app":"prmsg","channel":"sms","skill":"sales","source":"API"}},
  {{"type":"delivered","messageId":"test-1","attemptedTime":{attempted},"time":{}}}
]"#,
        attempted + 2500
    );
    let url = quoted(&format!("{base}/manage/v1/accounts/{account}/events"));
    let token = token_command_of_new_client(base, account);
    format!(
        "{token}\ncurl -s -H \"Authorization: Bearer $TOKEN\" {url} \\\n  -H 'Content-Type: application/json' -d {}",
        quoted(&events)
    )
}

#[cfg(test)]
mod tests {
    use outbound_reporting::{Batch, Incoming, Window};

    use super::*;

    #[test]
    fn the_example_is_valid() {
        let now = "2026-09-14T12:00:00Z".parse().unwrap();
        let command = post_command("http://x", &"12345678".parse().unwrap(), now);
        let body = command.rsplit_once("-d '").unwrap().1.trim_end_matches('\'');
        let items = Batch::read(body.as_bytes(), Window::at(now)).unwrap().items;
        assert_eq!(items.len(), 2);
        assert!(items.into_iter().all(|item| matches!(item.event, Ok(Incoming::Event(_)))), "{body}");
    }
}
