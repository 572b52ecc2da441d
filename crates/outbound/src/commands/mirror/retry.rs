//! When a request is sent again: LivePerson's recommendation (contract §4).

use std::time::Duration;

/// After an answer 5xx, or none.
const AFTER_FAILURE: [Duration; 3] =
    [Duration::from_secs(5), Duration::from_secs(10), Duration::from_secs(15)];
/// After 429, where the server does not say itself.
const AFTER_REFUSAL: Duration = Duration::from_secs(1);
/// So often a server may ask us to come back later before we give up.
const MAX_REFUSALS: u32 = 30;
/// Whoever wants a longer pause than this is not waited for.
const LONGEST: Duration = Duration::from_mins(10);

/// Why a request has no result yet.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It makes no sense to ask again.
    Final(String),
    /// 429: too many requests; with what the server says to wait.
    Refused { wait: Option<Duration>, why: String },
    /// The server failed, or did not answer.
    Failed { wait: Option<Duration>, why: String },
}

/// Waits between the tries of one request.
#[derive(Debug)]
pub(super) struct Pace {
    sleep: fn(Duration),
}

impl Default for Pace {
    fn default() -> Self {
        Self { sleep: std::thread::sleep }
    }
}

impl Pace {
    /// Tries until there is a result or it makes no more sense; answers why, then.
    pub(super) fn retry<T>(&self, mut attempt: impl FnMut() -> Result<T, Trouble>) -> Result<T, String> {
        let (mut failures, mut refusals) = (AFTER_FAILURE.iter(), 0);
        loop {
            let (wait, why) = match attempt() {
                Ok(result) => return Ok(result),
                Err(Trouble::Final(why)) => return Err(why),
                Err(Trouble::Refused { wait, why }) => {
                    refusals += 1;
                    let advised = (refusals <= MAX_REFUSALS).then_some(AFTER_REFUSAL);
                    (advised.map(|advised| wait.unwrap_or(advised).max(advised)), why)
                }
                Err(Trouble::Failed { wait, why }) => {
                    (failures.next().map(|advised| wait.unwrap_or(*advised)), why)
                }
            };
            match wait {
                Some(wait) if wait <= LONGEST => {
                    tracing::info!(seconds = wait.as_secs_f32(), why, "trying again");
                    (self.sleep)(wait);
                }
                _ => return Err(why),
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

    /// What it waited for, in seconds, and how it ended.
    fn run(answers: Vec<Result<u8, Trouble>>) -> (Vec<u64>, Result<u8, String>) {
        SLEPT.take();
        let mut answers = answers.into_iter();
        let pace = Pace { sleep: |wait| SLEPT.with_borrow_mut(|slept| slept.push(wait.as_secs())) };
        let outcome = pace.retry(|| answers.next().unwrap());
        (SLEPT.take(), outcome)
    }

    fn failed(wait: Option<u64>) -> Result<u8, Trouble> {
        Err(Trouble::Failed { wait: wait.map(Duration::from_secs), why: "failed".to_owned() })
    }

    fn refused(wait: Option<u64>) -> Result<u8, Trouble> {
        Err(Trouble::Refused { wait: wait.map(Duration::from_secs), why: "refused".to_owned() })
    }

    #[test]
    fn a_server_that_fails_is_asked_three_more_times() {
        assert_eq!(run(vec![failed(None), failed(Some(7)), Ok(1)]), (vec![5, 7], Ok(1)));
        let (slept, outcome) = run((0..4).map(|_| failed(None)).collect());
        assert_eq!((slept, outcome), (vec![5, 10, 15], Err("failed".to_owned())));
    }

    #[test]
    fn a_server_that_is_busy_is_given_the_time_it_wants() {
        assert_eq!(
            run(vec![refused(None), refused(Some(0)), refused(Some(9)), Ok(1)]),
            (vec![1, 1, 9], Ok(1))
        );
        assert_eq!(run(vec![refused(Some(3600))]), (vec![], Err("refused".to_owned())));
        let (slept, outcome) = run((0..31).map(|_| refused(None)).collect());
        assert_eq!((slept.len(), outcome), (30, Err("refused".to_owned())));
    }

    #[test]
    fn what_is_final_is_not_tried_again() {
        let (slept, outcome) = run(vec![Err(Trouble::Final("no".to_owned()))]);
        assert_eq!((slept, outcome), (vec![], Err("no".to_owned())));
    }
}
