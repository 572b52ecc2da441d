//! Reading requests for reports: intervals, filters and pages.

use outbound_model::AccountId;
use outbound_reporting::{
    AnalyticsInterval, App, EnabledChannels, Filters, Interval, MessageStatus, PageRequest, PageToken,
    ReportingChannel, ReportingError, ReportingKey, RowPage, Text, TransactionId, TransactionsInterval,
};
use serde_json::{Value, json};

use crate::support::{attempted, failed, key, later, row, time, window};

const MIDNIGHT: i64 = 1_789_344_000_000;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const ALL: EnabledChannels = EnabledChannels::All;
const DOCUMENTED: EnabledChannels = EnabledChannels::Documented;

fn read<const HOURS: i64>(start: i64, end: i64) -> Result<Interval<HOURS>, ReportingError> {
    Interval::read(Some(&start.to_string()), Some(&end.to_string()), window())
}

#[test]
fn intervals_end_at_their_limit_to_the_millisecond() {
    for (start, length, analytics, transactions) in [
        (MIDNIGHT, 0, true, true),
        (MIDNIGHT, 1, true, true),
        (MIDNIGHT - 1, 1, true, true),
        (MIDNIGHT, DAY, true, true),
        (MIDNIGHT + 1, DAY, true, true),
        (MIDNIGHT, DAY + 1, true, false),
        (MIDNIGHT - 55 * DAY, 60 * DAY, true, false),
        (MIDNIGHT - 55 * DAY, 60 * DAY + 1, false, false),
    ] {
        assert_eq!(read::<{ 60 * 24 }>(start, start + length).is_ok(), analytics, "{length}");
        assert_eq!(read::<24>(start, start + length).is_ok(), transactions, "{length}");
    }
}

#[test]
fn consecutive_intervals_contain_each_message_once() {
    let first: TransactionsInterval = read(MIDNIGHT - DAY, MIDNIGHT).unwrap();
    let second: TransactionsInterval = read(MIDNIGHT, MIDNIGHT + DAY).unwrap();
    let account = "12345678".parse().unwrap();
    let text = Text::new("messageId", "m1".to_owned()).unwrap();
    for (millis, in_first, in_second) in [
        (MIDNIGHT - DAY - 1, false, false),
        (MIDNIGHT - DAY, true, false),
        (MIDNIGHT - 1, true, false),
        (MIDNIGHT, false, true),
        (MIDNIGHT + DAY - 1, false, true),
        (MIDNIGHT + DAY, false, false),
    ] {
        let id = TransactionId::derive(&key(), &account, &text, time(millis));
        assert_eq!([first, second].map(|i| i.contains(time(millis))), [in_first, in_second]);
        assert_eq!([first, second].map(|i| i.id_range().contains(&id)), [in_first, in_second]);
    }
    let empty: TransactionsInterval = read(MIDNIGHT, MIDNIGHT).unwrap();
    assert!(!empty.contains(time(MIDNIGHT)));
}

#[test]
fn starts_are_at_most_13_months_old() {
    let earliest = window().earliest().millis();
    assert!(read::<24>(earliest, earliest + 1).is_ok());
    assert_eq!(
        read::<24>(earliest - 1, earliest).unwrap_err().to_string(),
        "attemptedStartTime is 2025-08-18T23:59:59.999Z; data is kept for 13 months, so the earliest time is \
         2025-08-19T00:00:00.000Z"
    );
}

