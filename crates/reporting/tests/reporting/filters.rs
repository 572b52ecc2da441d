//! Reading the bodies of requests for reports: filters, offset and limit.

use outbound_reporting::{
    EnabledChannels, Filters, MessageStatus, ReportingChannel, ReportingError, RowPage, Text, TransactionId,
};
use serde_json::{Value, json};

use crate::support::{MIDNIGHT, attempted, failed, later, row, time};

const ALL: EnabledChannels = EnabledChannels::All;
const DOCUMENTED: EnabledChannels = EnabledChannels::Documented;

fn analytics(body: &Value, channels: EnabledChannels) -> Result<Filters, ReportingError> {
    Filters::for_analytics(body.to_string().as_bytes(), channels)
}

fn v1(body: &Value) -> Result<(Filters, Option<String>), ReportingError> {
    Filters::for_transactions_v1(body.to_string().as_bytes(), DOCUMENTED)
}

fn v2(body: &Value) -> Result<(Filters, RowPage), ReportingError> {
    Filters::for_transactions_v2(body.to_string().as_bytes(), DOCUMENTED)
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
        (json!({"skills": [""]}), "skills: expected 1 to 255 characters without control characters"),
        (json!({"channels": ["fax"]}), "channels: `fax` is unknown; the values are inapp, sms, wa"),
        (json!({"channels": ["RCS", "Apple"]}), "channels: `RCS` is unknown; the values are inapp, sms, wa"),
        (
            json!({"skills": vec!["a"; 1001]}),
            "skills is longer than 1000 values; expected at most 1000 values",
        ),
        (
            json!({"channel": ["sms"]}),
            "`channel` is no field of the body; the fields are channels, skills, handoffids, source, filters",
        ),
        (
            json!({"filters": {"channel": []}}),
            "`channel` is no field of filters; the fields are channels, skills, handoffids, source",
        ),
        (
            json!({"filters": {"channels": []}, "skills": ["a"]}),
            "`skills` is beside `filters`; put all filters into `filters`, or all beside each other without it",
        ),
        (json!({"filters": "sms"}), "filters: expected an object, found a string"),
    ] {
        assert_eq!(analytics(&body, DOCUMENTED).unwrap_err().to_string(), message, "{body}");
    }
    assert!(analytics(&json!({"channels": ["googlercs", "apple"]}), ALL).is_ok());
}

#[test]
fn errors_of_transactions_name_the_fields_of_their_version() {
    let error = |result: Result<(), ReportingError>| result.unwrap_err().to_string();
    for (body, message) in [
        (
            json!({"messagestatus": ["SENT"]}),
            "`messagestatus` is no field of the body; the fields are channels, skills, page, filters; \
             messagestatus, transactionids, offset and limit need v=2.0",
        ),
        (json!({"page": "x"}), "page: expected an object, found a string"),
        (json!({"page": {"nextPage": null}}), "page.nextPage is required"),
        (json!({"page": {}}), "page.nextPage is required"),
        (json!({"page": {"nextPage": 7}}), "nextPage: expected a string, found a number"),
        (
            json!({"page": {"nextPage": "x", "limit": 5}}),
            "`limit` is no field of page; the fields are nextPage",
        ),
    ] {
        assert_eq!(error(v1(&body).map(drop)), message, "{body}");
    }
    assert_eq!(
        error(v2(&json!({"filters": {"transactionids": ["7"]}})).map(drop)),
        "transactionids is `7`; expected a transaction id such as 01a09f25-0af0-7ca0-9f2c-95aa144c1d0f"
    );
    assert_eq!(
        error(v2(&json!({"ofset": 3})).map(drop)),
        "`ofset` is no field of the body; the fields are channels, skills, messagestatus, transactionids, \
         offset, limit, filters"
    );
}

#[test]
fn bodies_may_be_empty_or_begin_with_a_byte_order_mark() {
    let none = Filters::none(DOCUMENTED);
    for body in ["", " \n", "{}", "\u{feff}", "\u{feff}{\"filters\": null}"] {
        assert_eq!(Filters::for_analytics(body.as_bytes(), DOCUMENTED).as_ref(), Ok(&none), "{body:?}");
    }
}

#[test]
fn bodies_that_are_no_json_are_rejected_with_line_and_column() {
    for (body, message) in [
        ("{\n\"skills\": [,]}", "not valid JSON: expected value at line 2 column 12"),
        ("{} {}", "not valid JSON: trailing characters at line 1 column 4"),
        (
            r#"{"skills": ["\ud83d"]}"#,
            "skills: a string has half of a surrogate pair, such as \\ud83d without \\ude00",
        ),
        (r#"{"\ud83d": 1}"#, "body: a string has half of a surrogate pair, such as \\ud83d without \\ude00"),
    ] {
        let error = Filters::for_analytics(body.as_bytes(), DOCUMENTED).unwrap_err();
        assert_eq!(error.to_string(), message, "{body}");
    }
}

/// `serde_json::Value` parses the text behind a key that the library reserves for itself, so levels of it add up
/// to more than its limit of nesting.
#[test]
fn nesting_and_reserved_keys_are_not_followed() {
    let body = (0..14).fold("1".to_owned(), |inside, _| {
        let text = format!("{}{inside}{}", "[".repeat(120), "]".repeat(120));
        json!({"$serde_json::private::RawValue": text}).to_string()
    });
    for body in [body.clone(), format!(r#"{{"filters": {body}}}"#)] {
        let error = Filters::for_analytics(body.as_bytes(), DOCUMENTED).unwrap_err().to_string();
        assert!(error.starts_with("`$serde_json::private::RawValue` is no field of"), "{error}");
    }
    let number = r#"{"limit": {"$serde_json::private::Number": "7"}}"#;
    let error = Filters::for_transactions_v2(number.as_bytes(), DOCUMENTED).unwrap_err();
    assert_eq!(error.to_string(), "limit: expected a number, found an object");
}

#[test]
fn filters_select_rows() {
    let message = row(&[attempted(), failed(1, "c2m", "1400")]);
    let pending = row(&[attempted()]);
    let matching = |filters: Value| {
        let (filters, _) = v2(&json!({"filters": filters})).unwrap();
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
    let wrapped = json!({"filters": body}).to_string();
    let (filters, _) = Filters::for_transactions_v2(wrapped.as_bytes(), ALL).unwrap();
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
    let page = |body: Value| v2(&body).map(|(_, page)| page);
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
