//! What a format does not carry, told to people and to programs.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::path::Path;

use outbound_app::{ImportIdentity, IncomingHandoff};
use outbound_formats::{Exported, ImportedHandoff, Location, Loss, Mapping, Names};
use outbound_model::{Handoff, HandoffId, HandoffName};
use serde::Serialize;

/// What an import or export did not carry over, and what it called otherwise.
#[derive(Debug, Default, Serialize)]
pub(super) struct LossReport {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    losses: Vec<Of<Loss>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mappings: Vec<Of<Mapping>>,
    #[serde(skip)]
    names: Names,
}

/// Something of one handoff.
#[derive(Debug, Serialize)]
struct Of<T> {
    /// The file it was read from.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    handoff: HandoffId,
    name: HandoffName,
    #[serde(flatten)]
    what: T,
}

impl LossReport {
    pub(super) fn imported(&mut self, file: &Path, mut imported: ImportedHandoff) -> IncomingHandoff {
        self.names.tell_apart(&mut imported);
        let identity = ImportIdentity::of(&imported);
        let ImportedHandoff { handoff, losses, mappings, .. } = imported;
        self.add(Some(file), &handoff, losses, mappings);
        IncomingHandoff { handoff, identity }
    }

    /// Names handoffs that were there by the ids that they have in the account.
    pub(super) fn renamed(&mut self, ids: &[(HandoffId, HandoffId)]) {
        let ids: BTreeMap<_, _> = ids.iter().map(|(read, stored)| (read, stored)).collect();
        let losses = self.losses.iter_mut().map(|of| &mut of.handoff);
        for id in losses.chain(self.mappings.iter_mut().map(|of| &mut of.handoff)) {
            if let Some(stored) = ids.get(id) {
                *id = (*stored).clone();
            }
        }
    }

    pub(super) fn exported(&mut self, handoff: &Handoff, exported: Exported) {
        self.add(None, handoff, exported.losses, exported.mappings);
    }

    fn add(&mut self, file: Option<&Path>, handoff: &Handoff, losses: Vec<Loss>, mappings: Vec<Mapping>) {
        if losses.is_empty() && mappings.is_empty() {
            return;
        }
        let file = file.map(|file| file.display().to_string());
        self.losses.extend(losses.into_iter().map(|what| Of::new(file.as_ref(), handoff, what)));
        self.mappings.extend(mappings.into_iter().map(|what| Of::new(file.as_ref(), handoff, what)));
    }
}

impl<T> Of<T> {
    fn new(file: Option<&String>, handoff: &Handoff, what: T) -> Self {
        Self { file: file.cloned(), handoff: handoff.id.clone(), name: handoff.name.clone(), what }
    }
}

/// For people: each sentence once, with its first place and how often it holds.
impl fmt::Display for LossReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sentences: BTreeMap<&str, (&Of<Loss>, usize)> = BTreeMap::new();
        for loss in &self.losses {
            sentences.entry(&loss.what.sentence).or_insert((loss, 0)).1 += 1;
        }
        for (sentence, (first, count)) in sentences {
            writeln!(f, "note: {sentence}")?;
            write!(f, "  --> {first}")?;
            if count > 1 {
                write!(f, ", and {} more", count - 1)?;
            }
            f.write_char('\n')?;
        }
        let renamed = self.mappings.iter().filter(|mapping| mapping.what.from != mapping.what.to).count();
        if renamed > 0 {
            writeln!(f, "note: {renamed} placeholders are called otherwise now; --json lists them.")?;
        }
        Ok(())
    }
}

impl fmt::Display for Of<Loss> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.what.at) {
            (Some(file), Some(Location { line, column })) => {
                write!(f, "{file}:{line}:{column}: {}", self.name)
            }
            _ => write!(f, "{} ({})", self.name, self.handoff),
        }?;
        if self.what.pointer.is_empty() { Ok(()) } else { write!(f, ", {}", self.what.pointer) }
    }
}
