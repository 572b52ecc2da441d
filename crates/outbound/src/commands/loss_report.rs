//! The details that an import or export could not represent, as text and JSON.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::path::Path;

use outbound_app::{ImportIdentity, IncomingHandoff};
use outbound_formats::{Exported, ImportedHandoff, Location, Loss, Mapping, Names};
use outbound_model::{Handoff, HandoffId, HandoffName, plural};
use serde::Serialize;

/// The losses and the renamed placeholders of an import or export.
#[derive(Debug, Default, Serialize)]
pub(super) struct LossReport {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    losses: Vec<HandoffDetail<Loss>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mappings: Vec<HandoffDetail<Mapping>>,
    #[serde(skip)]
    names: Names,
}

/// A loss or mapping with its handoff.
#[derive(Debug, Serialize)]
struct HandoffDetail<T> {
    /// The file that the handoff was read from.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    handoff: HandoffId,
    name: HandoffName,
    #[serde(flatten)]
    detail: T,
}

impl LossReport {
    /// Adds the losses and mappings of an imported handoff, and returns the handoff.
    pub(super) fn add_imported(&mut self, file: &Path, mut imported: ImportedHandoff) -> IncomingHandoff {
        self.names.make_unique(&mut imported);
        let identity = ImportIdentity::of(&imported);
        let ImportedHandoff { handoff, losses, mappings, .. } = imported;
        self.add(Some(file), &handoff, losses, mappings);
        IncomingHandoff { handoff, identity }
    }

    /// Replaces ids from files by the ids of existing handoffs in the account.
    pub(super) fn replace_ids(&mut self, ids: &[(HandoffId, HandoffId)]) {
        let ids: BTreeMap<_, _> = ids.iter().map(|(read, stored)| (read, stored)).collect();
        let of_losses = self.losses.iter_mut().map(|loss| &mut loss.handoff);
        let of_mappings = self.mappings.iter_mut().map(|mapping| &mut mapping.handoff);
        for id in of_losses.chain(of_mappings) {
            if let Some(stored) = ids.get(id) {
                *id = (*stored).clone();
            }
        }
    }

    pub(super) fn add_exported(&mut self, handoff: &Handoff, exported: Exported) {
        self.add(None, handoff, exported.losses, exported.mappings);
    }

    fn add(&mut self, file: Option<&Path>, handoff: &Handoff, losses: Vec<Loss>, mappings: Vec<Mapping>) {
        if losses.is_empty() && mappings.is_empty() {
            return;
        }
        let file = file.map(|file| file.display().to_string());
        self.losses.extend(losses.into_iter().map(|loss| HandoffDetail::new(file.as_ref(), handoff, loss)));
        self.mappings
            .extend(mappings.into_iter().map(|mapping| HandoffDetail::new(file.as_ref(), handoff, mapping)));
    }
}

impl<T> HandoffDetail<T> {
    fn new(file: Option<&String>, handoff: &Handoff, detail: T) -> Self {
        Self { file: file.cloned(), handoff: handoff.id.clone(), name: handoff.name.clone(), detail }
    }
}

/// Writes each message once, with its first location and the number of others.
impl fmt::Display for LossReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut messages: BTreeMap<&str, (&HandoffDetail<Loss>, usize)> = BTreeMap::new();
        for loss in &self.losses {
            messages.entry(&loss.detail.sentence).or_insert((loss, 0)).1 += 1;
        }
        for (message, (first, count)) in messages {
            writeln!(f, "note: {message}")?;
            write!(f, "  --> {first}")?;
            if count > 1 {
                write!(f, ", and {} more", count - 1)?;
            }
            f.write_char('\n')?;
        }
        let renamed =
            self.mappings.iter().map(|mapping| u64::from(mapping.detail.from != mapping.detail.to)).sum();
        if renamed > 0 {
            let placeholders = plural(renamed, "placeholder was", "placeholders were");
            writeln!(f, "note: {placeholders} renamed. Use --json to list them.")?;
        }
        Ok(())
    }
}

impl fmt::Display for HandoffDetail<Loss> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.detail.at) {
            (Some(file), Some(Location { line, column })) => {
                write!(f, "{file}:{line}:{column}: {}", self.name)
            }
            _ => write!(f, "{} ({})", self.name, self.handoff),
        }?;
        if self.detail.pointer.is_empty() { Ok(()) } else { write!(f, ", {}", self.detail.pointer) }
    }
}
