//! `wa`: WhatsApp message templates (WA-01 to WA-45).

pub(crate) mod authentication;
mod body;
mod buttons;
mod header;
mod identity;

use outbound_model::{At, WaComponent, WhatsApp};
use outbound_render::Component;

use crate::context::Context;
use crate::general::buttons::Placed;
use crate::general::text_fields::{self, TextFields};
use crate::general::unknown_component;
use crate::rule::rules;

rules! {
    /// WhatsApp templates.
    RULES = Some(outbound_model::ChannelType::WhatsApp), "2026-11-28";
    Error Always "WA-01" TEMPLATE_NAME "template-name" META_OVERVIEW
        "A template name has 1 to 512 lowercase letters, digits and underscores.";
    Warning Always "WA-04" NAMESPACE "namespace" META_ACCOUNT
        "A namespace looks like 1234abcd_12ab_12ab_12ab_1234567890ab.";
    Warning OnRequest "WA-04" NAMESPACE_MISSING "namespace-missing" META_ACCOUNT
        "Clients of WhatsApp's older On-Premises API need the template's namespace.";
    Warning Always "WA-05" TEMPLATE_LANGUAGE "template-language" META_LANGUAGES
        "The language is one of WhatsApp's codes, in WhatsApp's spelling.";
    Error Always "WA-06" SENDER "whatsapp-sender" LP_SEED
        "A WhatsApp sender is a phone number: digits, with or without +.";
    Error Always "WA-10" HEADER_KIND "header-kind" META_COMPONENTS
        "A header is an image, video, document, text or location.";
    Warning Always "WA-10" HEADER_GIF "header-gif" META_COMPONENTS
        "Animated headers work only with WhatsApp's Marketing Messages API.";
    Error Always "WA-10" HEADER_TWICE "header-twice" META_COMPONENTS
        "A template has at most one header.";
    Error Always "WA-11" HEADER_LENGTH "header-length" META_COMPONENTS
        "A header text has 1 to 60 characters.";
    Error Always "WA-11" HEADER_PLACEHOLDERS "header-placeholders" META_COMPONENTS
        "A header text has at most one placeholder, with the number 1.";
    Error Always "WA-11" HEADER_CHARACTERS "header-characters" META_REVIEW
        "A header text has no line breaks, emoji or formatting marks.";
    Error Always "WA-12" HEADER_EXTENSION "header-extension" META_MEDIA
        "The file matches the type of header: jpg or png, mp4 or 3gp, pdf or an office document.";
    Warning LivePerson "WA-12" HEADER_PDF_ONLY "header-pdf-only" LP_GUIDE
        "LivePerson permits only pdf files as documents.";
    Warning LivePerson "WA-14" HEADER_TEXT "header-text" LP_GUIDE
        "LivePerson does not support text headers.";
    Error Always "WA-20" BODY_MISSING "body-missing" META_COMPONENTS
        "A template has a body with text.";
    Error Always "WA-20" BODY_TWICE "body-twice" META_COMPONENTS
        "A template has only one body.";
    Error Always "WA-20" BODY_LENGTH "body-length" META_COMPONENTS
        "A body has at most 1024 characters.";
    Error Always "WA-22" BODY_LINE_BREAKS "body-line-breaks" META_REVIEW
        "A body has at most two line breaks in a row.";
    Error Always "WA-22" BODY_BLANKS "body-blanks" META_REVIEW
        "A body has at most four spaces in a row and no tabs.";
    Error Always "WA-22" BODY_EDGE_BREAK "body-edge-break" META_REVIEW
        "A body neither starts nor ends with a line break.";
    Error Always "WA-23" BODY_EMOJI "body-emoji" META_REVIEW
        "A body has at most 10 emoji.";
    Error Always "WA-23" BODY_ONLY_PLACEHOLDERS "body-only-placeholders" META_REVIEW
        "A body contains words in addition to its placeholders.";
    Error Always "WA-24" FOOTER_LENGTH "footer-length" META_COMPONENTS
        "A footer has 1 to 60 characters.";
    Warning Always "WA-24" FOOTER_PLACEHOLDER "footer-placeholder" META_REVIEW
        "A footer with placeholders may be rejected: Meta's pages disagree.";
    Error Always "WA-24" FOOTER_CHARACTERS "footer-characters" META_REVIEW
        "A footer has no line breaks or emoji.";
    Error Always "WA-24" FOOTER_TWICE "footer-twice" META_COMPONENTS
        "A template has at most one footer.";
    Error Always "WA-25" NUMBERING "numbering" META_REVIEW
        "The placeholders of a component are numbered from 1 without gaps.";
    Warning Always "WA-25" NUMBER_REPEATED "number-repeated" META_REVIEW
        "A repeated number gets the same value each time, and may be rejected.";
    Error Always "WA-26" STARTS_WITH_PLACEHOLDER "starts-with-placeholder" META_REVIEW
        "A body does not start with a placeholder: write a word before it.";
    Error Always "WA-26" ENDS_WITH_PLACEHOLDER "ends-with-placeholder" META_REVIEW
        "A body does not end with a placeholder: write a word after it.";
    Warning Always "WA-26" ENDS_WITH_PUNCTUATION "ends-with-punctuation" META_REVIEW
        "A body whose last placeholder is followed only by punctuation is sometimes rejected.";
    Error Always "WA-26" ADJACENT_PLACEHOLDERS "adjacent-placeholders" META_REVIEW
        "Two placeholders are not directly adjacent.";
    Warning Always "WA-26" BLANK_BETWEEN_PLACEHOLDERS "blank-between-placeholders" META_REVIEW
        "Two placeholders with only a space between them are sometimes rejected.";
    Warning Always "WA-27" FEW_WORDS "few-words" META_REVIEW
        "A body needs at least two words for each placeholder, and one more.";
    Warning Always "WA-29" VALUE_CHARACTERS "value-characters" META_REVIEW
        "A value has no line breaks, no tabs and at most four spaces in a row.";
    Warning Always "WA-29" RENDERED_LENGTH "rendered-length" META_REVIEW
        "With its values filled in, a body has at most 1024 characters.";
    Error Always "WA-30" TOO_MANY_BUTTONS "too-many-buttons" META_COMPONENTS
        "A template has at most 10 buttons, 2 of them links and 1 of them a phone number.";
    Warning LivePerson "WA-30" LIVEPERSON_BUTTONS "liveperson-buttons" LP_GUIDE
        "LivePerson permits 3 quick replies, or 1 link and 1 phone number, but not both types.";
    Error Always "WA-31" BUTTON_GROUPS "button-groups" META_COMPONENTS
        "Quick replies are together, before or after all other buttons.";
    Error Always "WA-32" LABEL_LENGTH "label-length" META_COMPONENTS
        "A button label has 1 to 25 characters.";
    Error Always "WA-32" LABEL_PLACEHOLDER "label-placeholder" META_REVIEW
        "A button label has no placeholders.";
    Error Always "WA-32" LABEL_CHARACTERS "label-characters" META_REVIEW
        "A button label has no line breaks, emoji or formatting marks.";
    Error Always "WA-33" BUTTON_URL_LENGTH "button-url-length" META_COMPONENTS
        "The URL of a button has at most 2000 characters.";
    Error Always "WA-33" BUTTON_URL_PLACEHOLDER "button-url-placeholder" META_COMPONENTS
        "The URL of a button has at most one placeholder, at its end.";
    Error Always "WA-33" BUTTON_URL_WHATSAPP "button-url-whatsapp" META_REVIEW
        "A button does not link to WhatsApp itself.";
    Error Always "WA-34" BUTTON_PHONE_LENGTH "button-phone-length" META_COMPONENTS
        "The phone number of a button has at most 20 characters.";
    Warning Always "WA-35" LABEL_TWICE "label-twice" META_COMPONENTS
        "Buttons should have different labels.";
    Warning Always "WA-35" BUTTONS_FOLDED "buttons-folded" META_COMPONENTS
        "If there are more than three buttons, the chat shows two and collapses the rest into a list.";
    Warning Always "WA-35" BUTTONS_ON_DESKTOP "buttons-on-desktop" META_COMPONENTS
        "Four or more buttons, or quick replies together with other buttons, are not shown on desktop.";
}

