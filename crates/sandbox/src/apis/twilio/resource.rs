//! A message as Twilio represents it.

use outbound_model::Timestamp;
use serde_json::{Value, json};

use super::create::Form;
use crate::api_name::{ChannelName, WHATSAPP_PREFIX};
use crate::ledger::LedgerEntry;

/// Characters of an SMS that is not split, and of each part of one that is (GSM-7). Other alphabets have less, so that
/// this is only an approximation.
const SINGLE_SEGMENT: usize = 160;
const SEGMENT: usize = 153;

pub(super) fn resource(account: &str, entry: &LedgerEntry) -> Value {
    let content = entry.content.as_ref();
    let form: Form = content.and_then(|content| serde_json::from_str(content.get()).ok()).unwrap_or_default();
    let address = |address: &str| match entry.channel {
        ChannelName::WhatsApp if address.starts_with('+') => format!("{WHATSAPP_PREFIX}{address}"),
        _ => address.to_owned(),
    };
    let body = form.get("Body").map(String::as_str).unwrap_or_default();
    let sid = entry.provider_id.as_deref().unwrap_or_default();
    let service = form.get("MessagingServiceSid");
    let status = status(entry);
    let uri = format!("/2010-04-01/Accounts/{account}/Messages/{sid}");
    json!({
        "sid": sid,
        "account_sid": account,
        "messaging_service_sid": service,
        "from": if service.is_some() && !form.contains_key("From") { None } else { Some(address(&entry.sender)) },
        "to": address(&entry.recipient),
        "body": body,
        "status": status,
        "direction": "outbound-api",
        "num_segments": segments(body).to_string(),
        "num_media": if form.contains_key("MediaUrl") { "1" } else { "0" },
        "price": null,
        "price_unit": "USD",
        "error_code": entry.error_code,
        "error_message": entry.error_code.map(|code| format!("Error {code}")),
        "api_version": "2010-04-01",
        "date_created": date(entry.at),
        "date_updated": date(entry.callbacks.last().map_or(entry.at, |callback| callback.at)),
        "date_sent": if status == "queued" { None } else { Some(date(entry.at)) },
        "uri": format!("{uri}.json"),
        "subresource_uris": { "media": format!("{uri}/Media.json") },
    })
}

fn status(entry: &LedgerEntry) -> &'static str {
    match entry.status {
        None => "queued",
        Some("failed") => "undelivered",
        Some(status) => status,
    }
}

fn segments(body: &str) -> usize {
    let characters = body.chars().count();
    if characters <= SINGLE_SEGMENT { 1 } else { characters.div_ceil(SEGMENT) }
}

/// RFC 2822, as in `Sat, 28 Nov 2026 10:00:00 +0000`.
fn date(time: Timestamp) -> String {
    let time = jiff::Timestamp::from_millisecond(time.millis()).unwrap_or_default();
    time.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}
