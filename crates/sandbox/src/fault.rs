//! Faults by the last four digits of the recipient. docs/sandbox.md has the same table; a test compares the two.

/// What happens to messages to a phone instead of the usual.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Fault {
    /// The first two requests of a sender are answered with 429 and `Retry-After: 1`.
    ThrottledTwice,
    /// The message is accepted, and the connection closed without a response.
    ConnectionDropped,
    /// The first callback is sent before the response.
    StatusBeforeResponse,
    /// Each callback is sent twice.
    Duplicate,
    /// The callbacks are sent in reverse order.
    Reversed,
    /// The callback `delivered` is missing, also if `read` follows.
    ReadWithoutDelivered,
    /// The message fails after it was sent.
    FailedAfterSent,
    /// The phone replies STOP.
    StopReply,
    /// WhatsApp reports 131049: too many marketing messages.
    MarketingLimit,
    /// WhatsApp refuses the message with 131050: the consumer stopped marketing messages.
    MarketingStopped,
    /// Twilio refuses the message with 21610: the consumer opted out.
    OptedOut,
    /// Twilio reports 30003: the phone is unreachable.
    Unreachable,
    /// RBM refuses the message with 404: the phone has no RCS.
    NoRcs,
    /// The callbacks have a wrong signature.
    WrongSignature,
    /// The message is not accepted, and the connection closed without a response.
    RequestLost,
    /// The server fails, and the message is not accepted.
    ServerError,
    /// The message is accepted, and no callback follows.
    Silent,
    /// The phone replies, or presses the first quick reply of the message.
    Reply,
    /// WhatsApp refuses the message with 132015: the template is paused.
    TemplatePaused,
    /// The credentials are refused.
    NotAuthenticated,
}

/// The last four digits of the recipient, and the fault.
pub const FAULTS: [(&str, Fault); 20] = [
    ("9901", Fault::ThrottledTwice),
    ("9902", Fault::ConnectionDropped),
    ("9903", Fault::StatusBeforeResponse),
    ("9904", Fault::Duplicate),
    ("9905", Fault::Reversed),
    ("9906", Fault::ReadWithoutDelivered),
    ("9907", Fault::FailedAfterSent),
    ("9908", Fault::StopReply),
    ("9909", Fault::MarketingLimit),
    ("9910", Fault::MarketingStopped),
    ("9911", Fault::OptedOut),
    ("9912", Fault::Unreachable),
    ("9913", Fault::NoRcs),
    ("9914", Fault::WrongSignature),
    ("9915", Fault::RequestLost),
    ("9916", Fault::ServerError),
    ("9917", Fault::Silent),
    ("9918", Fault::Reply),
    ("9919", Fault::TemplatePaused),
    ("9920", Fault::NotAuthenticated),
];

impl Fault {
    /// The fault of a recipient.
    pub fn of(recipient: &str) -> Option<Self> {
        FAULTS.iter().find(|(digits, _)| recipient.ends_with(digits)).map(|(_, fault)| *fault)
    }
}
