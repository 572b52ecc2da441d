//! Times on pages: moments in UTC, and the time since them.

use maud::{Markup, html};
use outbound_model::Timestamp;

use crate::text::{self, Text};

/// The time since a moment, with the moment itself as a tooltip.
pub(crate) fn ago(then: Timestamp, now: Timestamp) -> Markup {
    let moment = moment(then);
    html! { time datetime=(then) title=(moment) { (elapsed(now.seconds() - then.seconds(), &moment)) } }
}

/// A moment in UTC.
pub(crate) fn at(then: Timestamp) -> Markup {
    html! { time datetime=(then) { (moment(then)) } }
}

/// `2022-10-01 08:00 UTC`.
fn moment(then: Timestamp) -> String {
    let text = then.to_string();
    let minute = text.rsplit_once(':').map_or(&*text, |(minute, _)| minute);
    format!("{} UTC", minute.replace('T', " "))
}

fn elapsed(seconds: i64, moment: &str) -> Text {
    match seconds {
        -59..60 => text::just_now(),
        60..3600 => text::minutes_ago(seconds / 60),
        3600..86_400 => text::hours_ago(seconds / 3600),
        86_400..2_592_000 => text::days_ago(seconds / 86_400),
        // In the future, because the clocks of two nodes differ.
        ..-59 => moment.to_owned().into(),
        _ => moment.split(' ').next().unwrap_or_default().to_owned().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elapsed_time_is_shown_in_the_largest_unit() {
        for (seconds, expected) in [
            (-3600, "2022-10-01 08:00 UTC"),
            (-3, "just now"),
            (59, "just now"),
            (60, "1 min ago"),
            (7200, "2 h ago"),
            (86_400, "1 day ago"),
            (40 * 86_400, "2022-10-01"),
        ] {
            assert_eq!(elapsed(seconds, "2022-10-01 08:00 UTC"), expected);
        }
    }
}
