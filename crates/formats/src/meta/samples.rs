//! The sample values of one component, by position or, in templates with named parameters, by name.

use std::collections::BTreeMap;

use outbound_model::{At, ShapeError};

use crate::fields::FieldReader;
use crate::losses::Losses;
use crate::numbering::is_url;

/// Suffix of the key of samples by name.
pub(super) const NAMED_SUFFIX: &str = "_named_params";

#[derive(Default)]
pub(super) struct Samples {
    key: String,
    /// By position of the placeholder.
    positional: Vec<String>,
    named: BTreeMap<String, String>,
}

impl Samples {
    /// Removes `key` and its named form from `example`.
    pub(super) fn take(example: &mut FieldReader<'_>, key: &str) -> Result<Self, ShapeError> {
        let positional = example.samples(key)?;
        let by_name = format!("{key}{NAMED_SUFFIX}");
        let at = example.at;
        let list = at.key(&by_name);
        let mut named = BTreeMap::new();
        for (index, value) in example.some_list(&by_name)?.into_iter().enumerate() {
            let mut parameter = FieldReader::of(value, list.index(index))?;
            named.insert(parameter.take("param_name")?, parameter.take("example")?);
        }
        Ok(Self { key: key.to_owned(), positional, named })
    }

    /// The sample of a URL is either the complete URL or only the placeholder's part of it. Reduces a complete URL
    /// to the placeholder's part.
    pub(super) fn strip_url(mut self, url: &str) -> Self {
        if let (Some((before, rest)), [sample]) = (url.split_once("{{"), &mut *self.positional) {
            let after = rest.split_once("}}").map_or("", |(_, after)| after);
            let inner = sample.strip_prefix(before).and_then(|sample| sample.strip_suffix(after));
            if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
                *sample = inner.to_owned();
            }
        }
        self
    }

    /// Takes samples that are complete URLs which do not match `url`, so that
    /// [`strip_url`](Self::strip_url) could not reduce them.
    pub(super) fn take_other_urls(&mut self, url: &str) -> Option<Vec<String>> {
        let mismatch =
            !url.starts_with("{{") && url.contains("{{") && self.positional.iter().any(|s| is_url(s));
        mismatch.then(|| std::mem::take(&mut self.positional))
    }

    /// The sample of the placeholder with this name or at this position.
    pub(super) fn take_sample(&mut self, name: &str, index: usize) -> Option<String> {
        self.named.remove(name).or_else(|| self.positional.get(index).cloned())
    }

    /// Reports samples that remain after those of `count` placeholders were taken.
    pub(super) fn report_surplus(&self, count: usize, losses: &mut Losses, at: &At<'_>) {
        if self.positional.len() > count || !self.named.is_empty() {
            let at = at.key(&self.key);
            losses.add(&at, "There are more samples than placeholders; the others are omitted.");
        }
    }
}