#[test]
fn errors_of_times_say_what_to_send() {
    let example = "expected milliseconds since 1970, such as 1789344000000";
    for (start, end, message) in [
        (None, Some("1"), "attemptedStartTime is required".to_owned()),
        (Some("1789344000000"), None, "attemptedEndTime is required".to_owned()),
        (Some("yesterday"), Some("1"), format!("attemptedStartTime is `yesterday`; {example}")),
        (Some(""), Some("1"), format!("attemptedStartTime is ``; {example}")),
        (Some("-1"), Some("1"), format!("attemptedStartTime is `-1`; {example}")),
        (Some("9999999999999999999"), Some("1"), format!("attemptedStartTime is `9999999999999999999`; {example}")),
        (Some("999999999999999999"), Some("1"), format!("attemptedStartTime is 999999999999999999; {example}")),
        (
            Some("1789344000"),
            Some("1789344001"),
            "attemptedStartTime is 1789344000, which looks like seconds; times are in milliseconds: 1789344000000"
                .to_owned(),
        ),
        (
            Some("1789344000001"),
            Some("1789344000000"),
            "attemptedStartTime (2026-09-14T00:00:00.001Z) is after attemptedEndTime (2026-09-14T00:00:00.000Z); \
             exchange them"
                .to_owned(),
        ),
    ] {
        let error = AnalyticsInterval::read(start, end, window()).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}

fn analytics(body: Value, channels: EnabledChannels) -> Result<Filters, ReportingError> {
    Filters::for_analytics(body, channels)
}

#[test]
fn errors_of_filters_name_the_right_value() {
    for (body, message) in [
        (json!([]), "body: expected an object, found an array"),
        (json!({"channels": "sms"}), "channels: expected an array of strings, found a string"),
        (json!({"channels": [7]}), "channels: expected an array of strings, found a number"),
        (json!({"channels": ["sms-twilio"]}), "channels: `sms-twilio` is named `sms` here"),
        (json!({"channels": ["SMS"]}), "channels: `SMS` is named `sms` here"),
        (
            json!({"channels": ["googlercs"]}),
            "channels: `googlercs` is not reported unless the account enables it in its settings",
        ),
        (json!({"source": ["Web"]}), "source: `Web` is unknown; the values are API, UI, LPWF"),
        (json!({"skills": [""]}), "skills: expected 1 to 128 characters without control characters"),
        (
            json!({"channel": ["sms"]}),
            "`channel` is no field of this request; the fields are channels, skills, handoffids, source",
        ),
        (
            json!({"filters": {"channels": []}, "skills": ["a"]}),
            "`skills` is no field of this request; the fields are channels, skills, handoffids, source",
        ),
    ] {
        assert_eq!(analytics(body.clone(), DOCUMENTED).unwrap_err().to_string(), message, "{body}");
    }
    assert!(analytics(json!({"channels": ["googlercs", "apple"]}), ALL).is_ok());

    let v1 = Filters::for_transactions_v1(json!({"messagestatus": ["SENT"]}), DOCUMENTED);
    assert_eq!(
        v1.unwrap_err().to_string(),
        "`messagestatus` is no field of this request; the fields are channels, skills; messagestatus, \
         transactionids, offset and limit need v=2.0"
    );
    let v2 = Filters::for_transactions_v2(json!({"filters": {"transactionids": ["7"]}}), DOCUMENTED);
    assert_eq!(
        v2.unwrap_err().to_string(),
        "transactionids is `7`; expected a transaction id such as 01a09f25-0af0-7ca0-9f2c-95aa144c1d0f"
    );
}

#[test]
fn filters_select_rows() {
    let message = row(&[attempted(), failed(1, "c2m", "1400")]);
    let pending = row(&[attempted()]);
    let matching = |filters: Value| {
        let (filters, _) = Filters::for_transactions_v2(json!({"filters": filters}), DOCUMENTED).unwrap();
        [&message, &pending].map(|row| filters.match_row(row))
    };
    for (filters, expected) in [
        (json!({}), [true, true]),
        (json!({"channels": [], "messagestatus": []}), [true, true]),
        (json!({"channels": ["wa", "sms"], "skills": ["sales"]}), [true, true]),
        (json!({"channels": ["sms"]}), [false, false]),
        (json!({"skills": ["Sales"]}), [false, false]),
        (json!({"messagestatus": ["FAILED", "SENT"]}), [true, false]),
        (json!({"transactionids": [message.id.to_string().to_uppercase()]}), [true, true]),
    ] {
        assert_eq!(matching(filters.clone()), expected, "{filters}");
    }
    assert!(!Filters::none(DOCUMENTED).match_row(&row(&[later("sent", 1, &json!({}))])), "no attempt yet");
}

#[test]
fn filters_are_echoed_as_sent_and_read_as_sets() {
    let [a, b] = [MIDNIGHT, MIDNIGHT + 1].map(|millis| TransactionId::first_at(time(millis)));
    let body = json!({"skills": ["b", "a", "b"], "channels": [], "messagestatus": ["READ", "FAILED"],
        "transactionids": [b.to_string(), a.to_string()]});
    let (filters, _) = Filters::for_transactions_v2(json!({"filters": body}), ALL).unwrap();
    assert_eq!(serde_json::to_value(&filters).unwrap(), body);

    let skills: Vec<_> = filters.skills().unwrap().iter().map(Text::as_str).collect();
    assert_eq!(skills, ["a", "b"]);
    assert_eq!(filters.statuses(), Some(&[MessageStatus::Failed, MessageStatus::Read][..]));
    assert_eq!(filters.transaction_ids(), Some(&[a, b][..]));
    assert_eq!((filters.channels(), filters.sources(), filters.handoff_ids()), (None, None, None));

    let documented = [ReportingChannel::InApp, ReportingChannel::Sms, ReportingChannel::WhatsApp];
    assert_eq!(Filters::none(DOCUMENTED).channels(), Some(&documented[..]), "not RCS and Apple");
}

#[test]
fn channels_that_the_vendor_does_not_have_are_left_out_unless_enabled() {
    let mut event = attempted();
    event["channel"] = json!("googlercs");
    let row = row(&[event]);
    assert!(!Filters::none(DOCUMENTED).match_row(&row));
    assert!(Filters::none(ALL).match_row(&row));
}

#[test]
fn pages_have_an_offset_and_a_limit() {
    let page = |body: Value| Filters::for_transactions_v2(body, DOCUMENTED).map(|(_, page)| page);
    for (body, offset, limit) in [
        (json!({}), 0, RowPage::DEFAULT_LIMIT),
        (json!({"offset": 4_000_000_000_i64, "limit": 5000}), 4_000_000_000, 5000),
        (json!({"limit": 1}), 0, 1),
    ] {
        let page = page(body).unwrap();
        assert_eq!((page.offset(), page.limit()), (offset, limit));
    }
    for (body, message) in [
        (json!({"limit": 5001}), "limit is 5001; expected 1 to 5000"),
        (json!({"limit": 0}), "limit is 0; expected 1 to 5000"),
        (json!({"offset": -1}), "offset is -1; expected 0 or more"),
        (json!({"limit": "10"}), "limit: expected a number, found a string"),
        (json!({"limit": 1.5}), "limit is 1.5; expected a whole number"),
    ] {
        assert_eq!(page(body).unwrap_err().to_string(), message);
    }
}

#[test]
fn a_page_token_does_not_depend_on_the_order_of_filter_values() {
    let account: AccountId = "12345678".parse().unwrap();
    let interval: TransactionsInterval = read(MIDNIGHT, MIDNIGHT + HOUR).unwrap();
    let token = |filters: Value| {
        let (filters, _) = Filters::for_transactions_v1(filters, DOCUMENTED).unwrap();
        let request = PageRequest { account: &account, app: App::Proactive, interval, filters: &filters };
        PageToken::first().encode(&key(), &request)
    };
    let expected = token(json!({"channels": ["sms", "wa"], "skills": []}));
    assert_eq!(expected, token(json!({"filters": {"channels": ["wa", "sms", "wa"]}})));
    assert_ne!(expected, token(json!({"skills": ["sms", "wa"]})));
}

#[test]
fn a_page_token_belongs_to_its_request() {
    let account: AccountId = "12345678".parse().unwrap();
    let other_account: AccountId = "87654321".parse().unwrap();
    let filters = Filters::none(DOCUMENTED);
    let other_filters = analytics(json!({"channels": ["sms"]}), DOCUMENTED).unwrap();
    let interval: TransactionsInterval = read(MIDNIGHT, MIDNIGHT + HOUR).unwrap();
    let request = PageRequest { account: &account, app: App::Proactive, interval, filters: &filters };

    for token in [PageToken::first(), PageToken::after(row(&[attempted()]).id)] {
        let text = token.encode(&key(), &request);
        assert_eq!(PageToken::decode(&text, &key(), &request), Ok(token));
        for other in [
            PageRequest { account: &other_account, ..request },
            PageRequest { app: App::ConnectToMessaging, ..request },
            PageRequest { interval: read(MIDNIGHT, MIDNIGHT + HOUR + 1).unwrap(), ..request },
            PageRequest { filters: &other_filters, ..request },
        ] {
            assert_eq!(PageToken::decode(&text, &key(), &other), Err(ReportingError::ForeignPage));
        }
        let mut changed = text.clone().into_bytes();
        changed[3] = if changed[3] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        for wrong in ["", "nonsense", &changed] {
            assert_eq!(PageToken::decode(wrong, &key(), &request), Err(ReportingError::ForeignPage));
        }
        let other_key = ReportingKey::new(&[8; 32]);
        assert_eq!(PageToken::decode(&text, &other_key, &request), Err(ReportingError::ForeignPage));
    }
}
