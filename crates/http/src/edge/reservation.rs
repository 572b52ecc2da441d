//! A charge to an account's budget that is refunded unless the request is accepted.

use outbound_model::AccountId;

use super::Caller;
use super::buckets::BudgetStatus;
use super::budget::AccountBudget;
use super::policy::BudgetClass;
use crate::error::ApiError;

/// A charge to the budget of an account. It is refunded if this is dropped without [`keep`](Self::keep).
pub(crate) struct Reservation<'c> {
    caller: &'c Caller,
    budget: AccountBudget<'c>,
    /// `None` if there is no limit.
    status: Option<BudgetStatus>,
}

impl Caller {
    /// Charges the request to the budget of `account`, which may have its own rate of `own_rate` requests a second.
    /// Must be called as soon as a credential of the account was verified. A second call is free.
    pub fn charge(&self, account: &AccountId, own_rate: Option<u32>) -> Result<(), ApiError> {
        self.reserve(account, own_rate)?.keep()
    }

    /// Like [`charge`](Self::charge), for a request that is accepted or rejected only after the budget was charged.
    pub(crate) fn reserve<'c>(
        &'c self,
        account: &'c AccountId,
        own_rate: Option<u32>,
    ) -> Result<Reservation<'c>, ApiError> {
        let api = match self.policy().budget {
            BudgetClass::Api(api) => Some(api),
            _ => None,
        };
        Reservation::new(self, AccountBudget { account, own_rate, api })
    }
}

impl<'c> Reservation<'c> {
    /// Charges the budget, unless the request was charged before. Fails if it is used up.
    fn new(caller: &'c Caller, budget: AccountBudget<'c>) -> Result<Self, ApiError> {
        let edge = &caller.edge().0;
        let status = if caller.is_charged() {
            None
        } else {
            edge.budgets.charge_account(budget, edge.clock.monotonic())
        };
        let reservation = Self { caller, budget, status };
        if caller.is_charged() || status.is_some_and(|status| !status.allowed) {
            reservation.keep()?;
        }
        Ok(reservation)
    }

    /// Records that the request was authenticated and charged.
    pub(crate) fn keep(&self) -> Result<(), ApiError> {
        self.caller.charge_once(self.budget.account, self.budget.kind(), || self.status)
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        if !self.caller.is_charged() {
            self.caller.edge().0.budgets.refund_account(self.budget);
        }
    }
}
