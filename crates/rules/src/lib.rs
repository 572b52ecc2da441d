//! Checks handoffs against the providers' rules and reports findings.
//!
//! Each channel's file contains a table of its rules with ids, severities, sources and dates ([`catalogue()`]),
//! and the functions that check them. docs/rules.md explains every rule. Checks do not fetch or send anything,
//! do not panic for any input, and take time linear in the size of the handoff.
//!
//! ```
//! use outbound_model::{Handoff, from_json_str};
//! use outbound_rules::{RuleSettings, Severity, check};
//!
//! let text = r#"{"id":"H072047293477861","name":"Greeting","lookbackPeriodDay":30,
//!   "lookbackPeriodHour":0,"routeAllWithinLookback":true,"createdAt":"2022-10-01T08:00:00.000Z",
//!   "updatedAt":"2022-10-03T09:00:00.000Z","channels":[{"type":"sms-twilio","language":"en",
//!   "outboundnumber":"+14156586515","messageComponents":[{"type":"body","content":"Hi ${{ 1 }}",
//!   "variables":[],"optOut":"Reply STOP to stop, HELP for help."}]}]}"#;
//! let handoff: Handoff = from_json_str(text)?;
//!
//! let findings = check(&handoff, &RuleSettings::default(), None);
//! assert_eq!((findings[0].rule, findings[0].severity), ("GEN-05", Severity::Error));
//! assert_eq!(findings[0].pointer, "/channels/0/messageComponents/0/content");
//! assert_eq!(findings[0].range, Some(3..11));
//! assert_eq!(findings[0].fix.as_ref().unwrap().value, "${{1}}");
//! # Ok::<(), outbound_model::ReadError>(())
//! ```

mod account;
mod apple_twilio;
mod catalogue;
mod claims;
mod context;
mod finding;
mod general;
mod googlercs;
mod inapp;
mod rule;
mod settings;
mod sms_twilio;
mod source;
mod text;
mod wa;

use outbound_model::{At, Channel, Handoff};

pub use account::{AccountCheck, check_account};
pub use catalogue::{CHANNEL_RULES, catalogue};
pub use claims::{AccountFinding, Claimant, claim_rules, claims, contradictions, name_twice};
pub use finding::{ChannelRef, Finding, Fix, counts};
pub use rule::{ChannelRules, Rule, Severity, When};
pub use settings::{RuleLevel, RuleSet, RuleSettings, Samples};
pub use source::{Provider, Source};

/// Checks one handoff. Findings are in the order of its channels.
///
/// With `samples`, lengths include the sample values, and missing values are reported. Without them, as for
/// handoffs from elsewhere, values are not checked.
///
/// The first phone number that a process checks takes about 0.1 s, because the metadata of all countries is
/// loaded once.
pub fn check(handoff: &Handoff, settings: &RuleSettings, samples: Option<&Samples>) -> Vec<Finding> {
    let mut ctx = context::Context::new(settings, samples);
    general::check(handoff, &mut ctx);
    let list = At::ROOT.key("channels");
    for (index, channel) in handoff.channels.iter().enumerate() {
        ctx.enter(index, handoff);
        let at = list.index(index);
        match channel {
            Channel::WhatsApp(channel) => wa::check(channel, &at, &mut ctx),
            Channel::Sms(channel) => sms_twilio::check(channel, &at, &mut ctx),
            Channel::Apple(channel) => apple_twilio::check(channel, &at, &mut ctx),
            Channel::GoogleRcs(channel) => googlercs::check(channel, &at, &mut ctx),
            Channel::InApp(channel) => inapp::check(channel, &at, &mut ctx),
            Channel::Unknown(_) => {}
        }
    }
    ctx.finish()
}
