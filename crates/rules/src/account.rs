//! What several handoffs of an account must not do together: GEN-01 and WA-02.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use outbound_model::{At, Channel, Handoff, HandoffId, WaComponent, WhatsApp};
use serde::Serialize;

use crate::catalogue::rules;
use crate::context::Context;
use crate::finding::Found;
use crate::{Finding, Settings};

rules! {
    /// What handoffs must not do together.
    RULES = None, "2026-06-30";
    Error Always "GEN-01" NAME_TWICE "name-twice" LP_GUIDE
        "Every handoff of an account has a name of its own.";
    Error Always "WA-02" TEMPLATE_DIFFERS "template-differs" META_OVERVIEW
        "A template name and language stand for one template: all handoffs that use it have its text.";
    Advice Always "WA-02" TEMPLATE_TEXT_TWICE "template-text-twice" META_REVIEW
        "Meta refuses a template whose body and footer are those of another.";
}

/// A finding that only shows beside another handoff.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AccountFinding {
    /// The handoff that it stands in: the later of the two.
    pub handoff: HandoffId,
    /// The handoff that it collides with: the earlier of the two.
    pub other: HandoffId,
    /// What is wrong.
    pub finding: Finding,
}

/// Checks the handoffs of one account against each other. What each has wrong by itself finds
/// [`check`](crate::check).
pub fn check_account<'h>(
    handoffs: impl IntoIterator<Item = &'h Handoff>,
    settings: &Settings,
) -> Vec<AccountFinding> {
    let mut known = Known::default();
    let mut collisions = Collisions { settings, found: Vec::new() };
    for handoff in handoffs {
        known.name(handoff, &mut collisions);
        for (index, channel) in handoff.channels.iter().enumerate() {
            if let Channel::WhatsApp(template) = channel {
                known.template(template, index, handoff, &mut collisions);
            }
        }
    }
    collisions.found
}

struct Collisions<'s> {
    settings: &'s Settings,
    found: Vec<AccountFinding>,
}

impl Collisions<'_> {
    fn add(&mut self, handoff: &Handoff, channel: Option<usize>, other: &HandoffId, found: Found<'_>) {
        let mut ctx = Context::new(self.settings, None);
        if let Some(index) = channel {
            ctx.enter(index, handoff);
        }
        ctx.add(found);
        let pair = |finding| AccountFinding { handoff: handoff.id.clone(), other: other.clone(), finding };
        self.found.extend(ctx.finish().into_iter().map(pair));
    }
}

/// What the handoffs so far have taken.
#[derive(Default)]
struct Known<'h> {
    names: HashMap<String, &'h HandoffId>,
    /// By namespace, name and language.
    templates: HashMap<[&'h str; 3], (&'h WhatsApp, &'h HandoffId)>,
    /// By body and footer: the name of the template.
    texts: HashMap<[&'h str; 2], (&'h str, &'h HandoffId)>,
}

impl<'h> Known<'h> {
    fn name(&mut self, handoff: &'h Handoff, collisions: &mut Collisions<'_>) {
        match self.names.entry(handoff.name.key()) {
            Entry::Vacant(free) => {
                free.insert(&handoff.id);
            }
            Entry::Occupied(taken) => {
                let other = *taken.get();
                let at = At::ROOT.key("name");
                let message = format!("The handoff {other} has the same name.");
                collisions.add(handoff, None, other, NAME_TWICE.at(&at).say(message));
            }
        }
    }

    fn template(
        &mut self,
        template: &'h WhatsApp,
        index: usize,
        handoff: &'h Handoff,
        collisions: &mut Collisions<'_>,
    ) {
        let Some(name) = template.templatename.as_deref() else { return };
        let list = At::ROOT.key("channels");
        let at = list.index(index);
        let at = at.key("templatename");
        let [namespace, language] =
            [&template.namespace, &template.language].map(|field| field.as_deref().unwrap_or_default());
        let (first, other) =
            *self.templates.entry([namespace, name, language]).or_insert((template, &handoff.id));
        if first.message_components != template.message_components {
            let message = format!("The handoff {other} uses the same template with other content.");
            return collisions.add(handoff, Some(index), other, TEMPLATE_DIFFERS.at(&at).say(message));
        }
        let (same, other) = *self.texts.entry(texts(template)).or_insert((name, &handoff.id));
        if same != name {
            let message = format!("The template {same:.100} of the handoff {other} has the same text.");
            collisions.add(handoff, Some(index), other, TEMPLATE_TEXT_TWICE.at(&at).say(message));
        }
    }
}

/// The texts of body and footer.
fn texts(template: &WhatsApp) -> [&str; 2] {
    let mut texts = [""; 2];
    let [body_text, footer_text] = &mut texts;
    for component in &template.message_components {
        match component {
            WaComponent::Body(body) => *body_text = body.content.as_deref().unwrap_or_default(),
            WaComponent::Footer(footer) => *footer_text = footer.content.as_deref().unwrap_or_default(),
            _ => {}
        }
    }
    texts
}
