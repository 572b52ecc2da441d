//! `googlercs`: RCS for Business (RCS-01 to RCS-13). What the components make together decides
//! which rules hold: a text, a file or a rich card.

use outbound_model::{At, GoogleRcs, Media, RcsBody, RcsComponent};

use crate::catalogue::rules;
use crate::context::Context;
use crate::general::buttons::{self, Placed};
use crate::general::texts::{self, Texts};
use crate::general::web::{self, Use};
use crate::general::{SENDER_LENGTH, URL_NOT_ABSOLUTE, language, phone, unknown_component};
use crate::text;

rules! {
    /// RCS messages.
    RULES = Some(outbound_model::ChannelType::GoogleRcs), "2026-06-30";
    Error Always "RCS-01" EMPTY "rcs-empty" GOOGLE_SEND
        "An RCS message has a text or a medium.";
    Error Always "RCS-01" BODY_TWICE "rcs-body-twice" GOOGLE_SEND
        "An RCS message has only one body.";
    Error Always "RCS-01" MEDIA_TWICE "rcs-media-twice" GOOGLE_SEND
        "An RCS message has only one medium.";
    Error Always "RCS-02" TEXT_LENGTH "rcs-text-length" GOOGLE_SEND
        "A text has at most 3072 characters.";
    Advice OnRequest "RCS-02" BASIC_LENGTH "rcs-basic-length" GOOGLE_SEND
        "A text of more than 160 bytes is not billed as a basic message.";
    Error Always "RCS-03" TITLE_LENGTH "rcs-title-length" LP_RCS
        "The title of a card has at most 200 characters.";
    Error Always "RCS-03" DESCRIPTION_LENGTH "rcs-description-length" LP_RCS
        "The text of a card has at most 2000 characters.";
    Advice Always "RCS-03" TITLE_CUT "rcs-title-cut" TWILIO_TITLE
        "Phones cut a title of more than two lines, about 80 characters.";
    Error Always "RCS-04" CARD_BUTTONS "rcs-card-buttons" GOOGLE_SEND
        "A card has at most 10 buttons.";
    Advice Always "RCS-04" CARD_MANY_BUTTONS "rcs-card-many-buttons" GOOGLE_CARDS
        "A card should have at most 4 buttons; what phones do with more differs.";
    Error Always "RCS-04" CHIPS "rcs-chips" GOOGLE_SEND
        "A text or file has at most 11 buttons.";
    Error Always "RCS-05" LABEL_LENGTH "rcs-label-length" GOOGLE_SEND
        "A button label has 1 to 25 characters.";
    Error Always "RCS-05" URL_LENGTH "rcs-url-length" GOOGLE_SEND
        "The address of a button has at most 2048 characters.";
    Error Always "RCS-06" HEIGHT "rcs-height" GOOGLE_CARDS
        "The height of a medium is short, medium or tall.";
    Advice Always "RCS-06" HEIGHT_ABSENT "rcs-height-absent" LP_RCS
        "Without a height, some take the medium as medium and some as short.";
    Advice Always "RCS-06" HEIGHT_IGNORED "rcs-height-ignored" GOOGLE_CARDS
        "The height of a medium is ignored in a horizontal card.";
    Error Always "RCS-07" ORIENTATION "rcs-orientation" GOOGLE_CARDS
        "A card is VERTICAL or HORIZONTAL.";
    Advice Always "RCS-07" ORIENTATION_ABSENT "rcs-orientation-absent" AWS_RCS
        "Without an orientation a card is vertical, where it is taken at all.";
    Error Always "RCS-07" ALIGNMENT "rcs-alignment" GOOGLE_CARDS
        "The picture of a card stands left or right.";
    Advice Always "RCS-07" ALIGNMENT_IGNORED "rcs-alignment-ignored" GOOGLE_CARDS
        "The side of the picture is ignored in a vertical card.";
    Advice Always "RCS-07" ALIGNMENT_ABSENT "rcs-alignment-absent" GOOGLE_CARDS
        "A horizontal card says on which side its picture stands.";
    Advice Always "RCS-07" HORIZONTAL_WITHOUT_MEDIA "rcs-horizontal-without-media" GOOGLE_CARDS
        "A horizontal card without a medium looks like a vertical one.";
    Error Always "RCS-10" MEDIA_EXTENSION "rcs-media-extension" GOOGLE_CARDS
        "The medium of a card is a picture or video that RCS shows.";
    Error Always "RCS-11" DIALLED "rcs-dialled" GOOGLE_SEND
        "A dialled code, such as *100#, holds only digits, +, * and #.";
    Error Always "RCS-12" ACCOUNT_MISSING "rcs-account-missing" LP_RCS
        "An RCS message names the service account that sends it.";
    Advice Always "RCS-12" ACCOUNT_FORM "rcs-account-form" OURS
        "A service account has 1 to 64 letters, digits, _, . and -.";
}

