//! Times on pages.

use maud::{Markup, html};
use outbound_model::{Timestamp, plural};

/// How long ago, with the moment itself for whoever points at it.
pub(crate) fn ago(then: Timestamp, now: Timestamp) -> Markup {
    let moment = moment(then);
    html! { time datetime=(then) title=(moment) { (distance(now.seconds() - then.seconds(), &moment)) } }
}

/// The moment itself, in UTC.
pub(crate) fn at(then: Timestamp) -> Markup {
    html! { time datetime=(then) { (moment(then)) } }
}

/// `2022-10-01 08:00 UTC`.
fn moment(then: Timestamp) -> String {
    let text = then.to_string();
    let minute = text.rsplit_once(':').map_or(&*text, |(minute, _)| minute);
    format!("{} UTC", minute.replace('T', " "))
}

fn distance(seconds: i64, moment: &str) -> String {
    match seconds {
        -59..60 => "just now".to_owned(),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..86_400 => format!("{} h ago", seconds / 3600),
        86_400..2_592_000 => plural((seconds / 86_400).unsigned_abs(), "day ago", "days ago"),
        // A clock that differs shows the moment itself.
        ..-59 => moment.to_owned(),
        _ => moment.split(' ').next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_told_in_the_largest_unit() {
        for (seconds, expected) in [
            (-3600, "2022-10-01 08:00 UTC"),
            (-3, "just now"),
            (59, "just now"),
            (60, "1 min ago"),
            (7200, "2 h ago"),
            (86_400, "1 day ago"),
            (40 * 86_400, "2022-10-01"),
        ] {
            assert_eq!(distance(seconds, "2022-10-01 08:00 UTC"), expected);
        }
    }
}
