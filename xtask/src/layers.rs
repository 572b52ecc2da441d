//! The layers: which crates each crate may use, and which libraries it must not use (ARCHITECTURE.md).
//!
//! Only direct dependencies are checked. Tests may use any crate, so dev-dependencies are ignored.

use std::fmt;

use cargo_metadata::{DependencyKind, Metadata};

/// The allowed dependencies of one crate.
struct Layer {
    name: &'static str,
    /// The crates of the workspace that it may depend on.
    uses: &'static [&'static str],
    /// The libraries that it must not depend on.
    never: &'static [&'static str],
}

/// Async runtimes, file systems, networks and databases, which crates of pure functions must not use.
const IO: &[&str] = &[
    "async-trait",
    "axum",
    "futures",
    "hyper",
    "hyper-util",
    "sqlx",
    "tempfile",
    "tokio",
    "tower",
    "tower-http",
    "ureq",
];
const DATABASE_AND_HTTP: &[&str] = &["axum", "hyper", "hyper-util", "sqlx", "tower", "tower-http"];
const HTTP: &[&str] = &["axum", "hyper", "hyper-util", "tower", "tower-http"];
const DATABASE: &[&str] = &["sqlx"];

const FAIR_QUEUE: &str = "outbound-fair-queue";
const MODEL: &str = "outbound-model";
const RULES: &str = "outbound-rules";
const RENDER: &str = "outbound-render";
const COMPARE: &str = "outbound-compare";
const FORMATS: &str = "outbound-formats";
const REPORTING: &str = "outbound-reporting";
const SCHEDULE: &str = "outbound-schedule";
const CAMPAIGNS: &str = "outbound-campaigns";
const SPREADSHEET: &str = "outbound-spreadsheet";
const AUTH: &str = "outbound-auth";
const CONNECTORS: &str = "outbound-connectors";
const STORE: &str = "outbound-store";
const STORE_SQL: &str = "outbound-store-sql";
const APP: &str = "outbound-app";
const HTTP_API: &str = "outbound-http";
const WEB: &str = "outbound-web";
const SANDBOX: &str = "outbound-sandbox";
const TESTKIT: &str = "outbound-testkit";

/// All crates, from the lowest to the highest layer.
const LAYERS: &[Layer] = &[
    Layer { name: FAIR_QUEUE, uses: &[], never: DATABASE_AND_HTTP },
    Layer { name: SPREADSHEET, uses: &[], never: IO },
    Layer { name: MODEL, uses: &[], never: IO },
    Layer { name: RENDER, uses: &[MODEL], never: IO },
    Layer { name: RULES, uses: &[MODEL, RENDER], never: IO },
    Layer { name: COMPARE, uses: &[MODEL], never: IO },
    Layer { name: FORMATS, uses: &[MODEL], never: IO },
    Layer { name: REPORTING, uses: &[MODEL], never: IO },
    Layer { name: SCHEDULE, uses: &[MODEL], never: IO },
    Layer { name: CAMPAIGNS, uses: &[MODEL, RENDER, REPORTING, SCHEDULE], never: IO },
    Layer { name: AUTH, uses: &[MODEL], never: DATABASE_AND_HTTP },
    Layer { name: CONNECTORS, uses: &[MODEL, RENDER, REPORTING, AUTH], never: IO },
    Layer { name: STORE, uses: &[MODEL, REPORTING, CAMPAIGNS], never: DATABASE_AND_HTTP },
    Layer { name: STORE_SQL, uses: &[FAIR_QUEUE, MODEL, REPORTING, CAMPAIGNS, STORE], never: HTTP },
    // Does not use the connectors, so that a wrong reading of a provider's documentation is found.
    Layer { name: SANDBOX, uses: &[MODEL, AUTH], never: DATABASE },
    Layer {
        name: APP,
        uses: &[
            FAIR_QUEUE,
            SPREADSHEET,
            MODEL,
            RULES,
            RENDER,
            COMPARE,
            FORMATS,
            REPORTING,
            SCHEDULE,
            CAMPAIGNS,
            AUTH,
            CONNECTORS,
            STORE,
        ],
        never: DATABASE_AND_HTTP,
    },
    Layer {
        name: HTTP_API,
        uses: &[FAIR_QUEUE, MODEL, RULES, RENDER, COMPARE, REPORTING, CAMPAIGNS, AUTH, CONNECTORS, APP],
        never: DATABASE,
    },
    Layer {
        name: WEB,
        uses: &[MODEL, RULES, RENDER, COMPARE, FORMATS, REPORTING, CAMPAIGNS, AUTH, APP, HTTP_API],
        never: DATABASE,
    },
    Layer {
        name: "outbound",
        uses: &[
            FAIR_QUEUE, MODEL, RULES, RENDER, COMPARE, FORMATS, REPORTING, CAMPAIGNS, AUTH, CONNECTORS,
            STORE, STORE_SQL, APP, HTTP_API, WEB, SANDBOX,
        ],
        never: &[],
    },
    // Only for tests, so no other crate lists them.
    Layer {
        name: "outbound-store-memory",
        uses: &[MODEL, REPORTING, CAMPAIGNS, STORE],
        never: DATABASE_AND_HTTP,
    },
    Layer { name: TESTKIT, uses: &[], never: &[] },
    Layer { name: "xtask", uses: &[], never: &[] },
];

