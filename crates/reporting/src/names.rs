//! The names that the reporting API uses for applications, channels and sources.

use crate::error::ReportingError;

/// Declares an enum whose variants have names in JSON.
macro_rules! named {
    ($(#[$meta:meta])* $Type:ident { $($(#[$doc:meta])* $Variant:ident = $name:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize, utoipa::ToSchema)]
        pub enum $Type {
            $($(#[$doc])* #[serde(rename = $name)] $Variant,)+
        }

        impl $Type {
            /// All values.
            pub const ALL: &[$Type] = &[$($Type::$Variant),+];

            /// The name in JSON.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($Type::$Variant => $name,)+
                }
            }

            /// The value with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == name)
            }

            /// All names, separated by commas.
            pub fn names() -> String {
                Self::ALL.iter().map(|value| value.as_str()).collect::<Vec<_>>().join(", ")
            }
        }

        impl std::fmt::Display for $Type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use named;

named! {
    /// The application that sent a message, as in the paths of the API.
    App {
        /// Proactive Messaging.
        Proactive = "prmsg",
        /// Connect To Messaging.
        ConnectToMessaging = "c2m",
    }
}

named! {
    /// A channel as reporting names it (contract §5): `sms`, not `sms-twilio` as in handoffs. The variants are
    /// in alphabetical order, which is the order of analytics rows.
    ReportingChannel {
        /// Apple Messages. Not in the vendor's API, so accounts have to enable it.
        Apple = "apple",
        /// Google RCS. Not in the vendor's API, so accounts have to enable it.
        GoogleRcs = "googlercs",
        /// In-app messages.
        InApp = "inapp",
        /// SMS.
        Sms = "sms",
        /// WhatsApp.
        WhatsApp = "wa",
    }
}

named! {
    /// What started a message (contract §5).
    Source {
        /// A request to the API.
        Api = "API",
        /// A person in the web tool.
        Ui = "UI",
        /// A workflow of the vendor.
        Workflow = "LPWF",
    }
}

/// The channels that the vendor's page names, in ascending order.
const DOCUMENTED_CHANNELS: [ReportingChannel; 3] =
    [ReportingChannel::InApp, ReportingChannel::Sms, ReportingChannel::WhatsApp];

impl ReportingChannel {
    /// Reads the value of `field`. The error suggests the right name for the names of handoff channels and
    /// for other letter case.
    pub(crate) fn read(field: &'static str, name: &str) -> Result<Self, ReportingError> {
        if let Some(channel) = Self::from_name(name) {
            return Ok(channel);
        }
        let instead = match name.to_ascii_lowercase().as_str() {
            "sms-twilio" => Some(Self::Sms),
            "apple-twilio" => Some(Self::Apple),
            lower => Self::from_name(lower),
        };
        Err(match instead {
            Some(instead) => ReportingError::use_instead(field, name, instead.as_str()),
            None => ReportingError::unknown(field, name, Self::names()),
        })
    }
}

/// Which channels an account's reports contain.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum EnabledChannels {
    /// Those of the vendor's API.
    #[default]
    Documented,
    /// RCS and Apple Messages, too. Clients of the vendor's API may not expect their names.
    All,
}

impl EnabledChannels {
    /// Whether reports contain `channel`.
    pub fn contains(self, channel: ReportingChannel) -> bool {
        self.restriction().is_none_or(|channels| channels.contains(&channel))
    }

    /// The channels that reports contain, in ascending order; `None` for all.
    pub(crate) fn restriction<'a>(self) -> Option<&'a [ReportingChannel]> {
        match self {
            Self::Documented => Some(&DOCUMENTED_CHANNELS),
            Self::All => None,
        }
    }
}
