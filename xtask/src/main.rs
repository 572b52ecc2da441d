//! Checks of the workspace that cargo does not provide. `cargo xtask layers` checks that crates depend only on
//! lower layers and use no library that is reserved for another layer, and that the modules of a crate form no
//! cycle.

mod cycles;
mod layers;
#[cfg(test)]
mod profiles;

use std::env;
use std::error::Error;
use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

use cargo_metadata::MetadataCommand;

const USAGE: &str = "usage: cargo xtask layers   check the dependencies between the crates";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["layers"] => layers().unwrap_or_else(|error| fail(&format!("xtask: {error}"), 2)),
        _ => fail(USAGE, 2),
    }
}

fn layers() -> Result<ExitCode, Box<dyn Error>> {
    let metadata = MetadataCommand::new().no_deps().exec()?;
    let crates = layers::crates(&metadata);
    let violations = layers::violations(&crates);
    let cycles = cycles::cycles(&metadata.workspace_root.join("crates").into_std_path_buf())?;
    if violations.is_empty() && cycles.is_empty() {
        writeln!(stdout(), "layers: all dependencies of {} crates are allowed", crates.len())?;
        return Ok(ExitCode::SUCCESS);
    }
    for violation in &violations {
        writeln!(stderr(), "layers: {violation}")?;
    }
    for cycle in &cycles {
        writeln!(stderr(), "layers: modules import each other: {cycle}")?;
    }
    Ok(ExitCode::FAILURE)
}

/// Prints a line to standard error and returns the exit code.
fn fail(line: &str, code: u8) -> ExitCode {
    // Ignores a closed standard error; the exit code still reports the failure.
    let _ = writeln!(stderr(), "{line}");
    ExitCode::from(code)
}
