//! The inbox of the sandbox inside a server, and the banner of pages.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use outbound_app::{
    PhoneButton, PhoneCallback, PhoneEntries, PhoneEntry, PhoneTemplate, ReplyContent, SandboxPhones,
    SandboxReply, SandboxReplyError,
};
use outbound_model::Role;
use outbound_reporting::ReportingChannel;

use crate::service::{ACCOUNT, PASSWORD, Response, Service};

const ANN: &str = "+12125550100";
const BEN: &str = "+12125550101";

/// Two phones: Ann has an SMS with a reply and a message of RCS, Ben nothing yet.
#[derive(Default)]
struct Phones {
    is_empty: bool,
    replies: Mutex<Vec<(String, SandboxReply)>>,
    erased: Mutex<Vec<String>>,
}

fn message(number: u64, channel: ReportingChannel, sender: &str, text: &str) -> PhoneEntry {
    PhoneEntry {
        number,
        is_reply: false,
        channel,
        sender: sender.to_owned(),
        at: "2016-09-22T16:29:00Z".parse().unwrap(),
        message: None,
        status: Some("delivered"),
        text: text.to_owned(),
        files: Vec::new(),
        buttons: Vec::new(),
        template: None,
        callbacks: Vec::new(),
    }
}

fn entries_of_ann() -> Vec<PhoneEntry> {
    let button = |label: &str, payload: Option<&str>| PhoneButton {
        label: label.to_owned(),
        payload: payload.map(str::to_owned),
    };
    let callback =
        |event, response| PhoneCallback { event, at: "2016-09-22T16:29:00Z".parse().unwrap(), response };
    let rcs = message(3, ReportingChannel::GoogleRcs, "tea-shop", "Tea <b>\nIt is ready.");
    let sms = message(1, ReportingChannel::Sms, "+14155550170", "Hello Ann");
    let template = PhoneTemplate {
        name: "tea_ready".to_owned(),
        language: "en".to_owned(),
        header: Vec::new(),
        body: vec!["Ann".to_owned()],
    };
    vec![
        PhoneEntry {
            buttons: vec![button("Thanks", Some("thanks")), button("Shop", None)],
            files: vec!["https://shop.example/tea.png".to_owned()],
            callbacks: vec![callback("delivered", Some(200)), callback("read", None)],
            ..rcs
        },
        PhoneEntry {
            is_reply: true,
            number: 2,
            status: None,
            ..message(2, ReportingChannel::Sms, "+14155550170", "Hi")
        },
        PhoneEntry { template: Some(template), ..sms },
    ]
}

impl SandboxPhones for Phones {
    fn phones(&self, _: usize) -> Vec<PhoneEntries> {
        let phone = |phone: &str, newest| PhoneEntries { phone: phone.to_owned(), entries: 3, newest };
        let ben = message(4, ReportingChannel::InApp, "relay", "");
        if self.is_empty { Vec::new() } else { vec![phone(ANN, entries_of_ann().remove(0)), phone(BEN, ben)] }
    }

    fn numbers(&self) -> HashSet<String> {
        self.phones(usize::MAX).into_iter().map(|found| found.phone).collect()
    }

    fn entries(&self, phone: &str, _: usize) -> Vec<PhoneEntry> {
        if phone == ANN { entries_of_ann() } else { Vec::new() }
    }

    fn erase(&self, phone: &str) {
        self.erased.lock().unwrap().push(phone.to_owned());
    }

    fn reply(&self, phone: &str, reply: SandboxReply) -> Result<(), SandboxReplyError> {
        match &reply.content {
            ReplyContent::Text(text) if text.len() > 20 => {
                Err(SandboxReplyError::Invalid("too long".to_owned()))
            }
            ReplyContent::Text(text) if text.is_empty() => {
                Err(SandboxReplyError::Invalid("empty".to_owned()))
            }
            _ if reply.number > 3 || reply.number == 0 => Err(SandboxReplyError::UnknownMessage),
            _ => {
                self.replies.lock().unwrap().push((phone.to_owned(), reply));
                Ok(())
            }
        }
    }
}

/// The paths of the phones on a page.
fn phones(page: &Response) -> Vec<String> {
    let links = page.html.split("href=\"/sandbox/").skip(1);
    links.map(|rest| format!("/sandbox/{}", rest.split('"').next().unwrap())).collect()
}

async fn demo(phones: Phones) -> (Service, Arc<Phones>) {
    let (service, phones) = (Service::new().await, Arc::new(phones));
    service.app.show_sandbox(ACCOUNT.parse().unwrap(), phones.clone());
    (service, phones)
}

#[tokio::test]
async fn the_inbox_lists_phones_and_shows_their_messages() {
    let (service, _) = demo(Phones::default()).await;
    let mut browser = service.logged_in(Role::Lpa).await;
    let page = browser.get("/sandbox").await;
    for words in [ANN, BEN, "Tea &lt;b&gt; It is ready.", "RCS", "Delivered", "1 min ago"] {
        page.says(200, words);
    }
    let links = phones(&page);
    assert_eq!(links.len(), 2);
    assert!(
        links.iter().all(|link| !link.contains("2125550")),
        "addresses of pages contain no phone numbers"
    );
    let page = browser.get(&links[0]).await;
    for words in [
        "Tea &lt;b&gt;\nIt is ready.",
        "https://shop.example/tea.png",
        "delivered <code>200</code>, read no response",
        "Template tea_ready, language en",
        "<li dir=\"auto\">Ann</li>",
        "phone-entry reply",
        "tea-shop",
    ] {
        page.says(200, words);
    }
    assert!(!page.html.contains("<form class=\"filters\""), "a reader cannot reply");
    browser.get(&links[1]).await.says(200, BEN);
    browser
        .post(&links[0], &[("message", "1"), ("text", "Hi")])
        .await
        .says(403, "Your role does not allow this");
}

