//! The samples of one component, by place or, in templates with named parameters, by name.

use std::collections::BTreeMap;

use outbound_model::{At, ShapeError};

use crate::fields::Fields;
use crate::losses::Losses;
use crate::numbering::is_whole;

/// Behind the key of samples by place, that of samples by name.
pub(super) const NAMED: &str = "_named_params";

#[derive(Default)]
pub(super) struct Samples {
    key: String,
    /// By the place of the placeholder, from 0.
    placed: Vec<String>,
    named: BTreeMap<String, String>,
}

impl Samples {
    /// Takes `key` and its named form out of an `example`.
    pub(super) fn take(example: &mut Fields<'_>, key: &str) -> Result<Self, ShapeError> {
        let placed = example.samples(key)?;
        let by_name = format!("{key}{NAMED}");
        let at = example.at;
        let list = at.key(&by_name);
        let mut named = BTreeMap::new();
        for (index, value) in example.some_list(&by_name)?.into_iter().enumerate() {
            let mut parameter = Fields::of(value, list.index(index))?;
            named.insert(parameter.take("param_name")?, parameter.take("example")?);
        }
        Ok(Self { key: key.to_owned(), placed, named })
    }

    /// Of an address the sample is the whole address, or only what stands for the placeholder.
    pub(super) fn within(mut self, url: &str) -> Self {
        if let (Some((before, rest)), [sample]) = (url.split_once("{{"), &mut *self.placed) {
            let behind = rest.split_once("}}").map_or("", |(_, behind)| behind);
            let inner = sample.strip_prefix(before).and_then(|sample| sample.strip_suffix(behind));
            if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
                *sample = inner.to_owned();
            }
        }
        self
    }

    /// Whole addresses that [`within`](Self::within) found no placeholder's part in: they do not begin
    /// like `url`, and no part of them can stand in it.
    pub(super) fn take_whole(&mut self, url: &str) -> Option<Vec<String>> {
        let misfit = !url.starts_with("{{") && url.contains("{{") && self.placed.iter().any(|s| is_whole(s));
        misfit.then(|| std::mem::take(&mut self.placed))
    }

    /// The sample of the placeholder of this name, or at this place.
    pub(super) fn of(&mut self, name: &str, place: usize) -> Option<String> {
        self.named.remove(name).or_else(|| self.placed.get(place).cloned())
    }

    /// Tells what is left when the samples of `count` placeholders are taken.
    pub(super) fn surplus(&self, count: usize, losses: &mut Losses, at: &At<'_>) {
        if self.placed.len() > count || !self.named.is_empty() {
            let at = at.key(&self.key);
            losses.add(&at, "There are more samples than placeholders; the others are left out.");
        }
    }
}
