//! Renames placeholders for another format: numbers from 1 without gaps, per component or across the channel, or
//! the names that the provider's file had.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;

use outbound_model::{At, Piece, ShapeError, pieces, placeholders};

use crate::Mapping;

/// The part of a channel in which placeholder names are unique.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Scope {
    /// The whole channel.
    Channel,
    /// A template's header.
    Header,
    /// A template's body.
    Body,
    /// A template's button, by its index.
    Button(usize),
}

impl Scope {
    /// The key of a placeholder's sample value: `1`, `body.1`, `button0.1`.
    pub(crate) fn key(self, name: &str) -> String {
        match self {
            Scope::Channel => name.to_owned(),
            Scope::Header => format!("header.{name}"),
            Scope::Body => format!("body.{name}"),
            Scope::Button(index) => format!("button{index}.{name}"),
        }
    }
}

/// The spelling of placeholders in the source.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Spelling {
    /// `${{1}}` or `{{1}}`.
    Handoff,
    /// `{{1}}` or `{{first_name}}`, in providers' formats.
    Provider,
    /// Like `Provider`, but with optional spaces inside the braces, as in Twilio's examples.
    ProviderWithSpaces,
}

/// The placeholders of several text fields and their new names.
#[derive(Debug)]
pub(crate) struct Numbering {
    spelling: Spelling,
    /// New names by scope and old name.
    names: BTreeMap<(Scope, String), String>,
    /// Scopes and old names, in the order of the new names.
    order: Vec<(Scope, String)>,
}

/// Placeholder numbers of handoffs have at most three digits.
const MAX_PLACEHOLDERS: usize = 999;

impl Numbering {
    /// Assigns unique new names to the placeholders of `fields`. `kept` contains names to reuse, by [`Scope::key`].
    /// Within a scope, numbers keep their order, followed by names in order of appearance.
    pub(crate) fn new(spelling: Spelling, fields: &[(Scope, &str)], kept: &BTreeMap<String, String>) -> Self {
        let order = in_order(spelling, fields);
        let kept_name = |(scope, name): &(Scope, String)| kept.get(&scope.key(name)).cloned();
        let taken: HashSet<String> = order.iter().filter_map(kept_name).collect();
        let mut free = (1..).map(|number: usize| number.to_string()).filter(|name| !taken.contains(name));
        let mut names = BTreeMap::new();
        for placeholder in &order {
            if let Some(name) = kept_name(placeholder).or_else(|| free.next()) {
                names.insert(placeholder.clone(), name);
            }
        }
        Self { spelling, names, order }
    }

    /// Like [`new`](Self::new), for placeholders of an imported handoff. Fails at `at` if there are too many.
    pub(crate) fn read(
        spelling: Spelling,
        fields: &[(Scope, &str)],
        at: &At<'_>,
    ) -> Result<Self, ShapeError> {
        let numbering = Self::new(spelling, fields, &BTreeMap::new());
        if numbering.order.len() > MAX_PLACEHOLDERS {
            return Err(at.problem(format!("there are more than {MAX_PLACEHOLDERS} placeholders")));
        }
        Ok(numbering)
    }

    /// Converts text of a handoff, with placeholders as `${{1}}`.
    pub(crate) fn text(&self, scope: Scope, text: &str) -> String {
        self.written(scope, text, "${{")
    }

    /// Converts a URL of a handoff, with placeholders as `{{1}}`, or as `${{1}}` if the URL is a single placeholder.
    pub(crate) fn address(&self, scope: Scope, text: &str) -> String {
        let is_single =
            tokens(self.spelling, text).first().is_some_and(|(range, _)| *range == (0..text.len()));
        self.written(scope, text, if is_single { "${{" } else { "{{" })
    }

    /// Converts text of a provider, with placeholders as `{{1}}`.
    pub(crate) fn provider(&self, scope: Scope, text: &str) -> String {
        self.replaced(scope, text, |_, name| format!("{{{{{name}}}}}"))
    }

    fn written(&self, scope: Scope, text: &str, open: &str) -> String {
        self.replaced(scope, text, |before, name| {
            // A preceding dollar sign would otherwise become part of the placeholder.
            let open = if before.ends_with('$') { "${{" } else { open };
            format!("{open}{name}}}}}")
        })
    }

