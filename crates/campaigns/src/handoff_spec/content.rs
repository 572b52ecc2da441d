//! What a channel configuration says about values: headers, media and lengths.

use outbound_model::{
    AppleComponent, Channel, InAppComponent, RcsComponent, SmsBody, SmsComponent, SmsTwilio, WaComponent,
    placeholders,
};

use super::HeaderSpec;
use crate::opt_out_line::with_opt_out;

// The largest numbers of characters in a message (SMS: Twilio's error 21617; others: docs/rules.md).
const MAX_SMS: usize = 1600;
const MAX_WHATSAPP_BODY: usize = 1024;
const MAX_RCS_TEXT: usize = 3072;
const MAX_RCS_DESCRIPTION: usize = 2000;

/// The first header, if it has a placeholder.
pub(super) fn header(channel: &Channel) -> Option<HeaderSpec> {
    let Channel::WhatsApp(wa) = channel else { return None };
    let header = wa.message_components.iter().find_map(|component| match component {
        WaComponent::Header(header) => Some(header),
        _ => None,
    })?;
    let content = header.content.clone().filter(|content| placeholders(content).next().is_some())?;
    Some(HeaderSpec { kind: header.sub_type.as_deref().unwrap_or_default().to_ascii_lowercase(), content })
}

/// The text whose length the provider limits, and the limit.
pub(super) fn limited_text(channel: &Channel) -> Option<(String, usize)> {
    match channel {
        Channel::Sms(sms) => Some((sms_text(sms)?, MAX_SMS)),
        Channel::WhatsApp(wa) => wa.message_components.iter().find_map(|component| match component {
            WaComponent::Body(body) => Some((body.content.clone()?, MAX_WHATSAPP_BODY)),
            _ => None,
        }),
        Channel::GoogleRcs(rcs) => rcs.message_components.iter().find_map(|component| match component {
            RcsComponent::Body(body) if body.title.is_some() => {
                Some((body.content.clone()?, MAX_RCS_DESCRIPTION))
            }
            RcsComponent::Body(body) => Some((body.content.clone()?, MAX_RCS_TEXT)),
            _ => None,
        }),
        Channel::Apple(_) | Channel::InApp(_) | Channel::Unknown(_) => None,
    }
}

/// The text without which there is no message, if it has a placeholder: that of an SMS without its opt-out line, and
/// that of an RCS message without a card.
pub(super) fn required_text(channel: &Channel) -> Option<String> {
    let text = match channel {
        Channel::Sms(sms) => sms_body(sms)?.content.clone(),
        Channel::GoogleRcs(rcs) => rcs.message_components.iter().find_map(|component| match component {
            RcsComponent::Body(body) if body.title.is_none() => body.content.clone(),
            _ => None,
        }),
        Channel::WhatsApp(_) | Channel::Apple(_) | Channel::InApp(_) | Channel::Unknown(_) => None,
    };
    text.filter(|text| placeholders(text).next().is_some())
}

fn sms_body(channel: &SmsTwilio) -> Option<&SmsBody> {
    channel.message_components.iter().find_map(|component| match component {
        SmsComponent::Body(body) => Some(body),
        SmsComponent::Unknown(_) => None,
    })
}

/// The content of an SMS with its opt-out line.
fn sms_text(channel: &SmsTwilio) -> Option<String> {
    let body = sms_body(channel)?;
    let content = body.content.as_deref().unwrap_or_default();
    Some(with_opt_out(content, body.opt_out.as_deref(), channel.language.as_deref()))
}

/// The URLs of media with placeholders, except those of WhatsApp headers.
pub(super) fn media(channel: &Channel) -> Vec<String> {
    let urls: Vec<&String> = match channel {
        Channel::GoogleRcs(rcs) => pick(&rcs.message_components, |component| match component {
            RcsComponent::Media(media) => media.content.as_ref(),
            _ => None,
        }),
        Channel::Apple(apple) => pick(&apple.message_components, |component| match component {
            AppleComponent::Media(media) => media.content.as_ref(),
            _ => None,
        }),
        Channel::InApp(inapp) => pick(&inapp.message_components, |component| match component {
            InAppComponent::Image(image) => image.url.as_ref(),
            _ => None,
        }),
        Channel::WhatsApp(_) | Channel::Sms(_) | Channel::Unknown(_) => Vec::new(),
    };
    urls.into_iter().filter(|url| placeholders(url).next().is_some()).cloned().collect()
}

fn pick<'c, C>(components: &'c [C], url: impl FnMut(&'c C) -> Option<&'c String>) -> Vec<&'c String> {
    components.iter().filter_map(url).collect()
}
