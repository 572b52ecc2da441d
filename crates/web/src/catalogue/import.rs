//! Handoffs from a file or from the clipboard: first the plan, then the deed.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use outbound_app::{
    App, AppError, ChannelDefaults, Format, Grant, ImportDefaults, ImportPlan, ImportSource, IncomingHandoff,
    ParsedHandoff, PublishMode, WriteHandoffs,
};
use outbound_formats::FormatError;
use outbound_model::{ChannelType, Invalid};
use tokio::time::timeout;

use super::download::format_name;
use super::import_plan::{plan, result};
use crate::error::{PageResult, sentence};
use crate::fields::Fields;
use crate::icons::channel_name;
use crate::page::{Page, Section};
use crate::sessions::session::{Posted, SignedIn, Visit};

pub(crate) const PATH: &str = "/import";

/// How long a page waits for the import: less than the time of a request.
const MAX_WAIT: Duration = Duration::from_secs(8);
const STILL_IMPORTING: &str = "Other imports are under way, so this one is still running, and goes on. Look at the \
    handoffs in a minute. If they are not there, import them again.";
const STILL_PLANNING: &str = "Other imports are under way, so there is no plan yet. Nothing was imported. Ask for the \
    plan again in a minute.";

/// `GET /import`.
pub(crate) async fn show(SignedIn { visit, .. }: SignedIn<WriteHandoffs>) -> Response {
    page(&visit, &form(&visit, &Fields::default()), None)
}