/// Checks the WhatsApp configuration at `at`.
pub(crate) fn check(channel: &WhatsApp, at: &At<'_>, ctx: &mut Context<'_>) {
    identity::check(channel, at, ctx);
    let list = at.key("messageComponents");
    if authentication::is(channel, ctx.kept(authentication::META, "category")) {
        return authentication::check(channel, &list, ctx);
    }
    let (mut headers, mut bodies, mut footers) = (0_usize, 0_usize, 0_usize);
    // A component of an unknown type may contain the text.
    let (mut placed, mut has_unknown) = (Vec::new(), false);
    for (index, component) in channel.message_components.iter().enumerate() {
        let at = list.index(index);
        match component {
            WaComponent::Header(header) => {
                headers += usize::from(header::is_checked(header));
                if headers == 2 && header::is_checked(header) {
                    ctx.add(HEADER_TWICE.at(&at));
                }
                header::check(header, &at, ctx);
            }
            WaComponent::Body(body) => {
                bodies += 1;
                if bodies == 2 {
                    ctx.add(BODY_TWICE.at(&at));
                }
                body::check(body, &at, ctx);
            }
            WaComponent::Footer(footer) => {
                footers += 1;
                if footers == 2 {
                    ctx.add(FOOTER_TWICE.at(&at));
                }
                body::footer(footer, &at, ctx);
            }
            WaComponent::Button(button) => placed.push(Placed { component: index, button }),
            WaComponent::Unknown(object) => {
                has_unknown = true;
                unknown_component(object, "A WhatsApp template", &at, ctx);
            }
        }
    }
    if bodies == 0 && !has_unknown {
        ctx.add(BODY_MISSING.at(&list));
    }
    buttons::check(&mut placed, &list, ctx);
}

/// GEN-05 to GEN-07 for the `content` of a component, and WA-25 and WA-29 for its placeholders.
fn content(
    part: Component,
    text: Option<&str>,
    declared: Option<&[String]>,
    at: &At<'_>,
    ctx: &mut Context<'_>,
) {
    let declared = Some(("variables", declared));
    text_fields::check(&TextFields { part: Some(part), fields: &[("content", text)], declared }, at, ctx);
    if let Some(text) = text {
        body::check_placeholders(text, part, &at.key("content"), ctx);
    }
}
