//! Puts the three sources of settings together: command line, then environment, then
//! `outbound.toml`. A file's line becomes the option's default, so that `--help` shows it too.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches};
use toml::{Table, Value};

use crate::arguments::Cli;
use crate::error::CliError;

const DEFAULT_FILE: &str = "outbound.toml";

/// Reads this process's settings.
pub(crate) fn read() -> Result<Cli, CliError> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let table = settings_file(&arguments)?;
    parse(&arguments, &table)
}

fn parse(arguments: &[OsString], table: &Table) -> Result<Cli, CliError> {
    let mut known = BTreeSet::new();
    let mut command = with_sources(Cli::command(), table, &mut known);
    if let Some(unknown) = table.keys().find(|key| !known.contains(*key)) {
        return Err(CliError::Settings(format!("the settings file has an unknown line: {unknown}")));
    }
    let matches = command.try_get_matches_from_mut(arguments)?;
    Ok(Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?)
}

/// The file named by `--config` or `OUTBOUND_CONFIG`, or the one in this folder.
fn settings_file(arguments: &[OsString]) -> Result<Table, CliError> {
    let (path, required) = match named_file(arguments) {
        Some(path) => (path, true),
        None => (PathBuf::from(DEFAULT_FILE), false),
    };
    match std::fs::read_to_string(&path) {
        Ok(text) => text.parse().map_err(|error| CliError::Settings(format!("{}: {error}", path.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => Ok(Table::new()),
        Err(error) => Err(CliError::File { path, error }),
    }
}

fn named_file(arguments: &[OsString]) -> Option<PathBuf> {
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument == "--config" {
            return arguments.next().map(PathBuf::from);
        }
        if let Some(path) = argument.to_str().and_then(|text| text.strip_prefix("--config=")) {
            return Some(path.into());
        }
    }
    std::env::var_os("OUTBOUND_CONFIG").map(PathBuf::from)
}

/// Gives every option of `command` and its subcommands an environment variable and the file's value;
/// but what `account settings` shall write into the database stands on the command line, where it
/// cannot be meant for another command.
fn with_sources(command: Command, table: &Table, known: &mut BTreeSet<String>) -> Command {
    let writes = command.get_name() == "settings";
    command
        .mut_args(|argument| {
            let by_hand = writes && argument.get_id() != "account";
            if by_hand { argument } else { with_source(argument, table, known) }
        })
        .mut_subcommands(|subcommand| with_sources(subcommand, table, known))
}

fn with_source(argument: Arg, table: &Table, known: &mut BTreeSet<String>) -> Arg {
    let Some(name) = argument.get_long().map(str::to_owned) else { return argument };
    if matches!(name.as_str(), "help" | "version") {
        return argument;
    }
    let variable = format!("OUTBOUND_{}", name.to_uppercase().replace('-', "_"));
    // Not printed by --help: a database's address can hold a password.
    let mut argument = argument.env(variable).hide_env(true).hide_env_values(true);
    if matches!(argument.get_action(), ArgAction::SetTrue) {
        argument = argument.value_parser(BoolishValueParser::new());
    }
    // A settings file cannot name another.
    if name == "config" {
        return argument;
    }
    let key = name.replace('-', "_");
    if let Some(value) = table.get(&key) {
        argument = argument.default_values(as_texts(value)).required(false);
    }
    known.insert(key);
    argument
}

/// One value, or the several of an array.
fn as_texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().flat_map(as_texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::{Account, Command as Parsed};

    fn serve(arguments: &str, file: &str) -> Result<(String, String, bool), String> {
        let arguments: Vec<OsString> = arguments.split(' ').map(OsString::from).collect();
        match parse(&arguments, &file.parse().unwrap()).map_err(|e| e.to_string())? {
            Cli { command: Parsed::Serve(serve), common } => {
                Ok((serve.listen.to_string(), common.database, serve.demo))
            }
            other => panic!("not serve: {other:?}"),
        }
    }

    #[test]
    fn the_command_line_wins_over_the_file() {
        let file = "listen = \"127.0.0.1:1\"\ndatabase = \"sqlite:file.db\"\ndemo = true";
        let expected = ("127.0.0.1:2".to_owned(), "sqlite:file.db".to_owned(), true);
        assert_eq!(serve("outbound serve --listen 127.0.0.1:2", file), Ok(expected));
        assert_eq!(serve("outbound serve", "").unwrap().0, "127.0.0.1:8080");
    }

    #[test]
    fn several_values_are_an_array_in_the_file_or_have_commas_between() {
        let file = "public_url = [\"http://a\", \"https://b:443\"]";
        for (arguments, file) in
            [("outbound serve", file), ("outbound serve --public-url http://a,https://b", "")]
        {
            let arguments: Vec<OsString> = arguments.split(' ').map(OsString::from).collect();
            let cli = parse(&arguments, &file.parse().unwrap()).unwrap();
            let Parsed::Serve(serve) = cli.command else { panic!("not serve") };
            let urls: Vec<_> = serve.public_url.iter().map(ToString::to_string).collect();
            assert_eq!(urls, ["http://a", "https://b"]);
        }
    }

    #[test]
    fn a_line_for_checks_changes_no_account() {
        let choice = |arguments: &str| {
            let arguments: Vec<OsString> = arguments.split(' ').map(OsString::from).collect();
            let cli = parse(&arguments, &"rules = \"liveperson\"\naccount = \"1\"".parse().unwrap()).unwrap();
            match cli.command {
                Parsed::Check(check) => check.rules.any(),
                Parsed::Account(Account::RuleSettings { rules, .. }) => rules.any(),
                other => panic!("{other:?}"),
            }
        };
        assert!(choice("outbound check a.json"));
        assert!(!choice("outbound account settings"));
        assert!(choice("outbound account settings --rules provider"));
    }

    #[test]
    fn a_line_nobody_knows_is_refused() {
        let refused = serve("outbound serve", "listne = \"127.0.0.1:1\"").unwrap_err();
        assert_eq!(refused, "the settings file has an unknown line: listne");
    }

    #[test]
    fn every_command_is_well_formed() {
        Cli::command().debug_assert();
    }
}
