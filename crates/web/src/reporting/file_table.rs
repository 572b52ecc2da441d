//! The table of files with reports.

use maud::{Markup, html};
use outbound_app::{ExportedReport, FileRequest, FileState, RequestedFile};
use outbound_model::Timestamp;

use super::names::app_name;
use super::{paths, utc_day};
use crate::moment::ago;
use crate::text::{self, Text};

pub(super) fn table(files: &[RequestedFile], now: Timestamp) -> Markup {
    let is_running = files.iter().any(|file| matches!(file.state, FileState::Running(_)));
    html! {
        @if is_running { p class="actions" { a class="button" href=(paths::FILES) { (text::refresh()) } } }
        div class="table-frame" {
            table class="cards" {
                caption class="unseen" { (text::report_files()) }
                thead { tr {
                    th scope="col" { (text::report()) }
                    th scope="col" { (text::created()) }
                    th scope="col" { (text::status()) }
                    th scope="col" { (text::action()) }
                } }
                tbody { @for file in files { (row(file, now)) } }
            }
        }
    }
}

fn row(file: &RequestedFile, now: Timestamp) -> Markup {
    let (path, title) = (format!("{}/{}", paths::FILES, file.id), title(&file.request));
    html! {
        tr {
            th scope="row" { (title) }
            td data-label=(text::created()) {
                span { (ago(file.created_at, now)) " · " bdi { (file.created_by) } }
            }
            td data-label=(text::status()) { (state(file.state)) }
            td data-label=(text::action()) {
                @if let FileState::Done(_) = file.state {
                    a class="button small" href=(path) download {
                        (text::download()) span class="unseen" { " " (title) }
                    }
                    " "
                }
                a class="button small quiet" href={ (path) "/delete" } {
                    (text::delete()) span class="unseen" { " " (title) }
                }
            }
        }
    }
}

/// What a file contains.
pub(super) fn title(request: &FileRequest) -> Text {
    let report = match request.report {
        ExportedReport::Analytics => text::report_of_totals(),
        ExportedReport::Transactions if request.with_addresses => text::report_of_messages_and_addresses(),
        ExportedReport::Transactions => text::report_of_messages(),
    };
    let last_day = utc_day::date(request.interval.end.plus_millis(-1));
    let (first_day, format) =
        (utc_day::date(request.interval.start), request.format.extension().to_uppercase());
    text::file_title(&*app_name(request.app), format, first_day, &*report, last_day)
}

fn state(state: FileState) -> Text {
    match state {
        FileState::Running(messages) => text::file_running(messages),
        FileState::Done(bytes) => text::file_ready(kilobytes(bytes)),
        FileState::Failed => text::file_failed(),
    }
}

/// Rounded up.
fn kilobytes(bytes: u64) -> u64 {
    bytes.div_ceil(1000)
}
