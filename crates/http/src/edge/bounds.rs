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
use crate::limits::Limits;

/// Has `answer` answer `request`, whose body is at most `most` bytes long, as is the time until the answer begins.
pub(super) async fn bound<F: Future<Output = Response>>(
    limits: &Limits,
    most: u64,
    request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response {
    if content_length(&request).is_some_and(|length| length > most) {
        return ApiError::body_too_large(most).into_response();
    }
    let progress = (!request.body().is_end_stream()).then(Arc::<Progress>::default);
    let request = match &progress {
        Some(progress) => request.map(|body| bounded(body, most, limits, progress)),
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
            Some(Broken::TooLarge) => ApiError::body_too_large(most).into_response(),
            Some(Broken::TooSlow) => ApiError::body_too_slow().into_response(),
        },
        () = late => ApiError::took_too_long().into_response(),
    }
}

fn content_length(request: &Request) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn bounded(inner: Body, most: u64, limits: &Limits, progress: &Arc<Progress>) -> Body {
    let clock = Box::pin(sleep(limits.body));
    Body::new(Bounded { inner, left: most, clock, progress: progress.clone() })
}

/// What the layer sees of a body that a handler holds.
#[derive(Default)]
struct Progress {
    broken: OnceLock<Broken>,
    /// The body is whole, broken, or given up.
    over: Notify,
}

#[derive(Clone, Copy, Debug, thiserror::Error)]
enum Broken {
    #[error("the body is too long")]
    TooLarge,
    #[error("the body took too long to arrive")]
    TooSlow,
}

struct Bounded {
    inner: Body,
    left: u64,
    clock: Pin<Box<Sleep>>,
    progress: Arc<Progress>,
}

impl Bounded {
    fn broken(&self, how: Broken) -> axum::Error {
        let _ = self.progress.broken.set(how);
        axum::Error::new(how)
    }
}

impl HttpBody for Bounded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) else {
            ready!(self.clock.as_mut().poll(cx));
            return Poll::Ready(Some(Err(self.broken(Broken::TooSlow))));
        };
        let length = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref().map(Bytes::len));
        match self.left.checked_sub(length.and_then(|length| length.try_into().ok()).unwrap_or(0)) {
            Some(left) => self.left = left,
            None => return Poll::Ready(Some(Err(self.broken(Broken::TooLarge)))),
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

impl Drop for Bounded {
    fn drop(&mut self) {
        self.progress.over.notify_one();
    }
}
