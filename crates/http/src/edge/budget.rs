//! One budget a request: for a caller who was let in, the account's (API) or the session's (web tool),
//! else the address's. Which requests are free, their routes declare ([`BudgetClass`](super::policy::BudgetClass)).

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{PoisonError, RwLock};

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use outbound_model::{AccountId, Monotonic, client_network};

use super::buckets::{Buckets, BudgetStatus, Rate};
use super::caller::Caller;
use crate::error::ApiError;

const X_RATELIMIT_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const X_RATELIMIT_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const X_RATELIMIT_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Where the installation has no limit, an account that sets itself one may send this many seconds'
/// worth at once.
const BURST_SECONDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);

/// Requests of one web session: a fast reader, and the live preview while somebody types (one request
/// in 150 ms).
const SESSION_PER_SECOND: u32 = 10;
/// After a rest.
const SESSION_BURST: u32 = 60;

/// Whose budget pays.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Payer {
    /// The account, for a request of its API clients.
    Account,
    /// A session of the web tool, so that busy API clients of the account do not lock people out.
    Session,
    /// The address, for a request that nobody was let in with.
    Address,
}

impl Payer {
    /// The name in the metrics.
    pub(super) fn label(self) -> &'static str {
        match self {
            Payer::Account => "account",
            Payer::Session => "session",
            Payer::Address => "address",
        }
    }

    /// The answer to a request that the budget has no room for.
    pub(super) fn refusal(self) -> ApiError {
        ApiError::too_many_requests(match self {
            Payer::Account => "this account",
            Payer::Session => "this session",
            Payer::Address => "this address",
        })
    }
}

/// Three tables, so that no flood of addresses or sessions reaches an account's budget.
pub(super) struct Budgets {
    /// The installation's, for addresses and for accounts that have decided nothing.
    rate: RwLock<Option<Rate>>,
    accounts: Buckets,
    sessions: Buckets,
    addresses: Buckets,
}

impl Budgets {
    pub(super) fn new(rate: Option<Rate>) -> Self {
        Self {
            rate: RwLock::new(rate),
            accounts: Buckets::new(),
            sessions: Buckets::new(),
            addresses: Buckets::new(),
        }
    }

    pub(super) fn set_rate(&self, rate: Option<Rate>) {
        *self.rate.write().unwrap_or_else(PoisonError::into_inner) = rate;
    }

