//! Request budgets. Each request is charged to one budget: the account's (API) or the session's (web tool) if the
//! caller was authenticated, otherwise the address's. Routes declare whether their requests are charged
//! ([`BudgetClass`](super::policy::BudgetClass)).

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{PoisonError, RwLock};

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use outbound_model::{AccountId, Monotonic, client_network};

use super::buckets::{Buckets, BudgetStatus, Rate};
use super::caller::Caller;
use super::policy::LimitedApi;
use crate::error::ApiError;

const X_RATELIMIT_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const X_RATELIMIT_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const X_RATELIMIT_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The burst, in seconds of requests, of an account with its own rate in an installation without a limit.
const BURST_SECONDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);

/// Requests per second of one web session: enough for a fast reader, and for the live preview while a user types (one
/// request every 150 ms).
const SESSION_PER_SECOND: u32 = 10;
/// Requests per second of an account to each of the APIs with their own budgets (contract §5, §6.1).
const API_REQUESTS_PER_SECOND: u32 = 10;

/// Requests of one web session at once.
pub(super) const SESSION_BURST: u32 = 60;

/// The budget that a request is charged to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ChargedBudget {
    /// The account's, for requests of its API clients.
    Account,
    /// The session's, for requests of the web tool, so that busy API clients of the account do not lock users out.
    Session,
    /// The account's for one API.
    Api,
    /// The address's, for requests without a valid credential.
    Address,
}

impl ChargedBudget {
    /// Returns the label in the metrics.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Session => "session",
            Self::Api => "api",
            Self::Address => "address",
        }
    }

    /// Returns the error for a request that exceeds the budget.
    pub(super) fn error(self) -> ApiError {
        ApiError::too_many_requests(match self {
            Self::Account => "this account",
            Self::Session => "this session",
            Self::Api => "this API in this account",
            Self::Address => "this address",
        })
    }
}

/// The budget of an account that a request is charged to.
#[derive(Clone, Copy)]
pub(super) struct AccountBudget<'a> {
    pub(super) account: &'a AccountId,
    /// The account's own rate in requests per second, 0 for no limit.
    pub(super) own_rate: Option<u32>,
    /// The API of the request, if it has its own budget.
    pub(super) api: Option<LimitedApi>,
}

impl AccountBudget<'_> {
    /// The kind of budget, for metrics and errors.
    pub(super) fn kind(self) -> ChargedBudget {
        if self.api.is_some() { ChargedBudget::Api } else { ChargedBudget::Account }
    }
}

/// The budgets of all accounts, sessions and addresses. They are in three tables, so that a flood of addresses or
/// sessions cannot affect the accounts' budgets.
pub(super) struct Budgets {
    /// The installation's rate, for addresses and for accounts without their own rate.
    rate: RwLock<Option<Rate>>,
    accounts: Buckets,
    sessions: Buckets,
    apis: Buckets,
    addresses: Buckets,
}

impl Budgets {
    pub(super) fn new(rate: Option<Rate>) -> Self {
        Self {
            rate: RwLock::new(rate),
            accounts: Buckets::new(),
            sessions: Buckets::new(),
            apis: Buckets::new(),
            addresses: Buckets::new(),
        }
    }

    pub(super) fn set_rate(&self, rate: Option<Rate>) {
        *self.rate.write().unwrap_or_else(PoisonError::into_inner) = rate;
    }

    fn rate(&self) -> Option<Rate> {
        *self.rate.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Charges an account's budget. Returns `None` if there is no limit.
    pub(super) fn charge_account(&self, budget: AccountBudget<'_>, now: Monotonic) -> Option<BudgetStatus> {
        let rate = self.account_rate(budget)?;
        Some(match budget.api {
            None => self.accounts.spend(budget.account, rate, now),
            Some(api) => self.apis.spend(&(budget.account, api), rate, now),
        })
    }

    /// Refunds a charge to an account's budget.
    pub(super) fn refund_account(&self, budget: AccountBudget<'_>) {
        let Some(rate) = self.account_rate(budget) else { return };
        match budget.api {
            None => self.accounts.refund(budget.account, rate),
            Some(api) => self.apis.refund(&(budget.account, api), rate),
        }
    }

    /// The rate of an account's budget; `None` for no limit. APIs have no limit if the installation has none.
    fn account_rate(&self, budget: AccountBudget<'_>) -> Option<Rate> {
        match (budget.api, budget.own_rate) {
            (None, None) => self.rate(),
            (None, Some(own)) => Some(self.own_rate(NonZeroU32::new(own)?)),
            (Some(_), _) => {
                let rate = NonZeroU32::new(API_REQUESTS_PER_SECOND)?;
                self.rate().map(|_| Rate { per_second: rate, burst: rate })
            }
        }
    }

    /// Charges a session's budget, independent of the account's rate. Returns `None` if the installation has no limit.
    pub(super) fn charge_session(&self, session: &impl Hash, now: Monotonic) -> Option<BudgetStatus> {
        self.rate()?;
        let rate =
            Rate { per_second: NonZeroU32::new(SESSION_PER_SECOND)?, burst: NonZeroU32::new(SESSION_BURST)? };
        Some(self.sessions.spend(session, rate, now))
    }

    /// Returns an account's own rate. Its burst covers as many seconds as that of the installation.
    fn own_rate(&self, per_second: NonZeroU32) -> Rate {
        let burst = match self.rate() {
            Some(rate) => {
                let scaled = u64::from(per_second.get()) * u64::from(rate.burst.get());
                u32::try_from(scaled / u64::from(rate.per_second.get())).unwrap_or(u32::MAX)
            }
            None => per_second.saturating_mul(BURST_SECONDS).get(),
        };
        Rate { per_second, burst: NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN) }
    }

    /// Charges an address's budget. Returns `None` if the installation has no limit.
    pub(super) fn charge_address(&self, address: IpAddr, now: Monotonic) -> Option<BudgetStatus> {
        Some(self.addresses.spend(&client_network(address), self.rate()?, now))
    }

    /// Refunds a charge to an address after the caller was authenticated.
    pub(super) fn refund_address(&self, address: IpAddr) {
        if let Some(rate) = self.rate() {
            self.addresses.refund(&client_network(address), rate);
        }
    }

    /// Returns whether the installation has a limit.
    pub(super) fn are_limited(&self) -> bool {
        self.rate().is_some()
    }
}

/// Adds headers about the charged budget to the response.
///
/// A request without a verified credential was charged to the address before it was handled
/// ([`Caller::prepay_unless_verified`]), and refunded if the caller was then authenticated ([`Caller::charge`]). A
/// request whose credential has become invalid since its last use is charged to the address here.
pub(super) fn add_headers(caller: &Caller, mut response: Response) -> Response {
    let Some((budget, status)) = caller.charged_budget() else { return response };
    if !status.allowed {
        response = budget.error().into_response();
    }
    let headers = response.headers_mut();
    headers.insert(X_RATELIMIT_LIMIT, HeaderValue::from(status.limit));
    headers.insert(X_RATELIMIT_REMAINING, HeaderValue::from(status.remaining));
    headers.insert(X_RATELIMIT_RESET, HeaderValue::from(status.reset));
    if !status.allowed {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(status.retry_after));
    }
    response
}
