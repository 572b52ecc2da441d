//! How to start a campaign to ten made-up people, whose phones are in the sandbox.

use std::fmt::Write;

use maud::{Markup, html};
use outbound_app::App;
use outbound_model::AccountId;

use crate::curl::{quoted, token_command_of_new_client};
use crate::fields::Fields;
use crate::reporting::paths::BOARD;
use crate::reporting::selection::SKILL;
use crate::sandbox_banner::INBOX;
use crate::text::{self, rich};

/// The skill of the example, by which reports find its messages.
const EXAMPLE_SKILL: &str = "Tea shop";
const PEOPLE: [&str; 10] = ["Ann", "Ben", "Chloe", "Dan", "Eva", "Finn", "Grace", "Hugo", "Ines", "Jack"];
const DAYS: [&str; 7] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];

/// The commands, and links to what they change. `may_create_client`: whether the user may create the client that they
/// need. `is_open`: whether they are shown without a click.
pub(crate) fn section(app: &App, account: &AccountId, may_create_client: bool, is_open: bool) -> Markup {
    let client = html! { a href="/settings/clients" { (text::connect_create_client()) } };
    let scope = html! { code { "campaigns.launch" } };
    let funnel = Fields::default().with(SKILL, EXAMPLE_SKILL).href(BOARD);
    html! {
        details class="panel" open[is_open] {
            summary { h2 id="try" { (text::sandbox_try()) } }
            p { (text::sandbox_try_details()) }
            p {
                @if may_create_client {
                    (rich(|[link, scope]| text::events_by_api_administrator(link, scope), &[client, scope]))
                } @else {
                    (rich(|[scope]| text::events_by_api_others(scope), &[scope]))
                }
                " " (text::sandbox_try_client())
            }
            pre tabindex="0" aria-labelledby="try" { code { (commands(&app.public_url(), account)) } }
            p { (text::sandbox_try_then()) }
            div class="actions" {
                a class="button" href=(INBOX) { (text::sandbox_inbox()) }
                a class="button" href=(funnel) { (text::sandbox_funnel()) }
                a class="button quiet" href="/api/api-docs/" { (text::connect_api_documentation()) }
            }
        }
    }
}

fn commands(base: &str, account: &AccountId) -> String {
    let url = quoted(&format!("{base}/api/v2/account/{account}/campaign"));
    let token = token_command_of_new_client(base, account);
    format!(
        "{token}\ncurl -s -H \"Authorization: Bearer $TOKEN\" {url} \\\n  -H 'Content-Type: application/json' -d {}",
        quoted(&request())
    )
}

/// A plain SMS to ten numbers in New York, at any time of day.
fn request() -> String {
    let mut body = format!(
        "{{\n  \"campaignName\": \"Tea is ready\", \"skill\": \"{EXAMPLE_SKILL}\", \"templateId\": \"1234567890\",\n  \
         \"outboundNumber\": \"14155550170\", \"consent\": true,\n  \"consumers\": [\n"
    );
    for (number, name) in PEOPLE.iter().enumerate() {
        let comma = if number + 1 < PEOPLE.len() { "," } else { "" };
        // Writing to a String does not fail.
        let _ = writeln!(
            body,
            "    {{\"consumerContent\": {{\"sms\": \"1212555{:04}\"}}, \"variables\": {{\"1\": \"Hello {name}, your tea is ready.\"}}}}{comma}",
            100 + number
        );
    }
    body.push_str("  ],\n  \"schedulingMetrics\": {\"windows\": [\n");
    let midnight = r#"{"hour": 0, "minute": 0}"#;
    for (place, day) in DAYS.iter().enumerate() {
        let comma = if place + 1 < DAYS.len() { "," } else { "" };
        let _ = writeln!(
            body,
            "    {{\"day\": \"{day}\", \"startTime\": {midnight}, \"endTime\": {midnight}}}{comma}"
        );
    }
    body + "  ]}\n}"
}

#[cfg(test)]
mod tests {
    use outbound_campaigns::{CampaignRequest, Checks, HandoffSpec};

    use super::*;

    #[test]
    fn the_example_is_valid() {
        let command = commands("http://x", &"12345678".parse().unwrap());
        let body = command.rsplit_once("-d '").unwrap().1.trim_end_matches('\'');
        let request = CampaignRequest::read(body.as_bytes()).unwrap();
        let handoff = HandoffSpec::plain_sms();
        let checks = Checks { handoff: &handoff, permitted_media_hosts: &[], personal_info: false };
        let checked = request.check(checks).unwrap();
        assert_eq!((checked.accepted.len(), checked.failed.len()), (10, 0), "{body}");
        assert_eq!(request.windows().unwrap().as_slice().len(), 7);
    }
}
