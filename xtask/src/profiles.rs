//! Checks the profiles in Cargo.toml.

use toml::Table;

/// The profile `dist` inherits the levels of single packages from `release`, where some are not optimized.
#[test]
fn dist_optimizes_every_package() -> Result<(), Box<dyn std::error::Error>> {
    let manifest: Table = include_str!("../../Cargo.toml").parse()?;
    let levels =
        |profile: &str| manifest["profile"][profile]["package"].as_table().cloned().unwrap_or_default();
    let dist = levels("dist");
    for (package, release) in levels("release") {
        let level = dist.get(&package).unwrap_or(&release)["opt-level"].as_integer();
        assert_eq!(level, Some(3), "{package} in the profile dist");
    }
    Ok(())
}
