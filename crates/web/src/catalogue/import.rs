//! Import of handoffs from a file or pasted JSON: shows a preview, or imports with `do=import`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use outbound_app::{
    App, AppError, ChannelDefaults, Format, ImportDefaults, ImportSource, IncomingHandoff, ParsedHandoff,
    PublishMode, WriteHandoffs, off_thread,
};
use outbound_formats::FormatError;
use outbound_http::Caller;
use outbound_model::{ChannelType, Invalid};

use super::download::format_name;
use super::import_plan::{plan, result};
use super::import_work::ImportWork;
use crate::error::{PageResult, sentence};
use crate::fields::Fields;
use crate::icons::channel_name;
use crate::page::{Page, Section};
use crate::sessions::session::{LoggedIn, Posted, Visit};
use crate::text::{self, Text, rich};

pub(crate) const PATH: &str = "/import";

/// `GET /import`.
pub(crate) async fn show(LoggedIn { visit, .. }: LoggedIn<WriteHandoffs>) -> Response {
    page(&visit, &form(&visit, &Fields::default()), None)
}

/// `POST /import`: shows the preview, or imports with `do=import`.
pub(crate) async fn import(
    State(app): State<App>,
    caller: Caller,
    Posted { grant, visit, fields }: Posted<WriteHandoffs>,
) -> PageResult {
    let again = |visit: &Visit, fields: &Fields, why: &str| {
        Ok(page(visit, &form(visit, fields), Some((StatusCode::UNPROCESSABLE_ENTITY, why))))
    };
    if source(&fields).trim().is_empty() {
        return again(&visit, &fields, &text::import_choose_file());
    }
    let given = |name: &str| Some(fields.text(name).trim().to_owned()).filter(|given| !given.is_empty());
    let given = ChannelDefaults {
        language: given("language"),
        sender: given("sender"),
        ..ChannelDefaults::default()
    };
    let defaults = app.import_defaults(&grant, given).await?;
    let reader = app.clone();
    let (fields, read) = app
        .compute(grant.account(), move || {
            let read = read(&reader, source(&fields), &fields, defaults);
            let read = read.map(|read| (read.iter().map(IncomingHandoff::from).collect::<Vec<_>>(), read));
            (fields, read)
        })
        .await?;
    let (incoming, read) = match read {
        Ok(read) => read,
        Err(why) => return again(&visit, &fields, &why),
    };
    let settings = app.settings(&grant.to_read()).await?;
    // As in the editor, handoffs with errors are not published.
    let publish = if settings.four_eyes || fields.text("publish") == "drafts" {
        PublishMode::Nothing
    } else {
        PublishMode::Valid
    };
    let doing = fields.text("do") == "import";
    let account = grant.account().clone();
    let work = ImportWork { app: app.clone(), grant, incoming, publish };
    let wait = caller.work_wait();
    let done = if doing { work.import(wait, caller.background_work()).await } else { work.plan(wait).await };
    let (planned, error) = match done {
        Ok(None) => {
            let why = if doing { text::import_still_running() } else { text::import_no_preview_yet() };
            let error = Some((StatusCode::SERVICE_UNAVAILABLE, &*why));
            return Ok(page(&visit, &form(&visit, &fields), error));
        }
        Ok(Some(done)) if doing => {
            return Ok(off_thread(move || page(&visit, &result(&done), None)).await?);
        }
        Ok(Some(planned)) => (planned, None),
        Err(AppError::ImportRejected(planned)) => {
            (planned, Some((StatusCode::CONFLICT, text::import_nothing_done())))
        }
        Err(error @ AppError::Invalid(_)) => {
            return again(&visit, &fields, &sentence(&error.to_string()));
        }
        Err(error) => return Err(error.into()),
    };
    let draw = move || {
        let content = plan(&visit, &fields, (source(&fields), &read), &planned, settings.four_eyes);
        page(&visit, &content, error.as_ref().map(|(status, why)| (*status, &**why)))
    };
    Ok(app.compute(&account, draw).await?)
}

