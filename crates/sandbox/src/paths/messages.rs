//! `GET /sandbox/messages`: the ledger.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::HeaderMap;
use serde::Serialize;

use super::{error, token_error};
use crate::api_name::ApiName;
use crate::ledger::{LedgerEntry, LedgerFilter};
use crate::response::json as respond;
use crate::simulator::Simulator;

/// The default and the largest number of entries in a response.
const LIMIT: usize = 100;
const MAX_LIMIT: usize = 1000;

/// The entries that match, oldest first, and the busiest second of each sender.
pub(crate) async fn list_messages(
    State(simulator): State<Arc<Simulator>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    if let Some(response) = token_error(&simulator, &headers) {
        return response;
    }
    let (filter, limit) = match read_query(&query.unwrap_or_default()) {
        Ok(read) => read,
        Err(problem) => return error(400, &problem),
    };
    let messages = simulator.read_ledger(&filter, limit);
    respond(200, &LedgerPage { messages, busiest_seconds: simulator.busiest_seconds() })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LedgerPage {
    messages: Vec<LedgerEntry>,
    busiest_seconds: BTreeMap<String, usize>,
}

fn read_query(query: &str) -> Result<(LedgerFilter, usize), String> {
    let (mut filter, mut limit) = (LedgerFilter::default(), LIMIT);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let number = || value.parse::<u64>().map_err(|_| format!("{name}: expected a number"));
        match &*name {
            "api" => filter.api = Some(api(&value)?),
            // `+` in a query is a space.
            "phone" => filter.phone = Some(value.replace(' ', "+")),
            "messageId" => filter.message_id = Some(value.clone().into_owned()),
            "after" => filter.after = Some(number()?),
            "limit" => {
                let valid = usize::try_from(number()?).ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
                limit = valid.ok_or_else(|| format!("limit: expected 1 to {MAX_LIMIT}"))?;
            }
            _ => return Err(format!("{name} is unknown; use api, phone, messageId, after, limit")),
        }
    }
    Ok((filter, limit))
}

fn api(name: &str) -> Result<ApiName, String> {
    ApiName::from_name(name).ok_or_else(|| "api: expected meta, twilio, rbm or relay".to_owned())
}
