//! Order, shares, bounds, and callers that give up.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::*;

type Acquiring<'q> = Pin<Box<dyn Future<Output = Result<Permit<char>, QueueFull>> + 'q>>;

/// Polls once, as nothing here waits for anything but the queue.
fn poll<T>(future: &mut Pin<Box<dyn Future<Output = T> + '_>>) -> Poll<T> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// Callers in the order in which they come.
fn callers<'q>(queue: &'q FairQueue<char>, keys: &str) -> Vec<(char, Acquiring<'q>)> {
    let mut callers: Vec<_> =
        keys.chars().map(|key| (key, Box::pin(queue.acquire(key)) as Acquiring)).collect();
    for (_, caller) in &mut callers {
        assert!(poll(caller).is_pending());
    }
    callers
}

/// The keys of those who get a permit one after another, each giving it back at once.
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
fn keys_take_turns_whoever_came_first() {
    let queue = shares(1, 1);
    let first = queue.try_acquire('a').unwrap();
    let mut waiting = callers(&queue, "aaaabbc");
    assert_eq!(served(&mut waiting, first), "abcabaa");
    assert_eq!(queue.waiting(), 0);
    assert!(queue.try_acquire('z').is_ok());
}

#[test]
fn a_key_holds_no_more_than_its_share_and_leaves_the_rest_to_others() {
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
fn callers_that_give_up_lose_their_turn_and_no_permit() {
    let queue = shares(1, 1);
    let first = queue.try_acquire('a').unwrap();
    let mut waiting = callers(&queue, "bcde");
    drop(waiting.remove(1));
    drop(first);
    // Granted, but never taken.
    drop(waiting.remove(0));
    assert!(poll(&mut waiting[0].1).is_ready());
    drop(waiting);
    assert_eq!(queue.waiting(), 0);
    assert!(queue.try_acquire('z').is_ok());
}

#[test]
fn a_flood_of_one_key_fills_its_own_queue_and_then_makes_room_for_others() {
    let queue = FairQueue::new(Shares { max_waiting: 4, max_waiting_per_key: 3, ..Shares::default() });
    let first = queue.try_acquire('a').unwrap();
    let mut flood = callers(&queue, "aaa");
    assert!(matches!(poll(&mut (Box::pin(queue.acquire('a')) as Acquiring)), Poll::Ready(Err(QueueFull))));
    let mut others = callers(&queue, "bc");
    // The newest one of the flood made room for the last.
    assert!(matches!(poll(&mut flood[2].1), Poll::Ready(Err(QueueFull))));
    drop(flood.remove(2));
    others.extend(flood);
    // A turn of its own for each key; nobody can displace a queue that is no longer than its own.
    assert_eq!(served(&mut others, first), "abca");
}
