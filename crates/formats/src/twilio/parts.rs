//! The parts of a WhatsApp, SMS or RCS channel that Twilio's contents also have.

use outbound_model::{
    At, GoogleRcs, Object, RcsComponent, SmsComponent, SmsTwilio, WaComponent, WaHeader, WhatsApp,
};
use serde_json::Value;

use crate::buttons::{self, NumberedButton};
use crate::channel_export::ChannelExport;
use crate::numbering::{Scope, filled_address};
use crate::{Format, foreign};

/// The parts of a channel, with the handoff's placeholders.
#[derive(Default)]
pub(super) struct ChannelParts<'h> {
    pub(super) title: Option<(Scope, &'h str)>,
    pub(super) media: Option<(Scope, &'h str)>,
    pub(super) body: Option<(Scope, &'h str)>,
    pub(super) subtitle: Option<String>,
    pub(super) footer: Option<&'h str>,
    /// The text after the body.
    pub(super) ending: Option<&'h str>,
    pub(super) buttons: Vec<(Scope, NumberedButton<'h>)>,
    /// Types that an import kept.
    pub(super) others: Object,
}

const CONTENT: &str = "Twilio's content";
const NO_SENDER: &str = "A Twilio content has no sender; the handoff keeps it.";
const ONLY_ONE: &str = "A Twilio content has only one of these; the others are omitted.";

/// Collects the parts of a WhatsApp template.
pub(super) fn whatsapp<'h>(
    parts: &mut ChannelParts<'h>,
    channel: &'h WhatsApp,
    at: &At<'_>,
    export: &mut ChannelExport<'_, '_>,
) {
    let stays = "A Twilio content has no namespace; the handoff keeps it.";
    export.losses.add_some(at, "namespace", channel.namespace.as_ref(), stays);
    export.losses.add_some(at, "outboundnumber", channel.outboundnumber.as_ref(), NO_SENDER);
    export.losses.fields(at, &channel.extra, &[], CONTENT);
    let list = at.key("messageComponents");
    let mut channel_buttons = Vec::new();
    for (index, component) in channel.message_components.iter().enumerate() {
        let at = list.index(index);
        match component {
            WaComponent::Header(header) => header_of(parts, header, &at, export),
            WaComponent::Body(body) => {
                export.losses.unused_variables(&at, body.variables.as_ref(), &[body.content.as_deref()]);
                export.losses.fields(&at, &body.extra, &[], CONTENT);
                let text = body.content.as_deref().map(|text| (Scope::Body, text));
                set(&mut parts.body, text, &at, export);
            }
            WaComponent::Footer(footer) => {
                export.losses.fields(&at, &footer.extra, &[], CONTENT);
                set(&mut parts.footer, footer.content.as_deref(), &at, export);
            }
            WaComponent::Button(button) => channel_buttons.push((index, button)),
            WaComponent::Unknown(object) => parts.other(object, &at, export),
        }
    }
    let numbered = buttons::in_order(channel_buttons.into_iter()).into_iter();
    parts.buttons = numbered.map(|numbered| (Scope::Button(numbered.number), numbered)).collect();
}

fn header_of<'h>(
    parts: &mut ChannelParts<'h>,
    header: &'h WaHeader,
    at: &At<'_>,
    export: &mut ChannelExport<'_, '_>,
) {
    export.losses.unused_variables(at, header.variables.as_ref(), &[header.content.as_deref()]);
    export.losses.fields(at, &header.extra, &[], CONTENT);
    let sub_type = header.sub_type.as_deref().unwrap_or("text");
    let Some(content) = header.content.as_deref() else {
        return export.losses.add(at, format!("A Twilio content has no header of type {sub_type}."));
    };
    if parts.title.is_some() || parts.media.is_some() {
        return export.losses.add(at, ONLY_ONE);
    }
    if sub_type == "text" {
        parts.title = Some((Scope::Header, content));
        return;
    }
    let sample = |number: u16| export.kept.sample(Scope::Header, &number.to_string());
    let address = filled_address(content, sample);
    let kind = [Some(content), address.as_deref()].into_iter().flatten().find_map(kind_of_file);
    if kind.unwrap_or("image") != sub_type {
        let sentence =
            format!("Twilio does not store the file type {sub_type}; the file's URL determines it.");
        export.losses.add(&at.key("sub_type"), sentence);
    }
    parts.media = Some((Scope::Header, content));
}

/// Collects the parts of an SMS. The opt-out line becomes its ending.
pub(super) fn sms<'h>(
    parts: &mut ChannelParts<'h>,
    channel: &'h SmsTwilio,
    at: &At<'_>,
    export: &mut ChannelExport<'_, '_>,
) {
    export.losses.add_some(at, "outboundnumber", channel.outboundnumber.as_ref(), NO_SENDER);
    export.losses.fields(at, &channel.extra, &[], CONTENT);
    let list = at.key("messageComponents");
    for (index, component) in channel.message_components.iter().enumerate() {
        let at = list.index(index);
        match component {
            SmsComponent::Body(body) => {
                export.losses.unused_variables(&at, body.variables.as_ref(), &[body.content.as_deref()]);
                export.losses.fields(&at, &body.extra, &[], CONTENT);
                let stays = "Twilio has no opt-out line; it becomes the last line of the text.";
                export.losses.add_some(&at, "optOut", body.opt_out.as_ref(), stays);
                set(&mut parts.body, body.content.as_deref().map(|text| (Scope::Channel, text)), &at, export);
                parts.ending = parts.ending.or(body.opt_out.as_deref());
            }
            SmsComponent::Unknown(object) => parts.other(object, &at, export),
        }
    }
}

