//! Generates lists of the migration files, which `src/migrators.rs` includes. `sqlx::migrate!` is not used,
//! because it would compile SQLite and aws-lc a second time for the build host.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    // A folder, so that new files are noticed.
    println!("cargo:rerun-if-changed=migrations");
    for engine in ["sqlite", "sqlite-operational", "postgres"] {
        let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("migrations").join(engine);
        let target = Path::new(&env::var("OUT_DIR")?).join(format!("{engine}.rs"));
        fs::write(target, list(&folder)?)?;
    }
    Ok(())
}

/// Returns the expression `&[(1, "accounts", include_str!(…)), …]` for a folder with files such as
/// `0001_accounts.sql`.
fn list(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut entries = Vec::new();
    for file in fs::read_dir(folder)? {
        let file = file?.path();
        let path = file.to_str().ok_or_else(|| format!("not UTF-8: {}", file.display()))?;
        let name = path.rsplit('/').next().unwrap_or_default();
        let parts = name.strip_suffix(".sql").and_then(|name| name.split_once('_'));
        let (version, description) =
            parts.ok_or_else(|| format!("{name} is not named VERSION_DESCRIPTION.sql"))?;
        let version: i64 = version.parse().map_err(|error| format!("{name}: {error}"))?;
        let description = description.replace('_', " ");
        entries.push(format!("({version}, {description:?}, include_str!({path:?})),\n"));
    }
    entries.sort_unstable();
    Ok(format!("&[\n{}]\n", entries.concat()))
}