/// The pasted JSON, or otherwise the file.
fn source(fields: &Fields) -> &str {
    let pasted = fields.text("text");
    if pasted.trim().is_empty() { fields.text("file") } else { pasted }
}

/// The handoffs of the text, or a sentence about the first error.
fn read(
    app: &App,
    text: &str,
    fields: &Fields,
    defaults: ImportDefaults,
) -> Result<Vec<ParsedHandoff>, Text> {
    let format = match fields.text("format") {
        "" => Format::detect(text.as_bytes()),
        name => Some(name.parse().map_err(|invalid: Invalid| sentence(&invalid.to_string()))?),
    };
    let Some(format) = format else {
        // If the text is not JSON, its first error is more useful than an unknown format.
        if let Err(AppError::NotAHandoff(FormatError::Syntax { at, problem })) = app.read_import(plain(text))
        {
            return Err(text::import_not_json(at.column.to_string(), at.line.to_string(), problem));
        }
        return Err(text::import_unknown_format());
    };
    let name = Some(fields.text("name").trim()).filter(|name| !name.is_empty()).map(str::to_owned);
    let channel = fields.text("channel").parse().ok();
    let import = ImportSource { text: text.as_bytes(), format: Some(format), channel, name, defaults };
    app.read_import(import).map_err(|error| sentence(&error.to_string()).into())
}

fn plain(text: &str) -> ImportSource<'_> {
    ImportSource {
        text: text.as_bytes(),
        format: None,
        channel: None,
        name: None,
        defaults: ImportDefaults::default(),
    }
}

fn page(visit: &Visit, content: &Markup, error: Option<(StatusCode, &str)>) -> Response {
    let content = html! {
        div class="page-head" {
            h1 { (text::import()) }
            div class="actions" { a class="button" download href="/export" { (text::download_published()) } }
        }
        (content)
    };
    let page = Page::new(text::import(), content).section(Section::Import);
    match error {
        Some((status, why)) => page.error(status, why).response(visit),
        None => page.response(visit),
    }
}

fn form(visit: &Visit, fields: &Fields) -> Markup {
    let chosen = |name: &str, value: &str| fields.text(name) == value;
    html! {
        form method="post" action=(PATH) enctype="multipart/form-data" class="panel" {
            (visit.token())
            p { (rich(|[command]| text::import_intro(command), &[html! { code { "outbound import" } }])) }
            div class="field" {
                label for="file" { (text::import_json_file()) }
                input id="file" name="file" type="file" accept=".json,application/json";
            }
            div class="field" {
                label for="text" { (text::import_paste()) }
                textarea id="text" name="text" class="source" spellcheck="false" { (source(fields)) }
            }
            div class="fields" {
                div class="field" {
                    label for="format" { (text::import_format()) }
                    select id="format" name="format" {
                        option value="" { (text::import_detect()) }
                        @for format in Format::ALL {
                            option value=(format) selected[chosen("format", format.as_str())] { (format_name(format)) }
                        }
                    }
                }
                div class="field" {
                    label for="channel" { (text::import_channel()) }
                    select id="channel" name="channel" {
                        option value="" { (text::import_channel_auto()) }
                        @for channel in ChannelType::ALL {
                            option value=(channel.as_str()) selected[chosen("channel", channel.as_str())] {
                                (channel_name(channel))
                            }
                        }
                    }
                }
                div class="field" {
                    label for="name" { (text::import_name()) }
                    input id="name" name="name" value=(fields.text("name")) placeholder=(text::import_name_placeholder())
                        maxlength="255" dir="auto";
                }
                div class="field" {
                    label for="sender" { (text::sender()) }
                    input id="sender" name="sender" value=(fields.text("sender")) placeholder=(text::import_value_placeholder())
                        maxlength="255";
                }
                div class="field" {
                    label for="language" { (text::language()) }
                    input id="language" name="language" value=(fields.text("language")) placeholder=(text::import_value_placeholder())
                        maxlength="255";
                }
            }
            div class="actions" { button class="primary" name="do" value="plan" { (text::preview_import()) } }
        }
    }
}
