//! Reports as files that are written at once: totals of the board, and messages of a day.

use std::fs::File;
use std::io::Seek;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use futures::{Stream, stream};
use maud::{Markup, html};
use outbound_app::{
    App, AppError, DownloadPermit, ExportFormat, ExportedReport, FileRequest, Grant, ManageCredentials,
    ReadReports,
};
use outbound_model::Invalid;
use tokio::io::AsyncReadExt;

use super::selection::{self, Selection};
use super::utc_day;
use crate::error::{PageError, PageResult, sentence};
use crate::fields::Fields;
use crate::sessions::session::LoggedIn;
use crate::text::{self, Text};

/// The field with the format.
pub(super) const FORMAT: &str = "format";
const FORMATS: [&str; 2] = ["csv", "xlsx"];

/// How much of the file is read at once.
const CHUNK: usize = 64 * 1024;

/// `GET /reports/download`: the totals that the board shows for the same fields.
pub(crate) async fn totals(
    LoggedIn { grant, .. }: LoggedIn<ReadReports>,
    State(app): State<App>,
    query: Fields,
) -> PageResult {
    let Selection { app: of, body, .. } = selection::of_board(&query).map_err(|why| bad(&why))?;
    let interval = selection::period(&query, app.now()).map_err(|why| bad(&why))?;
    let request = FileRequest {
        report: ExportedReport::Analytics,
        app: of,
        interval,
        filters: body,
        format: format(&query).map_err(|why| bad(&why))?,
        with_addresses: false,
    };
    download(&app, &grant, &request).await
}

/// `GET /reports/transactions/download`: the messages that the list shows for the same fields, on all pages. Addresses
/// are only for administrators.
pub(crate) async fn messages(
    LoggedIn { grant, visit }: LoggedIn<ReadReports>,
    State(app): State<App>,
    query: Fields,
) -> PageResult {
    let Selection { app: of, body, .. } = selection::of_list(&query).map_err(|why| bad(&why))?;
    let interval = selection::day(&query, app.now()).map_err(|why| bad(&why))?;
    let request = FileRequest {
        report: ExportedReport::Transactions,
        app: of,
        interval,
        filters: body,
        format: format(&query).map_err(|why| bad(&why))?,
        with_addresses: visit.session.may::<ManageCredentials>(),
    };
    download(&app, &grant, &request).await
}

/// Links to the downloads of a page with these fields.
pub(super) fn links(path: &str, query: &Fields) -> Markup {
    html! {
        p class="actions" {
            @for format in FORMATS {
                a class="button" download href=(query.with(FORMAT, format).href(&format!("{path}/download"))) {
                    (text::download_as(Text::from(format.to_uppercase())))
                }
            }
        }
    }
}

pub(super) fn format(query: &Fields) -> Result<ExportFormat, Text> {
    let format: Result<ExportFormat, Invalid> = query.text(FORMAT).parse();
    // Spreadsheet programs recognize UTF-8 by the mark.
    format
        .map(|format| format.with_byte_order_mark(true))
        .map_err(|invalid| sentence(&invalid.to_string()).into())
}

fn bad(why: &Text) -> PageError {
    PageError::new(StatusCode::BAD_REQUEST, "bad_parameter", why.to_string())
}

/// A file without a name, which disappears when it is closed.
fn temporary() -> Result<File, PageError> {
    tempfile::tempfile().map_err(|error| failed(error).into())
}

fn failed(error: std::io::Error) -> AppError {
    AppError::Export(outbound_app::SpreadsheetError::Write(error))
}

async fn download(app: &App, grant: &Grant<ReadReports>, request: &FileRequest) -> PageResult {
    let permit = app.report_download_permit(grant)?;
    let file = app.export_report(grant, request, temporary()?, |_| ()).await?;
    respond(file, request, permit)
}

fn respond(mut file: File, request: &FileRequest, permit: DownloadPermit) -> PageResult {
    file.rewind().map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let headers = [
        (header::CONTENT_TYPE, request.format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, disposition(request)),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(chunks(file, permit))).into_response())
}

/// Proposes a name for the file.
pub(super) fn disposition(request: &FileRequest) -> String {
    let report = match request.report {
        ExportedReport::Analytics => "totals",
        ExportedReport::Transactions => "messages",
    };
    let (first, last) = (request.interval.start, request.interval.end.plus_millis(-1));
    let [first, last] = [first, last].map(utc_day::date);
    let days = if first == last { first } else { format!("{first}-to-{last}") };
    format!("attachment; filename=\"{report}-{days}.{}\"", request.format.extension())
}

/// The file in chunks. Holds the permit until the file is closed.
fn chunks(file: File, permit: DownloadPermit) -> impl Stream<Item = std::io::Result<Bytes>> {
    let file = tokio::fs::File::from_std(file);
    stream::try_unfold((file, permit), |(mut file, permit)| async move {
        let mut chunk = vec![0; CHUNK];
        let read = file.read(&mut chunk).await?;
        chunk.truncate(read);
        Ok((read > 0).then_some((Bytes::from(chunk), (file, permit))))
    })
}
