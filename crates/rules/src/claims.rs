//! Rules between the handoffs of an account: what a handoff claims, and the findings where an earlier handoff
//! has claimed the same with another value (GEN-01 and WA-02).

use outbound_model::{At, Channel, Claim, Handoff, HandoffId, WaComponent, WhatsApp};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::context::{Context, kept};
use crate::finding::Found;
use crate::rule::rules;
use crate::wa::authentication;
use crate::{Finding, Rule, RuleSettings};

rules! {
    /// What handoffs must not do together.
    RULES = None, "2026-11-28";
    Error Always "GEN-01" NAME_TWICE "name-twice" LP_GUIDE
        "Every handoff of an account has a unique name.";
    Error Always "WA-02" TEMPLATE_DIFFERS "template-differs" META_OVERVIEW
        "A template name and language identify one template, so all handoffs that use it have the same text.";
    Warning Always "WA-02" TEMPLATE_TEXT_TWICE "template-text-twice" META_REVIEW
        "Meta rejects a template with the same body and footer as another one.";
}

/// The rules that claims are made for, each with the end of its message.
static CLAIM_RULES: [(&Rule, &str); 2] = [
    (&TEMPLATE_DIFFERS, "uses the same template with other content"),
    (&TEMPLATE_TEXT_TWICE, "has another template with the same text"),
];

/// A contradiction between two handoffs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AccountFinding {
    /// The handoff with the finding: the later of the two.
    pub handoff: HandoffId,
    /// The handoff that it contradicts: the earlier of the two.
    pub other: HandoffId,
    /// What is wrong.
    pub finding: Finding,
}

/// The handoff that was the first to claim a key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claimant {
    /// Its id.
    pub handoff: HandoffId,
    /// The value that it claimed the key with.
    pub value: i64,
}

/// The rules that claims are made for.
pub fn claim_rules() -> impl Iterator<Item = &'static Rule> {
    CLAIM_RULES.iter().map(|(rule, _)| *rule)
}

/// What a handoff claims in its account, channel by channel. Keys and values are the same in every process and
/// version: the first 64 bits of a SHA-256. They collide by chance once in 30 million accounts of a million
/// claims; the price is a wrong finding.
pub fn claims(handoff: &Handoff) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (channel, configuration) in handoff.channels.iter().enumerate() {
        let Channel::WhatsApp(template) = configuration else { continue };
        let Some(name) = &template.templatename else { continue };
        let mut claim = |rule: &Rule, key: &[&str], value: &[&str]| {
            claims.push(Claim { rule: rule.name, channel, key: hash(rule, key), value: hash(rule, value) });
        };
        let [namespace, language] = [&template.namespace, &template.language];
        let identity =
            [namespace.as_deref().unwrap_or_default(), name, language.as_deref().unwrap_or_default()];
        // What cannot be written as JSON cannot be stored either.
        if let Ok(content) = serde_json::to_string(&template.message_components) {
            claim(&TEMPLATE_DIFFERS, &identity, &[&content]);
        }
        if let Some(contents) = distinguishing_contents(template, channel, handoff) {
            claim(&TEMPLATE_TEXT_TWICE, &contents, &[name]);
        }
    }
    claims
}

/// The findings of a handoff with these [`claims`]. `first` returns the handoff of the account that claimed a key
/// first. A handoff does not contradict itself.
pub fn contradictions<'f>(
    handoff: &Handoff,
    claims: &[Claim],
    settings: &RuleSettings,
    first: impl Fn(i64) -> Option<&'f Claimant>,
) -> Vec<AccountFinding> {
    let list = At::ROOT.key("channels");
    let found = claims.iter().filter_map(|claim| {
        let (rule, does) = CLAIM_RULES.iter().find(|(rule, _)| rule.name == claim.rule)?;
        let other = first(claim.key).filter(|first| first.value != claim.value)?;
        let channel = list.index(claim.channel);
        let message = format!("The handoff {} {does}.", other.handoff);
        let found = rule.at(&channel.key("templatename")).say(message);
        finding(settings, handoff, Some(claim.channel), &other.handoff, found)
    });
    found.collect()
}

/// The finding of a handoff that has the same name as another handoff of the account.
pub fn name_twice(handoff: &Handoff, other: &HandoffId, settings: &RuleSettings) -> Option<AccountFinding> {
    let at = At::ROOT.key("name");
    let message = format!("The handoff {other} has the same name.");
    finding(settings, handoff, None, other, NAME_TWICE.at(&at).say(message))
}

/// The finding with the level of the account's settings. `None` if they switch the rule off, or if both handoffs are
/// the same.
fn finding(
    settings: &RuleSettings,
    handoff: &Handoff,
    channel: Option<usize>,
    other: &HandoffId,
    found: Found<'_>,
) -> Option<AccountFinding> {
    if *other == handoff.id {
        return None;
    }
    let mut ctx = Context::new(settings, None);
    if let Some(index) = channel {
        ctx.enter(index, handoff);
    }
    ctx.add(found);
    let finding = ctx.finish().pop()?;
    Some(AccountFinding { handoff: handoff.id.clone(), other: other.clone(), finding })
}

/// The content of body and footer, by which Meta distinguishes templates. `None` if it does not: Meta writes the
/// content of authentication templates, and the components that are kept of a carousel or offer are part of the
/// template, too.
fn distinguishing_contents<'h>(
    template: &'h WhatsApp,
    index: usize,
    handoff: &Handoff,
) -> Option<[&'h str; 2]> {
    if authentication::is(template, kept(handoff, index, authentication::META, "category")) {
        return None;
    }
    let mut contents = [""; 2];
    let [body_text, footer_text] = &mut contents;
    for component in &template.message_components {
        match component {
            WaComponent::Body(body) => *body_text = body.content.as_deref().unwrap_or_default(),
            WaComponent::Footer(footer) => *footer_text = footer.content.as_deref().unwrap_or_default(),
            WaComponent::Unknown(_) => return None,
            WaComponent::Header(_) | WaComponent::Button(_) => {}
        }
    }
    (!contents.iter().all(|content| content.is_empty())).then_some(contents)
}

/// A stable hash of strings. Each is preceded by its length, so that different lists never have the same input.
fn hash(rule: &Rule, strings: &[&str]) -> i64 {
    let mut digest = Sha256::new();
    for text in std::iter::once(&rule.name).chain(strings) {
        digest.update((text.len() as u64).to_be_bytes());
        digest.update(text);
    }
    digest.finalize().iter().take(8).fold(0, |hash, byte| hash << 8 | i64::from(*byte))
}
