//! Examples of requests to the API for this account, ready to paste.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use outbound_app::{App, ManageCredentials, ReadHandoffs};
use outbound_model::AccountId;

use crate::curl::token_command;
use crate::page::{Page, Section};
use crate::sessions::session::LoggedIn;
use crate::text::{self, rich};

/// `GET /connect`.
pub(crate) async fn show(LoggedIn { visit, .. }: LoggedIn<ReadHandoffs>, State(app): State<App>) -> Response {
    let (base, account) = (app.public_url(), &visit.session.user().account);
    let content = html! {
        div class="page-head" { h1 { (text::connect()) } }
        section class="panel" aria-labelledby="read" {
            h2 id="read" { (text::connect_read_title()) }
            p {
                @if visit.session.may::<ManageCredentials>() {
                    @let link = html! { a href="/settings/clients" { (text::connect_create_client()) } };
                    (rich(|[link]| text::connect_intro_administrator(link), &[link]))
                } @else {
                    (text::connect_intro())
                }
            }
            (snippets(&base, account, "YOUR_CLIENT_ID", "YOUR_CLIENT_SECRET"))
        }
        section class="panel" aria-labelledby="more" {
            h2 id="more" { (text::connect_more()) }
            ul {
                li { a href="/api/api-docs/" { (text::connect_api_documentation()) } }
                li { a href="/openapi.json" { (text::connect_openapi()) } }
            }
        }
    };
    Page::new(text::connect(), content).section(Section::Connect).response(&visit)
}

/// The same requests with curl, Python and JavaScript.
pub(crate) fn snippets(base: &str, account: &AccountId, id: &str, secret: &str) -> Markup {
    let token = format!("{base}/sentinel/api/account/{account}/app/token");
    let list = format!("{base}/api/account/{account}/app/prmsg/handoffs/list?v=1&limit=30");
    let curl = format!(
        "{}\ncurl -s -H \"Authorization: Bearer $TOKEN\" '{list}'",
        token_command(base, account, id, secret)
    );
    let python = format!(
        r#"import json, urllib.parse, urllib.request

form = {{"grant_type": "client_credentials", "client_id": "{id}", "client_secret": "{secret}"}}
response = urllib.request.urlopen("{token}", urllib.parse.urlencode(form).encode())
token = json.load(response)["access_token"]
request = urllib.request.Request("{list}", headers={{"Authorization": f"Bearer {{token}}"}})
for handoff in json.load(urllib.request.urlopen(request)):
    print(handoff["id"], handoff["name"])"#
    );
    let javascript = format!(
        r#"const form = new URLSearchParams({{
  grant_type: "client_credentials", client_id: "{id}", client_secret: "{secret}",
}});
const response = await fetch("{token}", {{ method: "POST", body: form }});
const {{ access_token }} = await response.json();
const list = await fetch("{list}", {{ headers: {{ Authorization: `Bearer ${{access_token}}` }} }});
for (const handoff of await list.json()) console.log(handoff.id, handoff.name);"#
    );
    html! {
        @for (name, code) in [("curl", &curl), ("Python", &python), ("JavaScript", &javascript)] {
            h3 { (name) }
            pre tabindex="0" aria-label=(name) { code { (code) } }
        }
    }
}
