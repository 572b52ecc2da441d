//! The numbers of enums in the tables of reporting. They must never change.

use outbound_reporting::{App, MessageStatus, ReportingChannel, Source};
use outbound_store::{StoreError, ValueKind};

/// The code of a value that is missing.
pub(super) const NONE: i64 = 0;

/// A type with a code for each value, greater than 0.
pub(super) trait Code: Copy + Sized + 'static {
    /// All values.
    const VALUES: &'static [Self];

    /// The code of this value.
    fn code(self) -> i64;

    /// The value of a stored code.
    fn from_code(code: i64) -> Result<Self, StoreError> {
        let found = Self::VALUES.iter().copied().find(|value| value.code() == code);
        found.ok_or_else(|| StoreError::Corrupt(format!("the {} code {code}", std::any::type_name::<Self>())))
    }
}

macro_rules! codes {
    ($($Type:ident { $($Variant:ident = $code:literal),+ $(,)? })+) => {
        $(impl Code for $Type {
            const VALUES: &'static [Self] = &[$(Self::$Variant),+];

            fn code(self) -> i64 {
                match self {
                    $(Self::$Variant => $code),+
                }
            }
        })+
    };
}

codes! {
    App { Proactive = 1, ConnectToMessaging = 2 }
    ReportingChannel { Sms = 1, WhatsApp = 2, InApp = 3, Apple = 4, GoogleRcs = 5 }
    Source { Api = 1, Ui = 2, Workflow = 3 }
    MessageStatus { Failed = 1, Skipped = 2, Sent = 3, Delivered = 4, Read = 5, Responded = 6 }
    ValueKind { Skill = 1, Handoff = 2, Campaign = 3, IvrNumber = 4, Error = 5 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `statements::NUMBERS_OF_VALUES` has a statement for each kind, in this order.
    #[test]
    fn kinds_of_values_are_numbered_from_one() {
        assert_eq!(ValueKind::ALL.map(Code::code), [1, 2, 3, 4, 5]);
    }
}
