//! `schedulingMetrics.windows`: when messages may be sent.
//!
//! The schema is known from clients only (contract §6.1). Some send numbers as strings, such as `"05"`.

use outbound_schedule::{MAX_WINDOWS, MinuteOfDay, Weekday, Window, Windows};
use serde_json::value::RawValue;

use crate::error::CampaignError;
use crate::json::{Fields, read_string};

/// The windows of a request; `None` if it has none.
pub(super) fn read(request: &Fields<'_>) -> Result<Option<Windows>, CampaignError> {
    let Some(metrics) = request.object("schedulingMetrics")? else { return Ok(None) };
    let windows = metrics.array("windows")?.unwrap_or_default();
    if windows.is_empty() {
        return Ok(None);
    }
    if windows.len() > MAX_WINDOWS {
        return Err(CampaignError::TooManyWindows);
    }
    let windows = windows.into_iter().enumerate();
    let windows =
        windows.map(|(index, json)| read_window(&metrics, index, json)).collect::<Result<_, _>>()?;
    // The number of windows is valid, which is all that is checked here.
    Windows::new(windows).map(Some).map_err(|_| CampaignError::TooManyWindows)
}

fn read_window(metrics: &Fields<'_>, index: usize, json: &RawValue) -> Result<Window, CampaignError> {
    let window = Fields::of_value(format!("{}[{index}]", metrics.path("windows")), json)?;
    let start = read_time(&window, "startTime")?;
    let end = read_time(&window, "endTime")?;
    let name = window.string("day")?.ok_or(CampaignError::FieldMissing { name: "day" })?;
    let day = name.parse::<Weekday>().map_err(|_| window.invalid("day", "a weekday such as MONDAY"))?;
    Ok(Window::new(day, start, end))
}

/// `{"hour":9,"minute":5}`
fn read_time(window: &Fields<'_>, field: &'static str) -> Result<MinuteOfDay, CampaignError> {
    let time = window.object(field)?.ok_or(CampaignError::FieldMissing { name: field })?;
    let hour = read_number(&time, "hour")?;
    let minute = read_number(&time, "minute")?;
    let invalid = |_| window.invalid(field, "an hour from 0 to 23 and a minute from 0 to 59");
    MinuteOfDay::new(hour, minute).map_err(invalid)
}

/// A number, or a string of digits.
fn read_number(time: &Fields<'_>, field: &'static str) -> Result<i64, CampaignError> {
    let json = time.required(field)?;
    let digits = read_string(json).unwrap_or_else(|| json.get().to_owned());
    let is_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = if is_digits { digits.parse().ok() } else { None };
    number.ok_or_else(|| time.invalid(field, "a whole number"))
}
