//! The names that the reporting API uses for applications, channels and sources.

use outbound_model::ChannelType;

use crate::error::ReportingError;

/// Declares an enum whose variants have names in JSON.
macro_rules! named {
    ($(#[doc = $about:literal])* $Type:ident { $($(#[$doc:meta])* $Variant:ident = $name:literal,)+ }) => {
        $(#[doc = $about])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum $Type {
            $($(#[$doc])* $Variant,)+
        }

        impl serde::Serialize for $Type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        // The derived implementation does not see names that a macro inserts.
        impl utoipa::PartialSchema for $Type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .description(Some([$($about.trim()),*].join("\n")))
                    .enum_values(Some([$($name),+]))
                    .into()
            }
        }

        impl utoipa::ToSchema for $Type {}

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
                $crate::names::join(Self::ALL.iter().map(|value| value.as_str()))
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

/// Names separated by commas, for error messages.
pub(crate) fn join<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

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

impl From<ChannelType> for ReportingChannel {
    fn from(channel: ChannelType) -> Self {
        match channel {
            ChannelType::WhatsApp => Self::WhatsApp,
            ChannelType::SmsTwilio => Self::Sms,
            ChannelType::AppleTwilio => Self::Apple,
            ChannelType::GoogleRcs => Self::GoogleRcs,
            ChannelType::InApp => Self::InApp,
        }
    }
}

impl ReportingChannel {
    /// Reads the value of `field`. The error suggests the right name for the names of handoff channels and
    /// for other letter case.
    pub(crate) fn read(
        field: &'static str,
        name: &str,
        enabled: EnabledChannels,
    ) -> Result<Self, ReportingError> {
        let channel = match name.to_ascii_lowercase().as_str() {
            "sms-twilio" => Some(Self::Sms),
            "apple-twilio" => Some(Self::Apple),
            lower => Self::from_name(lower),
        };
        match channel {
            None => Err(ReportingError::unknown(field, name, enabled.names())),
            Some(channel) if !enabled.contains(channel) => {
                Err(ReportingError::NotEnabled { field, value: channel.as_str() })
            }
            Some(channel) if channel.as_str() != name => {
                Err(ReportingError::use_instead(field, name, channel.as_str()))
            }
            Some(channel) => Ok(channel),
        }
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

    /// The names of the channels that reports contain, separated by commas.
    fn names(self) -> String {
        join(self.restriction().unwrap_or(ReportingChannel::ALL).iter().map(|channel| channel.as_str()))
    }

    /// The channels that reports contain, in ascending order; `None` for all.
    pub(crate) fn restriction(self) -> Option<&'static [ReportingChannel]> {
        match self {
            Self::Documented => Some(&DOCUMENTED_CHANNELS),
            Self::All => None,
        }
    }
}
