//! The request to the reporting API that returns the figures of the board.

use std::ops::Range;

use maud::{Markup, html};
use outbound_app::App;
use outbound_model::{AccountId, Timestamp};
use outbound_reporting::{EnabledChannels, Filters};

use super::selection::Selection;
use crate::curl::{quoted, token_command_of_new_client};
use crate::text;

/// The body of a request without filters, which needs none.
const NO_FILTERS: &str = "{}";

pub(super) fn section(
    app: &App,
    account: &AccountId,
    selection: &Selection,
    period: &Range<Timestamp>,
    enabled: EnabledChannels,
) -> Markup {
    // The API rejects a channel that it does not report.
    let is_reported = Filters::for_analytics(selection.body.as_bytes(), enabled).is_ok();
    let leaves_out = enabled == EnabledChannels::Documented && !selection.body.contains("channels");
    html! {
        section class="panel" aria-labelledby="api" {
            h2 id="api" { (text::same_numbers_from_api()) }
            @if is_reported {
                p { (text::same_numbers_hint()) }
                @if leaves_out { p class="note" { (text::channels_not_in_api()) } }
                pre tabindex="0" aria-labelledby="api" { code { (commands(&app.public_url(), account, selection, period)) } }
            } @else {
                p { (text::channel_not_in_api()) }
            }
        }
    }
}

fn commands(base: &str, account: &AccountId, selection: &Selection, period: &Range<Timestamp>) -> String {
    let Selection { app, body, .. } = selection;
    let (start, end) = (period.start.millis(), period.end.millis());
    let url = format!(
        "{base}/api/account/{account}/app/{app}/analytics/?attemptedStartTime={start}&attemptedEndTime={end}"
    );
    let filters = match body.as_str() {
        NO_FILTERS => String::new(),
        body => format!(" \\\n  -H 'Content-Type: application/json' -d {}", quoted(body)),
    };
    let token = token_command_of_new_client(base, account);
    format!("{token}\ncurl -s -H \"Authorization: Bearer $TOKEN\" {}{filters}", quoted(&url))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::Fields;
    use crate::reporting::selection::of_board;

    #[test]
    fn filters_are_sent_as_a_body_in_one_shell_word() {
        let period = Timestamp::EPOCH..Timestamp::EPOCH.plus_seconds(60);
        let account = "12345678".parse().unwrap();
        let commands =
            |query: &[u8]| commands("http://x", &account, &of_board(&Fields::parse(query)).unwrap(), &period);
        let url =
            "'http://x/api/account/12345678/app/c2m/analytics/?attemptedStartTime=0&attemptedEndTime=60000'";
        assert!(commands(b"app=c2m&skill=").ends_with(url), "{}", commands(b"app=c2m&skill="));
        let filtered = commands(b"skill=it's&channel=wa");
        assert!(filtered.ends_with(r#"-d '{"channels":["wa"],"skills":["it'\''s"]}'"#), "{filtered}");
    }
}
