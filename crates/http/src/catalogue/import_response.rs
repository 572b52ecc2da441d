//! The response to an import of handoffs.

use outbound_app::{ConversionDetails, FileImportResult, ImportDecision, PlannedHandoff};
use outbound_compare::Change;
use outbound_model::{FindingCounts, HandoffId};
use outbound_rules::Finding;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::import_schema::{ImportAction, ImportFormat, ImportLoss, ImportMapping, ImportMode, ImportState};

/// The maximum number of findings per item in a summary.
const MAX_PROBLEM_FINDINGS: usize = 3;

/// The plan or the result of an import.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportResponse {
    /// `apply` if the import was applied, `plan` if not.
    #[schema(value_type = ImportMode)]
    mode: &'static str,
    /// The format of the file.
    #[schema(value_type = ImportFormat)]
    format: String,
    /// The number of handoffs that are created.
    create: u64,
    /// The number of handoffs that get a new version.
    change: u64,
    /// The number of handoffs that already exist unchanged.
    same: u64,
    /// The number of handoffs that cannot be imported. If there are any, nothing is imported.
    reject: u64,
    /// The number of handoffs whose newest version stays a draft because it has errors or a channel of an unknown type.
    held_back: u64,
    /// The findings of the imported handoffs.
    findings: FindingCounts,
    /// `true` if `items` does not list every handoff, because the server could not store the list or another server
    /// executed the import. Then `items` is empty, or lists up to 20 handoffs that cannot be imported or have errors.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) items_truncated: bool,
    /// The handoffs, in the order of the file. Always the last field, because the list is written separately.
    items: Vec<ImportItem>,
}

/// The plan or the result for one handoff.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportItem {
    /// The id. A new one if the format has no ids.
    id: HandoffId,
    /// The name.
    #[schema(example = "order_confirmation")]
    name: String,
    /// What the import does with the handoff.
    #[schema(value_type = ImportAction)]
    action: &'static str,
    /// Whether the newest version is published. Absent if the handoff cannot be imported.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ImportState>)]
    state: Option<&'static str>,
    /// The number of the newest version.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    /// The number of the newest version before the import. Restore it to undo the import.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_version: Option<i64>,
    /// The number of errors.
    errors: u64,
    /// The number of warnings.
    warnings: u64,
    /// The findings, errors first; at most 20 per handoff, and at most 2 000 findings and changes in total.
    findings: Vec<Finding>,
    /// The differences from the previous version, with the same maximum numbers.
    changes: Vec<Change>,
    /// Why the handoff cannot be imported.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The details of the file that a handoff cannot represent.
    #[schema(value_type = Vec<ImportLoss>)]
    losses: Value,
    /// The new names of placeholders.
    #[schema(value_type = Vec<ImportMapping>)]
    mappings: Value,
}

impl ImportResponse {
    /// Creates the response without its items.
    pub(crate) fn new(applied: bool, outcome: &FileImportResult) -> Self {
        let counts = outcome.counts;
        Self {
            mode: if applied { "apply" } else { "plan" },
            format: outcome.format.to_string(),
            create: counts.created,
            change: counts.changed,
            same: counts.unchanged,
            reject: outcome.rejected.len().try_into().unwrap_or(u64::MAX),
            held_back: counts.held_back,
            findings: counts.findings,
            items_truncated: false,
            items: Vec::new(),
        }
    }
}

impl ImportItem {
    /// Returns a summary if the handoff cannot be imported or has errors: without changes, losses and mappings, and
    /// with few findings.
    pub(crate) fn problem_summary(&self) -> Option<Value> {
        if self.reason.is_none() && self.errors == 0 {
            return None;
        }
        let mut problem = serde_json::to_value(self).ok()?;
        for list in ["changes", "losses", "mappings"] {
            problem[list] = json!([]);
        }
        if let Some(findings) = problem["findings"].as_array_mut() {
            findings.truncate(MAX_PROBLEM_FINDINGS);
        }
        Some(problem)
    }
}

/// Creates the item of one handoff.
pub(crate) fn item(notes: ConversionDetails, planned: ImportDecision) -> ImportItem {
    let (losses, mappings) = (json!(notes.losses), json!(notes.mappings));
    let planned = match planned {
        ImportDecision::Accepted(planned) => *planned,
        ImportDecision::Rejected(why) => {
            return ImportItem {
                id: notes.id,
                name: notes.name.to_string(),
                action: "reject",
                state: None,
                version: None,
                previous_version: None,
                errors: 0,
                warnings: 0,
                findings: Vec::new(),
                changes: Vec::new(),
                reason: Some(why),
                losses,
                mappings,
            };
        }
    };
    let PlannedHandoff { item, findings, changes } = planned;
    ImportItem {
        id: item.handoff.id,
        name: item.handoff.name.to_string(),
        action: item.outcome.as_str(),
        state: Some(if item.is_published { "published" } else { "draft" }),
        version: Some(item.version),
        previous_version: item.before.map(|(number, _)| number),
        errors: item.findings.errors,
        warnings: item.findings.warnings,
        findings,
        changes,
        reason: None,
        losses,
        mappings,
    }
}
