//! Export of a WhatsApp, SMS or RCS channel as a content, in the form for creating one.

use outbound_model::{At, Button, Channel, Extension, Object};
use serde_json::Value;

use super::content::Content;
use super::parts::{ChannelParts, rcs, sms, whatsapp};
use super::{CARD, KEPT_TYPE, KEPT_TYPES, KEPT_VARIABLES, WHATSAPP_CARD, actions};
use crate::buttons::NumberedButton;
use crate::channel_export::ChannelExport;
use crate::numbering::{Numbering, Scope, Spelling, plain};

/// Writes the content of a channel at `at`; `None` for channels that Twilio's contents do not support.
pub(crate) fn write(channel: &Channel, at: &At<'_>, export: &mut ChannelExport<'_, '_>) -> Option<Object> {
    let mut parts = ChannelParts::default();
    let (name, language, card) = match channel {
        Channel::WhatsApp(channel) => {
            whatsapp(&mut parts, channel, at, export);
            (channel.templatename.as_ref(), channel.language.as_ref(), WHATSAPP_CARD)
        }
        Channel::Sms(channel) => {
            sms(&mut parts, channel, at, export);
            (None, channel.language.as_ref(), CARD)
        }
        Channel::GoogleRcs(channel) => {
            rcs(&mut parts, channel, at, export);
            (None, channel.language.as_ref(), CARD)
        }
        Channel::Apple(_) | Channel::InApp(_) | Channel::Unknown(_) => return None,
    };
    let mut resource = Object::new();
    let handoff_name = export.handoff.name.as_str();
    let name = name.map_or(handoff_name, String::as_str);
    if name != handoff_name {
        export.losses.add(
            &At::ROOT.key("name"),
            "The content gets the channel's template name instead of the handoff's name.",
        );
    }
    resource.insert("friendly_name".to_owned(), name.into());
    if let Some(language) = export.language(language, "Twilio", at) {
        resource.insert("language".to_owned(), language.into());
    }
    parts.finish(resource, card, at, export)
}

impl ChannelParts<'_> {
    fn finish(
        self,
        mut resource: Object,
        card: &'static str,
        at: &At<'_>,
        export: &mut ChannelExport<'_, '_>,
    ) -> Option<Object> {
        let links = self.buttons.iter().filter_map(|(scope, b)| Some((*scope, b.button.url.as_deref()?)));
        let strings: Vec<_> =
            [self.title, self.media, self.body].into_iter().flatten().chain(links).collect();
        let numbering = Numbering::new(Spelling::Handoff, &strings, &export.kept.names());
        export.mappings.extend(numbering.mappings(export.place, Scope::key, plain));
        let variables = variables(&numbering, export);
        if !variables.is_empty() {
            resource.insert("variables".to_owned(), variables.into());
        }
        let types = self.types(&numbering, card, at, export);
        if types.is_empty() {
            return None;
        }
        resource.insert("types".to_owned(), types.into());
        let read_only: Vec<_> = export.kept.fields().map(|(key, _)| key).collect();
        if !read_only.is_empty() {
            let sentence =
                format!("Twilio sets these fields itself, so they are omitted: {}.", read_only.join(", "));
            export.losses.add(at, sentence);
        }
        Some(resource)
    }

    /// The actions that Twilio accepts, each with its button and the button's index among the components.
    fn actions<'p>(
        &'p self,
        numbering: &Numbering,
        at: &At<'_>,
        export: &mut ChannelExport<'_, '_>,
    ) -> Vec<(usize, &'p Button, Object)> {
        let list = at.key("messageComponents");
        let action = |(scope, numbered): &'p (Scope, NumberedButton<'_>)| {
            let (button, at) = (numbered.button, list.index(numbered.component));
            export.losses.unused_variables(&at, button.variables.as_ref(), &[button.url.as_deref()]);
            let url = button.url.as_deref().map(|url| numbering.provider(*scope, url));
            Some((numbered.component, button, actions::write(button, url, &at, export)?))
        };
        self.buttons.iter().filter_map(action).collect()
    }

    fn types(
        self,
        numbering: &Numbering,
        card: &'static str,
        at: &At<'_>,
        export: &mut ChannelExport<'_, '_>,
    ) -> Object {
        let written = |part: Option<(Scope, &str)>| part.map(|(scope, text)| numbering.provider(scope, text));
        let (mut body, ending) = (written(self.body), self.ending);
        if let (Some(body), Some(ending)) = (&mut body, ending) {
            body.push('\n');
            body.push_str(ending);
        }
        let actions = self.actions(numbering, at, export);
        let content = Content {
            title: written(self.title),
            subtitle: self.subtitle.clone(),
            body: body.or_else(|| ending.map(str::to_owned)),
            media: written(self.media),
            footer: self.footer.map(str::to_owned),
            buttons: actions.iter().map(|(_, button, _)| (*button).clone()).collect(),
        };
        let mut types = Object::new();
        if !content.is_empty() {
            let kind = content.kind(export.kept.note(KEPT_TYPE).and_then(Value::as_str), card);
            let list = at.key("messageComponents");
            for (component, _, action) in &actions {
                actions::check(action, kind, &list.index(*component), export.losses);
            }
            let actions = actions.into_iter().map(|(_, _, action)| action.into()).collect();
            types.insert(kind.to_owned(), content.write(kind, actions, at, export.losses).into());
        }
        let kept = export.kept.note(KEPT_TYPES).and_then(Value::as_object).into_iter().flatten();
        for (kind, fields) in kept {
            export.losses.unchecked(at, &format!("The type {kind}"), "Twilio");
            types.entry(kind.clone()).or_insert_with(|| fields.clone());
        }
        for (kind, fields) in self.others {
            types.entry(kind).or_insert(fields);
        }
        types
    }
}

/// The sample values by variable, and the kept variables that no text uses.
fn variables(numbering: &Numbering, export: &mut ChannelExport<'_, '_>) -> Object {
    let mut variables = Object::new();
    for (scope, old, new) in numbering.pairs() {
        if let Some(sample) = export.kept.sample(scope, old) {
            variables.insert(new.to_owned(), sample.into());
        } else {
            let sentence = "Twilio's variables contain samples, but this placeholder has none.";
            export.losses.no_sample(export.place, &scope.key(old), sentence);
        }
    }
    let kept = export.kept.note(KEPT_VARIABLES).and_then(Value::as_object).into_iter().flatten();
    for (key, sample) in kept {
        if !sample.is_string() {
            let sentence = format!("The variable {key}");
            export.losses.unchecked(&At::ROOT.key(Extension::KEY), &sentence, "Twilio");
        }
        variables.entry(key.clone()).or_insert_with(|| sample.clone());
    }
    variables
}
