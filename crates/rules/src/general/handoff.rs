//! Checks of the handoff itself: name, lookback period, times and the combination of channels.

use std::borrow::Cow;
use std::collections::HashSet;

use outbound_model::{At, Channel, ChannelType, Handoff, Phone};

use super::{
    CHANNEL_TWICE, CHANNEL_UNKNOWN, IN_APP_COMBINED, LOOKBACK_DAYS, LOOKBACK_HOURS, LOOKBACK_TOTAL,
    NAME_ANGLE_BRACKETS, NAME_CHARACTERS, NAME_LENGTH, NO_CHANNEL, UPDATED_BEFORE_CREATED,
};
use crate::context::Context;
use crate::text;

pub(crate) fn check(handoff: &Handoff, ctx: &mut Context<'_>) {
    name(handoff.name.as_str(), ctx);
    lookback(handoff, ctx);
    if handoff.updated_at < handoff.created_at {
        ctx.add(UPDATED_BEFORE_CREATED.at(&At::ROOT.key("updatedAt")));
    }
    if handoff.channels.is_empty() {
        ctx.add(NO_CHANNEL.at(&At::ROOT.key("channels")));
    }
    combination(&handoff.channels, ctx);
}

fn name(name: &str, ctx: &mut Context<'_>) {
    let at = At::ROOT.key("name");
    let is_bracket = |c| c == '<' || c == '>';
    if let Some(range) = text::first(name, is_bracket) {
        let found = NAME_ANGLE_BRACKETS.at(&at).range(range);
        let without = name.replace(is_bracket, "");
        let usable = !without.trim().is_empty();
        ctx.add(if usable { found.fix_at(&at, without) } else { found });
    }
    let is_unusual = |c: char| !(c.is_alphanumeric() || is_bracket(c) || matches!(c, ' ' | '_' | '-'));
    if let Some(range) = text::first(name, is_unusual) {
        ctx.add(NAME_CHARACTERS.at(&at).range(range));
    }
    text::limit(ctx, &NAME_LENGTH, &at, name, 32, "The name");
}

fn lookback(handoff: &Handoff, ctx: &mut Context<'_>) {
    let (days, hours) = (handoff.lookback_period_day, handoff.lookback_period_hour);
    let (day_at, hour_at) = (At::ROOT.key("lookbackPeriodDay"), At::ROOT.key("lookbackPeriodHour"));
    let days_valid = (0..=30).contains(&days);
    let hours_valid = (0..=23).contains(&hours);
    if !days_valid {
        ctx.add(LOOKBACK_DAYS.at(&day_at).fix(days.clamp(0, 30)));
    }
    if !hours_valid {
        ctx.add(LOOKBACK_HOURS.at(&hour_at).fix(hours.clamp(0, 23)));
    }
    if days_valid && hours_valid && (days, hours) == (0, 0) {
        ctx.add(
            LOOKBACK_TOTAL.at(&hour_at).say("The lookback period is empty; the minimum is 1 hour.").fix(1),
        );
    } else if days_valid && hours_valid && days == 30 && hours > 0 {
        ctx.add(LOOKBACK_TOTAL.at(&hour_at).say("The lookback period is longer than 30 days.").fix(0));
    }
}

/// Checks the combination of channels and reports unknown ones.
fn combination(channels: &[Channel], ctx: &mut Context<'_>) {
    let list = At::ROOT.key("channels");
    let is_phone = |c: &Channel| matches!(c, Channel::WhatsApp(_) | Channel::Sms(_));
    let has_phone = channels.iter().any(is_phone);
    let mut in_app_reported = false;
    let mut seen = HashSet::new();
    for (index, channel) in channels.iter().enumerate() {
        let at = list.index(index);
        let Some(identity) = identity(channel) else {
            ctx.add(CHANNEL_UNKNOWN.at(&at.key("type")));
            continue;
        };
        let in_app = identity.0 == ChannelType::InApp;
        if !seen.insert(identity) {
            ctx.add(CHANNEL_TWICE.at(&at));
        } else if in_app && has_phone && !in_app_reported {
            in_app_reported = true;
            ctx.add(IN_APP_COMBINED.at(&at));
        }
    }
}

type Identity<'c> = (ChannelType, Option<&'c str>, Option<Cow<'c, str>>);

/// Channel type, language and sender, which must be unique in a handoff.
fn identity(channel: &Channel) -> Option<Identity<'_>> {
    let (language, sender) = match channel {
        Channel::WhatsApp(wa) => (&wa.language, &wa.outboundnumber),
        Channel::Sms(sms) => (&sms.language, &sms.outboundnumber),
        Channel::Apple(apple) => (&apple.language, &apple.outboundnumber),
        Channel::GoogleRcs(rcs) => (
            &rcs.language,
            if rcs.outboundnumber.is_some() { &rcs.outboundnumber } else { &rcs.service_account_name },
        ),
        Channel::InApp(app) => (&app.language, &None),
        Channel::Unknown(_) => return None,
    };
    channel.channel_type().map(|kind| (kind, language.as_deref(), sender.as_deref().map(normalize_sender)))
}

/// Converts phone numbers to E.164, so that different spellings of a number are equal.
fn normalize_sender(sender: &str) -> Cow<'_, str> {
    let number = Phone::read(sender).ok().and_then(|phone| phone.e164());
    number.map_or(Cow::Borrowed(sender), Cow::Owned)
}
