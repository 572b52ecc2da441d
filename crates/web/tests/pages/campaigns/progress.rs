//! The page of one campaign.

use outbound_campaigns::{CancelReason, RecipientCounts, SkipReason, Transition};
use outbound_model::Role;
use serde_json::json;

use super::sms;
use crate::service::{Response, Service};

/// The numbers of the table of progress, in the order of its rows.
fn numbers(page: &Response) -> Vec<u64> {
    let section = page.html.split_once("aria-labelledby=\"progress\"").unwrap().1;
    let rows = section.split("</section>").next().unwrap().split("<th scope=\"row\"").skip(1);
    rows.map(|row| {
        let number = row.split_once("<td class=\"number\">").unwrap().1;
        number.split('<').next().unwrap().parse().unwrap()
    })
    .collect()
}

#[tokio::test]
async fn progress_shows_the_counts_of_the_campaign() {
    let service = Service::new().await;
    let id = service.campaign("Autumn", 9).await;
    let mut browser = service.logged_in(Role::Lpa).await;
    let path = format!("/campaigns/{id}");
    let before = browser.get(&path).await;
    before.says(200, &format!("data-refresh=\"{path}\" data-seconds=\"2\""));
    assert_eq!(numbers(&before), [0, 0, 0, 0, 0, 0, 9]);
    before.says(200, &format!("href=\"{path}\" data-manual>Refresh"));
    for number in [0, 1] {
        service.change(&id, number, &[Transition::Start, Transition::Accept]).await;
    }
    service.fail(&id, 2).await;
    service.change(&id, 3, &[Transition::Skip(SkipReason::OptedOut)]).await;
    service.change(&id, 4, &[Transition::Cancel(CancelReason::Expired)]).await;
    service.lose(&id, 5).await;
    service.change(&id, 6, &[Transition::Start]).await;
    let page = browser.get(&path).await;
    let RecipientCounts { waiting, in_flight, sent, failed, skipped, cancelled, unknown } =
        service.read_campaign(&id).await.counts;
    let counts = [sent, failed, skipped, cancelled, unknown, in_flight, waiting];
    assert_eq!((numbers(&page), counts), (counts.to_vec(), [2, 1, 1, 1, 1, 1, 2]));
    page.says(200, "5 of 9 done, 55.6 %");
    page.says(200, "until a user decides");
    page.says(200, "<td class=\"number\">22.2 %</td>");
    // Each state has its recipients.
    for (state, count) in [("sent", 2), ("expired", 1), ("cancelled", 0), ("unknown", 1), ("waiting", 2)] {
        let link = format!("{path}/recipients?state={state}");
        page.says(200, &format!("href=\"{link}\""));
        let list = browser.get(&link).await;
        assert_eq!(list.html.matches("<th scope=\"row\">Recipient").count(), count, "{state}");
    }
    browser.get("/campaigns").await.says(200, "1 outcome unknown");
}

#[tokio::test]
async fn details_show_what_is_sent_and_when() {
    let service = Service::new().await;
    service.connect_sandbox().await;
    let handoff = service.handoff().await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let tag = browser.get(&format!("/handoffs/{handoff}/review")).await.value("tag");
    browser.post(&format!("/handoffs/{handoff}/publish"), &[("tag", &tag)]).await.says(303, "");
    let mut request = sms("Autumn", 1);
    request["templateId"] = json!(handoff.as_str());
    request["consumers"][0]["variables"] = json!({});
    let window = json!({ "startTime": { "hour": "9", "minute": 30 }, "endTime": { "hour": 20, "minute": 0 },
        "day": "TUESDAY" });
    request["schedulingMetrics"] = json!({ "windows": [window] });
    let id = service.accept(&request).await;
    let page = browser.get(&format!("/campaigns/{id}")).await;
    page.says(200, "Tuesday 09:30 to 20:00");
    let always = |days: &[&str]| {
        let day = |day: &&str| json!({ "startTime": { "hour": 0, "minute": 0 }, "endTime": { "hour": 0, "minute": 0 }, "day": day });
        json!({ "windows": days.iter().map(day).collect::<Vec<_>>() })
    };
    page.says(200, &format!("href=\"/handoffs/{handoff}\">Greeting</a>"));
    page.says(200, &format!("href=\"/reports?handoff={handoff}\""));
    page.says(200, "SMS <code dir=\"auto\">14156586515</code>");
    page.says(200, "sales");
    page.says(200, "2016-09-29 16:30 UTC");
    for (days, words) in [
        (&["MONDAY"][..], "<li>Monday, all day</li>"),
        (
            &["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"],
            "At any time, every day.",
        ),
    ] {
        let mut request = sms("Always", 1);
        request["schedulingMetrics"] = always(days);
        let id = service.accept(&request).await;
        browser.get(&format!("/campaigns/{id}")).await.says(200, words);
    }
    let plain = service.accept(&sms("Plain", 1)).await;
    let page = browser.get(&format!("/campaigns/{plain}")).await;
    page.says(200, "Plain SMS, without a handoff");
    page.says(200, "SMS from 08:00 to 21:00");
}
