//! The configuration of one channel of a handoff. Each channel type has its own file.

mod apple_twilio;
mod button;
mod googlercs;
mod inapp;
mod sms_twilio;
mod wa;

use std::fmt;
use std::str::FromStr;

pub use apple_twilio::{AppleComponent, AppleTwilio};
pub use button::Button;
pub use googlercs::{GoogleRcs, Media, RCS_TRAFFIC_TYPES, RcsBody, RcsComponent};
pub use inapp::{InApp, InAppComponent, InAppImage, InAppText};
pub use sms_twilio::{SmsBody, SmsComponent, SmsTwilio};
pub use wa::{TextBody, WaComponent, WaFooter, WaHeader, WhatsApp};

use crate::Invalid;
use crate::json_macros::{json_tagged, named_values};

json_tagged! {
    /// A channel configuration. The field `type` selects the variant.
    pub enum Channel {
        /// WhatsApp.
        WhatsApp(WhatsApp) as "wa",
        /// SMS through Twilio.
        Sms(SmsTwilio) as "sms-twilio",
        /// Apple Messages for Business.
        Apple(AppleTwilio) as "apple-twilio",
        /// Google RCS for Business.
        GoogleRcs(GoogleRcs) as "googlercs",
        /// The brand's own app with LivePerson's SDK.
        InApp(InApp) as "inapp",
    }
}

impl Channel {
    /// The channel's type; `None` for a type that the contract does not name.
    pub fn channel_type(&self) -> Option<ChannelType> {
        match self {
            Channel::WhatsApp(_) => Some(ChannelType::WhatsApp),
            Channel::Sms(_) => Some(ChannelType::SmsTwilio),
            Channel::Apple(_) => Some(ChannelType::AppleTwilio),
            Channel::GoogleRcs(_) => Some(ChannelType::GoogleRcs),
            Channel::InApp(_) => Some(ChannelType::InApp),
            Channel::Unknown(_) => None,
        }
    }
}

/// The channels of the contract.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ChannelType {
    /// `wa`
    WhatsApp,
    /// `sms-twilio`
    SmsTwilio,
    /// `apple-twilio`
    AppleTwilio,
    /// `googlercs`
    GoogleRcs,
    /// `inapp`
    InApp,
}

impl ChannelType {
    /// Every channel, in the order of the contract.
    pub const ALL: [ChannelType; 5] = [
        ChannelType::WhatsApp,
        ChannelType::SmsTwilio,
        ChannelType::AppleTwilio,
        ChannelType::GoogleRcs,
        ChannelType::InApp,
    ];

    /// The channel's name in paths and in `type`.
    pub fn as_str(self) -> &'static str {
        match self {
            ChannelType::WhatsApp => "wa",
            ChannelType::SmsTwilio => "sms-twilio",
            ChannelType::AppleTwilio => "apple-twilio",
            ChannelType::GoogleRcs => "googlercs",
            ChannelType::InApp => "inapp",
        }
    }
}

named_values!(ChannelType, "The type of a channel configuration.");

impl FromStr for ChannelType {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        ChannelType::ALL.into_iter().find(|channel| channel.as_str() == text).ok_or_else(|| {
            let known = ChannelType::ALL.map(ChannelType::as_str).join(", ");
            Invalid::new(format!("unknown channel; the channels are {known}"))
        })
    }
}

impl fmt::Display for ChannelType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
