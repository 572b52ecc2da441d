//! The classes of HTTP statuses that the receiver of a relay returns.

use crate::error_class::CodeClass;
use crate::error_class::ErrorClass::{Content, FinalForRecipient, StopLane, Throttle, TryLater};

pub(crate) const ERROR_CLASSES: &[CodeClass] = &[
    // The address is wrong, or no longer receives messages.
    CodeClass::range(100, 399, StopLane),
    CodeClass::one(401, StopLane),
    CodeClass::range(403, 405, StopLane),
    CodeClass::one(410, StopLane),
    CodeClass::one(408, TryLater),
    CodeClass::one(429, Throttle),
    // The receiver knows that this consumer cannot get the message.
    CodeClass::one(422, FinalForRecipient),
    CodeClass::range(400, 499, Content),
    CodeClass::range(500, 599, TryLater),
];
