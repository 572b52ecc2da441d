//! Information about a request and its caller, which becomes more exact while the request is handled. It is stored as a
//! request extension, so that log and budget see what an extractor has found out.

use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use outbound_model::{AccountId, client_network, random_uuid};
use uuid::Uuid;

use super::Edge;
use super::background::BackgroundWork;
use super::buckets::BudgetStatus;
use super::budget::ChargedBudget;
use super::origin::Origin;
use super::policy::RoutePolicy;
use super::routes::MatchedRoute;
use super::verified_credentials::CredentialFingerprint;
use crate::error::ApiError;

/// The caller of one request, and the id of the request. Clones share the same state.
#[derive(Clone)]
pub struct Caller(Arc<CallerState>);

struct CallerState {
    edge: Edge,
    request_id: Uuid,
    address: IpAddr,
    route: Arc<MatchedRoute>,
    /// The request's credential, if budgets are limited.
    credential: Option<CredentialFingerprint>,
    /// The charge to the address's budget before the request was handled.
    prepaid: OnceLock<Option<BudgetStatus>>,
    charge: OnceLock<Charge>,
}

/// The account that a request was authenticated for, and the budget that it was charged to.
struct Charge {
    account: AccountId,
    budget: ChargedBudget,
    status: Option<BudgetStatus>,
}

impl Caller {
    /// Creates the caller of `request` with a new id for it. The address is that of the connection, or the one
    /// reported by a trusted proxy.
    pub(super) fn new(
        request: &Request,
        origin: Option<Origin>,
        edge: &Edge,
        route: Arc<MatchedRoute>,
    ) -> Self {
        let peer = origin.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |origin| origin.peer.ip());
        let address = edge.client(peer, request.headers());
        let fingerprint = || edge.0.verified.fingerprint(client_network(address), request.headers());
        let credential = edge.0.budgets.are_limited().then(fingerprint).flatten();
        Self(Arc::new(CallerState {
            edge: edge.clone(),
            request_id: random_uuid(edge.generator()),
            address,
            route,
            credential,
            prepaid: OnceLock::new(),
            charge: OnceLock::new(),
        }))
    }

    /// Charges the request to the budget of a web session, or of a user who logs in to `account`, instead of
    /// [`charge`](Self::charge). Equal keys share a budget.
    pub fn charge_session(&self, account: &AccountId, session: &impl Hash) -> Result<(), ApiError> {
        let edge = &self.0.edge.0;
        self.charge_once(account, ChargedBudget::Session, || {
            edge.budgets.charge_session(&(account, session), edge.clock.monotonic())
        })
    }

    /// Charges the request to the address's budget before it is handled, unless its credential was valid before.
    pub(super) fn prepay_unless_verified(&self) -> Result<(), ApiError> {
        match self.0.credential {
            Some(credential) if self.0.edge.0.verified.contains(credential) => Ok(()),
            _ => self.prepay(),
        }
    }

    /// Charges the request to the address's budget before it is handled, for routes that verify a credential in the
    /// body. The charge is refunded once the caller is authenticated. A second call is free.
    pub fn prepay(&self) -> Result<(), ApiError> {
        match self.charge_address() {
            Some(status) if !status.allowed => Err(ChargedBudget::Address.error()),
            _ => Ok(()),
        }
    }

    /// Refunds [`prepay`](Self::prepay) of a caller without a credential who has proved to be a provider.
    pub fn refund(&self) {
        if let Some(Some(BudgetStatus { allowed: true, .. })) = self.0.prepaid.get() {
            self.0.edge.0.budgets.refund_address(self.0.address);
        }
    }

    fn charge_address(&self) -> Option<BudgetStatus> {
        *self.0.prepaid.get_or_init(|| {
            let edge = &self.0.edge.0;
            let status = edge.budgets.charge_address(self.0.address, edge.clock.monotonic())?;
            if !status.allowed {
                edge.metrics.count_rate_limited(ChargedBudget::Address.label());
            }
            Some(status)
        })
    }

    /// Whether the request was charged to an account or a session.
    pub(super) fn is_charged(&self) -> bool {
        self.0.charge.get().is_some()
    }

    /// Calls `charge` and authenticates the caller for `account`, unless an earlier call did so.
    pub(super) fn charge_once(
        &self,
        account: &AccountId,
        budget: ChargedBudget,
        charge: impl FnOnce() -> Option<BudgetStatus>,
    ) -> Result<(), ApiError> {
        let charged = self.0.charge.get_or_init(|| {
            let edge = &self.0.edge.0;
            let status = charge();
            if status.is_some_and(|status| !status.allowed) {
                edge.metrics.count_rate_limited(budget.label());
            }
            self.refund();
            if let Some(credential) = self.0.credential {
                edge.verified.insert(credential);
            }
            Charge { account: account.clone(), budget, status }
        });
        match charged.status {
            Some(status) if !status.allowed => Err(charged.budget.error()),
            _ => Ok(()),
        }
    }

    /// Returns the budget that the request was charged to. If the caller was not authenticated, that is the address's
    /// budget, which is charged now if it was not before. `None` if budgets are unlimited.
    pub(super) fn charged_budget(&self) -> Option<(ChargedBudget, BudgetStatus)> {
        if let Some(charged) = self.0.charge.get() {
            return charged.status.map(|status| (charged.budget, status));
        }
        // The route did not accept the credential.
        if let Some(credential) = self.0.credential.filter(|_| self.has_route()) {
            self.0.edge.0.verified.remove(credential);
        }
        self.charge_address().map(|status| (ChargedBudget::Address, status))
    }

    /// How long the request may wait for work that continues without it, from now on.
    pub fn work_wait(&self) -> Duration {
        self.edge().limits().work_wait()
    }

    /// Registers work that may outlast the request, until the result is dropped. The server waits for it before
    /// it stops.
    pub fn background_work(&self) -> BackgroundWork {
        self.edge().background_work()
    }

    /// The id of the request.
    pub(crate) fn request_id(&self) -> Uuid {
        self.0.request_id
    }

    /// The edge that handles the request.
    pub(crate) fn edge(&self) -> &Edge {
        &self.0.edge
    }

    /// Whether a route matched.
    pub(super) fn has_route(&self) -> bool {
        self.0.route.is_route()
    }

    /// The matched route.
    pub(super) fn matched_route(&self) -> &MatchedRoute {
        &self.0.route
    }

    /// The path template of the matched route; `-` if there is none.
    pub(crate) fn route(&self) -> &str {
        self.0.route.label()
    }

    /// The policy of the matched route, or of paths without a route.
    pub(crate) fn policy(&self) -> RoutePolicy {
        self.0.route.policy
    }

    /// The account, once the caller is authenticated.
    pub(crate) fn account(&self) -> Option<&AccountId> {
        self.0.charge.get().map(|charged| &charged.account)
    }

    /// The client's address.
    pub fn address(&self) -> IpAddr {
        self.0.address
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(ApiError::internal)
    }
}
