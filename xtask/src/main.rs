//! Checks of the house that cargo does not know. `cargo xtask layers`: arrows between the crates
//! run down only, and no crate names a library that belongs to another layer.

mod layers;

use std::env;
use std::error::Error;
use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

use cargo_metadata::MetadataCommand;

const USAGE: &str = "usage: cargo xtask layers   check the dependencies between the crates";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["layers"] => layers().unwrap_or_else(|error| say(&format!("xtask: {error}"), 2)),
        _ => say(USAGE, 2),
    }
}

fn layers() -> Result<ExitCode, Box<dyn Error>> {
    let metadata = MetadataCommand::new().no_deps().exec()?;
    let crates = layers::crates(&metadata);
    let violations = layers::violations(&crates);
    if violations.is_empty() {
        writeln!(stdout(), "layers: {} crates, every dependency in order", crates.len())?;
        return Ok(ExitCode::SUCCESS);
    }
    for violation in &violations {
        writeln!(stderr(), "layers: {violation}")?;
    }
    Ok(ExitCode::FAILURE)
}

/// Writes a line to the standard error; the exit code.
fn say(line: &str, code: u8) -> ExitCode {
    // When the standard error is closed, the exit code still tells.
    let _ = writeln!(stderr(), "{line}");
    ExitCode::from(code)
}
