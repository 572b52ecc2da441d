//! Tests of the order, the limits, and callers that are dropped.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::*;

type Acquiring<'q> = Pin<Box<dyn Future<Output = Result<Permit<char>, QueueFull>> + 'q>>;

/// Polls once, because the futures depend on nothing but the queue.
fn poll<T>(future: &mut Pin<Box<dyn Future<Output = T> + '_>>) -> Poll<T> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// Creates a waiting caller for each key, in this order.
fn callers<'q>(queue: &'q FairQueue<char>, keys: &str) -> Vec<(char, Acquiring<'q>)> {
    let mut callers: Vec<_> =
        keys.chars().map(|key| (key, Box::pin(queue.acquire(key)) as Acquiring)).collect();
    for (_, caller) in &mut callers {
        assert!(poll(caller).is_pending());
    }
    callers
}

/// Returns the keys of the callers in the order in which they get a permit. Each releases it at once.
fn served(callers: &mut Vec<(char, Acquiring<'_>)>, first: Permit<char>) -> String {
    let (mut order, mut permit) = (String::new(), first);
    loop {
        drop(permit);
        let ready = callers.iter_mut().enumerate().find_map(|(place, (key, caller))| match poll(caller) {
            Poll::Ready(granted) => Some((place, *key, granted.unwrap())),
            Poll::Pending => None,
        });
        let Some((place, key, granted)) = ready else { return order };
        drop(callers.remove(place));
        order.push(key);
        permit = granted;
    }
}

fn shares(total: usize, per_key: usize) -> FairQueue<char> {
    FairQueue::new(Shares { total, per_key, ..Shares::default() })
}

#[test]
fn permits_are_granted_to_keys_in_turn() {
    let queue = shares(1, 1);
    let first = queue.try_acquire('a').unwrap();
    let mut waiting = callers(&queue, "aaaabbc");
    assert_eq!(served(&mut waiting, first), "abcabaa");
    assert_eq!(queue.waiting(), 0);
    assert!(queue.try_acquire('z').is_ok());
}

#[test]
fn a_key_holds_no_more_than_its_share() {
    let queue = shares(3, 2);
    let held = [queue.try_acquire('a').unwrap(), queue.try_acquire('a').unwrap()];
    let mut waiting = callers(&queue, "a");
    let other = queue.try_acquire('b').unwrap();
    drop(other);
    assert!(poll(&mut waiting[0].1).is_pending());
    drop(held);
    assert!(poll(&mut waiting[0].1).is_ready());
}

#[test]
fn dropped_callers_leave_the_queue_and_lose_no_permit() {
    let queue = shares(1, 1);
    let first = queue.try_acquire('a').unwrap();
    let mut waiting = callers(&queue, "bcde");
    drop(waiting.remove(1));
    drop(first);
    // Drops a caller whose permit was granted but not received.
    drop(waiting.remove(0));
    assert!(poll(&mut waiting[0].1).is_ready());
    drop(waiting);
    assert_eq!(queue.waiting(), 0);
    assert!(queue.try_acquire('z').is_ok());
}

#[test]
fn a_long_queue_of_one_key_is_displaced_by_other_keys() {
    let queue = FairQueue::new(Shares { max_waiting: 4, max_waiting_per_key: 3, ..Shares::default() });
    let first = queue.try_acquire('a').unwrap();
    let mut flood = callers(&queue, "aaa");
    assert!(matches!(poll(&mut (Box::pin(queue.acquire('a')) as Acquiring)), Poll::Ready(Err(QueueFull))));
    let mut others = callers(&queue, "bc");
    // The newest caller of `a` was displaced by the last one.
    assert!(matches!(poll(&mut flood[2].1), Poll::Ready(Err(QueueFull))));
    drop(flood.remove(2));
    others.extend(flood);
    // The keys take turns. A caller cannot displace another key's queue that is no longer than its own.
    assert_eq!(served(&mut others, first), "abca");
}
