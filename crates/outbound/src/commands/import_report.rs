//! Output of `outbound import`: counts, and each handoff with its findings and differences.

use std::fmt::{self, Write};

use outbound_app::{ImportResult, PlannedHandoff};
use outbound_compare::Change;
use outbound_model::{FindingCounts, HandoffId, HandoffName, plural};
use outbound_rules::{Finding, Severity};
use serde::Serialize;

use crate::arguments::Import;
use crate::commands::loss_report::LossReport;

/// Maximum number of handoffs in the text output.
const MAX_SHOWN: usize = 100;

/// The result of an import and what it could not represent.
#[derive(Serialize)]
pub(super) struct ImportReport {
    #[serde(flatten)]
    pub(super) result: ImportResult,
    /// The first thousand handoffs.
    pub(super) items: Vec<ImportReportItem>,
    #[serde(flatten)]
    pub(super) losses: LossReport,
}

/// The result for one handoff. Has the same fields as in the management API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImportReportItem {
    id: HandoffId,
    name: HandoffName,
    action: &'static str,
    state: &'static str,
    version: i64,
    /// The version before the import. Restoring it undoes the import.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_version: Option<i64>,
    #[serde(flatten)]
    counts: FindingCounts,
    findings: Vec<Finding>,
    changes: Vec<Change>,
}

impl ImportReportItem {
    pub(super) fn new(PlannedHandoff { item, findings, changes }: PlannedHandoff) -> Self {
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

/// Writes `change  order_update (H…)  draft, version 3`, followed by a line for each finding and difference.
impl fmt::Display for ImportReportItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ImportReportItem { id, name, action, state, version, findings, changes, .. } = self;
        write!(f, "  {action}  {name} ({id})  {state}, version {version}")?;
        for Finding { severity, rule, message, pointer, .. } in findings {
            let severity = match severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            write!(f, "\n      {severity} {rule}: {message} {pointer}")?;
        }
        let paths = changes.iter().filter_map(|change| change.new_path.as_ref().or(change.old_path.as_ref()));
        for path in paths {
            write!(f, "\n      differs: {path}")?;
        }
        Ok(())
    }
}

impl ImportReport {
    /// The text output.
    pub(super) fn text(&self, import: &Import) -> String {
        let ImportResult { created, changed, unchanged, findings, held_back, .. } = self.result;
        let verb = if import.dry_run { "Would import" } else { "Imported" };
        let counts = format!("{created} new, {changed} changed, {unchanged} unchanged");
        let mut text = format!("{verb} {}: {counts}.", plural(self.result.total(), "handoff", "handoffs"));
        // An import lists only the handoffs that were held back. A dry run lists all.
        let is_shown = |item: &&ImportReportItem| import.dry_run || held_back > 0 && item.state == "draft";
        let mut shown = self.items.iter().filter(is_shown);
        for item in shown.by_ref().take(MAX_SHOWN) {
            let _ = write!(text, "\n{item}");
        }
        if shown.next().is_some() {
            text.push_str("\n  … and more. Use --json to list up to 1 000 handoffs.");
        }
        if findings != FindingCounts::default() {
            let _ = write!(text, "\n{findings}. To see them, run: {}", check_command(import));
        }
        text
    }
}

/// The command that shows all findings with their locations. It needs the files, because they may contain
/// handoffs that were not saved.
fn check_command(import: &Import) -> String {
    let files: Vec<_> = import.files.iter().map(|file| file.display().to_string()).collect();
    let files = if files.len() > 3 { "FILE...".to_owned() } else { files.join(" ") };
    format!("outbound check --account {} {files}", import.account.account)
}
