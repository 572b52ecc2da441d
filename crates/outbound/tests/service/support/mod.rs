//! Helpers of all scenarios: an installation, a server that uses it, and requests to the server.

mod events;
pub(crate) mod http;
mod imports;
mod installation;
mod large_campaign;
mod receiver;
mod sandbox;
pub(crate) mod service;

use serde_json::{Value, json};

pub(crate) use events::Events;
pub(crate) use http::{Response, connect_and_send, eventually, eventually_within, raw};
pub(crate) use imports::IMPORT_TIMEOUT;
pub(crate) use installation::{Engine, Installation, OUTBOUND, Ran, command, run};
pub(crate) use large_campaign::LargeCampaign;
pub(crate) use receiver::{CLOSE, HOLD, Message, Receiver};
pub(crate) use sandbox::{SANDBOX_TOKEN, Sandbox, always};
pub(crate) use service::{ACCOUNT, Client, LIST, OTHER_ACCOUNT, Service};

/// Defines two tests for each scenario, a function of the [`Engine`]: one with SQLite, one with PostgreSQL.
macro_rules! on_both_engines {
    ($($scenario:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $scenario() { super::$scenario($crate::support::Engine::Sqlite); })+
        }
        mod postgres {
            $(#[test] fn $scenario() { super::$scenario($crate::support::Engine::Postgres); })+
        }
    };
}
pub(crate) use on_both_engines;

/// `count` handoffs with one channel each, in file format. `series` begins their ids and names.
pub(crate) fn handoffs(series: &str, count: usize) -> Vec<Value> {
    let handoff = |number| {
        json!({
            "id": format!("{series}{number:06}"), "name": format!("{series} {number}"),
            "lookbackPeriodDay": 30, "lookbackPeriodHour": 0, "routeAllWithinLookback": false,
            "createdAt": "2024-01-01T00:00:00.000Z", "updatedAt": "2024-01-01T00:00:00.000Z",
            "channels": [{
                "type": "sms-twilio", "language": "en", "outboundnumber": "+13333333333",
                "messageComponents": [{"type": "body", "content": "Hello ${{1}}", "variables": ["1"]}],
            }],
        })
    };
    (1..=count).map(handoff).collect()
}
