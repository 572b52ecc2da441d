//! Generates `text.rs`, a function for each message of `locales/en.ftl` with a parameter for each argument.
//!
//! So a page that names a missing message or omits an argument does not compile, and the compiler reports
//! messages that no page uses. Other catalogues in `locales/` must have the same messages and arguments.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Message, Pattern, PatternElement, Resource, VariantKey,
};
use fluent_syntax::{parser, serializer};

type Failure = Box<dyn Error>;
/// The names of a message's arguments, and whether its plural depends on them.
type Arguments = BTreeMap<String, bool>;

/// The catalogue that defines messages and arguments.
const REFERENCE: &str = "en";
/// Keys of variants that only plurals have.
const PLURALS: [&str; 5] = ["zero", "one", "two", "few", "many"];

fn main() -> Result<(), Failure> {
    println!("cargo::rerun-if-changed=locales");
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("locales");
    let mut catalogues = BTreeMap::new();
    for file in fs::read_dir(&folder)? {
        let path = file?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let source = fs::read_to_string(&path)?;
        let resource =
            parser::parse(source.clone()).map_err(|(_, errors)| format!("{}: {errors:?}", path.display()))?;
        let path = path.to_str().ok_or_else(|| format!("not UTF-8: {}", path.display()))?.to_owned();
        catalogues.insert(name, (path, resource));
    }
    let reference = &catalogues.get(REFERENCE).ok_or("locales/en.ftl is missing")?.1;
    let expected = signatures(reference)?;
    let mut code = String::new();
    for message in messages(reference) {
        let arguments = expected.get(&message.id.name).ok_or("a message without signature")?;
        function(&mut code, message, arguments)?;
    }
    code.push_str("/// The catalogues by the names of their locales.\n");
    code.push_str("pub(super) const CATALOGUES: &[(&str, &str)] = &[\n");
    for (name, (path, resource)) in &catalogues {
        compare(name, &expected, &signatures(resource)?)?;
        writeln!(code, "    ({name:?}, include_str!({path:?})),")?;
    }
    code.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("text.rs"), code)?;
    Ok(())
}

fn messages(resource: &Resource<String>) -> impl Iterator<Item = &Message<String>> {
    resource.body.iter().filter_map(|entry| match entry {
        Entry::Message(message) => Some(message),
        _ => None,
    })
}

fn signatures(resource: &Resource<String>) -> Result<BTreeMap<String, Arguments>, Failure> {
    let mut found = BTreeMap::new();
    for message in messages(resource) {
        let name = &message.id.name;
        let mut arguments = Arguments::new();
        collect(message.value.as_ref().ok_or_else(|| format!("{name} has no text"))?, &mut arguments);
        if found.insert(name.clone(), arguments).is_some() {
            return Err(format!("{name} is defined twice").into());
        }
    }
    Ok(found)
}

fn collect(pattern: &Pattern<String>, arguments: &mut Arguments) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            collect_expression(expression, arguments);
        }
    }
}

fn collect_expression(expression: &Expression<String>, arguments: &mut Arguments) {
    match expression {
        Expression::Inline(inline) => collect_inline(inline, false, arguments),
        Expression::Select { selector, variants } => {
            let is_plural = variants.iter().any(|variant| {
                matches!(&variant.key, VariantKey::Identifier { name } if PLURALS.contains(&name.as_str()))
            });
            collect_inline(selector, is_plural, arguments);
            for variant in variants {
                collect(&variant.value, arguments);
            }
        }
    }
}

fn collect_inline(inline: &InlineExpression<String>, is_plural: bool, arguments: &mut Arguments) {
    match inline {
        InlineExpression::VariableReference { id } => {
            *arguments.entry(id.name.clone()).or_default() |= is_plural;
        }
        InlineExpression::Placeable { expression } => collect_expression(expression, arguments),
        _ => {}
    }
}

/// Arguments are in alphabetical order, so that a reworded message keeps its parameters.
fn function(code: &mut String, message: &Message<String>, arguments: &Arguments) -> Result<(), Failure> {
    let key = &message.id.name;
    let entry = Resource { body: vec![Entry::Message(message.clone())] };
    for line in serializer::serialize(&entry).trim_end().lines() {
        writeln!(code, "#[doc = {line:?}]")?;
    }
    let (mut parameters, mut values) = (String::new(), String::new());
    for (name, is_plural) in arguments {
        let parameter = name.replace('-', "_");
        let (kind, value) = match is_plural {
            true => ("FluentNumber", format!("FluentValue::Number({parameter}.into())")),
            false => ("FluentValue<'a>", format!("{parameter}.into()")),
        };
        write!(parameters, "{parameter}: impl Into<{kind}>, ")?;
        write!(values, "({name:?}, {value}), ")?;
    }
    let lifetime = if arguments.values().any(|is_plural| !is_plural) { "<'a>" } else { "" };
    let function = key.replace('-', "_");
    writeln!(code, "pub(crate) fn {function}{lifetime}({parameters}) -> Text {{")?;
    writeln!(code, "    super::format({key:?}, [{values}])\n}}\n")?;
    Ok(())
}

fn compare(
    name: &str,
    expected: &BTreeMap<String, Arguments>,
    found: &BTreeMap<String, Arguments>,
) -> Result<(), Failure> {
    if let Some(key) = expected.keys().find(|key| !found.contains_key(*key)) {
        return Err(format!("locales/{name}.ftl has no message {key}").into());
    }
    for (key, arguments) in found {
        let known = expected
            .get(key)
            .ok_or_else(|| format!("locales/{name}.ftl: {key} is not in {REFERENCE}.ftl"))?;
        if !arguments.keys().eq(known.keys()) {
            return Err(
                format!("locales/{name}.ftl: {key} has other arguments than in {REFERENCE}.ftl").into()
            );
        }
    }
    Ok(())
}
