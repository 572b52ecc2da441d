//! `outbound check --list-rules`: all rules, grouped by channel.

use outbound_rules::{CHANNEL_RULES, Rule, Severity, When};

use crate::error::CliError;
use crate::output::{Output, table};

pub(super) fn print(output: Output) -> Result<(), CliError> {
    let sets = CHANNEL_RULES.iter().map(|set| {
        let channel = set.channel.map_or("all channels", |channel| channel.as_str());
        let rows: Vec<_> = set.rules.iter().map(|rule| row(rule)).collect();
        format!("{channel}, {}\n{}", set.dated, table(["ID", "NAME", "SEVERITY", "RULE"], &rows, ""))
    });
    output.print(&CHANNEL_RULES, sets.collect::<Vec<_>>().join("\n\n"))
}

fn row(rule: &Rule) -> [String; 4] {
    let severity = match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let when = match rule.when {
        When::Always => "",
        When::LivePerson => ", with --rules liveperson",
        When::OnRequest => ", on request",
    };
    [rule.id.to_owned(), rule.name.to_owned(), format!("{severity}{when}"), rule.summary.to_owned()]
}
