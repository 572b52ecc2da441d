//! The opaque pages of transactions, version 1.

use outbound_model::{AccountId, Timestamp};
use outbound_reporting::{
    App, EnabledChannels, Filters, PageRequest, PageToken, ReportingError, ReportingKey, TransactionsInterval,
};
use serde_json::{Value, json};

use crate::support::{MIDNIGHT, attempted, key, row, time, window};

fn filters(body: &Value) -> Filters {
    Filters::for_transactions_v1(body.to_string().as_bytes(), EnabledChannels::Documented).unwrap().0
}

fn interval(end: Timestamp) -> TransactionsInterval {
    TransactionsInterval::new(time(MIDNIGHT), end, window()).unwrap()
}

#[test]
fn a_page_token_does_not_depend_on_the_order_of_filter_values() {
    let account: AccountId = "12345678".parse().unwrap();
    let interval = interval(time(MIDNIGHT + 1000));
    let token = |values: Value| {
        let filters = filters(&values);
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
    let (filters, other_filters) = (filters(&json!({})), filters(&json!({"channels": ["sms"]})));
    let (one, longer) = (interval(time(MIDNIGHT + 1000)), interval(time(MIDNIGHT + 1001)));
    let request = PageRequest { account: &account, app: App::Proactive, interval: one, filters: &filters };

    for token in [PageToken::first(), PageToken::after(row(&[attempted()]).id)] {
        let text = token.encode(&key(), &request);
        assert_eq!(PageToken::decode(&text, &key(), &request), Ok(token));
        for other in [
            PageRequest { account: &other_account, ..request },
            PageRequest { app: App::ConnectToMessaging, ..request },
            PageRequest { interval: longer, ..request },
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
