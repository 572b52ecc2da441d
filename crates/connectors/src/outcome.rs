//! A provider's response to a request, and what it means for the message.

use std::fmt;
use std::time::Duration;

use outbound_reporting::ErrorKey;

use crate::error_class::ErrorClass;
use crate::provider::{Guarantee, Provider};

/// The largest response body that is read. A longer one is treated as unreadable.
pub const MAX_RESPONSE_BYTES: usize = 64 * 1024;
/// The longest wait that is taken from a `Retry-After` header.
const MAX_RETRY_AFTER: Duration = Duration::from_hours(24);
/// The maximum length of a provider's id of a message, in bytes. The longest documented ones have about 130.
const MAX_ID_BYTES: usize = 256;

/// A response as it was received.
#[derive(Clone, Copy)]
pub struct ProviderResponse<'r> {
    status: u16,
    retry_after: Option<Duration>,
    body: &'r [u8],
}

impl<'r> ProviderResponse<'r> {
    /// `retry_after` is the value of the header `Retry-After`. Only a number of seconds is used, because no
    /// provider sends a date.
    pub fn new(status: u16, retry_after: Option<&str>, body: &'r [u8]) -> Self {
        let seconds = retry_after.and_then(|value| value.trim().parse().ok());
        let retry_after = seconds.map(|seconds| Duration::from_secs(seconds).min(MAX_RETRY_AFTER));
        let body = if body.len() > MAX_RESPONSE_BYTES { &[] } else { body };
        Self { status, retry_after, body }
    }

    pub(crate) fn status(self) -> u16 {
        self.status
    }

    pub(crate) fn is_success(self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn body(self) -> &'r [u8] {
        self.body
    }
}

/// What a provider did with a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// It will be delivered. This is the step `sent` of reporting.
    Accepted {
        /// The provider's id of the message.
        provider_id: ProviderId,
    },
    /// It will not be delivered.
    Refused {
        /// Whether the provider itself says so. Otherwise the response may come from a proxy, and the next
        /// channel of the handoff must not be tried.
        definite: bool,
        /// Source and code of the error.
        error: ErrorKey,
        /// What the error means.
        class: ErrorClass,
    },
    /// It was not processed, because too many messages were sent. It may be sent again.
    Throttled {
        /// Source and code of the error.
        error: ErrorKey,
        /// How long to wait, if the provider says so.
        retry_after: Option<Duration>,
        /// What has to wait.
        scope: ThrottleScope,
    },
    /// It was not sent, or sending it again has no effect if it was. It may be sent again.
    RetryLater {
        /// Source and code of the error.
        error: ErrorKey,
        /// How long to wait, if the provider says so.
        retry_after: Option<Duration>,
    },
    /// It may have been sent. It must not be sent again without a person's decision.
    Unknown {
        /// Source and code of the error.
        error: ErrorKey,
    },
}

/// Why there is no response to a request.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum TransportFailure {
    /// The connection failed before a byte of the request was sent.
    NotSent,
    /// At least a part of the request was sent.
    ResponseLost,
}

impl Outcome {
    /// The outcome of a request that `provider` did not answer.
    pub fn without_response(provider: Provider, failure: TransportFailure) -> Self {
        let error = ErrorKey::of_provider(provider.error_source(), "ntw_err");
        match (failure, provider.guarantee()) {
            (TransportFailure::NotSent, _) | (_, Guarantee::Idempotent) => {
                Self::RetryLater { error, retry_after: None }
            }
            (TransportFailure::ResponseLost, _) => Self::Unknown { error },
        }
    }
}

/// What has to wait after a provider refused a message for its rate.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ThrottleScope {
    /// All messages of the sender.
    Lane,
    /// Messages to the same recipient.
    Recipient,
}

/// A provider's id of a message: 1 to 256 bytes, without control characters.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ProviderId(String);

impl ProviderId {
    /// Checks an id; `None` if it is empty, too long, or contains control characters.
    pub fn new(id: &str) -> Option<Self> {
        let is_valid = (1..=MAX_ID_BYTES).contains(&id.len()) && !id.chars().any(char::is_control);
        is_valid.then(|| Self(id.to_owned()))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The outcome of an error that the provider itself reported.
pub(crate) fn reported(response: ProviderResponse<'_>, error: ErrorKey, class: ErrorClass) -> Outcome {
    let retry_after = response.retry_after;
    match class {
        ErrorClass::Throttle => Outcome::Throttled { error, retry_after, scope: ThrottleScope::Lane },
        ErrorClass::ThrottleRecipient => {
            Outcome::Throttled { error, retry_after, scope: ThrottleScope::Recipient }
        }
        ErrorClass::TryLater => Outcome::RetryLater { error, retry_after },
        _ => Outcome::Refused { definite: true, error, class },
    }
}

/// The outcome of a response whose body is not readable, by its HTTP status. It may come from a proxy.
pub(crate) fn by_status(provider: Provider, response: ProviderResponse<'_>) -> Outcome {
    let status = response.status();
    let error = ErrorKey::of_provider(provider.error_source(), &format!("http_{status}"));
    let refused = |class| Outcome::Refused { definite: false, error: error.clone(), class };
    match status {
        // The base URL or the credentials are wrong.
        300..400 | 401 | 403 | 404 | 405 | 407 => refused(ErrorClass::StopLane),
        429 => reported(response, error, ErrorClass::Throttle),
        400..500 if status != 408 => refused(ErrorClass::Content),
        _ if provider.guarantee() == Guarantee::Idempotent => {
            Outcome::RetryLater { error, retry_after: response.retry_after }
        }
        _ => Outcome::Unknown { error },
    }
}
