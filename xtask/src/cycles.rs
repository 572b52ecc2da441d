//! Cycles between the modules at the root of a crate: files that import each other can only be understood
//! together. The sources are read as text, which suffices for `crate::module` paths.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

/// The crates whose modules must not form a cycle.
const ACYCLIC: [&str; 10] =
    ["app", "auth", "compare", "fair-queue", "http", "model", "render", "reporting", "store", "testkit"];

/// The modules at the root of a crate, with those that each imports.
type Modules = BTreeMap<String, BTreeSet<String>>;

/// One cycle of each crate that has any, as `crate: a -> b -> a`. `crates` is the folder of the crates.
pub(crate) fn cycles(crates: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for name in ACYCLIC {
        let mut modules = Modules::new();
        let source = crates.join(name).join("src");
        for entry in fs::read_dir(&source)? {
            let path = entry?.path();
            let module = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            modules.entry(module).or_default().extend(imports(&path)?);
        }
        // Nothing imports the root itself, which names every module.
        modules.remove("lib");
        found.extend(cycle(modules).map(|cycle| format!("{name}: {}", cycle.join(" -> "))));
    }
    Ok(found)
}

/// What the file, or every file of the folder, imports from the root of its crate.
fn imports(path: &Path) -> io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            found.extend(imports(&entry?.path())?);
        }
    } else {
        found.extend(named(&fs::read_to_string(path)?));
    }
    Ok(found)
}

/// The names that follow `crate::` outside of comments and tests.
fn named(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    code.split("crate::").skip(1).flat_map(first_names).collect()
}

/// The first name of each path in `a::b`, or in `{a, b::c}`.
fn first_names(rest: &str) -> Vec<String> {
    let name =
        |path: &str| path.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let Some(group) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let mut depth = 0_usize;
    let mut names = vec![name(group)];
    for (place, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(name(&group[place + 1..])),
            _ => {}
        }
    }
    names
}

/// A cycle, from a module back to itself.
fn cycle(mut modules: Modules) -> Option<Vec<String>> {
    // A module that imports none of those that are left is in no cycle.
    let is_free = |modules: &Modules, module: &str, imports: &BTreeSet<String>| {
        !imports.iter().any(|import| import != module && modules.contains_key(import))
    };
    while let Some(free) = modules
        .iter()
        .find(|(module, imports)| is_free(&modules, module, imports))
        .map(|(module, _)| module.clone())
    {
        modules.remove(&free);
    }
    let mut path = vec![modules.keys().next()?.clone()];
    loop {
        let here = path.last()?;
        let next =
            modules[here].iter().find(|import| *import != here && modules.contains_key(*import))?.clone();
        if let Some(start) = path.iter().position(|module| *module == next) {
            path.drain(..start);
            path.push(next);
            return Some(path);
        }
        path.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(imports: &[(&str, &str)]) -> Option<String> {
        let modules =
            imports.iter().map(|(module, text)| ((*module).to_owned(), named(text).into_iter().collect()));
        cycle(modules.collect()).map(|cycle| cycle.join(" -> "))
    }

    #[test]
    fn modules_in_order_have_no_cycle() {
        assert_eq!(
            found(&[("a", "use crate::b::{C, D};\nuse crate::a::E;"), ("b", "// crate::a\nuse std::fmt;")]),
            None
        );
    }

    #[test]
    fn a_cycle_is_found_behind_other_modules() {
        let modules = [
            ("a", "use crate::b;"),
            ("b", "crate::c::f()"),
            ("c", "use crate::{x::{y, z}, d};"),
            ("d", "crate::b"),
        ];
        assert_eq!(found(&modules).as_deref(), Some("b -> c -> d -> b"));
    }
}
