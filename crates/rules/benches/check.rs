//! How long checking takes: the documented examples, one by one and all.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use divan::{Bencher, black_box};
use outbound_model::{Handoff, from_json_str};
use outbound_rules::{Settings, check};

fn main() {
    // The metadata of phone numbers is read once in the life of a process.
    for handoff in handoffs() {
        check(&handoff, &Settings::default(), None);
    }
    divan::main();
}

fn handoffs() -> Vec<Handoff> {
    from_json_str(include_str!("../../model/examples/handoffs.json")).unwrap()
}

/// A text message; a WhatsApp template with picture, link and call; an in-app message; an RCS card.
#[divan::bench(args = [0, 4, 7, 8])]
fn documented(bencher: Bencher<'_, '_>, index: usize) {
    let handoff = handoffs().swap_remove(index);
    let settings = Settings::default();
    bencher.bench(|| check(black_box(&handoff), &settings, None));
}

/// All fifteen.
#[divan::bench]
fn all_documented(bencher: Bencher<'_, '_>) {
    let handoffs = handoffs();
    let settings = Settings::default();
    bencher.bench(|| {
        handoffs.iter().map(|handoff| check(black_box(handoff), &settings, None).len()).sum::<usize>()
    });
}
