//! What several handoffs of an account must not do together: GEN-01 and WA-02.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use outbound_model::{At, Channel, Handoff, HandoffId, WaComponent, WhatsApp};
use serde::Serialize;

use crate::catalogue::rules;
use crate::context::{Context, kept};
use crate::finding::Found;
use crate::wa::authentication;
use crate::{Finding, Settings};

rules! {
    /// What handoffs must not do together.
    RULES = None, "2026-11-28";
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
    let mut account = AccountCheck::new(settings);
    handoffs.into_iter().flat_map(|handoff| account.add(handoff)).collect()
}

/// The same for handoffs that come one by one: of each are kept its names, and of its texts no more
/// than a hash.
#[derive(Debug)]
pub struct AccountCheck<'s> {
    settings: &'s Settings,
    names: HashMap<String, HandoffId>,
    /// By namespace, name and language: the template's content.
    templates: HashMap<[String; 3], (u64, HandoffId)>,
    /// By body and footer: the name of the template.
    texts: HashMap<u64, (String, HandoffId)>,
    hasher: RandomState,
}

impl<'s> AccountCheck<'s> {
    /// Of an account with nothing in it yet.
    pub fn new(settings: &'s Settings) -> Self {
        Self {
            settings,
            names: HashMap::new(),
            templates: HashMap::new(),
            texts: HashMap::new(),
            hasher: RandomState::new(),
        }
    }

    /// What `handoff` collides with among those before it. One that comes again, as a newer version
    /// does, does not collide with itself.
    pub fn add(&mut self, handoff: &Handoff) -> Vec<AccountFinding> {
        let mut found: Vec<_> = self.name(handoff).into_iter().collect();
        for (index, channel) in handoff.channels.iter().enumerate() {
            if let Channel::WhatsApp(template) = channel {
                found.extend(self.template(template, index, handoff));
            }
        }
        found
    }

    fn name(&mut self, handoff: &Handoff) -> Option<AccountFinding> {
        let other = &*self.names.entry(handoff.name.key()).or_insert_with(|| handoff.id.clone());
        if *other == handoff.id {
            return None;
        }
        let at = At::ROOT.key("name");
        let message = format!("The handoff {other} has the same name.");
        finding(self.settings, handoff, None, other, NAME_TWICE.at(&at).say(message))
    }

    fn template(&mut self, template: &WhatsApp, index: usize, handoff: &Handoff) -> Option<AccountFinding> {
        let name = template.templatename.as_ref()?;
        let list = At::ROOT.key("channels");
        let at = list.index(index);
        let at = at.key("templatename");
        let [namespace, language] =
            [&template.namespace, &template.language].map(|field| field.clone().unwrap_or_default());
        let content = self.hasher.hash_one(serde_json::to_string(&template.message_components).ok()?);
        let known = self.templates.entry([namespace, name.clone(), language]);
        let (first, other) = &*known.or_insert_with(|| (content, handoff.id.clone()));
        if *first != content && *other != handoff.id {
            let message = format!("The handoff {other} uses the same template with other content.");
            let found = TEMPLATE_DIFFERS.at(&at).say(message);
            return finding(self.settings, handoff, Some(index), other, found);
        }
        let texts = self.hasher.hash_one(texts_that_count(template, index, handoff)?);
        let known = self.texts.entry(texts);
        let (same, other) = &*known.or_insert_with(|| (name.clone(), handoff.id.clone()));
        if same == name || *other == handoff.id {
            return None;
        }
        let message = format!("The template {same:.100} of the handoff {other} has the same text.");
        finding(self.settings, handoff, Some(index), other, TEMPLATE_TEXT_TWICE.at(&at).say(message))
    }
}

/// As the account's settings want it, if they do.
fn finding(
    settings: &Settings,
    handoff: &Handoff,
    channel: Option<usize>,
    other: &HandoffId,
    found: Found<'_>,
) -> Option<AccountFinding> {
    let mut ctx = Context::new(settings, None);
    if let Some(index) = channel {
        ctx.enter(index, handoff);
    }
    ctx.add(found);
    let finding = ctx.finish().pop()?;
    Some(AccountFinding { handoff: handoff.id.clone(), other: other.clone(), finding })
}

/// The texts of body and footer, by which Meta tells whether a template is another one. `None` where
/// they do not tell: Meta writes the texts of authentication templates, and what is kept of a carousel
/// or offer is part of the template too.
fn texts_that_count<'h>(template: &'h WhatsApp, index: usize, handoff: &Handoff) -> Option<[&'h str; 2]> {
    if authentication::is(template, kept(handoff, index, authentication::META, "category")) {
        return None;
    }
    let mut texts = [""; 2];
    let [body_text, footer_text] = &mut texts;
    for component in &template.message_components {
        match component {
            WaComponent::Body(body) => *body_text = body.content.as_deref().unwrap_or_default(),
            WaComponent::Footer(footer) => *footer_text = footer.content.as_deref().unwrap_or_default(),
            WaComponent::Unknown(_) => return None,
            WaComponent::Header(_) | WaComponent::Button(_) => {}
        }
    }
    (!texts.iter().all(|text| text.is_empty())).then_some(texts)
}
