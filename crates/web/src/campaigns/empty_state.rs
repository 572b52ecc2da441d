//! What the list shows before the first campaign: how to create one.

use maud::{Markup, html};
use outbound_app::App;
use outbound_model::AccountId;

use crate::curl::{quoted, token_command_of_new_client};
use crate::text::{self, rich};

/// A plain SMS to one made-up person.
const REQUEST: &str = r#"{
  "campaignName": "Test", "skill": "sales", "templateId": "1234567890", "outboundNumber": "14155550170",
  "consent": true,
  "consumers": [{ "consumerContent": { "sms": "12125550111" }, "variables": { "1": "Hello" } }]
}"#;

/// `may_create_client`: whether the user may create the client that the example needs.
pub(super) fn empty_state(app: &App, account: &AccountId, may_create_client: bool) -> Markup {
    let client = html! { a href="/settings/clients" { (text::connect_create_client()) } };
    let scope = html! { code { "campaigns.launch" } };
    html! {
        section class="panel" aria-labelledby="empty" {
            h2 id="empty" { (text::no_campaigns_yet()) }
            p { (text::no_campaigns_yet_details()) }
            h3 { (text::connect_sandbox()) }
            p { (text::connect_sandbox_hint()) }
            pre tabindex="0" aria-label=(text::connect_sandbox()) { code { (connect_command(account)) } }
            h3 { (text::create_campaign()) }
            p {
                @if may_create_client {
                    (rich(|[link, scope]| text::events_by_api_administrator(link, scope), &[client, scope]))
                } @else {
                    (rich(|[scope]| text::events_by_api_others(scope), &[scope]))
                }
                " " (text::create_campaign_hint())
            }
            pre tabindex="0" aria-label=(text::create_campaign()) { code { (post_command(&app.public_url(), account)) } }
            p class="hint" { (text::campaigns_more()) " " a href="/api/api-docs/" { (text::connect_api_documentation()) } }
        }
    }
}

/// The address is an example.
fn connect_command(account: &AccountId) -> String {
    format!("outbound connection create --account {account} http://127.0.0.1:8090")
}

fn post_command(base: &str, account: &AccountId) -> String {
    let url = quoted(&format!("{base}/api/v2/account/{account}/campaign"));
    let token = token_command_of_new_client(base, account);
    format!(
        "{token}\ncurl -s -H \"Authorization: Bearer $TOKEN\" {url} \\\n  -H 'Content-Type: application/json' -d {}",
        quoted(REQUEST)
    )
}

#[cfg(test)]
mod tests {
    use outbound_campaigns::{CampaignRequest, Checks, HandoffSpec};

    use super::*;

    #[test]
    fn the_example_is_valid() {
        let command = post_command("http://x", &"12345678".parse().unwrap());
        let body = command.rsplit_once("-d '").unwrap().1.trim_end_matches('\'');
        let request = CampaignRequest::read(body.as_bytes()).unwrap();
        let handoff = HandoffSpec::plain_sms();
        let checks = Checks { handoff: &handoff, permitted_media_hosts: &[], personal_info: false };
        let checked = request.check(checks).unwrap();
        assert_eq!((checked.accepted.len(), checked.failed.len()), (1, 0), "{body}");
    }
}
