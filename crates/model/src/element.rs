//! One element of the by-channel list (design §4.2).

use serde_json::Value;

use crate::{Channel, Handoff, Object};

/// A channel configuration at the top level, merged with the handoff's own seven fields.
///
/// The handoff's fields replace unknown fields of the channel with the same names.
pub fn channel_element(handoff: &Handoff, channel: &Channel) -> Result<Object, serde_json::Error> {
    let mut element = object(serde_json::to_value(channel)?);
    let handoff_fields = [
        ("id", Value::from(handoff.id.as_str())),
        ("name", handoff.name.as_str().into()),
        ("lookbackPeriodDay", handoff.lookback_period_day.into()),
        ("lookbackPeriodHour", handoff.lookback_period_hour.into()),
        ("routeAllWithinLookback", handoff.route_all_within_lookback.into()),
        ("createdAt", handoff.created_at.to_string().into()),
        ("updatedAt", handoff.updated_at.to_string().into()),
    ];
    element.extend(handoff_fields.map(|(key, value)| (key.to_owned(), value)));
    Ok(element)
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}
