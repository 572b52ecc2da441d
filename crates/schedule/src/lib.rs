//! When a message may be sent: windows of the recipient's local time (contract §6.1).
//!
//! Everything here is pure: no I/O, no clock, no randomness. [`Candidates`] are the time zones where a recipient may
//! be, mostly derived from the phone number. [`Windows`] are the times of a week when messages may be sent.
//! [`Windows::next_opening`] finds the next time at which they are open in all candidates.
//!
//! ```
//! use outbound_model::{ChannelType, Phone, Timestamp};
//! use outbound_schedule::{Candidates, Windows, Zone};
//!
//! let now: Timestamp = "2026-11-29T04:00:00Z".parse()?;
//! let account: Zone = "Europe/Berlin".parse()?;
//! let recipient = Candidates::new(None, Phone::read("+1 206 555 0123").ok().as_ref()); // Seattle
//! let windows = Windows::default_of(ChannelType::SmsTwilio); // 08:00 to 21:00
//! let opening = windows.next_opening(now, &recipient, &account).unwrap();
//! assert_eq!(opening.opens().to_string(), "2026-11-29T04:00:00.000Z"); // it is 20:00 there
//! assert_eq!(opening.closes().unwrap().to_string(), "2026-11-29T05:00:00.000Z");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod candidates;
mod error;
mod interval;
mod local_time;
mod opening;
mod prefixes;
#[cfg(test)]
mod prefixes_tests;
mod window;
mod zone;

pub use candidates::Candidates;
pub use error::ScheduleError;
pub use local_time::{MinuteOfDay, Weekday};
pub use opening::{Opening, SEARCH_DAYS, ZoneSource};
pub use window::{MAX_WINDOWS, Window, Windows};
pub use zone::Zone;
