//! Errors in plain words.

use maud::{Markup, html};
use outbound_reporting::{ErrorKey, look_up};

use super::figures::ErrorFigure;
use super::selection::{DAY, ERROR};
use super::{paths, utc_day};
use crate::fields::Fields;
use crate::text;

/// The board lists this many errors.
const MAX_LISTED: usize = 50;

/// `shared`: the filters, for the links to the messages with an error.
pub(super) fn section(errors: &[ErrorFigure], shared: &Fields) -> Markup {
    html! {
        section class="section" aria-labelledby="errors" {
            h2 id="errors" { (text::errors()) }
            @if errors.is_empty() {
                p class="hint" { (text::no_errors()) }
            } @else {
                div class="table-frame" {
                    table class="cards reports errors" {
                        caption class="unseen" { (text::errors()) }
                        thead { tr {
                            th scope="col" { (text::error()) }
                            th scope="col" class="number" { (text::messages()) }
                            th scope="col" { (text::meaning()) }
                            th scope="col" { (text::what_to_do()) }
                            th scope="col" { (text::last_day_with_it()) }
                        } }
                        tbody { @for figure in errors.iter().take(MAX_LISTED) { (row(figure, shared)) } }
                    }
                }
                @if errors.len() > MAX_LISTED {
                    p class="hint" { (text::more_not_shown(errors.len() - MAX_LISTED)) }
                }
            }
        }
    }
}

fn row(figure: &ErrorFigure, shared: &Fields) -> Markup {
    let (key, date) = (figure.error.to_string(), utc_day::date(figure.last_day));
    let entry = look_up(&figure.error);
    let list = shared.with(DAY, &date).with(ERROR, &key).href(paths::TRANSACTIONS);
    html! {
        tr {
            th scope="row" { code dir="auto" { (key) } }
            td class="number" data-label=(text::messages()) { span { (text::number(figure.count)) } }
            td data-label=(text::meaning()) {
                span { @match entry { Some(entry) => (entry.meaning), None => (text::unknown_error()) } }
            }
            td data-label=(text::what_to_do()) {
                span { @match entry { Some(entry) => (entry.advice), None => (text::unknown_error_advice()) } }
            }
            td data-label=(text::last_day_with_it()) {
                a href=(list) { (date) span class="unseen" { ": " (text::messages_with_error(&*key)) } }
            }
        }
    }
}

/// Meaning and advice of the error of one message.
pub(super) fn explanation(error: &ErrorKey) -> Markup {
    html! {
        @match look_up(error) {
            Some(entry) => { p { (entry.meaning) } p { (entry.advice) } }
            None => { p { (text::unknown_error()) } p { (text::unknown_error_advice()) } }
        }
    }
}