#[tokio::test]
async fn a_reply_is_sent_once_and_confirmed() {
    let (service, sandbox) = demo(Phones::default()).await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let path = phones(&browser.get("/sandbox").await)[0].clone();
    let page = browser.get(&path).await;
    page.says(
        200,
        "<option value=\"3\">RCS · tea-shop</option><option value=\"1\">SMS · +14155550170</option>",
    );
    page.says(200, "name=\"word\" value=\"STOP\"");
    assert_eq!(page.html.matches("name=\"label\"").count(), 1, "only one of the buttons sends something");
    for fields in [
        &[("message", "1"), ("text", " Thank you ")][..],
        &[("message", "1"), ("text", ""), ("word", "STOP")],
        &[("message", "3"), ("label", "Thanks"), ("payload", "thanks")],
    ] {
        let sent = browser.post(&path, fields).await;
        assert_eq!(
            (sent.status.as_u16(), sent.header("location")),
            (303, &*format!("{path}?done=sandbox-replied"))
        );
    }
    browser.get(&format!("{path}?done=sandbox-replied")).await.says(200, "The reply was sent.");
    let text = |text: &str| ReplyContent::Text(text.to_owned());
    let press =
        ReplyContent::Button(PhoneButton { label: "Thanks".to_owned(), payload: Some("thanks".to_owned()) });
    let expected = [(1, text("Thank you")), (1, text("STOP")), (3, press)];
    let expected = expected.map(|(number, content)| (ANN.to_owned(), SandboxReply { number, content }));
    assert_eq!(*sandbox.replies.lock().unwrap(), expected);
}

#[tokio::test]
async fn replies_that_cannot_be_sent_are_explained() {
    let (service, sandbox) = demo(Phones::default()).await;
    let mut browser = service.logged_in(Role::CampaignManager).await;
    let path = phones(&browser.get("/sandbox").await)[0].clone();
    browser.post(&path, &[("message", "1"), ("text", "  ")]).await.says(400, "Enter the text of the reply.");
    let long = "rather long for a test";
    let page = browser.post(&path, &[("message", "1"), ("text", long)]).await;
    page.says(400, "Too long.");
    assert_eq!(page.value("text"), long, "the form keeps the text");
    for number in ["9", "x", ""] {
        let page = browser.post(&path, &[("message", number), ("text", "Hi")]).await;
        page.says(409, "no longer has this message");
    }
    assert!(sandbox.replies.lock().unwrap().is_empty());
    for path in ["/sandbox/00000000000000000000000000000000", "/sandbox/x", "/sandbox/+12125550100"] {
        browser.get(path).await.says(404, "received no message");
        browser.post(path, &[("message", "1"), ("text", "Hi")]).await.says(404, "received no message");
    }
}

#[tokio::test]
async fn an_empty_inbox_explains_itself() {
    let (service, _) = demo(Phones { is_empty: true, ..Phones::default() }).await;
    let mut browser = service.logged_in(Role::Administrator).await;
    browser.get("/sandbox").await.says(200, "No messages yet");
    let page = browser.get("/campaigns").await;
    page.says(200, "href=\"/sandbox\"");
    page.says(200, "Try a campaign");
    page.says(200, "href=\"/reports?skill=Tea+shop\"");
}

#[tokio::test]
async fn only_the_account_of_a_demo_has_an_inbox() {
    let (service, _) = demo(Phones::default()).await;
    service.app.create_account("87654321".parse().unwrap()).await.unwrap();
    service.user_of("87654321", "eve", Role::Administrator).await;
    let mut eve = service.browser();
    eve.log_in_to("87654321", "eve", PASSWORD).await;
    eve.get("/sandbox").await.says(404, "No sandbox runs inside this server for this account");
    assert!(!eve.get("/campaigns").await.html.contains("href=\"/sandbox\""));
    let mut browser = service.logged_in(Role::Administrator).await;
    let path = phones(&browser.get("/sandbox").await)[0].clone();
    eve.get(&path).await.says(404, "");
    eve.post(&path, &[("message", "1"), ("text", "Hi")]).await.says(404, "");
}

#[tokio::test]
async fn an_erased_consumer_is_removed_from_the_sandbox() {
    let (service, sandbox) = demo(Phones::default()).await;
    service.app.erase_consumer(&service.grant(), "+1 212 555 0100").await.unwrap();
    assert!(sandbox.erased.lock().unwrap().contains(&ANN.to_owned()));
}

/// The banner says where messages go, on pages of campaigns and on reports.
#[tokio::test]
async fn messages_to_sandboxes_are_flagged() {
    let service = Service::new().await;
    let id = service.campaign("Autumn", 1).await;
    let mut browser = service.logged_in(Role::Administrator).await;
    for path in ["/campaigns".to_owned(), format!("/campaigns/{id}"), format!("/campaigns/{id}/recipients")] {
        browser.get(&path).await.says(200, "No phone receives them.");
    }
    for path in ["/reports", "/reports/transactions", "/reports/files"] {
        browser.get(path).await.says(200, "messages to sandboxes, which no phone received");
    }
}