const CARD_MEDIA: [&str; 10] = ["jpeg", "jpg", "gif", "png", "h263", "m4v", "mp4", "mpeg", "mpeg4", "webm"];

/// What the components make together.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Shape {
    Text,
    File,
    Card,
}

/// Checks the RCS configuration at `at`.
pub(crate) fn check(channel: &GoogleRcs, at: &At<'_>, ctx: &mut Context<'_>) {
    language::check(channel.language.as_deref(), at, ctx);
    account(channel, at, ctx);
    let list = at.key("messageComponents");
    let (mut bodies, mut media, mut placed) = (Vec::new(), Vec::new(), Vec::new());
    for (index, component) in channel.message_components.iter().enumerate() {
        match component {
            RcsComponent::Body(body) => bodies.push((index, body)),
            RcsComponent::Media(medium) => media.push((index, medium)),
            RcsComponent::Button(button) => placed.push(Placed { component: index, button }),
            RcsComponent::Unknown(object) => {
                unknown_component(object, "An RCS message", &list.index(index), ctx);
            }
        }
    }
    if let Some((index, _)) = bodies.get(1) {
        ctx.add(BODY_TWICE.at(&list.index(*index)));
    }
    if let Some((index, _)) = media.get(1) {
        ctx.add(MEDIA_TWICE.at(&list.index(*index)));
    }
    if bodies.is_empty() && media.is_empty() {
        ctx.add(EMPTY.at(&list));
    }
    let titled = bodies.iter().any(|(_, body)| body.title.is_some());
    let shape = match (titled, media.is_empty(), bodies.is_empty()) {
        (false, true, _) => Shape::Text,
        (false, false, true) => Shape::File,
        _ => Shape::Card,
    };
    for (index, body) in &bodies {
        text_of(body, shape, &list.index(*index), ctx);
    }
    let horizontal =
        channel.card_orientation.as_deref().is_some_and(|o| o.eq_ignore_ascii_case("horizontal"));
    orientation(channel, shape, media.is_empty(), at, ctx);
    for (index, medium) in &media {
        let at = list.index(*index);
        address(medium, shape, &at, ctx);
        if shape == Shape::Card {
            layout(medium, horizontal, &at, ctx);
        }
    }
    buttons_of(&mut placed, shape, &list, ctx);
}

fn account(channel: &GoogleRcs, at: &At<'_>, ctx: &mut Context<'_>) {
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    match channel.service_account_name.as_deref() {
        None | Some("") => ctx.add(ACCOUNT_MISSING.at(at)),
        Some(name) if name.len() > 64 || !name.bytes().all(legal) => {
            ctx.add(ACCOUNT_FORM.at(&at.key("serviceAccountName")));
        }
        Some(_) => {}
    }
    if let Some(sender) = &channel.outboundnumber {
        let at = at.key("outboundnumber");
        text::limit(ctx, &SENDER_LENGTH, &at, sender, 16, "The sender");
        // Without + it is the name of a service account.
        if sender.starts_with('+') && phone::looks_numeric(sender) {
            phone::check(sender, true, &at, ctx);
        }
    }
}

fn text_of(body: &RcsBody, shape: Shape, at: &At<'_>, ctx: &mut Context<'_>) {
    let fields = [("title", body.title.as_deref()), ("content", body.content.as_deref())];
    let declared = Some(("variables", body.variables.as_deref()));
    texts::check(&Texts { part: None, fields: &fields, declared }, at, ctx);
    let [title, content] = fields.map(|(_, text)| text.unwrap_or_default());
    if title.is_empty() && content.is_empty() {
        ctx.add(EMPTY.at(at).say("The body has neither title nor text."));
    }
    let title_at = at.key("title");
    let at = at.key("content");
    if shape == Shape::Text {
        text::limit(ctx, &TEXT_LENGTH, &at, content, 3072, "The text");
        if content.len() > 160 {
            let message = format!("The text has {} bytes; a basic message has at most 160.", content.len());
            ctx.add(BASIC_LENGTH.at(&at).say(message));
        }
        return;
    }
    text::limit(ctx, &DESCRIPTION_LENGTH, &at, content, 2000, "The text of the card");
    if text::beyond(title, 200).is_some() {
        text::limit(ctx, &TITLE_LENGTH, &title_at, title, 200, "The title");
    } else if let Some(range) = text::beyond(title, 80) {
        ctx.add(TITLE_CUT.at(&title_at).range(range));
    }
}

