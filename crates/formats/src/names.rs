//! Unique names for imported handoffs. Names must be unique in an account, but at providers all translations of a
//! template have the same name.

use std::collections::{HashMap, HashSet};

use outbound_model::{Channel, Handoff};

use crate::import::valid_name;
use crate::{Format, ImportedHandoff};

/// The names used in one import.
#[derive(Debug, Default)]
pub struct Names {
    /// Used names, by [`HandoffName::key`](outbound_model::HandoffName::key).
    taken: HashSet<String>,
    /// The last number appended to each name.
    numbered: HashMap<String, usize>,
}

impl Names {
    /// Renames the handoff if an earlier one has the same name: to `order_update (pt_BR)` or `order_update 2`.
    /// Handoffs in LivePerson's format keep their names.
    pub fn make_unique(&mut self, imported: &mut ImportedHandoff) {
        let handoff = &mut imported.handoff;
        if imported.format == Format::LivePerson || self.take(handoff, None) {
            return;
        }
        let original = handoff.name.as_str().to_owned();
        let with_language = language(handoff).map(|language| format!("{original} ({language})"));
        if with_language.is_some_and(|name| self.take(handoff, Some(name))) {
            return;
        }
        let prefix: String = original.chars().take(240).collect();
        loop {
            let number = self.numbered.entry(original.clone()).or_insert(1);
            *number += 1;
            let name = format!("{prefix} {number}");
            if self.take(handoff, Some(name)) {
                return;
            }
        }
    }

    /// Reserves the handoff's name, or renames it to `new_name`. Returns `false` if the name is already used.
    fn take(&mut self, handoff: &mut Handoff, new_name: Option<String>) -> bool {
        let name = match new_name.map(|name| valid_name(&name).parse()) {
            Some(Ok(name)) => name,
            Some(Err(_)) => return false,
            None => handoff.name.clone(),
        };
        let is_free = self.taken.insert(name.key());
        if is_free {
            handoff.name = name;
        }
        is_free
    }
}

fn language(handoff: &Handoff) -> Option<String> {
    match handoff.channels.first()? {
        Channel::WhatsApp(channel) => channel.language.clone(),
        Channel::Sms(channel) => channel.language.clone(),
        Channel::Apple(channel) => channel.language.clone(),
        Channel::GoogleRcs(channel) => channel.language.clone(),
        Channel::InApp(channel) => channel.language.clone(),
        Channel::Unknown(_) => None,
    }
}
