//! docs/rules.md describes every rule, or explains why it is not checked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use outbound_rules::{CHANNEL_RULES, Severity, catalogue};

const DOCUMENT: &str = include_str!("../../../docs/rules.md");

/// The documented rules: the numbers of each family.
const DOCUMENTED: [(&str, &[u32]); 7] = [
    ("GEN", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]),
    (
        "WA",
        &[
            1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33,
            34, 35, 36, 40, 41, 42, 43, 44, 45,
        ],
    ),
    ("SMS", &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ("TWC", &[1, 2, 3, 4]),
    ("RCS", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]),
    ("APL", &[1, 2, 3, 4, 5, 6]),
    ("INA", &[1, 2, 3, 4, 5, 6, 7]),
];

/// The cells of each table row.
fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    DOCUMENT
        .lines()
        .filter(|line| line.starts_with("| "))
        .map(|line| line.split('|').map(str::trim).collect())
}

#[test]
fn every_rule_of_the_catalogue_has_a_row() {
    for rule in catalogue() {
        let name = format!("`{}`", rule.name);
        let row = rows().find(|row| row[2] == name).unwrap_or_else(|| panic!("no row for {name}"));
        let severity = if rule.severity == Severity::Error { "error" } else { "warning" };
        assert_eq!(row[1], rule.id, "{name}");
        assert!(row[3].starts_with(severity), "{name}");
        assert_eq!(row[4], rule.summary, "{name}");
        assert_eq!(row[5], rule.source.name, "{name}");
    }
}

#[test]
fn every_documented_rule_is_checked_or_its_absence_explained() {
    let checked: BTreeSet<&str> = catalogue().map(|rule| rule.id).collect();
    for (family, numbers) in DOCUMENTED {
        for number in numbers {
            let id = format!("{family}-{number:02}");
            let explained = rows().any(|row| row[1] == id && row.len() == 4 && row[2].len() > 20);
            assert!(checked.contains(id.as_str()) || explained, "{id}");
        }
    }
    let is_documented = |id: &str| {
        let (family, number) = id.split_once('-').unwrap();
        DOCUMENTED.iter().any(|(f, numbers)| *f == family && numbers.contains(&number.parse().unwrap()))
    };
    assert!(checked.into_iter().all(is_documented));
}

#[test]
fn names_are_unique_and_rule_sets_dated() {
    let mut names = BTreeSet::new();
    assert!(catalogue().all(|rule| names.insert(rule.name)));
    for set in CHANNEL_RULES {
        assert!(DOCUMENT.contains(&format!("as of {}", set.dated)), "{}", set.dated);
    }
}
