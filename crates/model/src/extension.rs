//! What this project adds to a handoff: files hold it under a key of its own, and the documented
//! endpoints never show it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

use crate::json_macros::json_object;
use crate::schema::{self, Described};
use crate::{At, FromJson, Object, ShapeError};

json_object! {
    /// What is ours in a handoff.
    pub struct Extension {
        /// Sample values of the placeholders.
        samples as "samples": Option<SampleTexts>,
    }
}

impl Extension {
    /// The key in the handoff's object.
    pub const KEY: &str = "x-outbound";
}

/// Sample values as they are written: by the channel's place in the handoff, then by the name of
/// the placeholder, such as `1` or `body.1`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct SampleTexts(pub BTreeMap<usize, BTreeMap<String, String>>);

impl Described for SampleTexts {
    fn described() -> RefOr<Schema> {
        let place = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^(0|[1-9][0-9]*)$"));
        let mut channels = schema::map(schema::map(String::described()));
        channels.property_names = Some(Box::new(place.build().into()));
        RefOr::T(channels.into())
    }
}

impl FromJson for SampleTexts {
    fn from_json(value: Value, at: At<'_>) -> Result<Self, ShapeError> {
        let channels = Object::from_json(value, at)?;
        let channel = |(place, values): (String, Value)| {
            let at = at.key(&place);
            let number = place.parse().ok().filter(|number: &usize| number.to_string() == place);
            let number = number.ok_or_else(|| at.problem("expected the place of a channel, from 0"))?;
            Ok((number, texts(values, at)?))
        };
        Ok(Self(channels.into_iter().map(channel).collect::<Result<_, _>>()?))
    }
}

fn texts(value: Value, at: At<'_>) -> Result<BTreeMap<String, String>, ShapeError> {
    let values = Object::from_json(value, at)?;
    values
        .into_iter()
        .map(|(key, value)| Ok((key.clone(), String::from_json(value, at.key(&key))?)))
        .collect()
}
