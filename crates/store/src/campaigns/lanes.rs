//! Lanes: one sender on one channel.

use std::fmt;
use std::str::FromStr;

use outbound_model::{Invalid, Timestamp};
use outbound_reporting::ReportingChannel;

/// Identifies a lane in its account. As a string `CHANNEL/SENDER`, such as `sms/14155550170`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct LaneId {
    channel: ReportingChannel,
    sender: String,
}

impl LaneId {
    /// The lane of a sender, with or without the `+` of its phone number. In-app messages have an empty sender.
    pub fn new(channel: ReportingChannel, sender: &str) -> Self {
        Self { channel, sender: sender.trim_start_matches('+').to_owned() }
    }

    /// The channel.
    pub fn channel(&self) -> ReportingChannel {
        self.channel
    }

    /// The sender.
    pub fn sender(&self) -> &str {
        &self.sender
    }
}

impl fmt::Display for LaneId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.channel, self.sender)
    }
}

impl FromStr for LaneId {
    type Err = Invalid;

    fn from_str(id: &str) -> Result<Self, Invalid> {
        let parts = id.split_once('/');
        let read = parts.and_then(|(channel, sender)| Some((ReportingChannel::from_name(channel)?, sender)));
        let (channel, sender) = read.ok_or_else(|| Invalid::new("a lane is a channel, `/` and a sender"))?;
        Ok(Self::new(channel, sender))
    }
}

/// The state of a lane.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Lane {
    /// Its id.
    pub id: LaneId,
    /// The maximum number of messages in any second.
    pub rate: u32,
    /// When there is something to do; never later than the time of its earliest recipient. `None` if there is nothing.
    pub due_at: Option<Timestamp>,
    /// Until when the provider wants no messages.
    pub blocked_until: Option<Timestamp>,
    /// Why nothing is sent until a person resumes the lane. Its campaigns still end.
    pub paused_reason: Option<String>,
    /// The process that leased the lane last.
    pub owner: Option<String>,
    /// When its lease ends.
    pub lease_until: Timestamp,
    /// How often recipients were claimed. It never becomes smaller, unless the database loses commits.
    pub claims: i64,
}

impl Lane {
    /// The rate of a new lane: LivePerson's default (contract §6.1).
    pub const DEFAULT_RATE: u32 = 9;

    /// Whether `owner` may send at `now`.
    pub fn is_leased_to(&self, owner: &str, now: Timestamp) -> bool {
        self.owner.as_deref() == Some(owner) && self.lease_until > now
    }
}

/// A lease of lanes.
#[derive(Clone, Copy, Debug)]
pub struct LaneLease<'l> {
    /// The process.
    pub owner: &'l str,
    /// The current time.
    pub now: Timestamp,
    /// When the lease ends.
    pub until: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_with_and_without_plus_has_one_lane() {
        let lane = LaneId::new(ReportingChannel::Sms, "14155550170");
        assert_eq!(LaneId::new(ReportingChannel::Sms, "+14155550170"), lane);
        assert_eq!("sms/+14155550170".parse(), Ok(lane));
    }
}
