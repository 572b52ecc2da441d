//! The change feed as server-sent events. A stream can stay open for a long time, so their number is limited
//! (`edge/streams.rs`), the credential is checked repeatedly, and streams end when the server stops.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::http::HeaderName;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream;
use outbound_app::{App, ChangeFollower, Credential, FeedEntry, Grant, ReadDrafts};
use outbound_model::AccountId;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tracing::{Instrument, Span};

use super::changes::ListedChange;
use crate::edge::{Edge, OpenStream};
use crate::error::ApiError;

/// How often an idle stream sends a comment, so that proxies keep the connection open.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(15);
/// How often the credential is checked. Streams of a revoked credential must end within 5 s (design §5).
const CREDENTIAL_CHECK_INTERVAL: Duration = Duration::from_secs(2);
/// How long clients wait before they reconnect.
const RETRY_INTERVAL: Duration = Duration::from_secs(2);
/// Tells nginx not to buffer events.
const X_ACCEL_BUFFERING: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// An open stream.
pub(super) struct ChangeStream {
    app: App,
    account: AccountId,
    credential: Credential,
    recheck: Interval,
    follower: ChangeFollower,
    /// Changes that were read but not sent yet.
    changes: VecDeque<FeedEntry>,
    stopping: watch::Receiver<bool>,
    begun: bool,
    _open: OpenStream,
}

impl ChangeStream {
    /// Opens a stream of the changes after number `since`, unless there are too many streams.
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

    /// Returns the next event; `None` at the end of the stream.
    async fn next(&mut self) -> Option<Event> {
        // Sent immediately, so that the client knows that the stream is open.
        if !std::mem::replace(&mut self.begun, true) {
            return Some(Event::default().retry(RETRY_INTERVAL));
        }
        while self.changes.is_empty() {
            tokio::select! {
                biased;
                () = server_stops(&mut self.stopping) => return None,
                _ = self.recheck.tick() => {
                    let granted = self.app.authorize::<ReadDrafts>(Some(&self.account), &self.credential);
                    granted.await.ok()?;
                }
                changes = self.follower.next() => match changes {
                    Ok(changes) => self.changes.extend(changes),
                    Err(error) => {
                        let error = outbound_app::error_chain(&error);
                        tracing::warn!(account = %self.account, error, "closed a change stream");
                        return None;
                    }
                },
            }
        }
        let change = self.changes.pop_front()?;
        let id = change.sequence.to_string();
        Event::default().id(id).json_data(ListedChange::from(change)).ok()
    }
}

/// Waits until the server stops.
async fn server_stops(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

impl IntoResponse for ChangeStream {
    fn into_response(self) -> Response {
        // The body is read outside of the request's span, but its log lines belong to the request.
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
