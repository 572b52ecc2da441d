//! Consumers who get no messages of campaigns. Addresses are in bodies of forms only, because paths are logged.

use std::cmp::Reverse;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use outbound_app::{
    App, AppError, ConsumerKey, Grant, ListedOptOut, ManageCredentials, ReadCampaigns, WriteCampaigns,
};
use outbound_model::Timestamp;
use outbound_reporting::Address;

use super::opt_out_files;
use super::paths::{OPT_OUTS, tabs};
use crate::confirm::Question;
use crate::error::{PageResult, sentence};
use crate::fields::Fields;
use crate::moment::ago;
use crate::page::{Page, Section};
use crate::sessions::session::{LoggedIn, Posted, Visit};
use crate::text::{self, Text};

/// The field with the address.
const ADDRESS: &str = "address";
/// The field of a confirmed form.
const CONFIRMED: &str = "confirmed";
/// The field with the key of the last opt-out of the previous page.
const AFTER: &str = "after";
/// The maximum length of an address, in characters.
const MAX_CHARACTERS: u32 = 128;
/// Opt-outs on a page.
const PER_PAGE: u32 = 50;

/// `GET /opt-outs`.
pub(crate) async fn list(
    LoggedIn { grant, visit }: LoggedIn<ReadCampaigns>,
    State(app): State<App>,
    query: Fields,
) -> PageResult {
    let after = key(query.text(AFTER));
    Ok(page(&app, &grant, &visit, after, "").await?.response(&visit))
}

/// `POST /opt-outs`: adds an address.
pub(crate) async fn add(
    State(app): State<App>,
    Posted { grant, visit, fields }: Posted<WriteCampaigns>,
) -> PageResult {
    let address = fields.text(ADDRESS);
    match app.add_opt_out(&grant, address).await {
        Ok(true) => Ok(Redirect::to(&format!("{OPT_OUTS}?done=opt-out-added")).into_response()),
        Ok(false) => Ok(Redirect::to(&format!("{OPT_OUTS}?done=opt-out-known")).into_response()),
        Err(error) => explain(&app, &visit, address, error).await,
    }
}

/// `POST /opt-outs/remove`: asks for confirmation, and removes an address after it.
pub(crate) async fn remove(
    State(app): State<App>,
    Posted { grant, visit, fields }: Posted<WriteCampaigns>,
) -> PageResult {
    let visit = visit.returning_to(OPT_OUTS);
    let address = fields.text(ADDRESS);
    if !address.trim().is_empty() && fields.text(CONFIRMED).is_empty() {
        let question = Question {
            section: Section::Campaigns,
            title: &text::remove_opt_out_title(address),
            consequence: &text::remove_opt_out_consequence(),
            action: &format!("{OPT_OUTS}/remove"),
            fields: &[(ADDRESS, address), (CONFIRMED, "1")],
            button: &text::remove(),
            back: OPT_OUTS,
        };
        return Ok(question.ask(&visit));
    }
    match app.remove_opt_out(&grant, address).await {
        Ok(()) => Ok(Redirect::to(&format!("{OPT_OUTS}?done=opt-out-removed")).into_response()),
        Err(error) => explain(&app, &visit, address, error).await,
    }
}

/// The list with the error of a form, which keeps the address.
pub(super) async fn explain(app: &App, visit: &Visit, address: &str, error: AppError) -> PageResult {
    let status = match error {
        AppError::UnknownOptOut => StatusCode::NOT_FOUND,
        AppError::Reporting(_) | AppError::Invalid(_) => StatusCode::BAD_REQUEST,
        error => return Err(error.into()),
    };
    let page = page(app, &visit.session.grant()?, visit, None, address).await?;
    Ok(page.error(status, Text::from(sentence(&error.to_string()))).response(visit))
}

/// Reads a key. Others than those of links show the first page.
fn key(hex: &str) -> Option<ConsumerKey> {
    u128::from_str_radix(hex, 16).ok().map(|key| ConsumerKey(key.to_be_bytes()))
}

