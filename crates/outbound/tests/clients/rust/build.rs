//! Generates the client from openapi.json.

use clap::Parser as _;
use oas3_gen::ui::{Cli, Colors, Commands, colors, commands};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../../openapi.json");
    println!("cargo::rerun-if-changed={document}");
    let folder = std::env::var("OUT_DIR")?;
    let out = format!("{folder}/client");
    // The generated files have attributes that `include!` does not take, but a module does.
    let root = format!("#[path = {:?}]\nmod client;\n", format!("{out}/mod.rs"));
    std::fs::write(format!("{folder}/root.rs"), root)?;
    let cli = Cli::parse_from(["oas3-gen", "generate", "client-mod", "--input", document, "--output", &out]);
    let Commands::Generate(command) = cli.command else { unreachable!() };
    let colors = Colors::new(false, colors::detect_theme(cli.theme));
    commands::generate_code(commands::GenerateConfig::from_command(command)?, &colors).await
}
