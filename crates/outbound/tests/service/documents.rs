//! Source files, default values and error codes named in the documentation match the code.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Engine, Installation};

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Name and text of each document.
fn documents() -> Vec<(String, String)> {
    let in_folder = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    // CONTRIBUTING.md is not included because it names files of future tables.
    let above = ["README.md", "ARCHITECTURE.md"].map(|name| root().join(name));
    let files = in_folder.chain(above).filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    files.map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap())).collect()
}

/// The strings in single backquotes outside of code blocks.
fn quoted(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    prose.flat_map(|part| part.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn every_source_file_named_in_a_document_exists() {
    let folders = ["", "crates"].map(|folder| root().join(folder));
    let parts = ["app", "http", "web"].map(|name| root().join("crates").join(name).join("src"));
    let places: Vec<_> = folders.into_iter().chain(parts).collect();
    let mut named = 0;
    for (document, text) in documents() {
        for name in quoted(&text).into_iter().filter(|name| !name.contains([' ', '*', '{'])) {
            let is_rust = Path::new(name).extension().is_some_and(|ending| ending == "rs");
            let is_source = name.contains('/') && (is_rust || name.contains("/src"));
            if is_source {
                named += 1;
                assert!(places.iter().any(|place| place.join(name).exists()), "{document}: {name}");
            }
        }
    }
    assert!(named > 60, "{named}");
}

#[test]
fn documented_defaults_match_the_program() {
    let help = Installation::new(Engine::Sqlite).run(&["serve", "--help"]).succeeded().out;
    // The documentation uses MiB, the help text bytes.
    let documented = |option: &str| {
        let operations = include_str!("../../../../docs/operations.md");
        let line = operations.lines().find(|line| line.starts_with(&format!("| `{option}`"))).unwrap();
        line.split('|').nth(2).unwrap().trim().replace(" an account", "")
    };
    let default = |option: &str| {
        let rest = help.split_once(&format!("{option} <")).unwrap().1;
        rest.split_once("[default: ").unwrap().1.split(']').next().unwrap().to_owned()
    };
    let mebibytes = |option: &str| format!("{} MiB", default(option).parse::<u64>().unwrap() >> 20);
    for option in
        ["--connections", "--stale-seconds", "--campaign-lease-seconds", "--campaign-unknown-seconds"]
    {
        assert_eq!(documented(option), default(option), "{option}");
    }
    for option in ["--page-cache-bytes", "--token-cache-bytes"] {
        assert_eq!(documented(option), mebibytes(option), "{option}");
    }
    let rate = format!("{}, {}", default("--requests-per-second"), default("--burst"));
    assert_eq!(documented("--requests-per-second"), rate);
    let limits = include_str!("../../../../docs/limits.md");
    let connections = default("--max-connections").split(',').next().unwrap().to_owned();
    assert!(limits.contains("| connections at a time | 10 000,") && connections == "10000", "{connections}");
    let sentence = format!(
        "An account may send {} requests per second (`--requests-per-second`; 0: no limit) and, after a pause, {} at once",
        default("--requests-per-second"),
        default("--burst")
    );
    assert!(limits.contains(&sentence), "{sentence}");
}

/// All Rust files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|ending| ending == "rs")).collect()
}

/// The error codes in the source code: string literals after a status, as in `StatusCode::CONFLICT, "conflict"`, and
/// in `error/from_app.rs` also the values of match arms.
fn codes_of_the_program() -> BTreeSet<String> {
    let folder = root().join("crates/http/src");
    let mut codes = BTreeSet::new();
    // The token endpoint and the login API have their own forms of errors.
    let with_own_codes =
        ["credentials/oauth_error.rs", "sessions/login_error.rs"].map(|name| folder.join(name));
    for path in sources(&folder).into_iter().filter(|path| !with_own_codes.contains(path)) {
        let text = fs::read_to_string(&path).unwrap();
        let after_status = text.split("StatusCode::").skip(1).filter_map(|rest| rest.split_once(','));
        let after_status = after_status
            .filter(|(status, _)| status.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_'));
        let arms =
            if path.ends_with("error/from_app.rs") { text.split("=> ").skip(1).collect() } else { vec![] };
        let places = after_status.map(|(_, rest)| rest).chain(arms);
        let literals = places.filter_map(|rest| {
            let value = rest.trim_start_matches(|letter: char| letter == '{' || letter.is_whitespace());
            value.strip_prefix('"')?.split('"').next()
        });
        codes.extend(literals.map(str::to_owned));
    }
    codes
}

#[test]
fn every_error_code_is_documented() {
    let table = include_str!("../../../../docs/api.md").split_once("\n## Errors\n").unwrap().1;
    let rows = table.lines().filter(|line| line.starts_with("| ") && line.contains('`'));
    let codes = rows.filter_map(|row| row.split('|').nth(2));
    let documented: BTreeSet<_> = codes.flat_map(quoted).map(str::to_owned).collect();
    let documented: BTreeSet<_> = documented.into_iter().filter(|code| code != "error").collect();
    assert_eq!(documented, codes_of_the_program());
}
