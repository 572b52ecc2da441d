//! How much body a request may send, how long it may send it, and how long its answer may take.
//! Whatever a handler makes of a body that breaks off, the client learns here why it did.

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

/// Has `answer` answer `request`, whose body is at most `max_bytes` bytes long, as is the time until the answer begins.
pub(super) async fn answer_within<F: Future<Output = Response>>(
    limits: &HttpLimits,
    max_bytes: u64,
    request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response {
    if content_length(&request).is_some_and(|length| length > max_bytes) {
        return ApiError::body_too_large(max_bytes).into_response();
    }
    let progress = (!request.body().is_end_stream()).then(Arc::<BodyProgress>::default);
    let request = match &progress {
        Some(progress) => request.map(|body| limited_body(body, max_bytes, limits, progress)),
        None => request,
    };
    let late = async {
        if let Some(progress) = &progress {
            let _ = timeout(limits.body, progress.over.notified()).await;
        }
        sleep(limits.request).await;
    };
    tokio::select! {
        // Most answers are ready at once, and then no timer is set: one that is wakes the runtime to
        // look at its clock again, which costs more than many an answer.
        biased;
        response = answer(request) => match progress.and_then(|progress| progress.broken.get().copied()) {
            None => response,
            Some(BodyError::TooLarge) => ApiError::body_too_large(max_bytes).into_response(),
            Some(BodyError::TooSlow) => ApiError::body_too_slow().into_response(),
        },
        () = late => ApiError::took_too_long().into_response(),
    }
}

fn content_length(request: &Request) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn limited_body(inner: Body, max_bytes: u64, limits: &HttpLimits, progress: &Arc<BodyProgress>) -> Body {
    let clock = Box::pin(sleep(limits.body));
    Body::new(LimitedBody { inner, left: max_bytes, clock, progress: progress.clone() })
}

/// What the layer sees of a body that a handler holds.
#[derive(Default)]
struct BodyProgress {
    broken: OnceLock<BodyError>,
    /// The body is whole, broken, or given up.
    over: Notify,
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
    left: u64,
    clock: Pin<Box<Sleep>>,
    progress: Arc<BodyProgress>,
}

impl LimitedBody {
    fn broken(&self, how: BodyError) -> axum::Error {
        let _ = self.progress.broken.set(how);
        axum::Error::new(how)
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
            ready!(self.clock.as_mut().poll(cx));
            return Poll::Ready(Some(Err(self.broken(BodyError::TooSlow))));
        };
        let length = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref().map(Bytes::len));
        match self.left.checked_sub(length.and_then(|length| length.try_into().ok()).unwrap_or(0)) {
            Some(left) => self.left = left,
            None => return Poll::Ready(Some(Err(self.broken(BodyError::TooLarge)))),
        }
        if frame.is_none() || self.inner.is_end_stream() {
            self.progress.over.notify_one();
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
        self.progress.over.notify_one();
    }
}
