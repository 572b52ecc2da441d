//! Default senders, namespaces and languages of an account, for imported handoffs without them.

use std::collections::BTreeMap;

use outbound_formats::ChannelDefaults;
use outbound_model::{ChannelType, Invalid};
use serde::{Deserialize, Serialize};

/// Maximum length of a value, in characters.
const MAX_VALUE_LENGTH: usize = 255;

/// Default values by channel. JSON example: `{"wa": {"sender": "15550100", "namespace": "…"}}`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "BTreeMap<String, ChannelDefaults>", into = "BTreeMap<String, ChannelDefaults>")]
pub struct AccountDefaults(pub BTreeMap<ChannelType, ChannelDefaults>);

impl AccountDefaults {
    /// Whether there are no defaults.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets a value by its JSON name, such as `wa.sender`. An empty value removes it.
    ///
    /// ```
    /// let mut defaults = outbound_app::AccountDefaults::default();
    /// defaults.set("wa.sender", "15550100")?;
    /// assert_eq!(defaults.pairs(), [("wa.sender".to_owned(), "15550100".to_owned())]);
    /// # Ok::<(), outbound_model::Invalid>(())
    /// ```
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Invalid> {
        let (channel, field) = name.split_once('.').unwrap_or((name, ""));
        let channel: ChannelType = channel.parse()?;
        let values = self.0.entry(channel).or_default();
        let slot = match field {
            "language" => &mut values.language,
            "sender" => &mut values.sender,
            "namespace" => &mut values.namespace,
            "serviceAccountName" => &mut values.service_account_name,
            _ => {
                return Err(Invalid::new(format!(
                    "unknown field '{}'; expected language, sender, namespace or serviceAccountName",
                    field.escape_debug()
                )));
            }
        };
        *slot = Some(value.to_owned()).filter(|value| !value.is_empty());
        self.0.retain(|_, values| *values != ChannelDefaults::default());
        self.check()
    }

    /// All values with their names.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let fields = self.0.iter().flat_map(|(channel, values)| {
            let ChannelDefaults { language, sender, namespace, service_account_name } = values;
            [
                ("language", language),
                ("sender", sender),
                ("namespace", namespace),
                ("serviceAccountName", service_account_name),
            ]
            .map(|(field, value)| Some((format!("{channel}.{field}"), value.clone()?)))
        });
        fields.flatten().collect()
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        let is_invalid = |value: &str| {
            value.is_empty()
                || value.chars().count() > MAX_VALUE_LENGTH
                || value.chars().any(char::is_control)
        };
        match self.pairs().into_iter().find(|(_, value)| is_invalid(value)) {
            None => Ok(()),
            Some((name, _)) => Err(Invalid::new(format!(
                "{name}: expected 1 to {MAX_VALUE_LENGTH} characters without control characters"
            ))),
        }
    }
}

impl TryFrom<BTreeMap<String, ChannelDefaults>> for AccountDefaults {
    type Error = Invalid;

    fn try_from(by_name: BTreeMap<String, ChannelDefaults>) -> Result<Self, Invalid> {
        let read = |(name, values): (String, ChannelDefaults)| Ok((name.parse()?, values));
        Ok(Self(by_name.into_iter().map(read).collect::<Result<_, Invalid>>()?))
    }
}

impl From<AccountDefaults> for BTreeMap<String, ChannelDefaults> {
    fn from(defaults: AccountDefaults) -> Self {
        defaults.0.into_iter().map(|(channel, values)| (channel.to_string(), values)).collect()
    }
}
