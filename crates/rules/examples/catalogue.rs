//! Prints every rule as a row of the tables in docs/rules.md:
//! `cargo run -p outbound-rules --example catalogue`.
#![allow(clippy::print_stdout)]

use outbound_rules::{CHANNEL_RULES, Severity, When};

fn main() {
    for set in CHANNEL_RULES {
        println!("\n{}, {}", set.channel.map_or("general", |channel| channel.as_str()), set.dated);
        for rule in set.rules {
            let severity = if rule.severity == Severity::Error { "error" } else { "warning" };
            let when = match rule.when {
                When::Always => "",
                When::LivePerson => ", with LivePerson's limits",
                When::OnRequest => ", on request",
            };
            let source = rule.source;
            println!(
                "| {} | `{}` | {severity}{when} | {} | {} |",
                rule.id, rule.name, rule.summary, source.name
            );
        }
    }
}
