//! Clients generated from openapi.json for Python, TypeScript and Rust compile, list handoffs and
//! create one. `./scripts/test` installs the generators.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::{ACCOUNT, Engine, LIST, Service};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");
const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");

/// Runs a program and returns its standard output. Fails the test if the program is missing or fails.
#[track_caller]
fn output(command: &mut Command) -> String {
    let ran = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}; run ./scripts/test"));
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{command:?}; installed by ./scripts/test\n{out}\n{err}");
    out.into_owned()
}

/// A new folder under `target/tmp` for what is generated.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A program of the Python environment that `./scripts/test` creates.
fn python(program: &str) -> Command {
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../venv/bin");
    let configured = std::env::var("OUTBOUND_TEST_PYTHON").map(PathBuf::from);
    let bin = configured.ok().and_then(|python| python.parent().map(Path::to_owned)).unwrap_or(venv);
    Command::new(bin.join(program))
}

/// Rewrites times as the API does, because clients use other formats, for example `+00:00` for `Z`.
fn normalize_times(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if let (true, Some(text)) = (key.ends_with("At"), value.as_str()) {
                    let time = text.parse::<outbound_model::Timestamp>();
                    *value = time.unwrap_or_else(|e| panic!("{key}: {text}: {e}")).to_string().into();
                }
                normalize_times(value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(normalize_times),
        _ => {}
    }
}

/// Runs a client with a new server. The client must read what the API returns.
#[track_caller]
fn lists_and_creates(client: &mut Command) {
    let service = Service::start(Engine::Sqlite);
    let listed = service.get(&format!("{LIST}?v=1&limit=50")).json();
    let credentials = [&service.client.id, &service.client.secret];
    let out = output(client.args([service.server.base(), ACCOUNT]).args(credentials));
    let mut responses: Value = serde_json::from_str(&out).unwrap();
    normalize_times(&mut responses);
    assert!(listed.as_array().unwrap().len() >= 15);
    assert_eq!(responses["listed"], listed);
    let id = responses["created"]["handoff"]["id"].as_str().unwrap();
    let created = service.get(&format!("/manage/v1/accounts/{ACCOUNT}/handoffs/{id}")).json();
    assert_eq!(responses["created"]["handoff"], created["handoff"]);
    assert_eq!(created["handoff"]["lookbackPeriodDay"], 7);
    assert_eq!(created["handoff"]["channels"][0]["messageComponents"][0]["optOut"], "Reply STOP");
    assert_eq!(created["handoff"]["channels"][1]["wings"], 2);
}

#[test]
fn openapi_spec_validator_accepts_the_document() {
    output(python("openapi-spec-validator").arg(DOCUMENT));
}

#[test]
fn a_python_client_lists_and_creates() {
    let folder = folder("python");
    let config = format!("{SOURCES}/python/generator.yml");
    let generate = ["generate", "--fail-on-warning", "--overwrite", "--path", DOCUMENT, "--config", &config];
    output(python("openapi-python-client").args(generate).arg("--output-path").arg(&folder));
    // Modules that the client does not import must be valid Python, too.
    output(python("python3").args(["-m", "compileall", "-q"]).arg(&folder));
    lists_and_creates(python("python3").arg(format!("{SOURCES}/python/client.py")).arg(&folder));
}

#[test]
fn a_typescript_client_lists_and_creates() {
    let folder = folder("typescript");
    let sources = Path::new(SOURCES).join("typescript");
    for file in ["client.ts", "package.json", "tsconfig.json"] {
        fs::copy(sources.join(file), folder.join(file)).unwrap();
    }
    symlink(sources.join("node_modules"), folder.join("node_modules")).unwrap();
    let program = |name: &str| {
        let mut command = Command::new(folder.join("node_modules/.bin").join(name));
        command.current_dir(&folder);
        command
    };
    output(program("openapi-typescript").args([DOCUMENT, "--output", "schema.d.ts"]));
    output(&mut program("tsc"));
    lists_and_creates(Command::new("node").arg(folder.join("client.js")));
}

#[test]
fn a_rust_client_lists_and_creates() {
    // The folder in which ./scripts/test builds it.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../clients");
    let manifest = format!("{SOURCES}/rust/Cargo.toml");
    let build = ["build", "--locked", "--quiet", "--manifest-path", &manifest, "--target-dir"];
    output(Command::new(env!("CARGO")).args(build).arg(&target));
    lists_and_creates(&mut Command::new(target.join("debug/generated-client")));
}