/// A crate of the workspace with the names of its direct dependencies.
pub(crate) struct Crate {
    name: String,
    dependencies: Vec<Dependency>,
}

struct Dependency {
    name: String,
    /// Whether it is a crate of the workspace.
    is_internal: bool,
}

/// A dependency that violates the table, or a crate that is missing in the table.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Violation {
    /// A crate without a layer.
    NoLayer { name: String },
    /// A dependency on a crate of the workspace that is not in a lower layer.
    NotBelow { name: String, dependency: String, allowed: Vec<&'static str> },
    /// A dependency on a library that is reserved for other layers.
    Never { name: String, dependency: String },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLayer { name } => {
                write!(f, "{name} has no layer: add it to LAYERS in xtask/src/layers.rs")
            }
            Self::NotBelow { name, dependency, .. } if dependency == TESTKIT => {
                write!(f, "{name} depends on {TESTKIT}, which is for [dev-dependencies] only")
            }
            Self::NotBelow { name, dependency, allowed } if allowed.is_empty() => {
                write!(f, "{name} depends on {dependency}, but may use no crate of the workspace")
            }
            Self::NotBelow { name, dependency, allowed } => {
                write!(f, "{name} depends on {dependency}, but may only use {}", allowed.join(", "))
            }
            Self::Never { name, dependency } => {
                write!(f, "{name} depends on {dependency}, a library that its layer must not use")
            }
        }
    }
}

/// The crates of the workspace.
pub(crate) fn crates(metadata: &Metadata) -> Vec<Crate> {
    let packages = metadata.workspace_packages();
    let is_internal = |name: &str| packages.iter().any(|package| package.name.as_str() == name);
    let of_package = |package: &cargo_metadata::Package| Crate {
        name: package.name.to_string(),
        dependencies: package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development)
            .map(|dependency| Dependency {
                is_internal: is_internal(&dependency.name),
                name: dependency.name.clone(),
            })
            .collect(),
    };
    packages.iter().map(|package| of_package(package)).collect()
}

/// All dependencies that the table forbids.
pub(crate) fn violations(crates: &[Crate]) -> Vec<Violation> {
    crates.iter().flat_map(|package| violations_of(package, LAYERS)).collect()
}

