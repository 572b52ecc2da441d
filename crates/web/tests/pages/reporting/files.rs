//! Reports as files: they contain what board and list show, for accounts and roles that may see it.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use outbound_model::Role;

use super::{ADDRESS, TODAY, YESTERDAY, cells, events, record, traffic};
use crate::service::{ACCOUNT, Browser, Response, Service};

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
        format!("attachment; filename=\"totals-{YESTERDAY}-to-{TODAY}.csv\"")
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
    assert_eq!(errors, ["outbound_wa_470: 1", "other_unknown: 1"]);
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

/// Otherwise clients that read slowly fill the temporary directory.
#[tokio::test]
async fn few_downloads_of_an_account_are_open_at_the_same_time() {
    let service = Service::new().await;
    record(&service, ACCOUNT, traffic()).await;
    let mut browser = service.logged_in(Role::Lpa).await;
    let totals = format!("/reports/download?from={YESTERDAY}&to={TODAY}&format=csv");
    let messages = format!("/reports/transactions/download?day={TODAY}&format=csv");
    let mut open = Vec::new();
    for path in [&totals, &messages, &totals, &messages] {
        let response = browser.open(Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 200, "{path}");
        open.push(response);
    }
    for path in [&totals, &messages] {
        browser.get(path).await.says(503, "Too many requests are being processed");
    }
    service.app.create_account("brand2".parse().unwrap()).await.unwrap();
    service.user_of("brand2", "eve", Role::Administrator).await;
    let mut eve = service.browser();
    eve.log_in_to("brand2", "eve", crate::service::PASSWORD).await;
    assert_eq!(eve.get(&totals).await.status, 200);
    // Aborted, or read until the end.
    open.pop();
    assert_eq!(browser.get(&messages).await.status, 200);
    assert_eq!(browser.get(&totals).await.status, 200);
}

