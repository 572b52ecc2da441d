//! Reports as files: totals of the board, and messages of a day.

use std::fs::File;
use std::io::{Seek, SeekFrom};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use futures::{Stream, stream};
use maud::{Markup, html};
use outbound_app::{App, AppError, ExportFormat, ManageCredentials, ReadReports, ReportRequest};
use tokio::io::AsyncReadExt;

use super::selection::{self, Selection};
use super::utc_day;
use crate::error::{PageError, PageResult};
use crate::fields::Fields;
use crate::sessions::session::LoggedIn;
use crate::text::{self, Text};

/// The field with the format.
const FORMAT: &str = "format";
const FORMATS: [&str; 2] = ["csv", "xlsx"];

/// How much of the file is read at once.
const CHUNK: usize = 64 * 1024;

/// `GET /reports/download`: the totals that the board shows for the same fields.
pub(crate) async fn totals(
    LoggedIn { grant, .. }: LoggedIn<ReadReports>,
    State(app): State<App>,
    query: Fields,
) -> PageResult {
    let now = app.now();
    let format = format(&query)?;
    let Selection { app: of, filters, .. } = selection::of_board(&query).map_err(|why| bad(&why))?;
    let interval = selection::period(&query, now).map_err(|why| bad(&why))?;
    let name = format!("totals-{}", utc_day::date(interval.start));
    let request = ReportRequest { app: of, interval, filters: &filters };
    let file = app.export_analytics(&grant, &request, format, temporary()?).await?;
    respond(file, &name, format)
}

/// `GET /reports/transactions/download`: the messages that the list shows for the same fields, on all pages. Addresses
/// are only for those who may see them in full.
pub(crate) async fn messages(
    LoggedIn { grant, visit }: LoggedIn<ReadReports>,
    State(app): State<App>,
    query: Fields,
) -> PageResult {
    let format = format(&query)?;
    let Selection { app: of, filters, .. } = selection::of_list(&query).map_err(|why| bad(&why))?;
    let interval = selection::day(&query, app.now()).map_err(|why| bad(&why))?;
    let name = format!("messages-{}", utc_day::date(interval.start));
    let request = ReportRequest { app: of, interval, filters: &filters };
    let addresses = visit.session.may::<ManageCredentials>();
    let file = app.export_transactions(&grant, &request, format, addresses, temporary()?, |_| ()).await?;
    respond(file, &name, format)
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

fn format(query: &Fields) -> Result<ExportFormat, PageError> {
    let format = query.text(FORMAT).parse();
    let format = format.map_err(|invalid: outbound_model::Invalid| bad(&Text::from(invalid.to_string())))?;
    // Spreadsheet programs recognize UTF-8 by it.
    Ok(if let ExportFormat::Csv { .. } = format {
        ExportFormat::Csv { byte_order_mark: true }
    } else {
        format
    })
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

fn respond(mut file: File, name: &str, format: ExportFormat) -> PageResult {
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{}\"", format.extension())),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(chunks(file))).into_response())
}

fn chunks(file: File) -> impl Stream<Item = std::io::Result<Bytes>> {
    stream::try_unfold(tokio::fs::File::from_std(file), |mut file| async move {
        let mut chunk = vec![0; CHUNK];
        let read = file.read(&mut chunk).await?;
        chunk.truncate(read);
        Ok((read > 0).then_some((Bytes::from(chunk), file)))
    })
}
