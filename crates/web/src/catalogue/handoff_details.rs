//! The details on the page of a handoff.

use maud::{Markup, html};
use outbound_app::StoredHandoff;
use outbound_model::{Handoff, Timestamp};

use crate::moment::ago;
use crate::text::{self, Text, rich};

/// Lookback period, routing, and who saved the newest version when.
pub(super) fn details(now: Timestamp, stored: &StoredHandoff) -> Markup {
    let (handoff, version) = (&stored.latest, &stored.latest_version);
    html! {
        section class="panel" aria-labelledby="facts" {
            h2 id="facts" { (text::details()) }
            dl class="pairs" {
                dt { (text::id()) } dd { code { (stored.id) } }
                dt { (text::lookback_period()) } dd { (lookback(handoff)) }
                dt { (text::routing()) }
                dd {
                    @if handoff.route_all_within_lookback { (text::routing_all()) } @else { (text::routing_new()) }
                }
                dt { (text::last_saved()) }
                dd {
                    (rich(
                        |[time, user]| text::last_saved_details(time, user, version.number.to_string()),
                        &[ago(version.saved_at, now), html! { span dir="auto" { (version.saved_by) } }],
                    ))
                }
                dt { (text::published()) }
                dd {
                    @match stored.published_version {
                        Some(number) => (text::version_number(number.to_string())),
                        None => (text::not_published_yet()),
                    }
                }
            }
        }
    }
}

fn lookback(handoff: &Handoff) -> Text {
    text::lookback_duration(handoff.lookback_period_day, handoff.lookback_period_hour)
}
