//! The figures of a period.

use outbound_app::{ReadReports, ReportRequest};
use outbound_model::{AccountId, Role, Timestamp};
use outbound_reporting::{App, Counts, EnabledChannels, Filters, Funnel, FunnelStep, Grouping};

use super::{TODAY, YESTERDAY, cells, millis, record, traffic};
use crate::service::{ACCOUNT, Service};

/// The totals that the API reports.
async fn totals(service: &Service, from: &str, to: &str, body: &str) -> Counts {
    let grant = service.app.operator::<ReadReports>(&ACCOUNT.parse::<AccountId>().unwrap());
    let filters = Filters::for_analytics(body.as_bytes(), EnabledChannels::All).unwrap();
    let start: Timestamp = format!("{from}T00:00:00Z").parse().unwrap();
    let end: Timestamp = format!("{to}T00:00:00Z").parse().unwrap();
    let interval = start..end.plus_seconds(86_400);
    let request = ReportRequest { app: App::Proactive, interval, filters: &filters };
    let rows = service.app.analytics(&grant, &request, Grouping::default()).await.unwrap();
    rows.iter().map(|row| row.counts).sum()
}

#[tokio::test]
async fn the_board_shows_the_numbers_of_the_api() {
    let service = Service::new().await;
    record(&service, ACCOUNT, traffic()).await;
    let mut browser = service.logged_in(Role::Lpa).await;
    for (query, from, to, body) in [
        ("", "2016-09-16", TODAY, "{}"),
        ("from=2016-09-21&to=2016-09-21", YESTERDAY, YESTERDAY, "{}"),
        ("from=2016-07-25&channel=wa&channel=sms", "2016-07-25", TODAY, r#"{"channels":["wa","sms"]}"#),
        ("skill=sales&source=API&app=", "2016-09-16", TODAY, r#"{"skills":["sales"],"source":["API"]}"#),
        ("handoff=H000000000000001", "2016-09-16", TODAY, r#"{"handoffids":["H000000000000001"]}"#),
    ] {
        let page = browser.get(&format!("/reports?{query}")).await;
        page.says(200, "The same numbers from the API");
        let expected = totals(&service, from, to, body).await;
        assert!(expected.attempted > 0, "{query}");
        let funnel = Funnel::new(expected);
        let drawn: Vec<_> = page
            .html
            .split("class=\"value\"")
            .skip(1)
            .map(|rest| rest.split_once('>').unwrap().1.split('<').next().unwrap().to_owned())
            .collect();
        let counts: Vec<_> = FunnelStep::ALL.iter().map(|step| funnel.count(*step).to_string()).collect();
        assert_eq!(drawn, counts, "{query}");
        for (count, name) in [
            (expected.failed, "Failed"),
            (expected.skipped, "Of these, skipped"),
            (expected.pending(), "Pending"),
        ] {
            page.says(200, &format!("<dt>{name}</dt><dd>{count}</dd>"));
        }
        let start = millis(&format!("{from}T00:00:00Z"));
        let end = millis(&format!("{to}T00:00:00Z")) + 86_400_000;
        let times = format!("app/prmsg/analytics/?attemptedStartTime={start}&amp;attemptedEndTime={end}'");
        page.says(200, &times);
        assert_eq!(page.html.contains("Content-Type: application/json"), body != "{}", "{query}");
    }
    let other = browser.get("/reports?app=c2m").await;
    other.says(200, "No message was attempted in this period");
}

#[tokio::test]
async fn channels_days_and_errors_have_their_own_numbers() {
    let service = Service::new().await;
    record(&service, ACCOUNT, traffic()).await;
    let mut browser = service.logged_in(Role::Lpa).await;
    let page = browser.get("/reports").await;
    let row = |row: &str, names: [&str; 4]| names.map(|name| cells(&page, row)[name].clone());
    let names = ["Attempted", "Sent", "Read", "Failed"];
    assert_eq!(row("WhatsApp", names), ["3", "2", "1", "1"]);
    assert_eq!(row("SMS", names), ["2", "1", "0", "1"]);
    assert_eq!(row("RCS", names), ["1", "0", "0", "0"]);
    assert_eq!(row("Total", names), ["6", "3", "1", "2"]);
    page.says(200, "66.7 % · 66.7 %");
    page.says(200, "the API of this account leaves them out");
    page.says(200, "href=\"/reports/transactions?day=2016-09-21\">2016-09-21</a>");
    page.says(200, "Send an approved template.");
    page.says(200, "href=\"/reports/transactions?day=2016-09-21&amp;error=outbound_wa_470\"");
    page.says(200, "This error is not in the dictionary.");
    assert!(!browser.get("/reports?channel=wa").await.html.contains("leaves them out"));
    // A channel that the API rejects has no command.
    let rcs = browser.get("/reports?channel=googlercs").await;
    rcs.says(200, "does not report this channel");
    assert!(!rcs.html.contains("curl"), "{rcs:?}");
}

#[tokio::test]
async fn an_empty_board_explains_how_events_come_in() {
    let service = Service::new().await;
    let mut browser = service.logged_in(Role::Lpa).await;
    let page = browser.get("/reports").await;
    page.says(200, "/manage/v1/accounts/12345678/events");
    page.says(200, "outbound events import");
    page.says(200, "Ask an administrator for a client");
    let mut administrator = service.logged_in(Role::Administrator).await;
    administrator.get("/reports").await.says(200, "href=\"/settings/clients\"");
    browser.get("/reports/transactions").await.says(200, "No message was attempted on this day");
}

#[tokio::test]
async fn bad_input_is_explained_and_kept() {
    let service = Service::new().await;
    record(&service, ACCOUNT, traffic()).await;
    let mut browser = service.logged_in(Role::Lpa).await;
    let (date, chosen) = ("value=\"2016-01-01\"", "value=\"fax\" selected");
    for (query, says, keeps) in [
        ("from=2016-01-01", "more than 60 days", date),
        ("from=2016-09-22&to=2016-01-01", "Exchange the two dates", date),
        ("from=2015-01-01&to=2015-01-02", "The earliest day is 2015-08-23", "value=\"2015-01-02\""),
        ("from=1.1.2016", "1.1.2016 is not a date", "value=\"1.1.2016\""),
        ("channel=fax", "Channels: `fax` is unknown", chosen),
        ("channel=sms-twilio", "`sms-twilio` is named `sms` here", "value=\"sms-twilio\" selected"),
        ("source=fax", "`fax` is unknown", chosen),
        ("app=fax", "fax is unknown", chosen),
        ("handoff=no+id", "no id", "value=\"no id\""),
    ] {
        let page = browser.get(&format!("/reports?{query}")).await;
        page.says(400, says);
        page.says(400, keeps);
        assert!(!page.html.contains("<svg class=\"funnel\""), "{query}");
    }
    for (query, says, keeps) in [
        ("day=yesterday", "yesterday is not a date", "value=\"yesterday\""),
        ("day=2014-01-01", "The earliest day is 2015-08-23", "value=\"2014-01-01\""),
        ("status=fax", "`fax` is unknown", chosen),
        ("offset=-1", "The offset -1 is invalid", ""),
        ("offset=99999999999999999999", "is invalid", ""),
    ] {
        let page = browser.get(&format!("/reports/transactions?{query}")).await;
        page.says(400, says);
        page.says(400, keeps);
    }
}
