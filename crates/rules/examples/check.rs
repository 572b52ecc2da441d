//! Checks the handoffs of a file, or the documented examples, and prints the findings:
//! `cargo run -p outbound-rules --example check [FILE]`.
#![allow(clippy::print_stdout)]

use std::error::Error;

use outbound_model::{Handoff, from_json_str};
use outbound_rules::{RuleSettings, Severity, check, check_account};

const DOCUMENTED: &str = include_str!("../../model/examples/handoffs.json");

fn main() -> Result<(), Box<dyn Error>> {
    let text = std::env::args().nth(1).map_or_else(|| Ok(DOCUMENTED.to_owned()), std::fs::read_to_string)?;
    let handoffs: Vec<Handoff> = from_json_str(&text)?;
    let settings = RuleSettings::default();
    for handoff in &handoffs {
        println!("{} {}", handoff.id, handoff.name);
        for finding in check(handoff, &settings, None) {
            let severity = if finding.severity == Severity::Error { "error" } else { "warning" };
            println!("  {severity} {} at {}: {}", finding.rule, finding.pointer, finding.message);
            println!("    {}, {} ({})", finding.source.name, finding.source.page, finding.source.date);
        }
    }
    for collision in check_account(&handoffs, &settings) {
        println!("{} {}: {}", collision.handoff, collision.finding.rule, collision.finding.message);
    }
    Ok(())
}
