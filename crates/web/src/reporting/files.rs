//! Files of longer periods, which a job writes: request, progress, download and deletion.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use futures::{Stream, stream};
use maud::{Markup, html};
use outbound_app::{
    App, AppError, DownloadPermit, ExportedReport, FileRequest, FileState, Grant, ManageCredentials,
    REPORT_FILE_DAYS, ReadReports, RequestedFile,
};
use outbound_model::Timestamp;
use uuid::Uuid;

use super::choices::{Choices, date, select, tabs};
use super::file_table::{table, title};
use super::selection::{self, FROM, Selection, TO};
use super::{downloads, paths, utc_day};
use crate::confirm::Question;
use crate::error::{PageError, PageResult, sentence};
use crate::fields::Fields;
use crate::page::{Page, Section};
use crate::sandbox_banner;
use crate::sessions::session::{LoggedIn, Posted, Visit};
use crate::text::{self, Text};

const REPORT: &str = "report";
const MESSAGES: &str = "messages";
const TOTALS: &str = "totals";
const ADDRESSES: &str = "addresses";

/// `GET /reports/files`.
pub(crate) async fn list(
    LoggedIn { grant, visit }: LoggedIn<ReadReports>,
    State(app): State<App>,
    query: Fields,
) -> PageResult {
    Ok(page(&app, &grant, &visit, &query).await?.response(&visit))
}

