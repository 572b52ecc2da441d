//! Retries requests as LivePerson recommends (contract §4).

use std::time::Duration;

/// Waiting times after a response 5xx or a missing response.
const FAILURE_INTERVALS: [Duration; 3] =
    [Duration::from_secs(5), Duration::from_secs(10), Duration::from_secs(15)];
/// Minimum waiting time after a response 429.
const MIN_THROTTLE_INTERVAL: Duration = Duration::from_secs(1);
/// How many responses 429 are accepted for one request.
const MAX_THROTTLED: u32 = 30;
/// The longest waiting time that a server may request.
const MAX_WAIT: Duration = Duration::from_mins(10);

/// Why a request failed. `wait` is the waiting time that the server requested.
#[derive(Debug)]
pub(super) enum RequestError {
    /// A retry would fail, too.
    Final(String),
    /// Response 429.
    Throttled { wait: Option<Duration>, problem: String },
    /// Response 5xx, or no response.
    Failed { wait: Option<Duration>, problem: String },
}

/// Repeats failed requests. Tests replace `sleep`.
#[derive(Debug)]
pub(super) struct Retry {
    sleep: fn(Duration),
}

impl Default for Retry {
    fn default() -> Self {
        Self { sleep: std::thread::sleep }
    }
}

impl Retry {
    /// Repeats `request` until it succeeds or another attempt is pointless. Then returns the last problem.
    pub(super) fn run<T>(&self, mut request: impl FnMut() -> Result<T, RequestError>) -> Result<T, String> {
        let (mut failure_intervals, mut throttled) = (FAILURE_INTERVALS.iter(), 0);
        loop {
            let (wait, problem) = match request() {
                Ok(result) => return Ok(result),
                Err(RequestError::Final(problem)) => return Err(problem),
                Err(RequestError::Throttled { wait, problem }) => {
                    throttled += 1;
                    let wait = wait.unwrap_or_default().max(MIN_THROTTLE_INTERVAL);
                    ((throttled <= MAX_THROTTLED).then_some(wait), problem)
                }
                Err(RequestError::Failed { wait, problem }) => {
                    (failure_intervals.next().map(|interval| wait.unwrap_or(*interval)), problem)
                }
            };
            match wait {
                Some(wait) if wait <= MAX_WAIT => {
                    tracing::info!(seconds = wait.as_secs_f32(), why = problem, "retrying the request");
                    (self.sleep)(wait);
                }
                _ => return Err(problem),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    thread_local! {
        static SLEPT: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
    }

    /// Returns the waiting times in seconds and the result.
    fn run(responses: Vec<Result<u8, RequestError>>) -> (Vec<u64>, Result<u8, String>) {
        SLEPT.take();
        let mut responses = responses.into_iter();
        let retry = Retry { sleep: |wait| SLEPT.with_borrow_mut(|slept| slept.push(wait.as_secs())) };
        let result = retry.run(|| responses.next().unwrap());
        (SLEPT.take(), result)
    }

    fn failed(wait: Option<u64>) -> Result<u8, RequestError> {
        Err(RequestError::Failed { wait: wait.map(Duration::from_secs), problem: "failed".to_owned() })
    }

    fn throttled(wait: Option<u64>) -> Result<u8, RequestError> {
        Err(RequestError::Throttled { wait: wait.map(Duration::from_secs), problem: "throttled".to_owned() })
    }

    #[test]
    fn a_failed_request_is_retried_three_times() {
        assert_eq!(run(vec![failed(None), failed(Some(7)), Ok(1)]), (vec![5, 7], Ok(1)));
        let (slept, result) = run((0..4).map(|_| failed(None)).collect());
        assert_eq!((slept, result), (vec![5, 10, 15], Err("failed".to_owned())));
    }

    #[test]
    fn a_throttled_request_waits_as_long_as_the_server_requests() {
        assert_eq!(
            run(vec![throttled(None), throttled(Some(0)), throttled(Some(9)), Ok(1)]),
            (vec![1, 1, 9], Ok(1))
        );
        assert_eq!(run(vec![throttled(Some(3600))]), (vec![], Err("throttled".to_owned())));
        let (slept, result) = run((0..31).map(|_| throttled(None)).collect());
        assert_eq!((slept.len(), result), (30, Err("throttled".to_owned())));
    }

    #[test]
    fn a_final_error_is_not_retried() {
        let (slept, result) = run(vec![Err(RequestError::Final("no".to_owned()))]);
        assert_eq!((slept, result), (vec![], Err("no".to_owned())));
    }
}
