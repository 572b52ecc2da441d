//! What the import of handoffs answers.

use outbound_app::{ConversionDetails, FileImportResult, ImportDecision, PlannedHandoff};
use outbound_compare::Change;
use outbound_model::{FindingCounts, HandoffId};
use outbound_rules::Finding;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::import_schema::{ImportAction, ImportFormat, ImportLoss, ImportMapping, ImportMode, ImportState};

/// Findings of an item in a summary.
const MAX_PROBLEM_FINDINGS: usize = 3;

/// What an import would do, or did.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportAnswer {
    /// Whether it was done: `plan` or `apply`.
    #[schema(value_type = ImportMode)]
    mode: &'static str,
    /// The format that the text has.
    #[schema(value_type = ImportFormat)]
    format: String,
    /// Handoffs that are new.
    create: u64,
    /// Handoffs that get a new version.
    change: u64,
    /// Handoffs that are there just so.
    same: u64,
    /// Handoffs that cannot be imported; while there are any, none is.
    refuse: u64,
    /// Handoffs whose newest version stays a draft, although the import publishes: it has errors or a
    /// channel of an unknown type.
    held_back: u64,
    /// The rules that those which are imported break.
    findings: FindingCounts,
    /// `true` where `items` does not list every handoff: the server had no room for them, or the import was worked
    /// on by another server. Then they are the first 20 that are refused or have errors, or none.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) items_truncated: bool,
    /// Each handoff, in the order of the text. The last field: `ImportItems` writes them.
    items: Vec<ImportItem>,
}

/// What becomes of one handoff.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportItem {
    /// Its id; a new one where the format has none.
    id: HandoffId,
    /// Its name.
    #[schema(example = "order_confirmation")]
    name: String,
    /// What happens to it.
    #[schema(value_type = ImportAction)]
    action: &'static str,
    /// Whether its newest version is served; absent where it is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ImportState>)]
    state: Option<&'static str>,
    /// The number of its newest version.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    /// The number of its newest version before: restoring that one undoes the import.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_version: Option<i64>,
    /// How many errors it has by itself.
    errors: u64,
    /// The number of warnings.
    warnings: u64,
    /// What it breaks, errors first; at most 20 of one handoff and 2 000 findings and changes in all.
    findings: Vec<Finding>,
    /// What differs from the version before; as many.
    changes: Vec<Change>,
    /// Why it is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What of the text a handoff cannot hold.
    #[schema(value_type = Vec<ImportLoss>)]
    losses: Value,
    /// What its placeholders are called now.
    #[schema(value_type = Vec<ImportMapping>)]
    mappings: Value,
}

impl ImportAnswer {
    /// Without its items.
    pub(crate) fn new(applied: bool, outcome: &FileImportResult) -> Self {
        let counts = outcome.counts;
        Self {
            mode: if applied { "apply" } else { "plan" },
            format: outcome.format.to_string(),
            create: counts.created,
            change: counts.changed,
            same: counts.unchanged,
            refuse: outcome.refused.len().try_into().unwrap_or(u64::MAX),
            held_back: counts.held_back,
            findings: counts.findings,
            items_truncated: false,
            items: Vec::new(),
        }
    }
}

impl ImportItem {
    /// What is wrong with it in short, if anything is: without changes, losses and mappings, and few findings.
    pub(crate) fn problem(&self) -> Option<Value> {
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

pub(crate) fn item(notes: ConversionDetails, planned: ImportDecision) -> ImportItem {
    let (losses, mappings) = (json!(notes.losses), json!(notes.mappings));
    let planned = match planned {
        ImportDecision::Accepted(planned) => *planned,
        ImportDecision::Refused(why) => {
            return ImportItem {
                id: notes.id,
                name: notes.name.to_string(),
                action: "refuse",
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
