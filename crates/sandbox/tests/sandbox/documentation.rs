//! docs/sandbox.md lists the faults as they are.

use outbound_sandbox::{FAULTS, Fault};

#[test]
fn the_table_of_faults_is_complete() {
    let document = include_str!("../../../../docs/sandbox.md");
    let documented: Vec<_> = document
        .lines()
        .filter_map(|line| line.strip_prefix("| `…")?.split_once('`'))
        .map(|(digits, rest)| (digits.to_owned(), rest.split('`').nth(1).unwrap().to_owned()))
        .collect();
    let expected: Vec<_> =
        FAULTS.iter().map(|(digits, fault)| ((*digits).to_owned(), format!("{fault:?}"))).collect();
    assert_eq!(documented, expected);
}

#[test]
fn faults_are_found_by_the_last_four_digits() {
    for (digits, fault) in FAULTS {
        assert_eq!(Fault::of(&format!("+160012{digits}")), Some(fault));
    }
    for phone in ["+16001230001", "+16001239900", "+16001239921", "+16001299010"] {
        assert_eq!(Fault::of(phone), None, "{phone}");
    }
}
