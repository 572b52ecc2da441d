//! The classes of Twilio's error codes (twilio.com/docs/api/errors, read in November 2026).

use crate::error_class::CodeClass;
use crate::error_class::ErrorClass::{
    Content, FinalForRecipient, OptOut, StopLane, TemplateState, Throttle, TryLater,
};

/// The class of each code. Codes from 30000 are reported after Twilio accepted the message.
pub(crate) const ERROR_CLASSES: &[CodeClass] = &[
    // Credentials and the state of the account.
    CodeClass::range(20_003, 20_006, StopLane),
    CodeClass::one(30_002, StopLane),
    // The sender: invalid, of another account, not registered, not verified, at its daily limit.
    CodeClass::one(21_212, StopLane),
    CodeClass::one(21_603, StopLane),
    CodeClass::one(21_606, StopLane),
    CodeClass::one(21_659, StopLane),
    CodeClass::one(21_660, StopLane),
    CodeClass::range(21_701, 21_705, StopLane),
    CodeClass::range(30_023, 30_024, StopLane),
    CodeClass::one(30_032, StopLane),
    CodeClass::one(30_034, StopLane),
    CodeClass::one(63_007, StopLane),
    CodeClass::one(63_038, StopLane),
    // Rates and queues.
    CodeClass::one(14_107, Throttle),
    CodeClass::one(20_429, Throttle),
    CodeClass::one(21_611, Throttle),
    CodeClass::one(30_001, Throttle),
    CodeClass::one(30_022, Throttle),
    CodeClass::one(63_018, Throttle),
    // Temporary failures, and hours in which the carrier blocks messages.
    CodeClass::one(30_410, TryLater),
    CodeClass::one(30_610, TryLater),
    CodeClass::one(63_012, TryLater),
    // This recipient. 21408: the account may not send to the country. 21608: a trial account.
    CodeClass::one(21_211, FinalForRecipient),
    CodeClass::one(21_408, FinalForRecipient),
    CodeClass::one(21_608, FinalForRecipient),
    CodeClass::one(21_612, FinalForRecipient),
    CodeClass::one(21_614, FinalForRecipient),
    CodeClass::range(30_003, 30_006, FinalForRecipient),
    CodeClass::one(30_008, FinalForRecipient),
    CodeClass::one(63_003, FinalForRecipient),
    CodeClass::one(63_016, FinalForRecipient),
    CodeClass::one(63_024, FinalForRecipient),
    CodeClass::range(63_032, 63_033, FinalForRecipient),
    CodeClass::one(63_036, FinalForRecipient),
    CodeClass::one(21_610, OptOut),
    // The content of the message.
    CodeClass::one(21_602, Content),
    CodeClass::one(21_617, Content),
    CodeClass::range(21_619, 21_620, Content),
    CodeClass::one(21_656, Content),
    CodeClass::one(30_007, Content),
    CodeClass::one(63_005, Content),
    CodeClass::one(63_013, Content),
    CodeClass::one(63_019, Content),
    CodeClass::one(63_021, Content),
    CodeClass::range(63_027, 63_028, Content),
    // The template is paused.
    CodeClass::one(63_041, TemplateState),
];
