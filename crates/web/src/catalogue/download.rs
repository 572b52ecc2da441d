//! A handoff as a file in any format, with the details that the format cannot contain.

use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::IntoResponse;
use maud::{Markup, html};
use outbound_app::{App, ReadDrafts};
use outbound_formats::{Exported, Format, FormatError, Loss, WriteOptions, write_any};
use outbound_model::Handoff;
use serde_json::Value;

use super::elements::place;
use super::handoff::{known_id, tabs};
use crate::error::{PageError, PageResult};
use crate::fields::Fields;
use crate::page::{Page, Section};
use crate::sessions::session::{LoggedIn, Visit};
use crate::text::{self, Text};

/// Losses that a page lists for each format.
const MAX_LISTED: usize = 20;

/// The display name of a format.
pub(crate) fn format_name(format: Format) -> Text {
    match format {
        Format::LivePerson => text::format_liveperson(),
        Format::Meta => text::format_meta(),
        Format::Twilio => text::format_twilio(),
        Format::Rbm => text::format_rbm(),
    }
}

/// `GET /handoffs/{id}/download`, or with `format`, the file.
pub(crate) async fn one(
    LoggedIn { grant, visit }: LoggedIn<ReadDrafts>,
    State(app): State<App>,
    Path(id): Path<String>,
    query: Fields,
) -> PageResult {
    let handoff = app.draft(&grant, &known_id(&id)?).await?.latest;
    let format = wanted(&query)?;
    let response = move || match format {
        Some(format) => file(&handoff, format, query.text("language").trim()),
        None => page(&visit, &handoff),
    };
    app.compute(grant.account(), response).await?
}

fn page(visit: &Visit, handoff: &Handoff) -> PageResult {
    let path = format!("/handoffs/{}", handoff.id);
    let content = html! {
        div class="page-head" { h1 dir="auto" { (handoff.name) } }
        (tabs(&path, "download"))
        div class="settings two" {
            @for format in Format::ALL { (choice(format, handoff, &path)?) }
        }
    };
    Ok(Page::new(text::download(), content).section(Section::Handoffs).response(visit))
}

fn choice(format: Format, handoff: &Handoff, path: &str) -> Result<Markup, PageError> {
    let Exported { documents, losses, wants_language, .. } =
        write_any(format, handoff, &WriteOptions::default()).map_err(|error| failed(&error))?;
    let id = format!("as-{format}");
    Ok(html! {
        section class="panel" aria-labelledby=(id) {
            h2 id=(id) { (format_name(format)) }
            @if documents.is_empty() {
                p class="hint" { (text::no_channel_for_format()) }
            } @else {
                @if losses.is_empty() { p { (text::nothing_lost()) } } @else { (loss_list(&losses)) }
                @if wants_language { (with_language(format, path)) } @else {
                    div class="actions" {
                        a class="button" download href={ (path) "/download?format=" (format) }
                            aria-label=(text::download_as(format_name(format))) { (text::download()) }
                    }
                }
            }
        }
    })
}

fn loss_list(losses: &[Loss]) -> Markup {
    html! {
        details {
            summary { (text::details_lost(losses.len())) }
            ul class="losses" {
                @for loss in losses.iter().take(MAX_LISTED) {
                    li { code { (place(&loss.pointer)) } " " (loss.sentence) }
                }
                @if losses.len() > MAX_LISTED { li { (text::more_not_shown(losses.len() - MAX_LISTED)) } }
            }
        }
    }
}

/// The form for a format that requires a language, if the handoff has none.
fn with_language(format: Format, path: &str) -> Markup {
    let field = format!("language-{format}");
    html! {
        form method="get" action={ (path) "/download" } {
            input type="hidden" name="format" value=(format);
            div class="field" {
                label for=(field) { (text::language()) }
                input id=(field) name="language" maxlength="255" placeholder="en";
            }
            div class="actions" {
                button aria-label=(text::download_as(format_name(format))) { (text::download()) }
            }
        }
    }
}

/// The format in the query string.
pub(super) fn wanted(query: &Fields) -> Result<Option<Format>, PageError> {
    let wanted = query.get("format").map(str::parse).transpose();
    wanted.map_err(|invalid: outbound_model::Invalid| {
        PageError::new(StatusCode::BAD_REQUEST, "bad_parameter", invalid.to_string())
    })
}

pub(super) fn failed(error: &FormatError) -> PageError {
    PageError::new(StatusCode::UNPROCESSABLE_ENTITY, "format", error.to_string())
}

/// The file: one document, or several as an array.
fn file(handoff: &Handoff, format: Format, language: &str) -> PageResult {
    let language = Some(language).filter(|language| !language.is_empty()).map(str::to_owned);
    let options = WriteOptions { language, ..WriteOptions::default() };
    let documents = write_any(format, handoff, &options).map_err(|error| failed(&error))?.documents;
    let mut values: Vec<_> = documents.into_iter().map(|document| document.value).collect();
    let content = if values.len() == 1 { values.remove(0) } else { Value::Array(values) };
    let json = serde_json::to_vec_pretty(&content).map_err(outbound_app::AppError::from)?;
    Ok((file_headers(&format!("{}-{format}", handoff.id)), json).into_response())
}

/// The headers that make browsers save a JSON file.
pub(super) fn file_headers(name: &str) -> [(HeaderName, String); 3] {
    [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.json\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ]
}
