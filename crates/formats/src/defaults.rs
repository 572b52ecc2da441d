//! Defaults for fields that providers' files lack: sender, namespace, language.

use std::collections::BTreeMap;

use outbound_model::{Channel, ChannelType};
use serde::{Deserialize, Serialize};

/// Default values for the fields of a channel.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ChannelDefaults {
    /// The language. RBM messages do not have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// `outboundnumber`: the sender. No provider's file has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// `namespace` of WhatsApp channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// `serviceAccountName` of RCS channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account_name: Option<String>,
}

impl ChannelDefaults {
    fn fill(&self, channel: &mut Channel) {
        let (language, sender) = match channel {
            Channel::WhatsApp(channel) => {
                fill(&mut channel.namespace, self.namespace.as_ref());
                (&mut channel.language, &mut channel.outboundnumber)
            }
            Channel::Sms(channel) => (&mut channel.language, &mut channel.outboundnumber),
            Channel::GoogleRcs(channel) => {
                fill(&mut channel.service_account_name, self.service_account_name.as_ref());
                (&mut channel.language, &mut channel.outboundnumber)
            }
            // No provider's format is imported into these channels.
            Channel::Apple(_) | Channel::InApp(_) | Channel::Unknown(_) => return,
        };
        fill(language, self.language.as_ref());
        fill(sender, self.sender.as_ref());
    }
}

/// Default values for the channels of an import.
#[derive(Clone, Debug, Default)]
pub struct ImportDefaults {
    /// Defaults given for this import. They take precedence.
    pub given: ChannelDefaults,
    /// The account's defaults by channel type.
    pub account: BTreeMap<ChannelType, ChannelDefaults>,
}

impl ImportDefaults {
    pub(crate) fn fill(&self, channel: &mut Channel) {
        self.given.fill(channel);
        let account = channel.channel_type().and_then(|kind| self.account.get(&kind));
        if let Some(account) = account {
            account.fill(channel);
        }
    }
}

fn fill(field: &mut Option<String>, value: Option<&String>) {
    if field.as_ref().is_none_or(String::is_empty) {
        *field = value.or(field.as_ref()).cloned();
    }
}
