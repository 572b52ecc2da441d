//! Who sent a request, as far as it becomes known on its way; carried as an extension, so that the
//! log line and the budget see what an extractor found out.

use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, OnceLock};

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use outbound_model::{AccountId, client_network};

use super::Edge;
use super::buckets::BudgetStatus;
use super::budget::Payer;
use super::origin::Origin;
use super::policy::RoutePolicy;
use super::routes::MatchedRoute;
use super::verified_credentials::CredentialFingerprint;
use crate::error::ApiError;

/// The caller of one request; clones are the same one.
#[derive(Clone)]
pub struct Caller(Arc<CallerState>);

struct CallerState {
    edge: Edge,
    address: IpAddr,
    route: Arc<MatchedRoute>,
    /// The credential that the request carries, where anything is limited.
    credential: Option<CredentialFingerprint>,
    /// What the address has paid before the work.
    prepaid: OnceLock<Option<BudgetStatus>>,
    charged: OnceLock<Charged>,
}

/// Who paid for a request, and what is left.
struct Charged {
    account: AccountId,
    payer: Payer,
    spent: Option<BudgetStatus>,
}

impl Caller {
    /// The sender of `request`, at the address that its connection or a trusted proxy tells.
    pub(super) fn of(
        request: &Request,
        origin: Option<Origin>,
        edge: &Edge,
        route: Arc<MatchedRoute>,
    ) -> Self {
        let peer = origin.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |origin| origin.peer.ip());
        let address = edge.client(peer, request.headers());
        let fingerprint = || edge.0.verified.fingerprint(client_network(address), request.headers());
        let credential = edge.0.budgets.are_limited().then(fingerprint).flatten();
        let (prepaid, charged) = (OnceLock::new(), OnceLock::new());
        Self(Arc::new(CallerState { edge: edge.clone(), address, route, credential, prepaid, charged }))
    }

    /// Lets the request pay from the budget of `account`, which its credential has proven and which
    /// may have decided on `own_rate` a second; to be called wherever somebody is let in. A second
    /// call costs nothing.
    pub fn charge(&self, account: &AccountId, own_rate: Option<u32>) -> Result<(), ApiError> {
        let edge = &self.0.edge.0;
        let pay = || edge.budgets.account(account, own_rate, edge.clock.monotonic());
        self.charge_once(account, Payer::Account, pay)
    }

    /// Lets the request pay from the budget of a session of the web tool, or of a user who signs in to
    /// `account`; instead of [`charge`](Self::charge). Equal keys share a budget.
    pub fn charge_session(&self, account: &AccountId, session: &impl Hash) -> Result<(), ApiError> {
        let edge = &self.0.edge.0;
        let pay = || edge.budgets.session(&(account, session), edge.clock.monotonic());
        self.charge_once(account, Payer::Session, pay)
    }

    /// Lets the address pay before the work, unless the request carries a credential that was found good
    /// before.
    pub(super) fn begin(&self) -> Result<(), ApiError> {
        match self.0.credential {
            Some(credential) if self.0.edge.0.verified.contains(credential) => Ok(()),
            _ => self.prepay(),
        }
    }

    /// Lets the address pay before the work, whatever credential the request carries: for routes that check
    /// another one. The address has it back when the caller is let in. A second call costs nothing.
    pub fn prepay(&self) -> Result<(), ApiError> {
        match self.address_pays() {
            Some(spent) if !spent.allowed => Err(Payer::Address.refusal()),
            _ => Ok(()),
        }
    }

    fn address_pays(&self) -> Option<BudgetStatus> {
        *self.0.prepaid.get_or_init(|| {
            let edge = &self.0.edge.0;
            let spent = edge.budgets.address(self.0.address, edge.clock.monotonic())?;
            if !spent.allowed {
                edge.metrics.refused(Payer::Address.label());
            }
            Some(spent)
        })
    }

    fn charge_once(
        &self,
        account: &AccountId,
        payer: Payer,
        pay: impl FnOnce() -> Option<BudgetStatus>,
    ) -> Result<(), ApiError> {
        let charged = self.0.charged.get_or_init(|| {
            let edge = &self.0.edge.0;
            let spent = pay();
            if spent.is_some_and(|spent| !spent.allowed) {
                edge.metrics.refused(payer.label());
            }
            if let Some(Some(BudgetStatus { allowed: true, .. })) = self.0.prepaid.get() {
                edge.budgets.give_back(self.0.address);
            }
            if let Some(credential) = self.0.credential {
                edge.verified.insert(credential);
            }
            Charged { account: account.clone(), payer, spent }
        });
        match charged.spent {
            Some(spent) if !spent.allowed => Err(charged.payer.refusal()),
            _ => Ok(()),
        }
    }

    /// Who paid, and what is left: whoever was let in, else the address. `None` where nothing is limited.
    pub(super) fn settle(&self) -> Option<(Payer, BudgetStatus)> {
        if let Some(charged) = self.0.charged.get() {
            return charged.spent.map(|spent| (charged.payer, spent));
        }
        // A route was asked for and let nobody in.
        if let Some(credential) = self.0.credential.filter(|_| self.has_route()) {
            self.0.edge.0.verified.remove(credential);
        }
        self.address_pays().map(|spent| (Payer::Address, spent))
    }

    /// The edge that the request passed.
    pub(crate) fn edge(&self) -> &Edge {
        &self.0.edge
    }

    /// Whether a route matched.
    pub(super) fn has_route(&self) -> bool {
        self.0.route.template.is_some()
    }

    /// The template of the route that matched; `-` for none.
    pub(crate) fn route(&self) -> &str {
        self.0.route.template.as_deref().unwrap_or("-")
    }

    /// What the route that matched declares, or what holds for paths without one.
    pub(crate) fn policy(&self) -> RoutePolicy {
        self.0.route.policy
    }

    /// The account, once somebody was let in.
    pub(crate) fn account(&self) -> Option<&AccountId> {
        self.0.charged.get().map(|charged| &charged.account)
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
