//! Combines the three sources of settings: command line, environment and `outbound.toml`, in this order of
//! precedence. A setting in the file becomes the default of its option, so that `--help` shows it.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches};
use toml::{Table, Value};

use crate::arguments::Cli;
use crate::error::CliError;

const DEFAULT_FILE: &str = "outbound.toml";

/// Reads the settings of this process.
pub(crate) fn read() -> Result<Cli, CliError> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let table = settings_file(&arguments)?;
    parse(&arguments, &table)
}

fn parse(arguments: &[OsString], table: &Table) -> Result<Cli, CliError> {
    let mut known = BTreeSet::new();
    let mut command = with_sources(Cli::command(), table, &mut known);
    if let Some(unknown) = table.keys().find(|key| !known.contains(*key)) {
        return Err(CliError::Settings(format!(
            "unknown setting in the settings file: {unknown}; settings are named like options, with _ instead of -"
        )));
    }
    let matches = command.try_get_matches_from_mut(arguments)?;
    Ok(Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?)
}

/// Reads the file set with `--config` or `OUTBOUND_CONFIG`, or else `outbound.toml` in the current folder.
fn settings_file(arguments: &[OsString]) -> Result<Table, CliError> {
    let (path, required) = match config_option(arguments) {
        Some(path) => (path, true),
        None => (PathBuf::from(DEFAULT_FILE), false),
    };
    match std::fs::read_to_string(&path) {
        Ok(text) => text.parse().map_err(|error| CliError::Settings(format!("{}: {error}", path.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => Ok(Table::new()),
        Err(error) => Err(CliError::File { path, error }),
    }
}

fn config_option(arguments: &[OsString]) -> Option<PathBuf> {
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

/// Gives each option of `command` and its subcommands an environment variable and the value from the file.
/// Does not do so for the options of `account settings`, which write to the database: a value that is meant for
/// another command, such as `rules` for `check`, must not change an account.
fn with_sources(command: Command, table: &Table, known: &mut BTreeSet<String>) -> Command {
    let is_account_settings = command.get_name() == "settings";
    command
        .mut_args(|argument| {
            let is_written = is_account_settings && argument.get_id() != "account";
            if is_written { argument } else { with_source(argument, table, known) }
        })
        .mut_subcommands(|subcommand| with_sources(subcommand, table, known))
}

fn with_source(argument: Arg, table: &Table, known: &mut BTreeSet<String>) -> Arg {
    let Some(name) = argument.get_long().map(str::to_owned) else { return argument };
    if matches!(name.as_str(), "help" | "version") {
        return argument;
    }
    let variable = format!("OUTBOUND_{}", name.to_uppercase().replace('-', "_"));
    // Hidden in --help, because a database URL can contain a password.
    let mut argument = argument.env(variable).hide_env(true).hide_env_values(true);
    if matches!(argument.get_action(), ArgAction::SetTrue) {
        argument = argument.value_parser(BoolishValueParser::new());
    }
    // A settings file cannot refer to another one.
    if name == "config" {
        return argument;
    }
    let key = name.replace('-', "_");
    if let Some(value) = table.get(&key) {
        argument = argument.default_values(as_strings(value)).required(false);
    }
    known.insert(key);
    argument
}

/// The values of an array, or the single value.
fn as_strings(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().flat_map(as_strings).collect(),
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
    fn the_command_line_takes_precedence_over_the_file() {
        let file = "listen = \"127.0.0.1:1\"\ndatabase = \"sqlite:file.db\"\ndemo = true";
        let expected = ("127.0.0.1:2".to_owned(), "sqlite:file.db".to_owned(), true);
        assert_eq!(serve("outbound serve --listen 127.0.0.1:2", file), Ok(expected));
        assert_eq!(serve("outbound serve", "").unwrap().0, "127.0.0.1:8080");
    }

    #[test]
    fn a_list_is_an_array_in_the_file_and_comma_separated_on_the_command_line() {
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
    fn settings_for_checks_do_not_change_an_account() {
        let choice = |arguments: &str| {
            let arguments: Vec<OsString> = arguments.split(' ').map(OsString::from).collect();
            let cli = parse(&arguments, &"rules = \"liveperson\"\naccount = \"1\"".parse().unwrap()).unwrap();
            match cli.command {
                Parsed::Check(check) => check.rules.is_any_set(),
                Parsed::Account(Account::Settings { rules, .. }) => rules.is_any_set(),
                other => panic!("{other:?}"),
            }
        };
        assert!(choice("outbound check a.json"));
        assert!(!choice("outbound account settings"));
        assert!(choice("outbound account settings --rules provider"));
    }

    #[test]
    fn an_unknown_setting_is_an_error() {
        let error = serve("outbound serve", "listne = \"127.0.0.1:1\"").unwrap_err();
        assert!(error.starts_with("unknown setting in the settings file: listne; "), "{error}");
    }

    #[test]
    fn clap_accepts_the_definitions_of_all_commands() {
        Cli::command().debug_assert();
    }
}
