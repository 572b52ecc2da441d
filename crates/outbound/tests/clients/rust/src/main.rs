//! Lists handoffs and creates one, with the client generated for Rust.
//!
//! Usage: generated-client BASE ACCOUNT CLIENT_ID CLIENT_SECRET. Prints the responses.

include!(concat!(env!("OUT_DIR"), "/root.rs"));

use anyhow::{Context, bail};
use client::*;
use serde_json::json;

/// A handoff as JSON. Types of responses are generated without `Serialize`.
macro_rules! json_of {
    ($handoff:expr) => {{
        let handoff = $handoff;
        let mut json = json!({
            "id": handoff.id, "name": handoff.name,
            "lookbackPeriodDay": handoff.lookback_period_day,
            "lookbackPeriodHour": handoff.lookback_period_hour,
            "routeAllWithinLookback": handoff.route_all_within_lookback,
            "createdAt": handoff.created_at, "updatedAt": handoff.updated_at,
            "channels": handoff.channels,
        });
        for (key, value) in handoff.additional_properties {
            json[key] = value;
        }
        json
    }};
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base, account, id, secret] = <[String; 4]>::try_from(arguments).ok().context("four arguments")?;
    let client = OutboundClient::with_base_url(&base)?;
    let request = CreateTokenRequest {
        path: CreateTokenRequestPath { account_id: account.clone() },
        body: TokenForm { client_id: id, client_secret: secret, ..Default::default() },
    };
    let token = match client.create_token(request).await? {
        ApiResponse::Ok(answer) => answer.body.access_token,
        rejected => bail!("no token: {rejected:?}"),
    };
    let client = client.with_app_jwt(token);

    let request = ListHandoffsRequest {
        path: ListHandoffsRequestPath { account_id: account.clone(), app: "prmsg".to_owned() },
        query: ListHandoffsRequestQuery { v: "1.0".to_owned(), limit: Some(50), offset: None },
        ..Default::default()
    };
    let listed: Vec<_> = match client.list_handoffs(request).await? {
        ApiResponse::Ok(answer) => answer.body.into_iter().map(|handoff| json_of!(handoff)).collect(),
        rejected => bail!("no list: {rejected:?}"),
    };

    let body = SmsBody {
        content: Some("Hello ${{1}}".to_owned()),
        variables: Some(vec!["1".to_owned()]),
        opt_out: Some("Reply STOP".to_owned()),
        ..Default::default()
    };
    let sms = SmsTwilio {
        language: Some("en".to_owned()),
        outboundnumber: Some("+14156586515".to_owned()),
        message_components: vec![SmsComponent::Known(KnownSmsComponent::SmsBody(body))],
        ..Default::default()
    };
    let unknown = UnknownChannel {
        r#type: "pigeon".to_owned(),
        additional_properties: [("wings".to_owned(), json!(2))].into_iter().collect(),
    };
    let draft = HandoffDraft {
        name: "From Rust".to_owned(),
        channels: vec![Channel::Known(Box::new(KnownChannel::SmsTwilio(sms))), Channel::Unknown(unknown)],
        lookback_period_day: Some(7),
        ..Default::default()
    };
    let request = CreateHandoffRequest {
        path: CreateHandoffRequestPath { account_id: account },
        body: draft,
        ..Default::default()
    };
    let created = match client.create_handoff(request).await? {
        ApiResponse::Created(answer) => json_of!(answer.body.handoff),
        rejected => bail!("not created: {rejected:?}"),
    };
    println!("{}", json!({ "listed": listed, "created": { "handoff": created } }));
    Ok(())
}
