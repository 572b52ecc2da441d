//! Benchmarks of checking the documented examples, one by one and together.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use divan::{Bencher, black_box};
use outbound_model::{Handoff, from_json_str};
use outbound_rules::{RuleSettings, check};

fn main() {
    // Loads the metadata of phone numbers, which happens once per process.
    for handoff in handoffs() {
        check(&handoff, &RuleSettings::default(), None);
    }
    divan::main();
}

fn handoffs() -> Vec<Handoff> {
    from_json_str(include_str!("../../model/examples/handoffs.json")).unwrap()
}

/// An SMS; a WhatsApp template with an image, a link and a call; an in-app message; an RCS card.
#[divan::bench(args = [0, 4, 7, 8])]
fn documented(bencher: Bencher<'_, '_>, index: usize) {
    let handoff = handoffs().swap_remove(index);
    let settings = RuleSettings::default();
    bencher.bench(|| check(black_box(&handoff), &settings, None));
}

/// All fifteen documented handoffs.
#[divan::bench]
fn all_documented(bencher: Bencher<'_, '_>) {
    let handoffs = handoffs();
    let settings = RuleSettings::default();
    bencher.bench(|| {
        handoffs.iter().map(|handoff| check(black_box(handoff), &settings, None).len()).sum::<usize>()
    });
}
