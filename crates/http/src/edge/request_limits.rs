//! Limits the length of a request body, the time to receive it, and the time until the response begins. If a body
//! exceeds a limit, the client receives that error, whatever the handler returned for the incomplete body.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hyper::body::{Frame, SizeHint};
use tokio::sync::Notify;
use tokio::time::{Sleep, sleep, timeout};

use crate::error::ApiError;
use crate::limits::HttpLimits;

/// Calls `handle` with `request` and enforces the limits; the body may have up to `max_bytes` bytes.
pub(super) async fn enforce<F: Future<Output = Response>>(
    limits: &HttpLimits,
    max_bytes: u64,
    request: Request,
    handle: impl FnOnce(Request) -> F,
) -> Response {
    if content_length(&request).is_some_and(|length| length > max_bytes) {
        return ApiError::body_too_large(max_bytes).into_response();
    }
    let progress = (!request.body().is_end_stream()).then(Arc::<BodyProgress>::default);
    let request = match &progress {
        Some(progress) => request.map(|body| limited_body(body, max_bytes, limits, progress)),
        None => request,
    };
    let timed_out = async {
        if let Some(progress) = &progress {
            let _ = timeout(limits.body, progress.ended.notified()).await;
        }
        sleep(limits.request).await;
    };
    tokio::select! {
        // The handler is polled first. Most responses are ready immediately, and then no timer is registered, which
        // would cost more than many responses.
        biased;
        response = handle(request) => match progress.and_then(|progress| progress.error.get().copied()) {
            None => response,
            Some(BodyError::TooLarge) => ApiError::body_too_large(max_bytes).into_response(),
            Some(BodyError::TooSlow) => ApiError::body_too_slow().into_response(),
        },
        () = timed_out => ApiError::took_too_long().into_response(),
    }
}

fn content_length(request: &Request) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn limited_body(inner: Body, max_bytes: u64, limits: &HttpLimits, progress: &Arc<BodyProgress>) -> Body {
    let timeout = Box::pin(sleep(limits.body));
    Body::new(LimitedBody { inner, remaining: max_bytes, timeout, progress: progress.clone() })
}

/// State of a body that a handler reads, shared with [`enforce`].
#[derive(Default)]
struct BodyProgress {
    /// The limit that the body exceeded.
    error: OnceLock<BodyError>,
    /// Notified when the body is complete, has failed, or was dropped.
    ended: Notify,
}

#[derive(Clone, Copy, Debug, thiserror::Error)]
enum BodyError {
    #[error("the body is too long")]
    TooLarge,
    #[error("the body took too long to arrive")]
    TooSlow,
}

struct LimitedBody {
    inner: Body,
    remaining: u64,
    timeout: Pin<Box<Sleep>>,
    progress: Arc<BodyProgress>,
}

impl LimitedBody {
    fn fail(&self, error: BodyError) -> axum::Error {
        let _ = self.progress.error.set(error);
        axum::Error::new(error)
    }
}

impl HttpBody for LimitedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) else {
            ready!(self.timeout.as_mut().poll(cx));
            return Poll::Ready(Some(Err(self.fail(BodyError::TooSlow))));
        };
        let length = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref().map(Bytes::len));
        match self.remaining.checked_sub(length.and_then(|length| length.try_into().ok()).unwrap_or(0)) {
            Some(remaining) => self.remaining = remaining,
            None => return Poll::Ready(Some(Err(self.fail(BodyError::TooLarge)))),
        }
        if frame.is_none() || self.inner.is_end_stream() {
            self.progress.ended.notify_one();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for LimitedBody {
    fn drop(&mut self) {
        self.progress.ended.notify_one();
    }
}
