//! Finds cycles between the modules at the root of a crate, because modules that import each other can only be
//! understood together. The sources are read as text, which is sufficient for `crate::module` paths.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

/// The modules at the root of a crate, each with the modules that it imports.
type Modules = BTreeMap<String, BTreeSet<String>>;

/// Returns one cycle of each crate that has any, as `crate: a -> b -> a`. `crates` is the folder of the crates.
pub(crate) fn cycles(crates: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = fs::read_dir(crates)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    folders.sort();
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let mut modules = Modules::new();
        let source = folder.join("src");
        for entry in fs::read_dir(&source)? {
            let path = entry?.path();
            let module = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            modules.entry(module).or_default().extend(imports(&path)?);
        }
        // The root declares all modules, and no module imports it.
        modules.remove("lib");
        modules.remove("main");
        found.extend(cycle(modules).map(|cycle| format!("{name}: {}", cycle.join(" -> "))));
    }
    Ok(found)
}

/// The modules that a file, or all files of a folder, import from the root of their crate.
fn imports(path: &Path) -> io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            found.extend(imports(&entry?.path())?);
        }
    } else {
        found.extend(imported_modules(&fs::read_to_string(path)?));
    }
    Ok(found)
}

/// The names after `crate::` outside of comments and tests.
fn imported_modules(text: &str) -> Vec<String> {
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
    for (index, char) in group.char_indices() {
        match char {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(name(&group[index + 1..])),
            _ => {}
        }
    }
    names
}

/// Returns a cycle, which begins and ends with the same module.
fn cycle(mut modules: Modules) -> Option<Vec<String>> {
    // A module that imports none of the remaining modules is not part of a cycle.
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

    fn find_cycle(imports: &[(&str, &str)]) -> Option<String> {
        let modules = imports
            .iter()
            .map(|(module, text)| ((*module).to_owned(), imported_modules(text).into_iter().collect()));
        cycle(modules.collect()).map(|cycle| cycle.join(" -> "))
    }

    #[test]
    fn modules_without_a_cycle_pass() {
        assert_eq!(
            find_cycle(&[
                ("a", "use crate::b::{C, D};\nuse crate::a::E;"),
                ("b", "// crate::a\nuse std::fmt;")
            ]),
            None
        );
    }

    #[test]
    fn a_cycle_is_found_among_other_modules() {
        let modules = [
            ("a", "use crate::b;"),
            ("b", "crate::c::f()"),
            ("c", "use crate::{x::{y, z}, d};"),
            ("d", "crate::b"),
        ];
        assert_eq!(find_cycle(&modules).as_deref(), Some("b -> c -> d -> b"));
    }
}
