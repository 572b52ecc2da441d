//! Placeholders get the names that the other side wants: numbers from 1 without gaps, in each
//! component or across the whole, or the names that the provider's file had.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;

use outbound_model::{At, Piece, ShapeError, pieces, placeholders};

use crate::Mapping;

/// The part of a channel that numbers its placeholders by itself.
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
    /// A placeholder's name as samples are called: `1`, `body.1`, `button0.1`.
    pub(crate) fn key(self, name: &str) -> String {
        match self {
            Scope::Channel => name.to_owned(),
            Scope::Header => format!("header.{name}"),
            Scope::Body => format!("body.{name}"),
            Scope::Button(index) => format!("button{index}.{name}"),
        }
    }
}

/// How placeholders are written in what is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Spelling {
    /// `${{1}}` or `{{1}}`.
    Handoff,
    /// `{{1}}` or `{{first_name}}`, as providers do.
    Provider,
    /// The same with blanks between the braces, which Twilio's samples have.
    Blanks,
}

/// Placeholders of several texts and their new names.
#[derive(Debug)]
pub(crate) struct Numbering {
    spelling: Spelling,
    /// By scope and old name.
    names: BTreeMap<(Scope, String), String>,
    /// In the order of their new names.
    order: Vec<(Scope, String)>,
}

/// A handoff's placeholders have at most three digits.
const MOST: usize = 999;

impl Numbering {
    /// New names for the placeholders of `texts`, none twice; `kept` has names by [`Scope::key`] that
    /// are to be used again. Numbers keep their order within a scope; names come as they appear.
    pub(crate) fn new(spelling: Spelling, texts: &[(Scope, &str)], kept: &BTreeMap<String, String>) -> Self {
        let order = in_order(spelling, texts);
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

    /// The same for the placeholders that a handoff gets; `at` is where they are too many.
    pub(crate) fn read(spelling: Spelling, texts: &[(Scope, &str)], at: &At<'_>) -> Result<Self, ShapeError> {
        let numbering = Self::new(spelling, texts, &BTreeMap::new());
        if numbering.order.len() > MOST {
            return Err(at.problem(format!("there are more than {MOST} placeholders")));
        }
        Ok(numbering)
    }

    /// A text of a handoff: placeholders as `${{1}}`.
    pub(crate) fn text(&self, scope: Scope, text: &str) -> String {
        self.written(scope, text, "${{")
    }

    /// An address of a handoff: `${{1}}` if it stands alone, else `{{1}}`.
    pub(crate) fn address(&self, scope: Scope, text: &str) -> String {
        let alone = tokens(self.spelling, text).first().is_some_and(|(range, _)| *range == (0..text.len()));
        self.written(scope, text, if alone { "${{" } else { "{{" })
    }

    /// A text of a provider: placeholders as `{{1}}`.
    pub(crate) fn provider(&self, scope: Scope, text: &str) -> String {
        self.replaced(scope, text, |_, name| format!("{{{{{name}}}}}"))
    }

    fn written(&self, scope: Scope, text: &str, open: &str) -> String {
        self.replaced(scope, text, |before, name| {
            // A dollar sign of the text would be taken for a part of the placeholder.
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

    /// The scope, the old and the new name of each placeholder, in order.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (Scope, &str, &str)> {
        self.order.iter().filter_map(|placeholder| {
            Some((placeholder.0, placeholder.1.as_str(), self.names.get(placeholder)?.as_str()))
        })
    }

    /// The same as mappings of a channel; `from` and `to` say how a name is told on either side.
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

/// The name of a placeholder where the whole content numbers them together.
pub(crate) fn plain(_: Scope, name: &str) -> String {
    name.to_owned()
}

/// The placeholders, scope by scope: numbers in their order, names as they appear behind them.
fn in_order(spelling: Spelling, texts: &[(Scope, &str)]) -> Vec<(Scope, String)> {
    let (mut places, mut scopes) = (BTreeMap::new(), Vec::new());
    let mut seen = HashSet::new();
    for (scope, text) in texts {
        let place = *places.entry(*scope).or_insert(scopes.len());
        if place == scopes.len() {
            scopes.push((*scope, BTreeSet::new(), Vec::new()));
        }
        let Some((_, numbers, names)) = scopes.get_mut(place) else { continue };
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

/// The placeholders of a text: the bytes they cover and their names.
fn tokens(spelling: Spelling, text: &str) -> Vec<(Range<usize>, String)> {
    if spelling == Spelling::Handoff {
        return placeholders(text).map(|p| (p.range, p.number.to_string())).collect();
    }
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(open) = text[from..].find("{{").map(|at| from + at) {
        // Of `{{{1}}` the inner braces count.
        let inside = open + 2;
        let length = text[inside..].find(['{', '}']).unwrap_or(text.len() - inside);
        let (name, close) = (&text[inside..inside + length], inside + length);
        let bare = if spelling == Spelling::Blanks { name.trim_matches(' ') } else { name };
        if text[close..].starts_with("}}") && is_name(bare) {
            found.push((open..close + 2, bare.to_owned()));
            from = close + 2;
        } else {
            from = open + 1;
        }
    }
    found
}

/// Letters, digits and a few signs, as parameters of Meta and variables of Twilio are called.
fn is_name(name: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    (1..=64).contains(&name.len()) && name.bytes().all(legal)
}

/// A handoff's text with values for its placeholders; `None` if one has none.
pub(crate) fn filled<'v>(text: &str, value: impl Fn(u16) -> Option<&'v str>) -> Option<String> {
    pieces(text)
        .map(|piece| match piece {
            Piece::Text(fixed) => Some(fixed),
            Piece::Placeholder(placeholder) => value(placeholder.number),
        })
        .collect()
}

/// The same for an address. Where a sample is a whole address, and not just what stands for the
/// placeholder, it is the result.
pub(crate) fn filled_address<'v>(address: &str, value: impl Fn(u16) -> Option<&'v str>) -> Option<String> {
    let whole =
        placeholders(address).filter_map(|placeholder| value(placeholder.number)).find(|s| is_whole(s));
    whole.map(str::to_owned).or_else(|| filled(address, value))
}

/// Whether a sample is a whole address.
pub(crate) fn is_whole(sample: &str) -> bool {
    let scheme = sample.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| scheme == "http" || scheme == "https")
}
