//! What the writers of providers' formats know about the channel that they export.

use outbound_model::{At, Handoff};

use crate::losses::Losses;
use crate::{Mapping, kept};

/// Values that formats require and handoffs do not have.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// The category of Meta templates whose handoff has none: `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    pub category: Option<String>,
    /// The language of channels without a language.
    pub language: Option<String>,
}

/// The context of the export of one channel.
pub(crate) struct ChannelExport<'e, 'h> {
    pub(crate) handoff: &'h Handoff,
    /// The index of the channel in the handoff.
    pub(crate) place: usize,
    pub(crate) kept: kept::KeptFields<'h>,
    pub(crate) options: &'e WriteOptions,
    pub(crate) losses: &'e mut Losses,
    pub(crate) mappings: &'e mut Vec<Mapping>,
    pub(crate) wants_language: &'e mut bool,
}

impl ChannelExport<'_, '_> {
    /// The channel's language, or the one of the options. If both are missing, reports that the target rejects the
    /// document.
    pub(crate) fn language(&mut self, own: Option<&String>, target: &str, at: &At<'_>) -> Option<String> {
        let language = own.or(self.options.language.as_ref()).cloned();
        if language.is_none() {
            *self.wants_language = true;
            let sentence = format!(
                "{target} requires a language, but the channel has none: set one with the option language."
            );
            self.losses.add(at, sentence);
        }
        language
    }
}
