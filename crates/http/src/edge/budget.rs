//! One budget a request: the account's for a caller who was let in, else the address's. Which
//! requests are free is decided here, so a new route is limited until somebody says otherwise.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use outbound_model::{AccountId, Timestamp};

use super::buckets::{Buckets, Rate, Spent};
use super::caller::Caller;
use crate::error::ApiError;

const X_RATELIMIT_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const X_RATELIMIT_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const X_RATELIMIT_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// For whoever watches the service, and files that are the same for everybody.
const FREE: [&str; 4] = ["/healthz", "/readyz", "/metrics", "/openapi.json"];
const FREE_FOLDER: &str = "/api/api-docs";

/// Two tables, so that no flood of addresses reaches an account's.
pub(super) struct Budgets {
    accounts: Buckets,
    addresses: Buckets,
}

impl Budgets {
    pub(super) fn new(rate: Rate) -> Self {
        Self { accounts: Buckets::new(rate), addresses: Buckets::new(rate) }
    }

    pub(super) fn account(&self, account: &AccountId, now: Timestamp) -> Spent {
        self.accounts.spend(account, now)
    }

    pub(super) fn address(&self, address: IpAddr, now: Timestamp) -> Spent {
        self.addresses.spend(&network(address), now)
    }
}

/// Who has one IPv6 address has its whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Settles after the answer is known: only then is it clear whose budget pays. A caller who was let
/// in has paid by then ([`Caller::charge`]); for the rest the address pays, and where it cannot, the
/// answer is withheld.
pub(super) async fn spend(caller: Caller, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if FREE.contains(&path) || path.starts_with(FREE_FOLDER) {
        return next.run(request).await;
    }
    let mut response = next.run(request).await;
    let Some(spent) = caller.settle() else { return response };
    if !spent.allowed {
        let whose = if caller.account().is_some() { "this account" } else { "this address" };
        response = ApiError::too_many_requests(whose).into_response();
    }
    let headers = response.headers_mut();
    headers.insert(X_RATELIMIT_LIMIT, HeaderValue::from(spent.limit));
    headers.insert(X_RATELIMIT_REMAINING, HeaderValue::from(spent.remaining));
    headers.insert(X_RATELIMIT_RESET, HeaderValue::from(spent.reset));
    if !spent.allowed {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(spent.retry_after));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_network_share() {
        for (one, other, same) in [
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("2001:db8::1", "2001:db8::ffff:1", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
        ] {
            let network = |text: &str| network(text.parse().unwrap());
            assert_eq!(network(one) == network(other), same, "{one} and {other}");
        }
    }
}
