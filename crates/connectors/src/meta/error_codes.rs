//! The classes of Meta's error codes (Cloud API error codes, read in November 2026).

use crate::error_class::CodeClass;
use crate::error_class::ErrorClass::{
    Content, FinalForRecipient, OptOut, StopLane, TemplateState, Throttle, ThrottleRecipient, TryLater,
};

/// The class of each code. Codes are decided by their number, because titles change.
pub(crate) const ERROR_CLASSES: &[CodeClass] = &[
    // Credentials and permissions.
    CodeClass::one(0, StopLane),
    CodeClass::one(3, StopLane),
    CodeClass::one(10, StopLane),
    CodeClass::one(190, StopLane),
    CodeClass::range(200, 299, StopLane),
    CodeClass::one(131_005, StopLane),
    // State of the number or of the account: deleted, not registered, display name, payment, policy, country.
    CodeClass::one(33, StopLane),
    CodeClass::one(368, StopLane),
    CodeClass::one(130_497, StopLane),
    CodeClass::one(131_031, StopLane),
    CodeClass::one(131_037, StopLane),
    CodeClass::one(131_042, StopLane),
    CodeClass::one(131_045, StopLane),
    CodeClass::one(131_063, StopLane),
    CodeClass::one(133_010, StopLane),
    // Rates.
    CodeClass::one(4, Throttle),
    CodeClass::one(80_007, Throttle),
    CodeClass::one(130_429, Throttle),
    CodeClass::one(131_048, Throttle),
    CodeClass::one(131_064, Throttle),
    CodeClass::one(133_016, Throttle),
    // One message in 6 seconds to the same recipient.
    CodeClass::one(131_056, ThrottleRecipient),
    // Temporary. 131053: the media could not be downloaded.
    CodeClass::one(1, TryLater),
    CodeClass::one(2, TryLater),
    CodeClass::one(131_000, TryLater),
    CodeClass::one(131_016, TryLater),
    CodeClass::one(131_053, TryLater),
    CodeClass::one(131_057, TryLater),
    // This recipient. 131049: too many marketing messages, not to be repeated within 24 hours.
    CodeClass::one(130_472, FinalForRecipient),
    CodeClass::one(131_021, FinalForRecipient),
    CodeClass::one(131_026, FinalForRecipient),
    CodeClass::one(131_030, FinalForRecipient),
    CodeClass::one(131_047, FinalForRecipient),
    CodeClass::one(131_049, FinalForRecipient),
    CodeClass::one(131_062, FinalForRecipient),
    CodeClass::one(135_000, FinalForRecipient),
    CodeClass::one(137_000, FinalForRecipient),
    CodeClass::one(131_050, OptOut),
    // The content of the message.
    CodeClass::one(100, Content),
    CodeClass::one(131_008, Content),
    CodeClass::one(131_009, Content),
    CodeClass::one(131_051, Content),
    CodeClass::one(131_052, Content),
    CodeClass::one(132_000, Content),
    CodeClass::one(132_001, Content),
    CodeClass::one(132_005, Content),
    CodeClass::one(132_007, Content),
    CodeClass::one(132_008, Content),
    CodeClass::one(132_012, Content),
    CodeClass::one(132_068, Content),
    CodeClass::one(132_069, Content),
    // The template is paused or disabled.
    CodeClass::one(132_015, TemplateState),
    CodeClass::one(132_016, TemplateState),
];
