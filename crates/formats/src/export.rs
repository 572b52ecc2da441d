//! Export to any format: the resulting documents, the losses, and the names of placeholders in the target format.

use outbound_model::{At, Channel, Extension, Handoff};
use serde_json::Value;

use crate::channel_export::ChannelExport;
use crate::losses::Losses;
use crate::{Format, FormatError, Loss, Mapping, WriteOptions, kept, meta, rbm, twilio};

/// A handoff in another format.
#[derive(Clone, Debug, Default)]
pub struct Exported {
    /// One document for each channel that the format supports.
    pub documents: Vec<ExportedDocument>,
    /// Details of the handoff that the documents lack.
    pub losses: Vec<Loss>,
    /// The names of placeholders in the documents.
    pub mappings: Vec<Mapping>,
    /// Whether a channel lacks a language that the format requires ([`WriteOptions::language`]).
    pub wants_language: bool,
}

/// A template, content or message.
#[derive(Clone, Debug)]
pub struct ExportedDocument {
    /// The file name: stable, and different from those of other handoffs' documents.
    pub file: String,
    /// The document.
    pub value: Value,
}

/// Converts a handoff to `format`. Equal handoffs give equal documents.
pub fn write_any(format: Format, handoff: &Handoff, options: &WriteOptions) -> Result<Exported, FormatError> {
    let mut exported = Exported::default();
    if format == Format::LivePerson {
        let value = handoff.to_file()?.into();
        exported.documents.push(ExportedDocument { file: file_name(handoff, None), value });
        return Ok(exported);
    }
    let mut losses = Losses::default();
    handoff_losses(format, handoff, &mut losses);
    let list = At::ROOT.key("channels");
    let has_several = handoff.channels.iter().filter(|channel| supports(format, channel)).count() > 1;
    for (place, channel) in handoff.channels.iter().enumerate() {
        let at = list.index(place);
        let kept = kept::KeptFields::of(handoff, format, place);
        let mut export = ChannelExport {
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
                file: file_name(handoff, has_several.then_some(place)),
                value: document.into(),
            }),
            None if supports(format, channel) => {
                losses.add(
                    &at,
                    format!(
                        "Nothing in this channel can be represented in a {}; none is written.",
                        format.noun()
                    ),
                );
            }
            None => losses.add(&at, format!("{}; this channel is omitted.", supported_channels(format))),
        }
    }
    exported.losses = losses.0;
    Ok(exported)
}

fn supports(format: Format, channel: &Channel) -> bool {
    match format {
        Format::LivePerson => true,
        Format::Meta => matches!(channel, Channel::WhatsApp(_)),
        Format::Twilio => matches!(channel, Channel::WhatsApp(_) | Channel::Sms(_) | Channel::GoogleRcs(_)),
        Format::Rbm => matches!(channel, Channel::GoogleRcs(_)),
    }
}

/// The channels of [`supports`] as a sentence.
fn supported_channels(format: Format) -> &'static str {
    match format {
        Format::LivePerson => "Every channel is included",
        Format::Meta => "Meta's templates are for wa channels",
        Format::Twilio => "Twilio's contents are for wa, sms-twilio and googlercs channels",
        Format::Rbm => "Google's messages are for googlercs channels",
    }
}

fn handoff_losses(format: Format, handoff: &Handoff, losses: &mut Losses) {
    let noun = format.noun();
    losses.add(
        &At::ROOT,
        format!(
            "A {noun} contains one channel's message, but not the handoff's id, times, lookback period and routing."
        ),
    );
    let of = format!("A {noun}");
    losses.fields(&At::ROOT, &handoff.extra, &[], &of);
    let extension = At::ROOT.key(Extension::KEY);
    for key in kept::others(handoff) {
        losses.add(&extension.key(key), format!("{of} has no such field; it is omitted."));
    }
}

/// A file name of the handoff's name, in characters that all file systems support, and its unique id.
fn file_name(handoff: &Handoff, channel: Option<usize>) -> String {
    let replace = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c.to_ascii_lowercase() } else { '-' };
    let name: String = handoff.name.as_str().chars().map(replace).take(60).collect();
    let index = channel.map(|index| format!(".{index}")).unwrap_or_default();
    format!("{}.{}{index}.json", name.trim_matches('-'), handoff.id)
}