/// Collects the parts of an RCS message.
pub(super) fn rcs<'h>(
    parts: &mut ChannelParts<'h>,
    channel: &'h GoogleRcs,
    at: &At<'_>,
    export: &mut ChannelExport<'_, '_>,
) {
    export.losses.add_some(at, "outboundnumber", channel.outboundnumber.as_ref(), NO_SENDER);
    export.losses.add_some(at, "serviceAccountName", channel.service_account_name.as_ref(), NO_SENDER);
    let layout = "Twilio defines the layout of cards; this is omitted.";
    export.losses.add_some(at, "cardOrientation", channel.card_orientation.as_ref(), layout);
    export.losses.fields(at, &channel.extra, &[], CONTENT);
    let list = at.key("messageComponents");
    let mut channel_buttons = Vec::new();
    let scoped = |text: &'h String| (Scope::Channel, text.as_str());
    for (index, component) in channel.message_components.iter().enumerate() {
        let at = list.index(index);
        match component {
            RcsComponent::Body(body) => {
                let fields = [body.title.as_deref(), body.content.as_deref()];
                export.losses.unused_variables(&at, body.variables.as_ref(), &fields);
                let kept =
                    foreign::fields(Format::Twilio, &body.extra, &["subtitle"], CONTENT, &at, export.losses);
                set(&mut parts.title, body.title.as_ref().map(scoped), &at, export);
                set(&mut parts.body, body.content.as_ref().map(scoped), &at, export);
                parts.subtitle = kept.get("subtitle").and_then(Value::as_str).map(str::to_owned);
            }
            RcsComponent::Media(media) => {
                export.losses.unused_variables(&at, media.variables.as_ref(), &[media.content.as_deref()]);
                export.losses.add_some(&at, "height", media.height.as_ref(), layout);
                let alignment = media.thumbnail_image_alignment.as_ref();
                export.losses.add_some(&at, "thumbnailImageAlignment", alignment, layout);
                export.losses.fields(&at, &media.extra, &[], CONTENT);
                set(&mut parts.media, media.content.as_ref().map(scoped), &at, export);
            }
            RcsComponent::Button(button) => channel_buttons.push((index, button)),
            RcsComponent::Unknown(object) => parts.other(object, &at, export),
        }
    }
    let numbered = buttons::in_order(channel_buttons.into_iter()).into_iter();
    parts.buttons = numbered.map(|numbered| (Scope::Channel, numbered)).collect();
}

/// Sets a part. If it is already set, reports the new value as a loss.
fn set<T>(slot: &mut Option<T>, part: Option<T>, at: &At<'_>, export: &mut ChannelExport<'_, '_>) {
    if slot.is_some() && part.is_some() {
        export.losses.add(at, ONLY_ONE);
    } else if slot.is_none() {
        *slot = part;
    }
}

impl ChannelParts<'_> {
    /// Adds types that an import kept. Earlier versions stored the fields of a type beside its name.
    fn other(&mut self, object: &Object, at: &At<'_>, export: &mut ChannelExport<'_, '_>) {
        let mut fields = object.clone();
        let types = match (foreign::kept(Format::Twilio, object), fields.shift_remove("type")) {
            (Some(types), _) => types.clone(),
            (None, Some(Value::String(kind))) if kind.contains('/') && foreign::keeps_nothing(object) => {
                Object::from_iter([(kind, fields.into())])
            }
            _ => return export.losses.add(at, "A Twilio content has no such component; it is omitted."),
        };
        for kind in types.keys() {
            export.losses.unchecked(at, &format!("The type {kind}"), "Twilio");
        }
        self.others.extend(types);
    }
}

/// The header type of a file by its extension.
pub(super) fn kind_of_file(address: &str) -> Option<&'static str> {
    let path = address.split(['?', '#']).next()?;
    match path.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" | "png" => Some("image"),
        "mp4" | "3gp" | "3gpp" => Some("video"),
        "pdf" | "txt" | "doc" | "docx" | "xls" | "xlsx" | "ppt" | "pptx" => Some("document"),
        _ => None,
    }
}
