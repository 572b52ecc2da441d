//! Values for placeholders: `1=Ann`, or `body.1=Ann` for one component.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};

/// A component of a WhatsApp template. Each component numbers its placeholders from 1.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Component {
    /// `header`
    Header,
    /// `body`
    Body,
    /// `button0` and so on, by the button's `index`.
    Button(u16),
}

/// Identifies the placeholder of a value.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Key {
    /// The component; `None` for placeholders with this number in any component.
    pub component: Option<Component>,
    /// The placeholder's number, 1 to 999.
    pub number: u16,
}

/// Error when parsing a key or an assignment.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ValueError {
    /// Not the name of a placeholder.
    #[error("'{0}' names no placeholder: write 1, header.1, body.1 or button0.1, up to 999")]
    Key(String),
    /// No `=` between name and value.
    #[error("'{0}' gives no value: write 1=Ann")]
    NoValue(String),
}

/// Values by placeholder. A value for a component takes precedence over one for the plain number.
///
/// ```
/// use outbound_render::Values;
///
/// let values: Values = ["1=Ann", "button0.1=a7"].into_iter().map(Values::assignment).collect::<Result<_, _>>()?;
/// assert_eq!(values.get("body.1".parse()?), Some("Ann"));
/// assert_eq!(values.get("button0.1".parse()?), Some("a7"));
/// # Ok::<(), outbound_render::ValueError>(())
/// ```
///
/// The JSON form is an object of strings: `{"1":"Ann","button0.1":"a7"}`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "BTreeMap<String, String>")]
pub struct Values(BTreeMap<Key, String>);

impl Values {
    /// Parses `1=Ann`. Everything after the first `=` is the value.
    pub fn assignment(text: &str) -> Result<(Key, String), ValueError> {
        let (key, value) = text.split_once('=').ok_or_else(|| ValueError::NoValue(text.to_owned()))?;
        Ok((key.parse()?, value.to_owned()))
    }

    /// The value of a placeholder: the one for its component, or else the one for its plain number.
    pub fn get(&self, key: Key) -> Option<&str> {
        self.entry(key).map(|(_, value)| value)
    }

    /// These values, with `samples` for placeholders that have no value here.
    ///
    /// ```
    /// use outbound_render::Values;
    ///
    /// let values = |list: &[&str]| list.iter().map(|item| Values::assignment(item)).collect::<Result<Values, _>>();
    /// let both = values(&["1=Ann"])?.or(&values(&["body.1=Bob", "2=Monday"])?);
    /// assert_eq!(both.get("body.1".parse()?), Some("Ann"));
    /// assert_eq!(both.get("body.2".parse()?), Some("Monday"));
    /// # Ok::<(), outbound_render::ValueError>(())
    /// ```
    #[must_use]
    pub fn or(&self, samples: &Values) -> Values {
        let unset = samples.0.iter().filter(|(key, _)| self.get(**key).is_none());
        unset.chain(&self.0).map(|(key, value)| (*key, value.clone())).collect()
    }

    /// The placeholders that have a value, in order.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        self.0.keys().copied()
    }

    /// Like [`get`](Self::get), with the key under which the value is stored.
    pub(crate) fn entry(&self, key: Key) -> Option<(Key, &str)> {
        let plain = Key { component: None, number: key.number };
        [key, plain].into_iter().find_map(|key| Some((key, self.0.get(&key)?.as_str())))
    }
}

impl FromIterator<(Key, String)> for Values {
    /// If a key occurs several times, its last value is used.
    fn from_iter<I: IntoIterator<Item = (Key, String)>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl TryFrom<BTreeMap<String, String>> for Values {
    type Error = ValueError;

    fn try_from(values: BTreeMap<String, String>) -> Result<Self, ValueError> {
        values.into_iter().map(|(key, value)| Ok((key.parse()?, value))).collect()
    }
}

impl FromStr for Key {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let (component, number) = match text.split_once('.') {
            Some((component, number)) => (Some(component), number),
            None => (None, text),
        };
        let key = || {
            let component = match component {
                None => None,
                Some("header") => Some(Component::Header),
                Some("body") => Some(Component::Body),
                Some(button) => Some(Component::Button(decimal(button.strip_prefix("button")?)?)),
            };
            let number = decimal(number).filter(|number| (1..=999).contains(number))?;
            Some(Key { component, number })
        };
        key().ok_or_else(|| ValueError::Key(text.to_owned()))
    }
}

/// Parses a number without sign and leading zeros.
fn decimal(text: &str) -> Option<u16> {
    text.parse().ok().filter(|number: &u16| number.to_string() == text)
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.component {
            None => {}
            Some(Component::Header) => f.write_str("header.")?,
            Some(Component::Body) => f.write_str("body.")?,
            Some(Component::Button(index)) => write!(f, "button{index}.")?,
        }
        self.number.fmt(f)
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_round_trip() {
        for text in ["1", "999", "header.1", "body.12", "button0.1", "button11.3"] {
            assert_eq!(text.parse::<Key>().unwrap().to_string(), text);
        }
        for text in
            ["", "0", "01", "+1", "1000", "name", "footer.1", "button.1", "button-1.1", "body.", "body.1.2"]
        {
            assert_eq!(text.parse::<Key>(), Err(ValueError::Key(text.to_owned())));
        }
    }

    #[test]
    fn values_may_contain_any_characters() {
        assert_eq!(Values::assignment("1=a=b").unwrap().1, "a=b");
        assert_eq!(Values::assignment("1=").unwrap().1, "");
        assert_eq!(Values::assignment("1"), Err(ValueError::NoValue("1".into())));
    }

    #[test]
    fn values_round_trip_as_json() {
        let json = r#"{"1":"Ann","body.2":"x"}"#;
        let values: Values = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&values).unwrap(), json);
        assert!(serde_json::from_str::<Values>(r#"{"name":"Ann"}"#).is_err());
    }
}
