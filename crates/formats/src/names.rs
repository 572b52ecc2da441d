//! Names of imported handoffs: no two in an account are the same, but the translations of a template
//! have one name at its provider.

use std::collections::{HashMap, HashSet};

use outbound_model::{Channel, Handoff};

use crate::import::cut;
use crate::{Format, Imported};

/// The names that handoffs of one import have.
#[derive(Debug, Default)]
pub struct Names {
    /// By [`HandoffName::key`](outbound_model::HandoffName::key).
    taken: HashSet<String>,
    /// How often a name was numbered.
    numbered: HashMap<String, usize>,
}

impl Names {
    /// Gives the handoff another name if one before it has the same: `order_update (pt_BR)`, or
    /// `order_update 2`. Handoffs that had names of their own keep them.
    pub fn tell_apart(&mut self, imported: &mut Imported) {
        let handoff = &mut imported.handoff;
        if imported.format == Format::LivePerson || self.take(handoff, None) {
            return;
        }
        let plain = handoff.name.as_str().to_owned();
        if language(handoff).is_some_and(|language| self.take(handoff, Some(format!("{plain} ({language})"))))
        {
            return;
        }
        let beginning: String = plain.chars().take(240).collect();
        loop {
            let number = self.numbered.entry(plain.clone()).or_insert(1);
            *number += 1;
            let name = format!("{beginning} {number}");
            if self.take(handoff, Some(name)) {
                return;
            }
        }
    }

    /// Whether the handoff's name, or the other one that it gets then, was free.
    fn take(&mut self, handoff: &mut Handoff, other: Option<String>) -> bool {
        let name = match other.map(|other| cut(&other).parse()) {
            Some(Ok(name)) => name,
            Some(Err(_)) => return false,
            None => handoff.name.clone(),
        };
        let free = self.taken.insert(name.key());
        if free {
            handoff.name = name;
        }
        free
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
