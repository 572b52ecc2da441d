//! Runs the seeds of the fuzz targets with the stable compiler, so that every test run checks the targets'
//! assertions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

#[allow(unreachable_pub, reason = "a library of its own in fuzz/")]
#[path = "../../../fuzz/src/lib.rs"]
mod fuzz;

/// The function of a fuzz target; it panics if an assertion fails.
type Check = fn(&[u8]);

fn each_seed(target: &str, check: Check) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    let seeds: Vec<_> = std::fs::read_dir(folder).unwrap().map(|seed| seed.unwrap().path()).collect();
    assert!(seeds.len() >= 10, "only {} seeds for {target}", seeds.len());
    for seed in seeds {
        let bytes = std::fs::read(&seed).unwrap();
        // Truncated seeds are malformed input.
        let cuts = (0..bytes.len().min(400)).step_by(7).chain([bytes.len()]);
        for end in cuts {
            let passes = std::panic::catch_unwind(|| check(&bytes[..end])).is_ok();
            assert!(passes, "{target}: the first {end} bytes of {}", seed.display());
        }
    }
}

#[test]
fn fuzz_targets_accept_their_seeds() {
    let targets: [(&str, Check); 10] = [
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
        ("events", fuzz::events),
        ("filters", fuzz::filters),
        ("campaign_request", fuzz::campaign_request),
        ("provider_callback", fuzz::provider_callback),
    ];
    for (target, check) in targets {
        each_seed(target, check);
    }
}

/// Without an accepted seed, the targets would never check an accepted credential.
#[test]
fn signed_seeds_are_accepted() {
    assert!(fuzz::app_jwt(include_bytes!("../../../fuzz/seeds/app_jwt/signed")));
    assert!(fuzz::oauth1(include_bytes!("../../../fuzz/seeds/oauth1/signed")));
}
