//! One way out for every format: what a handoff becomes, what does not go along, and what its
//! placeholders are called there.

use outbound_model::{At, Channel, Extension, Handoff};
use serde_json::Value;

use crate::losses::Losses;
use crate::{Format, FormatError, Loss, Mapping, kept, meta, rbm, twilio};

/// What a handoff does not say, and a format wants.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// The category of Meta's templates that have none of their own: `MARKETING`, `UTILITY` or
    /// `AUTHENTICATION`.
    pub category: Option<String>,
    /// The language of channels that have none.
    pub language: Option<String>,
}

/// What becomes of a handoff in another format.
#[derive(Clone, Debug, Default)]
pub struct Exported {
    /// One for each channel that the format can hold.
    pub documents: Vec<ExportedDocument>,
    /// What of the handoff they do not hold.
    pub losses: Vec<Loss>,
    /// What its placeholders are called there.
    pub mappings: Vec<Mapping>,
    /// Whether a channel has no language, and the target demands one ([`WriteOptions::language`]).
    pub wants_language: bool,
}

/// A template, content or message.
#[derive(Clone, Debug)]
pub struct ExportedDocument {
    /// A file name that stays the same, and that no other handoff's document has.
    pub file: String,
    /// The document.
    pub value: Value,
}

/// A handoff in `format`. The same handoff gives the same documents.
pub fn write_any(format: Format, handoff: &Handoff, options: &WriteOptions) -> Result<Exported, FormatError> {
    let mut exported = Exported::default();
    if format == Format::LivePerson {
        let value = handoff.to_file()?.into();
        exported.documents.push(ExportedDocument { file: file_name(handoff, None), value });
        return Ok(exported);
    }
    let mut losses = Losses::default();
    of_the_handoff(format, handoff, &mut losses);
    let list = At::ROOT.key("channels");
    let several = handoff.channels.iter().filter(|channel| holds(format, channel)).count() > 1;
    for (place, channel) in handoff.channels.iter().enumerate() {
        let (at, kept) = (list.index(place), kept::Kept::of(handoff, format, place));
        let mut export = Export {
            handoff,
            place,
            kept,
            options,
            losses: &mut losses,
            mappings: &mut exported.mappings,
            wants_language: &mut exported.wants_language,
        };
        let document = match (format, channel) {
            (Format::Meta, Channel::WhatsApp(channel)) => Some(meta::write(channel, &at, &mut export)),
            (Format::Twilio, channel) => twilio::write(channel, &at, &mut export),
            (Format::Rbm, Channel::GoogleRcs(channel)) => rbm::write(channel, &at, &mut export),
            _ => None,
        };
        match document {
            Some(document) => exported.documents.push(ExportedDocument {
                file: file_name(handoff, several.then_some(place)),
                value: document.into(),
            }),
            None if holds(format, channel) => {
                losses.add(
                    &at,
                    format!("Nothing of this channel can stand in a {}; none is written.", format.noun()),
                );
            }
            None => losses.add(&at, format!("{}; this channel stays behind.", goes_to(format))),
        }
    }
    exported.losses = losses.0;
    Ok(exported)
}

/// What the writer of one channel works with.
pub(crate) struct Export<'e, 'h> {
    pub(crate) handoff: &'h Handoff,
    /// Of the channel in the handoff.
    pub(crate) place: usize,
    pub(crate) kept: kept::Kept<'h>,
    pub(crate) options: &'e WriteOptions,
    pub(crate) losses: &'e mut Losses,
    pub(crate) mappings: &'e mut Vec<Mapping>,
    pub(crate) wants_language: &'e mut bool,
}

impl Export<'_, '_> {
    /// The channel's language, or the one that was asked for; without either the target refuses the
    /// document, which is told.
    pub(crate) fn language(&mut self, own: Option<&String>, target: &str, at: &At<'_>) -> Option<String> {
        let language = own.or(self.options.language.as_ref()).cloned();
        if language.is_none() {
            *self.wants_language = true;
            let sentence = format!(
                "{target} wants a language, and the channel has none: give one with the option language."
            );
            self.losses.add(at, sentence);
        }
        language
    }
}

fn holds(format: Format, channel: &Channel) -> bool {
    match format {
        Format::LivePerson => true,
        Format::Meta => matches!(channel, Channel::WhatsApp(_)),
        Format::Twilio => matches!(channel, Channel::WhatsApp(_) | Channel::Sms(_) | Channel::GoogleRcs(_)),
        Format::Rbm => matches!(channel, Channel::GoogleRcs(_)),
    }
}

/// The channels of [`holds`] as a sentence.
fn goes_to(format: Format) -> &'static str {
    match format {
        Format::LivePerson => "Every channel goes along",
        Format::Meta => "Meta's templates are for wa channels",
        Format::Twilio => "Twilio's contents are for wa, sms-twilio and googlercs channels",
        Format::Rbm => "Google's messages are for googlercs channels",
    }
}

fn of_the_handoff(format: Format, handoff: &Handoff, losses: &mut Losses) {
    let noun = format.noun();
    losses.add(
        &At::ROOT,
        format!(
            "A {noun} holds one channel's message: not the handoff's id, times, lookback period and routing."
        ),
    );
    let of = format!("A {noun}");
    losses.fields(&At::ROOT, &handoff.extra, &[], &of);
    let extension = At::ROOT.key(Extension::KEY);
    for key in kept::others(handoff) {
        losses.add(&extension.key(key), format!("{of} has no such field; it is left out."));
    }
}

/// The handoff's name in letters that every file system takes, and its id, which is unique.
fn file_name(handoff: &Handoff, channel: Option<usize>) -> String {
    let legal = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c.to_ascii_lowercase() } else { '-' };
    let name: String = handoff.name.as_str().chars().map(legal).take(60).collect();
    let place = channel.map(|place| format!(".{place}")).unwrap_or_default();
    format!("{}.{}{place}.json", name.trim_matches('-'), handoff.id)
}
