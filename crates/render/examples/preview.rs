//! Renders the documented examples with the given values: `cargo run --example preview -- 1=Ann 2=Monday`.
#![allow(clippy::print_stdout)]

use outbound_model::{Handoff, from_json_str};
use outbound_render::{Values, render};

const HANDOFFS: &str = include_str!("../../model/examples/handoffs.json");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = std::env::args().skip(1);
    let values: Values = arguments.map(|argument| Values::assignment(&argument)).collect::<Result<_, _>>()?;
    let handoffs: Vec<Handoff> = from_json_str(HANDOFFS)?;
    for handoff in &handoffs {
        println!("{}", render(handoff, &values));
    }
    Ok(())
}