    fn rate(&self) -> Option<Rate> {
        *self.rate.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// With the account's own requests a second, 0 for no limit; `None` where nothing is limited.
    pub(super) fn account(
        &self,
        account: &AccountId,
        own: Option<u32>,
        now: Monotonic,
    ) -> Option<BudgetStatus> {
        let rate = match own {
            None => self.rate()?,
            Some(own) => self.own_rate(NonZeroU32::new(own)?),
        };
        Some(self.accounts.spend(account, rate, now))
    }

    /// Of one session, whatever the account's rate is; `None` where the installation limits nothing.
    pub(super) fn session(&self, session: &impl Hash, now: Monotonic) -> Option<BudgetStatus> {
        self.rate()?;
        let rate =
            Rate { per_second: NonZeroU32::new(SESSION_PER_SECOND)?, burst: NonZeroU32::new(SESSION_BURST)? };
        Some(self.sessions.spend(session, rate, now))
    }

    /// As many seconds' worth at once as the installation allows.
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

    pub(super) fn address(&self, address: IpAddr, now: Monotonic) -> Option<BudgetStatus> {
        Some(self.addresses.spend(&client_network(address), self.rate()?, now))
    }

    /// Takes back what an address has paid for somebody who was let in.
    pub(super) fn give_back(&self, address: IpAddr) {
        if let Some(rate) = self.rate() {
            self.addresses.give_back(&client_network(address), rate);
        }
    }

    /// Whether the installation limits anything.
    pub(super) fn are_limited(&self) -> bool {
        self.rate().is_some()
    }
}

/// Says in the answer how the budget that paid stands. Before the work, the address has paid for whoever is
/// not known ([`Caller::begin`]); it has that back once the caller was let in ([`Caller::charge`]). Only where
/// a credential that was good is so no more, the address pays now.
pub(super) fn settle(caller: &Caller, mut response: Response) -> Response {
    let Some((payer, spent)) = caller.settle() else { return response };
    if !spent.allowed {
        response = payer.refusal().into_response();
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
    use std::sync::atomic::{AtomicU32, Ordering};

    use axum::body::{Body, to_bytes};
    use axum::extract::{Path, Request};
    use axum::routing::get;

    use super::*;
    use crate::edge::{BudgetClass, Edge, Guarded, RoutePolicy, Routes, sample};

    async fn let_in(caller: Caller, Path(account): Path<String>) -> Result<(), ApiError> {
        caller.charge(&account.parse().unwrap(), None)
    }

    async fn page(caller: Caller, Path(session): Path<String>) -> Result<(), ApiError> {
        caller.charge_session(&"a".parse().unwrap(), &session)
    }

    async fn counters(caller: Caller) -> String {
        caller.edge().metrics().text().unwrap()
    }

    /// Two requests a budget, and a clock that stands still.
    fn routes() -> Guarded {
        let edge = Edge::new(sample(Some((1, 2))));
        let (charged, free) =
            (RoutePolicy::API, RoutePolicy { budget: BudgetClass::Free, ..RoutePolicy::API });
        let routes = Routes::new(charged)
            .route("/in/{account}", charged, get(let_in))
            .route("/page/{session}", charged, get(page))
            .route("/out/{account}", charged, get(async || ApiError::missing_credential()))
            .route("/healthz", free, get(async || "ok"))
            .route("/metrics", free, get(counters));
        edge.around(routes)
    }

    async fn ask(routes: &Guarded, path: &str) -> Response {
        let request = Request::get(path).header(header::HOST, "localhost");
        // Each account and session has a credential of its own.
        let carries = path.starts_with("/in/") || path.starts_with("/page/");
        let request = if carries { request.header(header::AUTHORIZATION, path) } else { request };
        routes.handle(request.body(Body::empty()).unwrap()).await
    }

    #[tokio::test]
    async fn whoever_the_address_cannot_pay_for_costs_no_work() {
        static WORK: AtomicU32 = AtomicU32::new(0);
        async fn login(caller: Caller) -> Result<(), ApiError> {
            caller.prepay()?;
            WORK.fetch_add(1, Ordering::Relaxed);
            Err(ApiError::missing_credential())
        }
        let edge = Edge::new(sample(Some((1, 2))));
        let policy = RoutePolicy::API;
        let routes = Routes::new(policy).route("/login", policy, get(login)).route(
            "/in/{account}",
            policy,
            get(let_in),
        );
        let routes = edge.around(routes);
        assert_eq!(ask(&routes, "/in/a").await.status(), 200);
        for (path, expected) in [
            ("/login", 401),
            ("/login", 401),
            ("/login", 429),
            ("/login", 429),
            // Known to be good from this address, and not.
            ("/in/a", 200),
            ("/in/b", 429),
        ] {
            assert_eq!(ask(&routes, path).await.status(), expected, "{path}");
        }
        assert_eq!(WORK.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn an_account_pays_for_whom_it_let_in_and_the_address_for_the_rest() {
        let routes = routes();
        for (path, expected) in [
            ("/in/a", 200),
            ("/out/a", 401),
            ("/in/a", 200),
            ("/in/a", 429),
            ("/in/b", 200),
            ("/nowhere", 404),
            ("/out/b", 429),
            ("/nowhere", 429),
            ("/in/b", 200),
            ("/healthz", 200),
            ("/metrics", 200),
        ] {
            assert_eq!(ask(&routes, path).await.status(), expected, "{path}");
        }
    }

    #[tokio::test]
    async fn a_busy_account_leaves_its_web_sessions_their_budgets() {
        let routes = routes();
        for _ in 0..3 {
            ask(&routes, "/in/a").await;
        }
        assert_eq!(ask(&routes, "/in/a").await.status(), 429);
        for _ in 0..SESSION_BURST {
            assert_eq!(ask(&routes, "/page/one").await.status(), 200);
        }
        let spent = ask(&routes, "/page/one").await;
        assert_eq!(
            (spent.status().as_u16(), &spent.headers()["x-ratelimit-limit"]),
            (429, &HeaderValue::from(SESSION_BURST))
        );
        let body = to_bytes(spent.into_body(), usize::MAX).await.unwrap();
        assert!(String::from_utf8_lossy(&body).contains("this session"), "{body:?}");
        assert_eq!(ask(&routes, "/page/two").await.status(), 200, "a session of its own");
    }

    #[tokio::test]
    async fn every_limited_answer_says_what_is_left() {
        let routes = routes();
        for expected in [["2", "1", "1", "-"], ["2", "0", "2", "-"], ["2", "0", "2", "1"]] {
            let response = ask(&routes, "/in/a").await;
            let names = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after"];
            let found = names.map(|name| response.headers().get(name).map_or("-", |v| v.to_str().unwrap()));
            assert_eq!(found, expected);
        }
        assert!(!ask(&routes, "/healthz").await.headers().contains_key("x-ratelimit-limit"));
    }

    #[tokio::test]
    async fn the_metrics_count_by_route_and_name_nobody() {
        let routes = routes();
        for path in ["/in/a", "/in/a", "/in/a", "/out/a", "/secret-path?token=secret-value"] {
            ask(&routes, path).await;
        }
        let body = to_bytes(ask(&routes, "/metrics").await.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        for line in [
            r#"outbound_http_requests_total{route="/in/{account}",method="GET",status="200"} 2"#,
            r#"outbound_http_requests_total{route="/in/{account}",method="GET",status="429"} 1"#,
            r#"outbound_http_requests_total{route="-",method="GET",status="404"} 1"#,
            r#"outbound_http_request_duration_seconds_count{route="/out/{account}"} 1"#,
            r#"outbound_authentications_total{outcome="granted"} 3"#,
            r#"outbound_authentications_total{outcome="missing_credential"} 1"#,
            r#"outbound_rate_limited_total{budget="account"} 1"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
        }
        assert!(!text.contains("secret"), "{text}");
    }

    #[test]
    fn an_account_may_have_a_rate_of_its_own() {
        let rate = |per_second: u32, burst: u32| {
            Some(Rate { per_second: per_second.try_into().unwrap(), burst: burst.try_into().unwrap() })
        };
        for (installation, own, at_once) in [
            (rate(10, 20), None, Some(20)),
            (rate(10, 20), Some(0), None),
            (rate(10, 20), Some(100), Some(200)),
            (rate(10, 20), Some(1), Some(2)),
            (rate(10, 5), Some(1), Some(1)),
            (rate(1, u32::MAX), Some(100_000), Some(u32::MAX)),
            (None, None, None),
            (None, Some(3), Some(6)),
        ] {
            let spent =
                Budgets::new(installation).account(&"a".parse().unwrap(), own, Monotonic::from_micros(0));
            assert_eq!(spent.map(|spent| spent.limit), at_once, "{installation:?} {own:?}");
        }
    }
}