fn violations_of(package: &Crate, layers: &[Layer]) -> Vec<Violation> {
    let Some(layer) = layers.iter().find(|layer| layer.name == package.name) else {
        return vec![Violation::NoLayer { name: package.name.clone() }];
    };
    let check = |dependency: &Dependency| {
        let (name, dependency, is_internal) =
            (package.name.clone(), dependency.name.clone(), dependency.is_internal);
        if is_internal && !layer.uses.contains(&dependency.as_str()) {
            Some(Violation::NotBelow { name, dependency, allowed: layer.uses.to_vec() })
        } else if layer.never.contains(&dependency.as_str()) {
            Some(Violation::Never { name, dependency })
        } else {
            None
        }
    };
    package.dependencies.iter().filter_map(check).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A crate with dependencies; `+name` for a crate of the workspace.
    fn package(name: &str, dependencies: &[&str]) -> Crate {
        let dependency = |text: &&str| match text.strip_prefix('+') {
            Some(internal) => Dependency { name: internal.to_owned(), is_internal: true },
            None => Dependency { name: (*text).to_owned(), is_internal: false },
        };
        Crate { name: name.to_owned(), dependencies: dependencies.iter().map(dependency).collect() }
    }

    fn messages(name: &str, dependencies: &[&str]) -> Vec<String> {
        violations(&[package(name, dependencies)]).iter().map(Violation::to_string).collect()
    }

    #[test]
    fn allowed_dependencies_pass() {
        for (name, dependencies) in [
            (MODEL, &["serde"][..]),
            (RULES, &["+outbound-model", "+outbound-render"]),
            (REPORTING, &["+outbound-model", "aws-lc-rs"]),
            (STORE, &["+outbound-model", "async-trait", "tokio"]),
            (STORE_SQL, &["+outbound-model", "+outbound-store", "sqlx", "tokio"]),
            (APP, &["+outbound-store", "+outbound-rules", "+outbound-auth", "tokio"]),
            (HTTP_API, &["+outbound-app", "axum", "tokio"]),
            ("outbound", &["+outbound-http", "+outbound-store-sql", "axum", "sqlx"]),
        ] {
            assert_eq!(messages(name, dependencies), [""; 0], "{name}");
        }
    }

    #[test]
    fn violations_are_described() {
        for (name, dependency, expected) in [
            (MODEL, "tokio", "outbound-model depends on tokio, a library that its layer must not use"),
            (RULES, "ureq", "outbound-rules depends on ureq, a library that its layer must not use"),
            (REPORTING, "sqlx", "outbound-reporting depends on sqlx, a library that its layer must not use"),
            (AUTH, "axum", "outbound-auth depends on axum, a library that its layer must not use"),
            (APP, "sqlx", "outbound-app depends on sqlx, a library that its layer must not use"),
            (HTTP_API, "sqlx", "outbound-http depends on sqlx, a library that its layer must not use"),
            (
                RULES,
                "+outbound-store",
                "outbound-rules depends on outbound-store, but may only use outbound-model, outbound-render",
            ),
            (
                MODEL,
                "+outbound-app",
                "outbound-model depends on outbound-app, but may use no crate of the workspace",
            ),
            (
                "outbound",
                "+outbound-testkit",
                "outbound depends on outbound-testkit, which is for [dev-dependencies] only",
            ),
            ("outbound-new", "serde", "outbound-new has no layer: add it to LAYERS in xtask/src/layers.rs"),
        ] {
            assert_eq!(messages(name, &[dependency]), [expected]);
        }
    }

    #[test]
    fn layers_use_only_lower_layers() {
        for (height, layer) in LAYERS.iter().enumerate() {
            for used in layer.uses {
                let used_height = LAYERS.iter().position(|other| other.name == *used);
                assert!(used_height < Some(height), "{} uses {used}", layer.name);
                assert!(used_height.is_some(), "{used} has no layer");
            }
        }
    }

    #[test]
    fn dev_dependencies_are_ignored() {
        let metadata = cargo_metadata::MetadataCommand::new().no_deps().exec().unwrap();
        let crates = crates(&metadata);
        let binary = crates.iter().find(|package| package.name == "outbound").unwrap();
        assert!(binary.dependencies.iter().any(|d| d.name == HTTP_API && d.is_internal));
        assert!(!binary.dependencies.iter().any(|d| d.name == TESTKIT));
    }
}
