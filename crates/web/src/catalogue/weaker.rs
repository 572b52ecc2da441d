//! What new settings no longer check, to be asked about before they are saved.

use outbound_app::AccountSettings;
use outbound_rules::{Rule, RuleLevel, RuleSet, Severity, catalogue};

/// What `after` checks less strictly than `before`, one sentence each.
pub(crate) fn weaker(before: &AccountSettings, after: &AccountSettings) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |is_so: bool, sentence: &str| {
        if is_so {
            found.push(sentence.to_owned());
        }
    };
    say(
        before.four_eyes && !after.four_eyes,
        "People will be able to publish versions that they saved themselves.",
    );
    say(
        before.rule_set == RuleSet::LivePerson && after.rule_set == RuleSet::Provider,
        "LivePerson’s narrower limits will no longer be checked.",
    );
    say(
        !before.permitted_media_hosts.is_empty() && after.permitted_media_hosts.is_empty(),
        "Media will be accepted from any host.",
    );
    for rule in catalogue() {
        let [old, new] = [before, after].map(|settings| level(settings, rule));
        if new < old {
            let what =
                if new == 0 { "no longer be checked" } else { "no longer keep anybody from publishing" };
            found.push(format!("The rule {} ({}) will {what}.", rule.name, rule.id));
        }
    }
    found
}

/// How strictly a rule is checked: 0 not at all, 1 warning, 2 error.
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
    fn only_what_becomes_weaker_is_asked_about() {
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
            assert_eq!(weaker(before, after).len(), expected, "{before:?} {after:?}");
        }
    }
}
