//! The classes of Google's errors: HTTP statuses.

use crate::error_class::CodeClass;
use crate::error_class::ErrorClass::{Content, FinalForRecipient, StopLane, Throttle, TryLater};

pub(crate) const ERROR_CLASSES: &[CodeClass] = &[
    // The message is not valid, or has a feature that the phone does not support.
    CodeClass::one(400, Content),
    // Credentials, or an agent without permission.
    CodeClass::one(401, StopLane),
    CodeClass::one(403, StopLane),
    // The phone cannot receive RCS, or the agent is not launched in its network.
    CodeClass::one(404, FinalForRecipient),
    CodeClass::one(408, TryLater),
    CodeClass::one(429, Throttle),
    CodeClass::range(500, 599, TryLater),
];
