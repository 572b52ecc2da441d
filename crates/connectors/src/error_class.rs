//! What an error of a provider means for the message, its recipient and the sender.

use std::ops::RangeInclusive;

/// The class of an error.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ErrorClass {
    /// Credentials, payment or the state of the sender. Nothing can be sent until a person acts, so the lane
    /// stops and its recipients wait.
    StopLane,
    /// The sender is too fast. The same message is sent again later, which is no attempt.
    Throttle,
    /// Too many messages to this recipient. Only this recipient waits.
    ThrottleRecipient,
    /// A temporary failure. The same message may be sent again a few times.
    TryLater,
    /// This recipient cannot be reached.
    FinalForRecipient,
    /// The message is not valid or not permitted. Others of the campaign will probably fail, too.
    Content,
    /// The provider paused or disabled the template, so the campaign has to pause.
    TemplateState,
    /// The recipient opted out.
    OptOut,
}

/// The class of some error codes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CodeClass {
    codes: RangeInclusive<u32>,
    class: ErrorClass,
}

impl CodeClass {
    /// One code.
    pub(crate) const fn one(code: u32, class: ErrorClass) -> Self {
        Self { codes: code..=code, class }
    }

    /// All codes from `first` to `last`.
    pub(crate) const fn range(first: u32, last: u32, class: ErrorClass) -> Self {
        Self { codes: first..=last, class }
    }

    /// The codes.
    pub fn codes(&self) -> RangeInclusive<u32> {
        self.codes.clone()
    }

    /// Their class.
    pub fn class(&self) -> ErrorClass {
        self.class
    }
}

/// The class of `code`. An unknown code counts as [`ErrorClass::Content`]: the message failed, and many such
/// failures in a row pause the campaign.
pub(crate) fn class_of(table: &[CodeClass], code: u32) -> ErrorClass {
    let row = table.iter().find(|row| row.codes.contains(&code));
    row.map_or(ErrorClass::Content, |row| row.class)
}
