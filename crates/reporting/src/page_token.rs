//! The opaque page of transactions, version 1: the last id of the previous page, authenticated together with
//! the request. So a page can only be requested with the account, times and filters that it belongs to.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outbound_model::AccountId;

use crate::error::ReportingError;
use crate::filters::Filters;
use crate::interval::TransactionsInterval;
use crate::key::ReportingKey;
use crate::names::App;
use crate::transaction_id::TransactionId;

const ID_BYTES: usize = 16;
const TAG_BYTES: usize = 16;

/// Where a page begins: after this id; `None` for the first page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PageToken(Option<TransactionId>);

impl PageToken {
    /// The page after the transaction `last`.
    pub fn after(last: TransactionId) -> Self {
        Self(Some(last))
    }

    /// The first page.
    pub fn first() -> Self {
        Self(None)
    }

    /// The id after which the page begins.
    pub fn position(self) -> Option<TransactionId> {
        self.0
    }

    /// The text of the token for this request.
    pub fn encode(self, key: &ReportingKey, request: &PageRequest<'_>) -> String {
        let position = self.0.map_or([0; ID_BYTES], |id| *id.as_bytes());
        STANDARD.encode([position, request.tag(key, &position)].concat())
    }

    /// Reads the token of a request.
    pub fn decode(text: &str, key: &ReportingKey, request: &PageRequest<'_>) -> Result<Self, ReportingError> {
        let bytes = STANDARD.decode(text).map_err(|_| ReportingError::ForeignPage)?;
        let (position, tag) = bytes.split_first_chunk::<ID_BYTES>().ok_or(ReportingError::ForeignPage)?;
        aws_lc_rs::constant_time::verify_slices_are_equal(tag, &request.tag(key, position))
            .map_err(|_| ReportingError::ForeignPage)?;
        let is_first = *position == [0; ID_BYTES];
        Ok(Self((!is_first).then(|| TransactionId::from_bytes(*position))))
    }
}

/// The request that a page belongs to.
#[derive(Clone, Copy, Debug)]
pub struct PageRequest<'a> {
    /// The account.
    pub account: &'a AccountId,
    /// The application.
    pub app: App,
    /// The interval.
    pub interval: TransactionsInterval,
    /// The filters.
    pub filters: &'a Filters,
}

impl PageRequest<'_> {
    fn tag(&self, key: &ReportingKey, position: &[u8; ID_BYTES]) -> [u8; TAG_BYTES] {
        key.tag(
            "page",
            &[
                self.account.as_str().as_bytes(),
                self.app.as_str().as_bytes(),
                &self.interval.start().millis().to_be_bytes(),
                &self.interval.end().millis().to_be_bytes(),
                self.filters.canonical().as_bytes(),
                position,
            ],
        )
    }
}
