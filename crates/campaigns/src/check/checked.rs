//! The result of a check.

use std::fmt;

use outbound_render::Values;
use outbound_reporting::{Address, ReportingChannel};
use serde_json::value::RawValue;

use super::consumer_error::ConsumerError;

/// The result of a check: every consumer is in one of the lists, in the order of the request.
#[derive(Debug)]
pub struct Checked<'j> {
    /// Consumers to send to.
    pub accepted: Vec<AcceptedConsumer<'j>>,
    /// Rejected consumers.
    pub failed: Vec<RejectedConsumer<'j>>,
}

/// A consumer to send to.
pub struct AcceptedConsumer<'j> {
    pub(super) addresses: Vec<(ReportingChannel, Address)>,
    pub(super) values: Values,
    pub(super) personal_info: Option<&'j RawValue>,
    pub(super) customer_info: Option<&'j RawValue>,
    pub(crate) echo: Echo<'j>,
}

/// A consumer with an error.
pub struct RejectedConsumer<'j> {
    /// The first error.
    pub error: ConsumerError,
    pub(crate) country: Option<&'static str>,
    pub(crate) echo: Echo<'j>,
}

/// The parts of a consumer that the response repeats.
pub(crate) struct Echo<'j> {
    /// In E.164 if the number is valid; absent if no channel uses phone numbers.
    pub(crate) phone: Option<String>,
    pub(crate) content: Content<'j>,
    pub(crate) variables: &'j RawValue,
    pub(crate) header_variables: Option<&'j RawValue>,
}

/// `consumerContent` in the response.
pub(crate) enum Content<'j> {
    /// Of a request with it. Rejected consumers get the JSON of the request.
    Sent { json: &'j RawValue, addresses: Vec<(ReportingChannel, String)> },
    /// Of the old form with a handoff: the channels of the handoff.
    Derived(Vec<(ReportingChannel, String)>),
    /// Of the old form with a template id: none.
    Absent,
}

impl AcceptedConsumer<'_> {
    /// The addresses, in the order in which the channels are tried. Never empty.
    pub fn addresses(&self) -> &[(ReportingChannel, Address)] {
        &self.addresses
    }

    /// The values of all placeholders.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// `personalInfo`, as it was sent.
    pub fn personal_info(&self) -> Option<&RawValue> {
        self.personal_info
    }

    /// `customerInfo`, as it was sent.
    pub fn customer_info(&self) -> Option<&RawValue> {
        self.customer_info
    }
}

impl fmt::Debug for AcceptedConsumer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcceptedConsumer").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

impl fmt::Debug for RejectedConsumer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RejectedConsumer").field("error", &self.error).finish_non_exhaustive()
    }
}