/// The downloads on the page of files, once all files are complete.
async fn complete_files(browser: &mut Browser<'_>) -> Vec<String> {
    for attempt in 1..=1200 {
        let page = browser.get("/reports/files").await;
        page.says(200, "Files");
        if !page.html.contains("Being written") {
            let links =
                page.html.split("href=\"/reports/files/").skip(1).map(|rest| rest.split('"').next().unwrap());
            let downloads = links.filter(|link| !link.ends_with("/delete"));
            return downloads.map(|id| format!("/reports/files/{id}")).collect();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        if attempt % 20 == 0 {
            // A file that had to wait for another one of the account is written 10 s later.
            browser.service.pass(10);
        }
    }
    panic!("the files are not complete after a minute");
}

#[tokio::test]
async fn a_file_of_a_long_period_is_written_by_a_job() {
    let service = Service::new().await;
    record(&service, ACCOUNT, traffic()).await;
    let earlier = events("e", "2016-06-01T10:00:00Z", r#""channel":"inapp","skill":"june""#, &[]);
    record(&service, ACCOUNT, earlier).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let app = service.app.clone();
    let jobs = tokio::spawn(async move { app.run_jobs(async { drop(stopped.await) }).await });

    let mut browser = service.logged_in(Role::Lpa).await;
    browser.get("/reports/files").await.says(200, "No files yet");
    let period = [("from", "2016-06-01"), ("to", TODAY)];
    let form = |more: &[(&'static str, &'static str)]| [&period[..], more].concat();
    let created = browser
        .post("/reports/files", &form(&[("report", "messages"), ("format", "csv"), ("channel", "inapp")]))
        .await;
    assert_eq!((created.status.as_u16(), created.header("location")), (303, "/reports/files"), "{created:?}");
    // A campaign manager may ask for addresses, but does not get them.
    browser
        .post("/reports/files", &form(&[("report", "messages"), ("format", "csv"), ("addresses", "on")]))
        .await;
    let title = format!("Messages, Proactive Messaging, 2016-06-01 to {TODAY} (CSV)");
    browser.get("/reports/files").await.says(200, &title);
    let files = complete_files(&mut browser).await;
    let mut found = Vec::new();
    for path in &files {
        let file = browser.get(path).await;
        assert_eq!(file.status, 200, "{file:?}");
        let disposition = format!("attachment; filename=\"messages-2016-06-01-to-{TODAY}.csv\"");
        assert_eq!(file.header("content-disposition"), disposition);
        assert!(!file.html.contains(ADDRESS.trim_start_matches('+')), "{file:?}");
        let mut skills: Vec<_> = rows(&file).iter().map(|row| row["skill"].clone()).collect();
        skills.dedup();
        found.push((rows(&file).len(), skills.first().cloned().unwrap()));
    }
    found.sort();
    assert_eq!(found, [(1, "june".to_owned()), (7, "june".to_owned())]);

    // Files with addresses exist only for administrators.
    let mut administrator = service.logged_in(Role::Administrator).await;
    let with_addresses = [("report", "messages"), ("format", "csv"), ("addresses", "on")];
    administrator.post("/reports/files", &form(&with_addresses)).await;
    let all = complete_files(&mut administrator).await;
    let new: Vec<_> = all.iter().filter(|path| !files.contains(path)).collect();
    let [path] = &new[..] else { panic!("{all:?}") };
    administrator.get(path).await.says(200, ADDRESS.trim_start_matches('+'));
    browser.get(path).await.says(404, "no such file");
    assert_eq!(complete_files(&mut browser).await.len(), 2);
    service.app.create_account("brand2".parse().unwrap()).await.unwrap();
    service.user_of("brand2", "eve", Role::Administrator).await;
    let mut eve = service.browser();
    eve.log_in_to("brand2", "eve", crate::service::PASSWORD).await;
    eve.get(path).await.says(404, "no such file");
    eve.get("/reports/files").await.says(200, "No files yet");

    // Erasing a consumer also erases the files, which may contain the address.
    service.app.erase_consumer(&service.grant(), ADDRESS).await.unwrap();
    administrator.get(path).await.says(404, "no such file");
    administrator.post("/reports/files", &form(&with_addresses)).await;
    let [path] = &complete_files(&mut administrator).await[..] else { panic!("no file") };
    let file = administrator.get(path).await;
    assert_eq!(rows(&file).len(), 7);
    assert!(!file.html.contains(ADDRESS.trim_start_matches('+')), "{file:?}");

    administrator.get(&format!("{path}/delete")).await.says(200, "Delete this file?");
    administrator.post(&format!("{path}/delete"), &[]).await;
    administrator.get("/reports/files").await.says(200, "No files yet");
    stop.send(()).unwrap();
    jobs.await.unwrap();
}

#[tokio::test]
async fn files_are_limited_in_number_and_bad_requests_are_explained() {
    let service = Service::new().await;
    record(&service, ACCOUNT, traffic()).await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    for (from, to, explanation) in [
        (TODAY, YESTERDAY, "ends before it begins"),
        ("2010-01-01", TODAY, "kept for 13 months"),
        ("yesterday", TODAY, "is not a date"),
    ] {
        let form = [("report", "messages"), ("format", "csv"), ("from", from), ("to", to)];
        browser.post("/reports/files", &form).await.says(400, explanation);
    }
    let totals = [("report", "totals"), ("format", "csv"), ("from", "2016-06-01"), ("to", TODAY)];
    browser.post("/reports/files", &totals).await.says(400, "more than 60 days");
    let form = [("report", "totals"), ("format", "xlsx")];
    browser.post("/reports/files", &[("format", "pdf")]).await.says(400, "formats are csv and xlsx");
    for _ in 0..20 {
        assert_eq!(browser.post("/reports/files", &form).await.status, 303);
    }
    browser.post("/reports/files", &form).await.says(409, "delete one first");
    for path in ["/reports/files/1", "/reports/files/00000000-0000-0000-0000-000000000000"] {
        browser.get(path).await.says(404, "no such file");
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
