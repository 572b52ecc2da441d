//! Fields that this project adds to a handoff. They are stored under one key of their own, which the
//! documented endpoints never return.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

use crate::json_macros::json_object;
use crate::schema::{self, Described};
use crate::{At, FromJson, Object, ShapeError};

json_object! {
    /// Outbound's own fields of a handoff.
    pub struct Extension {
        /// Sample values of the placeholders.
        samples as "samples": Option<SampleTexts>,
    }
}

impl Extension {
    /// The key in the handoff's JSON object.
    pub const KEY: &str = "x-outbound";
}

/// Sample values by the channel's index in the handoff, then by the placeholder's name, such as `1` or
/// `body.1`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct SampleTexts(pub BTreeMap<usize, BTreeMap<String, String>>);

impl Described for SampleTexts {
    fn described() -> RefOr<Schema> {
        let index = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^(0|[1-9][0-9]*)$"));
        let mut channels = schema::map(schema::map(String::described()));
        channels.property_names = Some(Box::new(index.build().into()));
        RefOr::T(channels.into())
    }
}

impl FromJson for SampleTexts {
    fn from_json(value: Value, at: At<'_>) -> Result<Self, ShapeError> {
        let channels = Object::from_json(value, at)?;
        let channel = |(key, values): (String, Value)| {
            let at = at.key(&key);
            let index = key.parse().ok().filter(|index: &usize| index.to_string() == key);
            let index = index.ok_or_else(|| at.problem("expected the index of a channel, starting at 0"))?;
            Ok((index, string_map(values, at)?))
        };
        Ok(Self(channels.into_iter().map(channel).collect::<Result<_, _>>()?))
    }
}

fn string_map(value: Value, at: At<'_>) -> Result<BTreeMap<String, String>, ShapeError> {
    let values = Object::from_json(value, at)?;
    values
        .into_iter()
        .map(|(key, value)| Ok((key.clone(), String::from_json(value, at.key(&key))?)))
        .collect()
}
