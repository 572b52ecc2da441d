//! The fuzz targets' seeds on a stable compiler: what must hold for whatever a stranger sends holds
//! for these.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

#[allow(unreachable_pub, reason = "a library of its own in fuzz/")]
#[path = "../../../fuzz/src/lib.rs"]
mod fuzz;

/// A function of the targets.
type Check = fn(&[u8]);

fn each_seed(target: &str, check: Check) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    let seeds: Vec<_> = std::fs::read_dir(folder).unwrap().map(|seed| seed.unwrap().path()).collect();
    assert!(seeds.len() >= 10, "only {} seeds for {target}", seeds.len());
    for seed in seeds {
        let bytes = std::fs::read(&seed).unwrap();
        // A seed cut short is malformed wherever it is cut.
        let cuts = (0..bytes.len().min(400)).step_by(7).chain([bytes.len()]);
        for end in cuts {
            let holds = std::panic::catch_unwind(|| check(&bytes[..end])).is_ok();
            assert!(holds, "{target}: the first {end} bytes of {}", seed.display());
        }
    }
}

#[test]
fn what_holds_for_any_bytes_holds_for_the_seeds() {
    let targets: [(&str, Check); 6] = [
        ("oauth1", |data| {
            fuzz::oauth1(data);
        }),
        ("app_jwt", |data| {
            fuzz::app_jwt(data);
        }),
        ("list_query", fuzz::list_query),
        ("placeholders", fuzz::placeholders),
        ("import", fuzz::import),
        ("formats", fuzz::formats),
    ];
    for (target, check) in targets {
        each_seed(target, check);
    }
}

/// Else the checks of who gets in would pass for want of anybody who does.
#[test]
fn the_signed_seeds_are_let_in() {
    assert!(fuzz::app_jwt(include_bytes!("../../../fuzz/seeds/app_jwt/signed")));
    assert!(fuzz::oauth1(include_bytes!("../../../fuzz/seeds/oauth1/signed")));
}