/// `POST /import`: shows the plan, or with `do=import` does it.
pub(crate) async fn import(
    State(app): State<App>,
    Posted { grant, visit, fields }: Posted<WriteHandoffs>,
) -> PageResult {
    let again = |visit: &Visit, fields: &Fields, why: &str| {
        Ok(page(visit, &form(visit, fields), Some((StatusCode::UNPROCESSABLE_ENTITY, why))))
    };
    if source(&fields).trim().is_empty() {
        return again(&visit, &fields, "Choose a file, or paste what is to be imported.");
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
    // As in the editor, nobody publishes errors here.
    let publish = if settings.four_eyes || fields.text("publish") == "drafts" {
        PublishMode::Nothing
    } else {
        PublishMode::Valid
    };
    let doing = fields.text("do") == "import";
    let account = grant.account().clone();
    let (planned, refused) = match in_time(app.clone(), grant, incoming, publish, doing).await {
        Ok(None) => {
            let why = if doing { STILL_IMPORTING } else { STILL_PLANNING };
            return Ok(page(&visit, &form(&visit, &fields), Some((StatusCode::SERVICE_UNAVAILABLE, why))));
        }
        Ok(Some(done)) if doing => {
            return Ok(app.compute(&account, move || page(&visit, &result(&done), None)).await?);
        }
        Ok(Some(planned)) => (planned, None),
        Err(AppError::ImportRefused(planned)) => {
            let why = "Nothing is imported: some handoffs cannot be. The plan says which.";
            (planned, Some((StatusCode::CONFLICT, why)))
        }
        Err(refused @ AppError::Invalid(_)) => {
            return again(&visit, &fields, &sentence(&refused.to_string()));
        }
        Err(error) => return Err(error.into()),
    };
    let draw = move || {
        let content = plan(&visit, &fields, (source(&fields), &read), &planned, settings.four_eyes);
        page(&visit, &content, refused)
    };
    Ok(app.compute(&account, draw).await?)
}

/// Imports, or plans to; `None` if it takes longer than [`MAX_WAIT`].
async fn in_time(
    app: App,
    grant: Grant<WriteHandoffs>,
    incoming: Vec<IncomingHandoff>,
    publish: PublishMode,
    doing: bool,
) -> Result<Option<ImportPlan>, AppError> {
    let place = app.queue_import(&grant)?;
    let work = async move {
        let _permit = place.permit().await?;
        if doing {
            app.import_all(&grant, &incoming, publish).await
        } else {
            app.plan_import(&grant, &incoming, publish).await
        }
    };
    // In a task of its own: what is being committed when the time is over is not cut off.
    match timeout(MAX_WAIT, tokio::spawn(work)).await {
        Ok(done) => done.map_err(|panic| AppError::Internal(panic.into()))?.map(Some),
        Err(_) => Ok(None),
    }
}

/// What was pasted, or else the file.
fn source(fields: &Fields) -> &str {
    let pasted = fields.text("text");
    if pasted.trim().is_empty() { fields.text("file") } else { pasted }
}

/// Every handoff of the text, or the first mistake.
fn read(
    app: &App,
    text: &str,
    fields: &Fields,
    defaults: ImportDefaults,
) -> Result<Vec<ParsedHandoff>, String> {
    let format = match fields.text("format") {
        "" => Format::detect(text.as_bytes()),
        name => Some(name.parse().map_err(|invalid: Invalid| sentence(&invalid.to_string()))?),
    };
    let Some(format) = format else {
        // Of text that is no JSON, the first mistake says more than that its format is unknown.
        if let Err(AppError::NotAHandoff(FormatError::Syntax { at, problem })) = app.read_import(plain(text))
        {
            return Err(sentence(&format!(
                "this is no JSON: line {}, column {}: {problem}",
                at.line, at.column
            )));
        }
        return Err(
            "No format that is known. Choose the format, or look whether this is the right file.".to_owned()
        );
    };
    let name = Some(fields.text("name").trim()).filter(|name| !name.is_empty()).map(str::to_owned);
    let channel = fields.text("channel").parse().ok();
    let import = ImportSource { text: text.as_bytes(), format: Some(format), channel, name, defaults };
    app.read_import(import).map_err(|error| sentence(&error.to_string()))
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

fn page(visit: &Visit, content: &Markup, refused: Option<(StatusCode, &str)>) -> Response {
    let content = html! {
        div class="page-head" {
            h1 { "Import" }
            div class="actions" { a class="button" download href="/export" { "Download all published" } }
        }
        (content)
    };
    let page = Page::new("Import", content).section(Section::Import);
    match refused {
        Some((status, why)) => page.refused(status, why).response(visit),
        None => page.response(visit),
    }
}

fn form(visit: &Visit, fields: &Fields) -> Markup {
    let chosen = |name: &str, value: &str| fields.text(name) == value;
    html! {
        form method="post" action=(PATH) enctype="multipart/form-data" class="panel" {
            (visit.token())
            p { "Handoffs as the API serves them, Meta’s message templates, Twilio’s contents, or Google’s RCS messages, as JSON of up to 1 MB. You see a plan first; nothing is kept until you say so. Larger files: " code { "outbound import" } "." }
            div class="field" { label for="file" { "File" } input id="file" name="file" type="file" accept=".json,application/json"; }
            div class="field" {
                label for="text" { "Or paste JSON" }
                textarea id="text" name="text" class="source" spellcheck="false" { (source(fields)) }
            }
            div class="fields" {
                div class="field" {
                    label for="format" { "Format" }
                    select id="format" name="format" {
                        option value="" { "Find out" }
                        @for format in Format::ALL { option value=(format) selected[chosen("format", format.as_str())] { (format_name(format)) } }
                    }
                }
                div class="field" {
                    label for="channel" { "Channel of Twilio’s contents" }
                    select id="channel" name="channel" {
                        option value="" { "As their type says" }
                        @for channel in ChannelType::ALL { option value=(channel.as_str()) selected[chosen("channel", channel.as_str())] { (channel_name(channel)) } }
                    }
                }
                div class="field" {
                    label for="name" { "Name of RCS messages" }
                    input id="name" name="name" value=(fields.text("name")) placeholder="Their format has none" maxlength="255" dir="auto";
                }
                div class="field" {
                    label for="sender" { "Sender" }
                    input id="sender" name="sender" value=(fields.text("sender")) placeholder="For channels that have none" maxlength="255";
                }
                div class="field" {
                    label for="language" { "Language" }
                    input id="language" name="language" value=(fields.text("language")) placeholder="For channels that have none" maxlength="255";
                }
            }
            div class="actions" { button class="primary" name="do" value="plan" { "Show the plan" } }
        }
    }
}