fn orientation(channel: &GoogleRcs, shape: Shape, no_media: bool, at: &At<'_>, ctx: &mut Context<'_>) {
    let value = channel.card_orientation.as_deref();
    let at_value = at.key("cardOrientation");
    match value.map(str::to_ascii_uppercase).as_deref() {
        None if shape == Shape::Card => ctx.add(ORIENTATION_ABSENT.at(at).fix_at(&at_value, "VERTICAL")),
        Some("HORIZONTAL") if no_media && shape == Shape::Card => {
            ctx.add(HORIZONTAL_WITHOUT_MEDIA.at(&at_value));
        }
        None | Some("VERTICAL" | "HORIZONTAL") => {}
        Some(_) => ctx.add(ORIENTATION.at(&at_value)),
    }
}

fn address(medium: &Media, shape: Shape, at: &At<'_>, ctx: &mut Context<'_>) {
    let fields = [("content", medium.content.as_deref())];
    let declared = Some(("variables", medium.variables.as_deref()));
    texts::check(&Texts { part: None, fields: &fields, declared }, at, ctx);
    let Some(content) = medium.content.as_deref() else {
        return ctx.add(URL_NOT_ABSOLUTE.at(at).say("The medium has no address."));
    };
    let at = at.key("content");
    let extension = web::check(content, Use::Media, None, &at, ctx).and_then(|address| address.extension());
    if let Some(extension) = extension.filter(|_| shape == Shape::Card)
        && web::MEDIA_EXTENSIONS.contains(&extension.as_str())
        && !CARD_MEDIA.contains(&extension.as_str())
    {
        ctx.add(MEDIA_EXTENSION.at(&at).say(format!("A card does not show .{extension} files.")));
    }
}

/// Height and side of a medium in a card.
fn layout(medium: &Media, horizontal: bool, at: &At<'_>, ctx: &mut Context<'_>) {
    let height_at = at.key("height");
    match medium.height.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None if horizontal => {}
        None => ctx.add(HEIGHT_ABSENT.at(at).fix_at(&height_at, "medium")),
        Some("short" | "medium" | "tall") if horizontal => {
            ctx.add(HEIGHT_IGNORED.at(&height_at).fix_at(&height_at, serde_json::Value::Null));
        }
        Some("short" | "medium" | "tall") => {}
        Some(_) => ctx.add(HEIGHT.at(&height_at)),
    }
    let side_at = at.key("thumbnailImageAlignment");
    match medium.thumbnail_image_alignment.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None if horizontal => ctx.add(ALIGNMENT_ABSENT.at(at)),
        None => {}
        Some("left" | "right") if horizontal => {}
        Some("left" | "right") => {
            ctx.add(ALIGNMENT_IGNORED.at(&side_at).fix_at(&side_at, serde_json::Value::Null));
        }
        Some(_) => ctx.add(ALIGNMENT.at(&side_at)),
    }
}

fn buttons_of(placed: &mut [Placed<'_>], shape: Shape, list: &At<'_>, ctx: &mut Context<'_>) {
    buttons::check(placed, list, ctx);
    let count = placed.len();
    if shape == Shape::Card && count > 10 {
        ctx.add(CARD_BUTTONS.at(list).say(format!("The card has {count} buttons; at most 10 are allowed.")));
    } else if shape == Shape::Card && count > 4 {
        ctx.add(CARD_MANY_BUTTONS.at(list));
    } else if shape != Shape::Card && count > 11 {
        ctx.add(CHIPS.at(list).say(format!("The message has {count} buttons; at most 11 are allowed.")));
    }
    for button in placed {
        one(button, list, ctx);
    }
}

fn one(placed: &Placed<'_>, list: &At<'_>, ctx: &mut Context<'_>) {
    let at = list.index(placed.component);
    buttons::content(placed, None, list, ctx);
    match placed.button.content.as_deref() {
        None | Some("") => ctx.add(LABEL_LENGTH.at(&at).say("The button has no label.")),
        Some(label) => text::limit(ctx, &LABEL_LENGTH, &at.key("content"), label, 25, "The label"),
    }
    if let Some(url) = &placed.button.url {
        text::limit(ctx, &URL_LENGTH, &at.key("url"), url, 2048, "The address");
    }
    let Some(number) = buttons::number(placed, list, ctx) else { return };
    let at = at.key("phone_number");
    // Codes such as *100# are no phone numbers.
    if !number.contains(['*', '#']) {
        phone::check(number, true, &at, ctx);
    } else if let Some(range) = text::first(number, |c| !(c.is_ascii_digit() || matches!(c, '+' | '*' | '#')))
    {
        ctx.add(DIALLED.at(&at).range(range));
    }
}