async fn page(
    app: &App,
    grant: &Grant<ReadCampaigns>,
    visit: &Visit,
    after: Option<ConsumerKey>,
    address: &str,
) -> Result<Page<'static>, AppError> {
    let mut found = app.opt_outs(grant, after.as_ref(), PER_PAGE + 1).await?;
    let has_more = found.len() > PER_PAGE as usize;
    found.truncate(PER_PAGE as usize);
    let last = found.last().filter(|_| has_more).map(|last| last.key);
    // Pages are in the order of the keys, which says nothing to people.
    found.sort_by_key(|opt_out| Reverse(opt_out.since));
    let content = html! {
        div class="page-head" {
            h1 { (text::opt_outs()) }
            @if visit.session.may::<ManageCredentials>() { (opt_out_files::link()) }
        }
        (tabs(app, visit, OPT_OUTS))
        p class="hint" { (text::opt_outs_hint()) }
        @if visit.session.may::<WriteCampaigns>() { (form(visit, address)) (opt_out_files::form(visit)) }
        @if found.is_empty() {
            section class="panel empty-state" { h2 { (text::no_opt_outs()) } p { (text::no_opt_outs_hint()) } }
        } @else {
            (table(visit, &found, app.now()))
        }
        (pager(after.is_some(), last))
    };
    Ok(Page::new(text::opt_outs(), content).section(Section::Campaigns))
}

fn form(visit: &Visit, address: &str) -> Markup {
    html! {
        form class="filters" method="post" action=(OPT_OUTS) aria-label=(text::add_opt_out()) {
            (visit.token())
            div class="field" {
                label for=(ADDRESS) { (text::address()) }
                input id=(ADDRESS) name=(ADDRESS) value=(address) required maxlength=(MAX_CHARACTERS)
                    placeholder="+14155550111" autocomplete="off" spellcheck="false" dir="auto";
            }
            button class="primary" { (text::add()) }
            button formaction={ (OPT_OUTS) "/remove" } { (text::remove()) }
        }
    }
}

fn table(visit: &Visit, found: &[ListedOptOut], now: Timestamp) -> Markup {
    let is_administrator = visit.session.may::<ManageCredentials>();
    html! {
        div class="table-frame" {
            table class="cards reports" {
                caption class="unseen" { (text::opt_outs()) }
                thead { tr {
                    th scope="col" { (text::address()) }
                    th scope="col" { (text::since()) }
                    th scope="col" { (text::recorded_by()) }
                    @if is_administrator { th scope="col" { (text::action()) } }
                } }
                tbody { @for opt_out in found { (row(visit, opt_out, is_administrator, now)) } }
            }
        }
        @if !is_administrator { p class="hint" { (text::address_masked()) } }
    }
}

fn row(visit: &Visit, opt_out: &ListedOptOut, is_administrator: bool, now: Timestamp) -> Markup {
    let address = opt_out.address.as_ref();
    html! {
        tr {
            th scope="row" {
                @match address {
                    Some(address) if is_administrator => code dir="auto" { (address.reveal()) },
                    Some(address) => code dir="auto" { (address.masked()) },
                    None => span class="muted" { (text::address_not_stored()) },
                }
            }
            td data-label=(text::since()) { (ago(opt_out.since, now)) }
            td data-label=(text::recorded_by()) {
                span {
                    (text::opt_out_source(opt_out.source.as_str()))
                    @if let Some(keyword) = &opt_out.keyword { " " code dir="auto" { (keyword) } }
                }
            }
            @if is_administrator {
                td data-label=(text::action()) {
                    @if let Some(address) = address { (remove_form(visit, address)) }
                }
            }
        }
    }
}

fn remove_form(visit: &Visit, address: &Address) -> Markup {
    html! {
        form class="inline" method="post" action={ (OPT_OUTS) "/remove" } {
            (visit.token())
            input type="hidden" name=(ADDRESS) value=(address.reveal());
            button class="small quiet" { (text::remove()) span class="unseen" { " " (address.reveal()) } }
        }
    }
}

fn pager(is_later_page: bool, last: Option<ConsumerKey>) -> Markup {
    let next = |last: ConsumerKey| {
        let key = format!("{:032x}", u128::from_be_bytes(last.0));
        Fields::default().with(AFTER, &key).href(OPT_OUTS)
    };
    html! {
        nav class="pager" aria-label=(text::pages()) {
            @if is_later_page { a class="button" href=(OPT_OUTS) { (text::first_page()) } }
            @if let Some(last) = last { a class="button" href=(next(last)) rel="next" { (text::next_page()) } }
        }
    }
}
