//! The tables of error codes of all providers.

use crate::error_class::CodeClass;
use crate::provider::Provider;
use crate::{meta, rbm, relay, twilio};

/// The classes of a provider's error codes. The first row that contains a code applies. Codes of `rbm` and `relay` are
/// HTTP statuses.
pub const fn error_classes(provider: Provider) -> &'static [CodeClass] {
    match provider {
        Provider::Meta => meta::ERROR_CLASSES,
        Provider::Twilio => twilio::ERROR_CLASSES,
        Provider::Rbm => rbm::ERROR_CLASSES,
        Provider::Relay => relay::ERROR_CLASSES,
    }
}
