//! `schedulingMetrics.windows`: when messages may be sent.
//!
//! The schema is known from clients only (contract §6.1). Some send numbers as strings, such as `"05"`.

use serde_json::value::RawValue;

use crate::error::CampaignError;
use crate::json::{Fields, read_string};
use crate::limits::MAX_WINDOWS;

/// A weekday in the recipient's local time.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(missing_docs)] // The names say it.
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// The weekdays, from Monday, as JSON and stored rows name them.
    pub const NAMES: [(&str, Weekday); 7] = [
        ("MONDAY", Weekday::Monday),
        ("TUESDAY", Weekday::Tuesday),
        ("WEDNESDAY", Weekday::Wednesday),
        ("THURSDAY", Weekday::Thursday),
        ("FRIDAY", Weekday::Friday),
        ("SATURDAY", Weekday::Saturday),
        ("SUNDAY", Weekday::Sunday),
    ];

    fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, day)| *day)
    }
}

/// A period of each week, in the recipient's local time.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct TimeWindow {
    day: Weekday,
    start: u16,
    end: u16,
}

impl TimeWindow {
    /// The day on which it opens.
    pub fn day(self) -> Weekday {
        self.day
    }

    /// The minute of the day at which it opens, 0 to 1439.
    pub fn start(self) -> u16 {
        self.start
    }

    /// The minute of the day at which it closes, 0 to 1439. If it is not after the start, it is on the next day.
    pub fn end(self) -> u16 {
        self.end
    }

    /// Whether the window closes on the day after it opens.
    pub fn crosses_midnight(self) -> bool {
        self.end <= self.start
    }
}

/// The windows of a request; none if it has no `schedulingMetrics`.
pub(super) fn read(request: &Fields<'_>) -> Result<Vec<TimeWindow>, CampaignError> {
    let Some(metrics) = request.object("schedulingMetrics")? else { return Ok(Vec::new()) };
    let windows = metrics.array("windows")?.unwrap_or_default();
    if windows.len() > MAX_WINDOWS {
        return Err(CampaignError::TooManyWindows);
    }
    windows.into_iter().enumerate().map(|(index, json)| read_window(&metrics, index, json)).collect()
}

fn read_window(metrics: &Fields<'_>, index: usize, json: &RawValue) -> Result<TimeWindow, CampaignError> {
    let window = Fields::of_value(format!("{}[{index}]", metrics.path("windows")), json)?;
    let start = read_minute(&window, "startTime")?;
    let end = read_minute(&window, "endTime")?;
    let name = window.string("day")?.ok_or(CampaignError::FieldMissing { name: "day" })?;
    let day = Weekday::from_name(&name);
    let day = day.ok_or_else(|| window.invalid("day", "a weekday such as MONDAY"))?;
    Ok(TimeWindow { day, start, end })
}

/// `{"hour":9,"minute":5}` as the minute of the day.
fn read_minute(window: &Fields<'_>, field: &'static str) -> Result<u16, CampaignError> {
    let time = window.object(field)?.ok_or(CampaignError::FieldMissing { name: field })?;
    let hour = read_number(&time, "hour", 24, "a whole number from 0 to 23")?;
    let minute = read_number(&time, "minute", 60, "a whole number from 0 to 59")?;
    Ok(hour * 60 + minute)
}

/// A number below `limit`, or a string of its digits.
fn read_number(
    time: &Fields<'_>,
    field: &'static str,
    limit: u16,
    expected: &'static str,
) -> Result<u16, CampaignError> {
    let json = time.required(field)?;
    let digits = read_string(json).unwrap_or_else(|| json.get().to_owned());
    let is_digits = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = if is_digits { digits.parse().ok() } else { None };
    number.filter(|number| *number < limit).ok_or_else(|| time.invalid(field, expected))
}
