//! Reports as files: they contain what board and list show, for accounts and roles that may see it.

use std::collections::BTreeMap;

use outbound_model::Role;

use super::{ADDRESS, TODAY, YESTERDAY, cells, events, record, traffic};
use crate::service::{ACCOUNT, Response, Service};

/// The rows of a CSV file without quoted fields, by the names of their columns.
fn rows(file: &Response) -> Vec<BTreeMap<String, String>> {
    let mut lines = file.html.trim_start_matches('\u{feff}').split("\r\n").filter(|line| !line.is_empty());
    let columns: Vec<_> = lines.next().unwrap().split(',').map(str::to_owned).collect();
    let row = |line: &str| columns.iter().cloned().zip(line.split(',').map(str::to_owned)).collect();
    lines.map(row).collect()
}

fn sum(rows: &[BTreeMap<String, String>], channel: &str, column: &str) -> i64 {
    let of_channel = rows.iter().filter(|row| row["channel"] == channel);
    of_channel.map(|row| row[column].parse::<i64>().unwrap()).sum()
}

#[tokio::test]
async fn a_file_of_totals_has_the_numbers_of_the_board() {
    let service = Service::new().await;
    record(&service, ACCOUNT, traffic()).await;
    let mut browser = service.logged_in(Role::Lpa).await;
    let fields = format!("from={YESTERDAY}&to={TODAY}");
    let board = browser.get(&format!("/reports?{fields}")).await;
    board.says(200, &format!("href=\"/reports/download?from={YESTERDAY}&amp;to={TODAY}&amp;format=xlsx\""));
    let file = browser.get(&format!("/reports/download?{fields}&format=csv")).await;
    assert_eq!(file.status, 200, "{file:?}");
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        file.header("content-disposition"),
        format!("attachment; filename=\"totals-{YESTERDAY}.csv\"")
    );
    assert!(file.html.starts_with('\u{feff}'), "Excel reads UTF-8 only with a byte-order mark");
    let rows = rows(&file);
    for (channel, name) in [("wa", "WhatsApp"), ("sms", "SMS")] {
        let shown = cells(&board, name);
        for (column, label) in [("attempted", "Attempted"), ("sent", "Sent"), ("failed", "Failed")] {
            assert_eq!(sum(&rows, channel, column).to_string(), shown[label], "{name} {column}");
        }
    }
    let errors: Vec<_> = rows.iter().map(|row| row["errors"].as_str()).filter(|e| !e.is_empty()).collect();
    assert_eq!(errors, ["outbound_wa_470: 1", "nobody_knows: 1"]);
    let filtered = browser.get(&format!("/reports/download?{fields}&format=csv&channel=wa")).await;
    assert_eq!((sum(&self::rows(&filtered), "wa", "attempted"), self::rows(&filtered).len()), (3, 2));
}

#[tokio::test]
async fn a_file_of_messages_has_those_of_all_pages_and_addresses_for_administrators() {
    let service = Service::new().await;
    record(&service, ACCOUNT, traffic()).await;
    let many = (0..120)
        .map(|id| events(&format!("m{id}"), "2016-09-22T10:00:00Z", r#""channel":"inapp","skill":"x""#, &[]));
    record(&service, ACCOUNT, many.collect()).await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let path = "/reports/transactions/download?format=csv";
    browser.get("/reports/transactions").await.says(200, "/reports/transactions/download?format=csv");
    let file = browser.get(&format!("{path}&offset=100")).await;
    assert_eq!((file.status.as_u16(), rows(&file).len()), (200, 124), "{file:?}");
    assert!(!file.html.contains(ADDRESS.trim_start_matches('+')), "{file:?}");
    let one = browser.get(&format!("{path}&status=RESPONDED")).await;
    let [row] = &rows(&one)[..] else { panic!("{one:?}") };
    assert_eq!(
        ["channel", "skill", "handoffId", "sentTime", "conversationId", "address"]
            .map(|name| row[name].as_str()),
        ["wa", "sales", "H000000000000001", "2016-09-22T08:00:01.000Z", "c1", ""]
    );
    let mut administrator = service.logged_in(Role::Administrator).await;
    administrator.get(&format!("{path}&status=RESPONDED")).await.says(200, ADDRESS.trim_start_matches('+'));
    for (query, message) in [
        ("format=pdf", "formats are csv and xlsx"),
        ("", "formats are csv and xlsx"),
        ("format=csv&day=2016-09-31", "2016-09-31"),
    ] {
        browser.get(&format!("/reports/transactions/download?{query}")).await.says(400, message);
    }
}

#[tokio::test]
async fn files_have_only_messages_of_their_account() {
    let service = Service::new().await;
    service.app.create_account("brand2".parse().unwrap()).await.unwrap();
    record(&service, ACCOUNT, traffic()).await;
    record(&service, "brand2", events("1", "2016-09-22T08:00:00Z", r#""channel":"wa","skill":"own""#, &[]))
        .await;
    service.user_of("brand2", "eve", Role::Administrator).await;
    let mut eve = service.browser();
    eve.log_in_to("brand2", "eve", crate::service::PASSWORD).await;
    for path in ["/reports/download?format=csv", "/reports/transactions/download?format=csv"] {
        let file = eve.get(path).await;
        let rows = rows(&file);
        assert_eq!(rows.iter().map(|row| row["skill"].as_str()).collect::<Vec<_>>(), ["own"], "{file:?}");
    }
}
