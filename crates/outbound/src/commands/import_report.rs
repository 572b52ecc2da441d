//! What `outbound import` reports: counts, and each handoff with its findings and differences.

use std::fmt::{self, Write};

use outbound_app::{ImportResult, PlannedHandoff};
use outbound_compare::Change;
use outbound_model::{FindingCounts, HandoffId, HandoffName, plural};
use outbound_rules::{Finding, Severity};
use serde::Serialize;

use crate::arguments::Import;
use crate::commands::losses::LossReport;

/// Handoffs that people are told of one by one.
const MAX_SHOWN: usize = 100;

/// What an import did, and what it did not carry over.
#[derive(Serialize)]
pub(super) struct Report {
    #[serde(flatten)]
    pub(super) done: ImportResult,
    /// The handoffs, or the first thousand of them.
    pub(super) items: Vec<Item>,
    #[serde(flatten)]
    pub(super) told: LossReport,
}

/// What became of one handoff, in the same words as in the management API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    id: HandoffId,
    name: HandoffName,
    action: &'static str,
    state: &'static str,
    version: i64,
    /// Restoring this version undoes the import.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_version: Option<i64>,
    #[serde(flatten)]
    counts: FindingCounts,
    findings: Vec<Finding>,
    changes: Vec<Change>,
}

impl Item {
    pub(super) fn of(PlannedHandoff { item, findings, changes }: PlannedHandoff) -> Self {
        Self {
            id: item.handoff.id,
            name: item.handoff.name,
            action: item.outcome.as_str(),
            state: if item.is_published { "published" } else { "draft" },
            version: item.version,
            previous_version: item.before.map(|(number, _)| number),
            counts: item.findings,
            findings,
            changes,
        }
    }
}

/// For people: `change  order_update (H…)  draft, version 3`, with a line for each finding and difference.
impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Item { id, name, action, state, version, findings, changes, .. } = self;
        write!(f, "  {action}  {name} ({id})  {state}, version {version}")?;
        for Finding { severity, rule, message, pointer, .. } in findings {
            let severity = match severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            write!(f, "\n      {severity} {rule}: {message} {pointer}")?;
        }
        for path in changes.iter().filter_map(|change| change.new_path.as_ref().or(change.old_path.as_ref()))
        {
            write!(f, "\n      differs: {path}")?;
        }
        Ok(())
    }
}

impl Report {
    /// For people.
    pub(super) fn sentence(&self, import: &Import) -> String {
        let ImportResult { created, changed, unchanged, findings, held_back, .. } = self.done;
        let would = if import.dry_run { "Would import" } else { "Imported" };
        let counts = format!("{created} new, {changed} changed, {unchanged} as they were");
        let mut text = format!("{would} {}: {counts}.", plural(self.done.total(), "handoff", "handoffs"));
        // A dry run shows the plan; else only what was held back needs a look.
        let is_shown = |item: &&Item| import.dry_run || held_back > 0 && item.state == "draft";
        let mut shown = self.items.iter().filter(is_shown);
        for item in shown.by_ref().take(MAX_SHOWN) {
            let _ = write!(text, "\n{item}");
        }
        if shown.next().is_some() {
            text.push_str("\n  and more; --json lists up to 1 000.");
        }
        if findings != FindingCounts::default() {
            let _ = write!(text, "\n{findings}: see {}", check(import));
        }
        text
    }
}

/// The command that shows all findings with their places: `check` without files knows no drafts.
fn check(import: &Import) -> String {
    let files: Vec<_> = import.files.iter().map(|file| file.display().to_string()).collect();
    let files = if files.len() > 3 { "FILE...".to_owned() } else { files.join(" ") };
    format!("outbound check --account {} {files}", import.account.account)
}
