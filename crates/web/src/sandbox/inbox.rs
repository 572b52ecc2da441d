//! The phones of the sandbox that received messages.

use axum::extract::State;
use maud::{Markup, html};
use outbound_app::{App, ReadCampaigns, SandboxPhone};
use outbound_model::Timestamp;

use super::{entry, path};
use crate::campaigns::paths::{CAMPAIGNS, tabs};
use crate::error::PageResult;
use crate::moment::ago;
use crate::page::{Page, Section};
use crate::refresh::{self, Pace};
use crate::sandbox_banner::{self, INBOX};
use crate::sessions::session::LoggedIn;
use crate::text;

/// `GET /sandbox`.
pub(crate) async fn list(
    LoggedIn { grant, visit }: LoggedIn<ReadCampaigns>,
    State(app): State<App>,
) -> PageResult {
    let phones = app.sandbox_phones(&grant).await?.ok_or_else(path::no_sandbox)?;
    let content = html! {
        div class="page-head" {
            h1 { (text::sandbox_inbox()) }
            div class="actions" { (refresh::button(INBOX, Pace::Fast)) }
        }
        (tabs(&app, &visit, INBOX))
        (sandbox_banner::of_campaigns(&app, &visit))
        @if phones.is_empty() {
            section class="panel empty-state" {
                h2 { (text::sandbox_no_phones()) }
                p { (text::sandbox_no_phones_details()) }
                div class="actions" { a class="button primary" href=(CAMPAIGNS) { (text::sandbox_start_campaign()) } }
            }
        } @else {
            (table(&phones, app.now()))
            p class="hint" { (text::sandbox_inbox_hint()) }
        }
    };
    let content = refresh::changing(INBOX, Pace::Fast, &content);
    Ok(Page::new(text::sandbox_inbox(), content).section(Section::Campaigns).response(&visit))
}

fn table(phones: &[SandboxPhone], now: Timestamp) -> Markup {
    html! {
        div class="table-frame" {
            table class="cards reports inbox" {
                caption class="unseen" { (text::sandbox_inbox()) }
                thead { tr {
                    th scope="col" { (text::sandbox_phone()) }
                    th scope="col" { (text::channel()) }
                    th scope="col" { (text::sandbox_newest()) }
                    th scope="col" { (text::status()) }
                    th scope="col" { (text::time()) }
                    th scope="col" class="number" { (text::messages()) }
                } }
                tbody { @for phone in phones { (row(phone, now)) } }
            }
        }
    }
}

fn row(phone: &SandboxPhone, now: Timestamp) -> Markup {
    let newest = &phone.newest;
    html! {
        tr data-key={ "phone" (phone.phone) } {
            th scope="row" { a dir="auto" href=(path::phone(phone.key)) { (phone.phone) } }
            td data-label=(text::channel()) { span { (entry::origin(newest)) } }
            td data-label=(text::sandbox_newest()) { span dir="auto" { (entry::beginning(newest)) } }
            td data-label=(text::status()) { span { (entry::status(newest)) } }
            td data-label=(text::time()) { (ago(newest.at, now)) }
            td class="number" data-label=(text::messages()) { (text::number(phone.entries)) }
        }
    }
}
