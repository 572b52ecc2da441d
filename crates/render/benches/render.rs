//! Benchmarks of rendering and of counting SMS segments: `cargo bench --profile dist -p outbound-render`.
#![allow(clippy::unwrap_used)]

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use outbound_model::{Handoff, from_json_str};
use outbound_render::sms::{costly_characters, segment};
use outbound_render::{Values, render};

const HANDOFFS: &str = include_str!("../../model/examples/handoffs.json");

fn main() {
    divan::main();
}

/// Documented handoffs: WhatsApp and SMS; WhatsApp with an image and buttons; an RCS card; in-app.
#[divan::bench(args = [1, 4, 8, 7])]
fn handoff(bencher: Bencher<'_, '_>, index: usize) {
    let handoffs: Vec<Handoff> = from_json_str(HANDOFFS).unwrap();
    let given = ["1=Ann", "2=Monday", "3=Odeon", "4=12", "5=14"];
    let values: Values = given.into_iter().map(Values::assignment).collect::<Result<_, _>>().unwrap();
    bencher.bench(|| render(black_box(&handoffs[index]), black_box(&values)));
}

const TEXTS: [(&str, &str, usize); 4] = [
    ("gsm-7, 160", "Your order is ready. ", 160),
    ("gsm-7, 1 MiB", "Your order is ready. ", 1 << 20),
    ("emoji, 280", "😀", 280),
    ("cyrillic, 1 MiB", "Ваш заказ готов. ", 1 << 20),
];

fn text_named(name: &str) -> String {
    let (_, piece, bytes) = TEXTS.into_iter().find(|(other, ..)| *other == name).unwrap();
    piece.repeat(bytes.div_ceil(piece.len()))
}

#[divan::bench(args = TEXTS.map(|(name, ..)| name))]
fn segments(bencher: Bencher<'_, '_>, name: &str) {
    let text = text_named(name);
    bencher.counter(BytesCount::of_str(&text)).bench(|| segment(black_box(&text)));
}

#[divan::bench(args = TEXTS.map(|(name, ..)| name))]
fn costly(bencher: Bencher<'_, '_>, name: &str) {
    let text = text_named(name);
    bencher.counter(BytesCount::of_str(&text)).bench(|| costly_characters(black_box(&text)).count());
}
