//! `GET /2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json` and `GET …/Messages.json`

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::HeaderMap;
use outbound_model::Timestamp;
use serde_json::{Value, json};

use super::error::{error, not_authenticated};
use super::resource::resource;
use crate::api_name::{ApiName, WHATSAPP_PREFIX};
use crate::credentials::has_basic;
use crate::ledger::{Direction, LedgerEntry, LedgerFilter, SubmissionResult};
use crate::response::json as respond;
use crate::simulator::Simulator;

/// The default and the largest number of messages on a page.
const PAGE_SIZE: usize = 50;
const MAX_PAGE_SIZE: usize = 1000;

/// One message.
pub(crate) async fn fetch(
    State(simulator): State<Arc<Simulator>>,
    Path((account, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if !has_basic(&headers, simulator.config.token.as_ref()) {
        return not_authenticated();
    }
    let sid = file.strip_suffix(".json").unwrap_or(&file);
    match simulator.message(sid).filter(is_message) {
        Some(entry) => respond(200, &resource(&account, &entry)),
        None => error(404, 20_404, "The requested resource was not found"),
    }
}

fn is_message(entry: &LedgerEntry) -> bool {
    entry.api == ApiName::Twilio
        && entry.direction == Direction::Message
        && entry.result == SubmissionResult::Accepted
}

/// A page of messages, newest first.
pub(crate) async fn list(
    State(simulator): State<Arc<Simulator>>,
    Path(account): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    if !has_basic(&headers, simulator.config.token.as_ref()) {
        return not_authenticated();
    }
    let query = query.unwrap_or_default();
    let get = |name: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    let size =
        get("PageSize").and_then(|size| size.parse().ok()).unwrap_or(PAGE_SIZE).clamp(1, MAX_PAGE_SIZE);
    let page: usize = get("Page").and_then(|page| page.parse().ok()).unwrap_or(0);
    let without_prefix =
        |address: String| address.strip_prefix(WHATSAPP_PREFIX).map(str::to_owned).unwrap_or(address);
    let (to, from) = (get("To").map(without_prefix), get("From").map(without_prefix));
    let (after, before) =
        (get("DateSent>").and_then(|text| time(&text)), get("DateSent<").and_then(|text| time(&text)));
    let filter = LedgerFilter { api: Some(ApiName::Twilio), phone: to, ..LedgerFilter::default() };
    let mut found = simulator.read_ledger(&filter, simulator.config.ledger_messages);
    found.retain(|entry| {
        is_message(entry)
            && from.as_ref().is_none_or(|from| entry.sender == *from)
            && after.is_none_or(|after| entry.at >= after)
            && before.is_none_or(|before| entry.at <= before)
    });
    let start = page.saturating_mul(size);
    let messages: Vec<Value> =
        found.iter().rev().skip(start).take(size).map(|entry| resource(&account, entry)).collect();
    let uri = format!("/2010-04-01/Accounts/{account}/Messages.json?{query}");
    let has_more = found.len() > start.saturating_add(size);
    respond(200, &page_of(&uri, page, size, has_more, &messages))
}

fn page_of(uri: &str, page: usize, size: usize, has_more: bool, messages: &[Value]) -> Value {
    let with_page = |number: usize| {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "Page");
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(kept).append_pair("Page", &number.to_string());
        format!("{path}?{}", query.finish())
    };
    let start = page.saturating_mul(size);
    json!({
        "messages": messages,
        "uri": uri,
        "first_page_uri": with_page(0),
        "previous_page_uri": page.checked_sub(1).map(with_page),
        "next_page_uri": has_more.then(|| with_page(page.saturating_add(1))),
        "page": page,
        "page_size": size,
        "start": start,
        "end": start.saturating_add(messages.len()).saturating_sub(1),
    })
}

/// A time, or the start of a day.
fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| format!("{text}T00:00:00Z").parse().ok())
}
