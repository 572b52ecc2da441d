//! The values of placeholders: `variables`, `headerVariables` and `buttonVariables`.

use std::collections::BTreeSet;

use outbound_render::{Component, Key, Values, substitute};

use super::consumer_error::ConsumerError;
use crate::handoff_spec::{HandoffSpec, HeaderSpec};
use crate::json::{is_longer, read_string};
use crate::request::{Consumer, Variables};

/// The values of all placeholders.
pub(super) fn check(consumer: &Consumer<'_>, handoff: &HandoffSpec) -> Result<Values, ConsumerError> {
    let mut values = body_values(consumer, handoff)?;
    let header = handoff.channels.iter().find_map(|channel| channel.header.as_ref());
    values.extend(header_values(consumer.header_variables.as_ref(), header)?);
    let buttons = handoff.channels.iter().map(|channel| &channel.buttons);
    let buttons: Vec<Key> = buttons.flatten().copied().collect();
    values.extend(button_values(consumer.button_variables.as_ref(), &buttons)?);
    Ok(values.into_iter().collect())
}

fn body_values(consumer: &Consumer<'_>, handoff: &HandoffSpec) -> Result<Vec<(Key, String)>, ConsumerError> {
    let expected: BTreeSet<u16> =
        handoff.channels.iter().flat_map(|channel| channel.variables.iter().copied()).collect();
    let plain = |number| Key { component: None, number };
    if handoff.is_in_app_only() && consumer.variables.fields.len() == 0 {
        let default = |number| Some((plain(number), handoff.defaults.get(plain(number))?.to_owned()));
        let defaults: Option<_> = expected.iter().map(|number| default(*number)).collect();
        return defaults.ok_or(ConsumerError::InsufficientVariables);
    }
    let values = numbered(Some(&consumer.variables), &expected, &VARIABLES)?;
    Ok(values.into_iter().map(|(number, value)| (plain(number), value)).collect())
}

fn button_values(
    given: Option<&Variables<'_>>,
    buttons: &[Key],
) -> Result<Vec<(Key, String)>, ConsumerError> {
    let expected: BTreeSet<u16> = (1..).take(buttons.len()).collect();
    let values = numbered(given, &expected, &BUTTON_VARIABLES)?;
    Ok(buttons.iter().copied().zip(values.into_iter().map(|(_, value)| value)).collect())
}

/// The errors of a set of numbered values.
struct Errors {
    too_many: ConsumerError,
    insufficient: ConsumerError,
    missing: fn(u16) -> ConsumerError,
    not_string: fn(u16) -> ConsumerError,
}

const VARIABLES: Errors = Errors {
    too_many: ConsumerError::TooManyVariables,
    insufficient: ConsumerError::InsufficientVariables,
    missing: ConsumerError::MissingVariable,
    not_string: ConsumerError::VariableNotString,
};
const BUTTON_VARIABLES: Errors = Errors {
    too_many: ConsumerError::TooManyButtonVariables,
    insufficient: ConsumerError::InsufficientButtonVariables,
    missing: ConsumerError::MissingButtonVariable,
    not_string: ConsumerError::ButtonVariableNotString,
};

/// The values of the expected numbers, in order. No other values may be given.
fn numbered(
    given: Option<&Variables<'_>>,
    expected: &BTreeSet<u16>,
    errors: &Errors,
) -> Result<Vec<(u16, String)>, ConsumerError> {
    let count = given.map_or(0, |given| given.fields.len());
    if count > expected.len() {
        return Err(errors.too_many.clone());
    }
    if count == 0 && !expected.is_empty() {
        return Err(errors.insufficient.clone());
    }
    let json = |number: &u16| given.and_then(|given| given.fields.get_or_null(&number.to_string()));
    if let Some(number) = expected.iter().find(|number| json(number).is_none()) {
        return Err((errors.missing)(*number));
    }
    let value = |number: &u16| {
        let value = json(number).and_then(read_string).ok_or_else(|| (errors.not_string)(*number))?;
        Ok((*number, value))
    };
    expected.iter().map(value).collect()
}

/// The value of the header, whose name is the type of the header.
fn header_values(
    given: Option<&Variables<'_>>,
    header: Option<&HeaderSpec>,
) -> Result<Vec<(Key, String)>, ConsumerError> {
    let count = given.map_or(0, |given| given.fields.len());
    let Some(header) = header else {
        return if count == 0 { Ok(Vec::new()) } else { Err(ConsumerError::TooManyHeaderVariables) };
    };
    let json = match (given, count) {
        (None, _) | (_, 0) => return Err(ConsumerError::InsufficientHeaderVariables),
        (Some(given), 1) => given.fields.get_or_null(&header.kind),
        _ => return Err(ConsumerError::TooManyHeaderVariables),
    };
    let json = json.ok_or_else(|| ConsumerError::MissingHeaderVariable(header.kind.clone()))?;
    let value = read_string(json).ok_or(ConsumerError::HeaderVariableNotString)?;
    let key = |number| Key { component: Some(Component::Header), number };
    Ok(outbound_model::placeholders(&header.content)
        .map(|placeholder| (key(placeholder.number), value.clone()))
        .collect())
}

/// Checks that no message is blank with its values. Otherwise, it could not be sent.
pub(super) fn check_blank(handoff: &HandoffSpec, values: &Values) -> Result<(), ConsumerError> {
    for text in handoff.channels.iter().filter_map(|channel| channel.required_text.as_ref()) {
        let filled = substitute(text, |number| values.get(Key { component: None, number }));
        if filled.text.trim().is_empty()
            && let Some(placeholder) = outbound_model::placeholders(text).next()
        {
            return Err(ConsumerError::MissingVariable(placeholder.number));
        }
    }
    Ok(())
}

/// Checks the length of each channel's message with its values.
pub(super) fn check_lengths(handoff: &HandoffSpec, values: &Values) -> Result<(), ConsumerError> {
    for channel in &handoff.channels {
        let Some((text, maximum)) = &channel.text else { continue };
        let filled = substitute(text, |number| values.get(Key { component: None, number }));
        if is_longer(&filled.text, *maximum) {
            return Err(ConsumerError::MessageTooLong(channel.channel));
        }
    }
    Ok(())
}