/// `POST /reports/files`: requests a file.
pub(crate) async fn create(
    State(app): State<App>,
    Posted { grant, visit, fields }: Posted<ReadReports>,
) -> PageResult {
    let created = match read(&fields, &visit, app.now()) {
        Ok(request) => app.request_report_file(&grant, &request).await,
        Err(why) => {
            let page = page(&app, &grant, &visit, &fields).await?;
            return Ok(page.error(StatusCode::BAD_REQUEST, why).response(&visit));
        }
    };
    match created {
        Ok(_) => Ok(Redirect::to(paths::FILES).into_response()),
        Err(error @ AppError::TooManyReportFiles) => {
            let page = page(&app, &grant, &visit, &fields).await?;
            Ok(page.error(StatusCode::CONFLICT, Text::from(sentence(&error.to_string()))).response(&visit))
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /reports/files/{id}`: downloads a complete file.
pub(crate) async fn download(
    LoggedIn { grant, visit }: LoggedIn<ReadReports>,
    State(app): State<App>,
    Path(id): Path<String>,
) -> PageResult {
    let file = find(&app, &grant, &visit, &id).await?;
    let FileState::Done(bytes) = file.state else { return Err(not_found()) };
    let permit = app.report_download_permit(&grant)?;
    let headers = [
        (header::CONTENT_TYPE, file.request.format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, downloads::disposition(&file.request)),
        (header::CONTENT_LENGTH, bytes.to_string()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(parts(app, grant, file.id, permit))).into_response())
}

/// `GET /reports/files/{id}/delete`: asks for confirmation.
pub(crate) async fn ask_delete(
    LoggedIn { grant, visit }: LoggedIn<ReadReports>,
    State(app): State<App>,
    Path(id): Path<String>,
) -> PageResult {
    let file = find(&app, &grant, &visit, &id).await?;
    let question = Question {
        section: Section::Reports,
        title: &text::delete_file_title(title(&file.request)),
        consequence: &text::delete_file_consequence(),
        action: &format!("{}/{}/delete", paths::FILES, file.id),
        fields: &[],
        button: &text::delete_file(),
        back: paths::FILES,
    };
    Ok(question.ask(&visit))
}

/// `POST /reports/files/{id}/delete`.
pub(crate) async fn delete(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { grant, visit, .. }: Posted<ReadReports>,
) -> PageResult {
    let file = find(&app, &grant, &visit, &id).await?;
    app.delete_report_file(&grant, file.id).await?;
    Ok(Redirect::to(&format!("{}?done=file-deleted", paths::FILES)).into_response())
}

/// A file that the user may see: those with addresses are only for administrators.
async fn find(
    app: &App,
    grant: &Grant<ReadReports>,
    visit: &Visit,
    id: &str,
) -> Result<RequestedFile, PageError> {
    let id: Uuid = id.parse().map_err(|_| not_found())?;
    let file = app.report_file(grant, id).await?.ok_or_else(not_found)?;
    if is_visible(&file, visit) { Ok(file) } else { Err(not_found()) }
}

fn is_visible(file: &RequestedFile, visit: &Visit) -> bool {
    !file.request.with_addresses || visit.session.may::<ManageCredentials>()
}

fn not_found() -> PageError {
    PageError::new(StatusCode::NOT_FOUND, "not_found", text::file_not_found())
}

/// The parts of a file. Holds the permit while parts are in memory.
fn parts(
    app: App,
    grant: Grant<ReadReports>,
    id: Uuid,
    permit: DownloadPermit,
) -> impl Stream<Item = Result<Bytes, AppError>> {
    stream::try_unfold((app, grant, permit, 0), move |(app, grant, permit, number)| async move {
        let part = app.report_file_part(&grant, id, number).await?;
        Ok(part.map(|part| (Bytes::from(part), (app, grant, permit, number + 1))))
    })
}

/// Reads the form. The sum of the filters' values is limited by the length of forms.
fn read(fields: &Fields, visit: &Visit, now: Timestamp) -> Result<FileRequest, Text> {
    let (report, Selection { app, body, .. }) = match fields.text(REPORT) {
        TOTALS => (ExportedReport::Analytics, selection::of_board(fields)?),
        // The report of forms that name none.
        MESSAGES | "" => (ExportedReport::Transactions, selection::of_list(fields)?),
        _ => return Err(text::error_bad_request()),
    };
    let wants_addresses = report == ExportedReport::Transactions && fields.get(ADDRESSES).is_some();
    Ok(FileRequest {
        report,
        app,
        interval: selection::period_of_file(fields, report, now)?,
        filters: body,
        format: downloads::format(fields)?,
        with_addresses: wants_addresses && visit.session.may::<ManageCredentials>(),
    })
}

async fn page<'p>(
    app: &App,
    grant: &Grant<ReadReports>,
    visit: &Visit,
    fields: &Fields,
) -> Result<Page<'p>, AppError> {
    let now = app.now();
    let mut files = app.report_files(grant).await?;
    files.retain(|file| is_visible(file, visit));
    let content = html! {
        div class="page-head" { h1 { (text::report_files()) } }
        (tabs(visit, paths::FILES))
        (sandbox_banner::of_reports(app, visit))
        (form(fields, visit, now, &Choices::of(app, grant).await?))
        @if files.is_empty() {
            p class="hint" { (text::no_report_files()) }
        } @else {
            (table(&files, now))
        }
        p class="hint" { (text::report_files_hint(REPORT_FILE_DAYS)) }
    };
    Ok(Page::new(text::report_files(), content).section(Section::Reports))
}

fn form(fields: &Fields, visit: &Visit, now: Timestamp, choices: &Choices) -> Markup {
    let (from, to) = selection::default_period(now);
    let entered =
        |name: &str, default| fields.get(name).map_or_else(|| utc_day::date(default), str::to_owned);
    let reports = [(MESSAGES, text::report_of_messages()), (TOTALS, text::report_of_totals())];
    let formats = [("csv", "CSV".to_owned().into()), ("xlsx", "XLSX".to_owned().into())];
    html! {
        form class="filters" method="post" action=(paths::FILES) aria-label=(text::new_report_file()) {
            (visit.token())
            (select(fields, REPORT, &text::report(), reports.into_iter()))
            (date(FROM, &text::from_day(), &entered(FROM, from)))
            (date(TO, &text::to_day(), &entered(TO, to)))
            (choices.fields(fields))
            (select(fields, downloads::FORMAT, &text::file_format(), formats.into_iter()))
            @if visit.session.may::<ManageCredentials>() {
                label class="check" {
                    input type="checkbox" name=(ADDRESSES) value="on" checked[fields.get(ADDRESSES).is_some()];
                    (text::with_addresses())
                }
            }
            button class="primary" { (text::create_file()) }
        }
    }
}
