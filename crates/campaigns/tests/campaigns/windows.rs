//! `schedulingMetrics.windows`

use outbound_campaigns::CampaignRequest;
use outbound_schedule::{MAX_WINDOWS, Weekday, Windows};
use serde_json::{Value, json};

/// The windows as (day, start, end, crosses midnight), or the error.
fn read(windows: &Value) -> Result<Vec<(Weekday, u16, u16, bool)>, String> {
    let body = json!({"campaignName": "Autumn", "skill": "sales", "templateId": "H1", "consent": true,
        "consumers": [{"consumerContent": {"sms": "14155550111"}, "variables": {}}],
        "schedulingMetrics": {"windows": windows}})
    .to_string();
    let request = CampaignRequest::read(body.as_bytes()).map_err(|error| error.to_string())?;
    let windows = request.windows().map(Windows::as_slice).unwrap_or_default().iter();
    let plain = windows.map(|w| (w.weekday(), w.start().minutes(), w.end().minutes(), w.crosses_midnight()));
    Ok(plain.collect())
}

fn time(hour: impl Into<Value>, minute: impl Into<Value>) -> Value {
    json!({"hour": hour.into(), "minute": minute.into()})
}

fn window(start: &Value, end: &Value, day: &str) -> Value {
    json!({"startTime": start, "endTime": end, "day": day})
}

#[test]
fn numbers_may_be_strings_and_windows_may_cross_midnight() {
    for (start, end, expected) in [
        (time(9, 0), time(20, 30), (540, 1230, false)),
        (time("9", "05"), time("20", "30"), (545, 1230, false)),
        (time(0, 0), time(23, 59), (0, 1439, false)),
        (time(10, 59), time(10, 1), (659, 601, true)),
        (time(8, 0), time(8, 0), (480, 480, true)),
    ] {
        let (opens, closes, crosses_midnight) = expected;
        let windows = read(&json!([window(&start, &end, "MONDAY")]));
        assert_eq!(windows, Ok(vec![(Weekday::Monday, opens, closes, crosses_midnight)]));
    }
}

#[test]
fn all_weekdays_are_known() {
    for day in Weekday::ALL {
        let windows = json!([window(&time(9, 0), &time(10, 0), day.as_str())]);
        assert_eq!(read(&windows), Ok(vec![(day, 540, 600, false)]));
    }
}

#[test]
fn invalid_windows_are_described() {
    let nine = time(9, 0);
    let (range, number) = ("an hour from 0 to 23 and a minute from 0 to 59", "a whole number");
    for (window, field, expected) in [
        (window(&time(24, 0), &nine, "MONDAY"), ".startTime", range),
        (window(&nine, &time(9, 60), "MONDAY"), ".endTime", range),
        (window(&time(-1, 0), &nine, "MONDAY"), ".startTime.hour", number),
        (window(&time("+9", 0), &nine, "MONDAY"), ".startTime.hour", number),
        (window(&time(9.5, 0), &nine, "MONDAY"), ".startTime.hour", number),
        (window(&time("", 0), &nine, "MONDAY"), ".startTime.hour", number),
        (window(&nine, &time(9, "9".repeat(30)), "MONDAY"), ".endTime.minute", number),
        (window(&nine, &json!(9), "MONDAY"), ".endTime", "an object"),
        (window(&nine, &nine, "monday"), ".day", "a weekday such as MONDAY"),
        (json!("x"), "", "an object"),
    ] {
        let message = format!("schedulingMetrics.windows[0]{field} must be {expected}.");
        assert_eq!(read(&json!([window])), Err(message));
    }
    for (window, field) in [
        (window(&nine, &nine, ""), "day"),
        (window(&time(Value::Null, 0), &nine, "MONDAY"), "hour"),
        (window(&nine, &Value::Null, "MONDAY"), "endTime"),
    ] {
        assert_eq!(read(&json!([window])), Err(format!("Fields missing in request: {field}")));
    }
}

#[test]
fn the_number_of_windows_is_limited() {
    // Each is another window.
    let windows = |count: usize| {
        let each =
            (0..count).map(|minute| window(&time(9, minute % 60), &time(10 + minute / 60, 0), "MONDAY"));
        json!(each.collect::<Vec<_>>())
    };
    assert_eq!(read(&windows(MAX_WINDOWS)).map(|windows| windows.len()), Ok(MAX_WINDOWS));
    assert_eq!(read(&windows(MAX_WINDOWS + 1)), Err("A request may name at most 70 windows.".to_owned()));
    assert_eq!(read(&json!([])), Ok(Vec::new()));
}
