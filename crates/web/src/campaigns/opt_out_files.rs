//! Opt-outs as files: a form that adds those of a file, and a download for administrators, who see complete addresses.

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use maud::{Markup, html};
use outbound_app::{App, ImportedOptOuts, ManageCredentials, RejectedOptOut, WriteCampaigns};

use super::opt_outs::explain;
use super::paths::{OPT_OUTS, tabs};
use crate::error::{PageResult, sentence};
use crate::page::{Page, Section};
use crate::sessions::session::{LoggedIn, Posted, Visit};
use crate::text;

/// The field with the file.
const FILE: &str = "file";
/// The maximum number of lines on the page that are no addresses.
const MAX_LISTED: usize = 100;

/// `POST /opt-outs/import`: adds the addresses of a file, and shows the result.
pub(crate) async fn import(
    State(app): State<App>,
    Posted { grant, visit, fields }: Posted<WriteCampaigns>,
) -> PageResult {
    match app.import_opt_out_file(&grant, fields.text(FILE).as_bytes()).await {
        Ok(imported) => Ok(result(&app, &visit, &imported).response(&visit)),
        Err(error) => explain(&app, &visit, "", error).await,
    }
}

/// `GET /opt-outs/export`.
pub(crate) async fn export(
    LoggedIn { grant, .. }: LoggedIn<ManageCredentials>,
    State(app): State<App>,
) -> PageResult {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"opt-outs.csv\""),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, Body::from_stream(app.export_opt_out_file(grant).await?)).into_response())
}

/// The form that sends a file.
pub(super) fn form(visit: &Visit) -> Markup {
    html! {
        form class="filters" method="post" action={ (OPT_OUTS) "/import" } enctype="multipart/form-data"
            aria-label=(text::opt_outs_import()) {
            (visit.token())
            div class="field" {
                label for=(FILE) { (text::opt_outs_file()) }
                input id=(FILE) name=(FILE) type="file" required accept=".csv,.txt,text/csv,text/plain";
            }
            button { (text::import()) }
        }
    }
}

/// The link to the download.
pub(super) fn link() -> Markup {
    html! {
        div class="actions" {
            a class="button" download href={ (OPT_OUTS) "/export" } { (text::download_as("CSV")) }
        }
    }
}

fn result(app: &App, visit: &Visit, imported: &ImportedOptOuts) -> Page<'static> {
    let ImportedOptOuts { added, known, rejected } = imported;
    let content = html! {
        div class="page-head" { h1 { (text::opt_outs_import()) } }
        (tabs(app, visit, OPT_OUTS))
        section class="panel" {
            ul {
                li { (text::opt_outs_added(*added)) }
                li { (text::opt_outs_known(*known)) }
                li { (text::opt_outs_rejected(rejected.len())) }
            }
            div class="actions" { a class="button" href=(OPT_OUTS) { (text::back_to_opt_outs()) } }
        }
        @if !rejected.is_empty() { (problems(rejected)) }
    };
    Page::new(text::opt_outs_import(), content).section(Section::Campaigns)
}

fn problems(rejected: &[RejectedOptOut]) -> Markup {
    html! {
        div class="table-frame" {
            table class="cards reports" {
                caption class="unseen" { (text::opt_outs_problems()) }
                thead { tr { th scope="col" { (text::file_line()) } th scope="col" { (text::file_problem()) } } }
                tbody {
                    @for RejectedOptOut { line, reason } in rejected.iter().take(MAX_LISTED) {
                        tr {
                            th scope="row" { (line) }
                            td data-label=(text::file_problem()) { (sentence(reason)) }
                        }
                    }
                }
            }
        }
        @if rejected.len() > MAX_LISTED { p class="hint" { (text::more_not_shown(rejected.len() - MAX_LISTED)) } }
    }
}
