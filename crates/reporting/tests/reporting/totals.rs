//! What is calculated from totals: survey scores, shares and the funnel.

use outbound_reporting::{Counts, Funnel, FunnelStep, Share};

#[test]
fn survey_scores_are_rounded_half_up_to_tenths() {
    for (csat_sum, csat_count, tenths) in [(0, 0, 0), (9, 2, 45), (5, 4, 13), (10, 3, 33), (8, 2, 40)] {
        let counts = Counts { csat_sum, csat_count, ..Counts::default() };
        assert_eq!(counts.csat_tenths(), tenths, "{csat_sum} / {csat_count}");
    }
}

#[test]
fn shares_are_0_and_100_percent_only_when_exact() {
    for (part, total, text) in [
        (0, 0, "–"),
        (0, 5, "0.0 %"),
        (1, 1_000_000, "0.1 %"),
        (1, 3, "33.3 %"),
        (2, 3, "66.7 %"),
        (1, 800, "0.1 %"),
        (999_999, 1_000_000, "99.9 %"),
        (5, 5, "100.0 %"),
        (4, 3, "133.3 %"),
        (1_000_001, 1_000_000, "100.1 %"),
    ] {
        assert_eq!(Share { part, total }.to_string(), text, "{part} of {total}");
    }
}

#[test]
fn the_funnel_compares_with_attempts_and_with_the_previous_step() {
    let counts = Counts {
        attempted: 500,
        eligible: 475,
        sent: 450,
        delivered: 300,
        read: 400,
        conversations_created: 200,
        ..Counts::default()
    };
    let funnel = Funnel::new(counts);
    let rows = FunnelStep::ALL.iter().map(|step| {
        let previous = funnel.of_previous(*step).map_or(String::new(), |share| share.to_string());
        format!("{step} {} {} {previous}", funnel.count(*step), funnel.of_attempted(*step))
    });
    assert_eq!(
        rows.collect::<Vec<_>>(),
        [
            "attempted 500 100.0 % ",
            "eligible 475 95.0 % 95.0 %",
            "sent 450 90.0 % 94.7 %",
            "delivered 300 60.0 % 66.7 %",
            "read 400 80.0 % 133.3 %",
            "conversations 200 40.0 % 50.0 %",
        ]
    );
}