    fn replaced(&self, scope: Scope, text: &str, write: impl Fn(&str, &str) -> String) -> String {
        let (mut written, mut end) = (String::with_capacity(text.len()), 0);
        for (range, name) in tokens(self.spelling, text) {
            let Some(new) = self.names.get(&(scope, name)) else { continue };
            written.push_str(&text[end..range.start]);
            let placeholder = write(&written, new);
            written.push_str(&placeholder);
            end = range.end;
        }
        written.push_str(&text[end..]);
        written
    }

    /// The scope, old name and new name of each placeholder, in order.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (Scope, &str, &str)> {
        self.order.iter().filter_map(|placeholder| {
            Some((placeholder.0, placeholder.1.as_str(), self.names.get(placeholder)?.as_str()))
        })
    }

    /// The placeholders as mappings of a channel. `from` and `to` format the names in the source and in the result.
    pub(crate) fn mappings(
        &self,
        channel: usize,
        from: impl Fn(Scope, &str) -> String,
        to: impl Fn(Scope, &str) -> String,
    ) -> impl Iterator<Item = Mapping> {
        self.pairs().map(move |(scope, old, new)| Mapping {
            channel,
            from: from(scope, old),
            to: to(scope, new),
        })
    }
}

/// Formats the name of a placeholder in formats that number across components.
pub(crate) fn plain(_: Scope, name: &str) -> String {
    name.to_owned()
}

/// The placeholders by scope: numbers in ascending order, then names in order of appearance.
fn in_order(spelling: Spelling, fields: &[(Scope, &str)]) -> Vec<(Scope, String)> {
    let (mut positions, mut scopes) = (BTreeMap::new(), Vec::new());
    let mut seen = HashSet::new();
    for (scope, text) in fields {
        let position = *positions.entry(*scope).or_insert(scopes.len());
        if position == scopes.len() {
            scopes.push((*scope, BTreeSet::new(), Vec::new()));
        }
        let Some((_, numbers, names)) = scopes.get_mut(position) else { continue };
        for (_, name) in tokens(spelling, text) {
            match name.parse::<u16>() {
                Ok(number) if number.to_string() == name => {
                    numbers.insert(number);
                }
                _ if seen.insert((*scope, name.clone())) => names.push(name),
                _ => {}
            }
        }
    }
    let named = |(scope, numbers, names): (Scope, BTreeSet<u16>, Vec<String>)| {
        let numbers = numbers.into_iter().map(|number| number.to_string());
        numbers.chain(names).map(move |name| (scope, name))
    };
    scopes.into_iter().flat_map(named).collect()
}

/// The placeholders of `text`: their byte ranges and names.
fn tokens(spelling: Spelling, text: &str) -> Vec<(Range<usize>, String)> {
    if spelling == Spelling::Handoff {
        return placeholders(text).map(|p| (p.range, p.number.to_string())).collect();
    }
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(open) = text[from..].find("{{").map(|at| from + at) {
        // In `{{{1}}`, the inner braces form the placeholder.
        let inside = open + 2;
        let length = text[inside..].find(['{', '}']).unwrap_or(text.len() - inside);
        let (name, close) = (&text[inside..inside + length], inside + length);
        let name = if spelling == Spelling::ProviderWithSpaces { name.trim_matches(' ') } else { name };
        if text[close..].starts_with("}}") && is_name(name) {
            found.push((open..close + 2, name.to_owned()));
            from = close + 2;
        } else {
            from = open + 1;
        }
    }
    found
}

/// Whether a string is a valid name of a Meta parameter or Twilio variable.
fn is_name(name: &str) -> bool {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    (1..=64).contains(&name.len()) && name.bytes().all(is_allowed)
}

/// Replaces the placeholders of a handoff's text with values; `None` if a value is missing.
pub(crate) fn filled<'v>(text: &str, value: impl Fn(u16) -> Option<&'v str>) -> Option<String> {
    pieces(text)
        .map(|piece| match piece {
            Piece::Text(fixed) => Some(fixed),
            Piece::Placeholder(placeholder) => value(placeholder.number),
        })
        .collect()
}

/// Like [`filled`], for a URL. If a sample value is a complete URL instead of a part of one, returns that URL.
pub(crate) fn filled_address<'v>(address: &str, value: impl Fn(u16) -> Option<&'v str>) -> Option<String> {
    let complete =
        placeholders(address).filter_map(|placeholder| value(placeholder.number)).find(|s| is_url(s));
    complete.map(str::to_owned).or_else(|| filled(address, value))
}

/// Whether a sample value is a complete URL.
pub(crate) fn is_url(sample: &str) -> bool {
    let scheme = sample.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| scheme == "http" || scheme == "https")
}
