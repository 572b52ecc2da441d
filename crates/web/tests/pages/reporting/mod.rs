//! Reports: figures equal those of the API's use case, accounts are separate, and bad input is explained.

mod board;
mod erase;
mod files;
mod messages;

use std::collections::BTreeMap;

use outbound_app::{EventBody, WriteEvents};
use outbound_model::{Role, Timestamp};

use crate::service::{ACCOUNT, Response, Service};

/// The time of [`Service`], and the day before.
pub(super) const TODAY: &str = "2016-09-22";
pub(super) const YESTERDAY: &str = "2016-09-21";
pub(super) const ADDRESS: &str = "+14155550123";

pub(super) fn millis(time: &str) -> i64 {
    time.parse::<Timestamp>().unwrap().millis()
}

/// Events of a message: attempted, and then each of `later` a second after the one before.
pub(super) fn events(id: &str, attempted: &str, route: &str, later: &[&str]) -> String {
    let start = millis(attempted);
    let mut lines = format!(
        r#"{{"type":"attempted","messageId":"{id}","attemptedTime":{start},"app":"prmsg","source":"API",{route}}}"#
    );
    for (place, event) in (1..).zip(later) {
        let time = start + place * 1000;
        lines += "\n";
        let line = format!(r#"{{"messageId":"{id}","attemptedTime":{start},"time":{time},"type":{event}}}"#);
        lines += &line;
    }
    lines + "\n"
}

/// Two days of messages in several channels, one of them with an address.
pub(super) fn traffic() -> String {
    let (today, yesterday) = (format!("{TODAY}T08:00:00Z"), format!("{YESTERDAY}T23:59:59.999Z"));
    let wa = r#""channel":"wa","skill":"sales","handoffId":"H000000000000001""#;
    let mut all = events(
        "1",
        &today,
        &format!(r#"{wa},"address":"{ADDRESS}""#),
        &[r#""sent""#, r#""read""#, r#""conversationCreated","conversationId":"c1""#],
    );
    all += &events("2", &yesterday, wa, &[r#""sent""#, r#""delivered""#]);
    let failed = r#""failed","errorSource":"outbound_wa","errorCode":"470""#;
    all += &events("3", &yesterday, wa, &[failed]);
    all += &events("4", &today, r#""channel":"sms","skill":"<b>&'\"""#, &[r#""skipped""#]);
    all += &events("5", &today, r#""channel":"googlercs","skill":"sales""#, &[]);
    all += &events(
        "6",
        &today,
        r#""channel":"sms","skill":"support""#,
        &[r#""sent""#, r#""failed","errorSource":"other","errorCode":"unknown""#],
    );
    all
}

pub(super) async fn record(service: &Service, account: &str, events: String) {
    let grant = service.app.operator::<WriteEvents>(&account.parse().unwrap());
    let results = service.app.record_events(&grant, EventBody::Plain(events.into()), None).await.unwrap();
    assert_eq!(results.problems, []);
}

/// The numbers of the board: the cells of a row of the table, by the names of their columns.
pub(super) fn cells(page: &Response, row: &str) -> BTreeMap<String, String> {
    let row =
        page.html.split_once(&format!("<th scope=\"row\">{row}</th>")).unwrap_or_else(|| panic!("{page:?}"));
    let cells = row.1.split("</tr>").next().unwrap().split("data-label=\"").skip(1);
    let cell = |cell: &str| {
        let (label, rest) = cell.split_once("\"><span>").unwrap();
        (label.to_owned(), rest.split('<').next().unwrap().to_owned())
    };
    cells.map(cell).collect()
}

/// The links to messages on a page.
pub(super) fn messages(page: &Response) -> Vec<String> {
    let links = page.html.split("href=\"/reports/transactions/").skip(1);
    let messages = links.filter(|rest| !rest.starts_with("download"));
    messages.map(|rest| format!("/reports/transactions/{}", rest.split('"').next().unwrap())).collect()
}

#[tokio::test]
async fn accounts_do_not_see_messages_of_each_other() {
    let service = Service::new().await;
    service.app.create_account("brand2".parse().unwrap()).await.unwrap();
    record(&service, ACCOUNT, traffic()).await;
    let list = service.logged_in(Role::Lpa).await.get("/reports/transactions").await;
    service.user_of("brand2", "eve", Role::Administrator).await;
    let mut eve = service.browser();
    eve.log_in_to("brand2", "eve", crate::service::PASSWORD).await;
    eve.get("/reports").await.says(200, "No messages yet");
    record(&service, "brand2", events("1", "2016-09-22T08:00:00Z", r#""channel":"wa","skill":"own""#, &[]))
        .await;
    let board = eve.get("/reports").await;
    assert_eq!(cells(&board, "WhatsApp")["Attempted"], "1");
    assert!(!board.html.contains("support"), "{board:?}");
    assert_eq!(messages(&eve.get("/reports/transactions").await).len(), 1);
    for path in messages(&list) {
        eve.get(&path).await.says(404, "no such message");
    }
}
