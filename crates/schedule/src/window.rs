//! Windows: the times of a week when messages may be sent.

use std::fmt;

use outbound_model::ChannelType;

use crate::error::ScheduleError;
use crate::local_time::{MinuteOfDay, Weekday};

/// The maximum number of windows of a campaign: ten a day.
pub const MAX_WINDOWS: usize = 70;

/// A time when messages may be sent, once a week. It contains its start, and ends before its end.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Window {
    weekday: Weekday,
    start: MinuteOfDay,
    end: MinuteOfDay,
}

impl Window {
    /// A window that starts on `weekday`. If `end` is not after `start`, it ends on the next day; a window from 08:00
    /// to 08:00 has 24 hours.
    pub fn new(weekday: Weekday, start: MinuteOfDay, end: MinuteOfDay) -> Self {
        Self { weekday, start, end }
    }

    /// The day on which it starts.
    pub fn weekday(self) -> Weekday {
        self.weekday
    }

    /// The start, in local time.
    pub fn start(self) -> MinuteOfDay {
        self.start
    }

    /// The end, in local time.
    pub fn end(self) -> MinuteOfDay {
        self.end
    }

    /// Whether it is one whole day.
    pub fn is_whole_day(self) -> bool {
        (self.start, self.end) == (MinuteOfDay::MIDNIGHT, MinuteOfDay::MIDNIGHT)
    }

    /// Whether it ends on the day after its start.
    pub fn crosses_midnight(self) -> bool {
        self.end <= self.start
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}-{}", self.weekday.as_str(), self.start, self.end)
    }
}

/// 1 to [`MAX_WINDOWS`] different windows, sorted. They may overlap.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Windows(Vec<Window>);

impl Windows {
    /// The windows of a campaign. They replace the default, and may be wider.
    pub fn new(mut windows: Vec<Window>) -> Result<Self, ScheduleError> {
        if windows.is_empty() {
            return Err(ScheduleError::NoWindows);
        }
        if windows.len() > MAX_WINDOWS {
            return Err(ScheduleError::TooManyWindows { found: windows.len(), maximum: MAX_WINDOWS });
        }
        windows.sort_unstable();
        windows.dedup();
        Ok(Self(windows))
    }

    /// The windows of campaigns that have none: for SMS 08:00 to 21:00 every day, for other channels always
    /// (contract §6.1). Those of SMS are also the hours of the TCPA (47 CFR 64.1200(c)(1)).
    pub fn default_of(channel: ChannelType) -> Self {
        let (start, end) = match channel {
            ChannelType::SmsTwilio => (MinuteOfDay::H08, MinuteOfDay::H21),
            ChannelType::WhatsApp
            | ChannelType::AppleTwilio
            | ChannelType::GoogleRcs
            | ChannelType::InApp => (MinuteOfDay::MIDNIGHT, MinuteOfDay::MIDNIGHT),
        };
        Self(Weekday::ALL.into_iter().map(|day| Window::new(day, start, end)).collect())
    }

    /// Whether every day is a window as a whole.
    pub fn is_always(&self) -> bool {
        let is_open = |day| self.0.iter().any(|window| window.weekday == day && window.is_whole_day());
        Weekday::ALL.into_iter().all(is_open)
    }

    /// The windows, sorted.
    pub fn as_slice(&self) -> &[Window] {
        &self.0
    }
}
