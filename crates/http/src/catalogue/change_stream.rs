//! The feed of changes as server-sent events. Such an answer has no end of its own, so it has bounds of
//! its own: how many there are (`edge/streams.rs`), that whoever reads may still read, and that it ends
//! with the server.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::http::HeaderName;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream;
use outbound_app::{App, ChangeFollower, Credential, Grant, HandoffChange, ReadDrafts};
use outbound_model::AccountId;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tracing::{Instrument, Span};

use super::changes::Change;
use crate::edge::{Edge, OpenStream};
use crate::error::ApiError;

/// So often a stream that has nothing to say says so, that proxies keep it open.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(15);
/// So often the credential is looked at again: a revoked one ends its streams within 5 s (design §5).
const CREDENTIAL_CHECK_INTERVAL: Duration = Duration::from_secs(2);
/// How long a client waits before it comes back.
const RETRY_INTERVAL: Duration = Duration::from_secs(2);
/// nginx would keep events back until it has many.
const X_ACCEL_BUFFERING: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// An open stream.
pub(super) struct ChangeStream {
    app: App,
    account: AccountId,
    credential: Credential,
    recheck: Interval,
    follower: ChangeFollower,
    /// Read, and not yet sent.
    changes: VecDeque<HandoffChange>,
    stopping: watch::Receiver<bool>,
    begun: bool,
    _open: OpenStream,
}

impl ChangeStream {
    /// Of the changes behind number `since`, if there is room for one more.
    pub(super) fn open(
        edge: &Edge,
        app: &App,
        grant: &Grant<ReadDrafts>,
        credential: Credential,
        since: i64,
    ) -> Result<Self, ApiError> {
        let mut recheck = interval(CREDENTIAL_CHECK_INTERVAL);
        recheck.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Self {
            app: app.clone(),
            account: grant.account().clone(),
            credential,
            recheck,
            follower: app.follow_handoff_changes(grant, since),
            changes: VecDeque::new(),
            stopping: edge.stopping(),
            begun: false,
            _open: edge.open_stream(grant.account())?,
        })
    }

    /// The next event; `None` at the end.
    async fn next(&mut self) -> Option<Event> {
        // At once, so that the client knows that it is heard.
        if !std::mem::replace(&mut self.begun, true) {
            return Some(Event::default().retry(RETRY_INTERVAL));
        }
        while self.changes.is_empty() {
            tokio::select! {
                biased;
                () = end(&mut self.stopping) => return None,
                _ = self.recheck.tick() => {
                    let granted = self.app.authorize::<ReadDrafts>(Some(&self.account), &self.credential);
                    granted.await.ok()?;
                }
                changes = self.follower.next() => match changes {
                    Ok(changes) => self.changes.extend(changes),
                    Err(error) => {
                        tracing::warn!(account = %self.account, error = outbound_app::error_chain(&error), "ended a stream of changes");
                        return None;
                    }
                },
            }
        }
        let change = self.changes.pop_front()?;
        let id = change.sequence.to_string();
        Event::default().id(id).json_data(Change::from(change)).ok()
    }
}

/// When the server is to end.
async fn end(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

impl IntoResponse for ChangeStream {
    fn into_response(self) -> Response {
        // The answer's body is read outside the request's span, in which lines of the log belong.
        let span = Span::current();
        let events = stream::unfold(self, move |mut this| {
            let event = async move {
                let event = this.next().await?;
                Some((Ok::<_, Infallible>(event), this))
            };
            event.instrument(span.clone())
        });
        let events = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT_INTERVAL));
        ([X_ACCEL_BUFFERING], events).into_response()
    }
}
