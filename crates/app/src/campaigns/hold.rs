//! The hold: nothing is sent while the database may lack commits, because what it shows as waiting may have been sent.

use std::sync::Arc;
use std::time::Duration;

use outbound_model::{Monotonic, Timestamp};

use super::marker::{NoMarker, SendingMarker};
use crate::{App, AppError};

/// After no process of this installation has sent for this time, messages that were due before are not sent until a person
/// confirms it: the database may be a copy from a backup.
const HOLD_AFTER_SECONDS: i64 = 15 * 60;

/// What one process knows about the age of the database.
pub(super) struct Hold {
    /// When this process started.
    started_at: Timestamp,
    pub(super) marker: Arc<dyn SendingMarker>,
    /// When messages were sent last, as this process or the file beside the key remembers it.
    known_at: Option<Timestamp>,
    /// Whether this process has sent before.
    is_checked: bool,
    /// Whether this process has seen the hold. If it ends, a person has confirmed the state of the database.
    is_held: bool,
    checked_at: Monotonic,
}

impl Hold {
    pub(super) fn new(app: &App) -> Self {
        Self {
            started_at: app.clock.now(),
            marker: Arc::new(NoMarker),
            known_at: None,
            is_checked: false,
            is_held: false,
            checked_at: Monotonic::NEVER,
        }
    }

    /// Looks at the database before anything else is sent. After an error it may be another one, such as a standby.
    pub(super) fn check_again(&mut self) {
        self.checked_at = Monotonic::NEVER;
    }

    /// Whether nothing may be sent. Looks at the database every `interval`, and records that messages are sent.
    pub(super) async fn applies(&mut self, app: &App, interval: Duration) -> Result<bool, AppError> {
        let (now, monotonic) = (app.clock.now(), app.clock.monotonic());
        if monotonic.since(self.checked_at) < interval {
            return Ok(false);
        }
        // This process sends what becomes due, so only a copy of the database has messages that were due before.
        let due_before = if self.is_checked { now } else { self.started_at };
        let hold = app.store.sending_hold(due_before).await?;
        if hold.held_at.is_some() {
            self.is_held = true;
            return Ok(true);
        }
        // The person's machine may have another clock, so times are not compared again.
        let is_confirmed = std::mem::take(&mut self.is_held);
        if !self.is_checked {
            self.known_at = self.marker.read().await;
        }
        // The database lacks commits that this process or an earlier one made.
        let went_back = self.known_at.is_some_and(|known_at| hold.seen_at.is_none_or(|at| at < known_at));
        let is_old = hold.seen_at.is_some_and(|seen_at| seen_at.plus_seconds(HOLD_AFTER_SECONDS) < now);
        if (went_back || !self.is_checked && is_old) && hold.is_overdue && !is_confirmed {
            app.hold_sending().await?;
            return Ok(true);
        }
        self.is_checked = true;
        app.store.record_sending(now).await?;
        // Only after the commit, so that it is never newer than the database.
        self.marker.write(now).await;
        self.known_at = Some(now);
        self.checked_at = monotonic;
        Ok(false)
    }
}

impl App {
    /// Sends nothing until a person confirms it.
    pub(super) async fn hold_sending(&self) -> Result<(), AppError> {
        self.store.hold_sending(Some(self.clock.now())).await?;
        tracing::warn!("campaigns are held, because the database may be an old copy: confirm to continue");
        Ok(())
    }

    /// Since when nothing is sent until a person confirms that the database is not an old copy.
    pub async fn sending_held_at(&self) -> Result<Option<Timestamp>, AppError> {
        Ok(self.store.sending_hold(self.clock.now()).await?.held_at)
    }

    /// Permits messages to be sent again. For operators, because the hold applies to the whole installation.
    pub async fn confirm_sending(&self) -> Result<(), AppError> {
        self.store.record_sending(self.clock.now()).await?;
        Ok(self.store.hold_sending(None).await?)
    }
}
