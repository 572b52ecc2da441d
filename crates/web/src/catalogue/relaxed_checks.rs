//! The checks that new settings relax. The user has to confirm them.

use outbound_app::AccountSettings;
use outbound_rules::{Rule, RuleLevel, RuleSet, Severity, catalogue};

use crate::text::{self, Text};

/// A sentence for each check that is less strict in `after` than in `before`.
pub(crate) fn relaxed_checks(before: &AccountSettings, after: &AccountSettings) -> Vec<Text> {
    let mut relaxed = Vec::new();
    if before.four_eyes && !after.four_eyes {
        relaxed.push(text::relaxed_four_eyes());
    }
    if before.rule_set == RuleSet::LivePerson && after.rule_set == RuleSet::Provider {
        relaxed.push(text::relaxed_limits());
    }
    if !before.permitted_media_hosts.is_empty() && after.permitted_media_hosts.is_empty() {
        relaxed.push(text::relaxed_media_hosts());
    }
    for rule in catalogue() {
        let [old, new] = [before, after].map(|settings| level(settings, rule));
        if new < old {
            let message = if new == 0 { text::relaxed_rule_off } else { text::relaxed_rule_warning };
            relaxed.push(message(rule.id, rule.name));
        }
    }
    relaxed
}

/// How strictly a rule is checked: 0 not at all, 1 as a warning, 2 as an error.
fn level(settings: &AccountSettings, rule: &Rule) -> u8 {
    match settings.levels.get(rule.name) {
        Some(RuleLevel::Off) => 0,
        Some(RuleLevel::Warning) => 1,
        None if rule.severity == Severity::Warning => 1,
        Some(RuleLevel::Error) | None => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_relaxed_checks_are_reported() {
        let default = AccountSettings::default();
        let with = |level| AccountSettings {
            levels: [("ends-with-placeholder".to_owned(), level)].into(),
            ..AccountSettings::default()
        };
        let four_eyes = AccountSettings { four_eyes: true, ..AccountSettings::default() };
        let hosts = AccountSettings {
            permitted_media_hosts: vec!["cdn.example".to_owned()],
            ..AccountSettings::default()
        };
        for (before, after, expected) in [
            (&default, &default, 0),
            (&default, &four_eyes, 0),
            (&four_eyes, &default, 1),
            (&default, &hosts, 0),
            (&hosts, &default, 1),
            (&default, &with(RuleLevel::Error), 0),
            (&with(RuleLevel::Error), &with(RuleLevel::Off), 1),
            (&with(RuleLevel::Off), &with(RuleLevel::Warning), 0),
        ] {
            assert_eq!(relaxed_checks(before, after).len(), expected, "{before:?} {after:?}");
        }
    }
}
