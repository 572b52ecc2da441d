//! What each phone received.

use http::Method;
use outbound_connectors::{Content, OutgoingMessage};
use outbound_model::{Channel, from_json_str};
use outbound_render::Values;
use outbound_sandbox::{ApiName, PhoneButton, PhoneTemplate, Reply};

use crate::support::{World, text};

const ONE: &str = "+16001230001";
const TWO: &str = "+16001230002";
const REFUSED: &str = "+16001239916";

#[tokio::test]
async fn phones_are_listed_by_their_newest_message() {
    let world = World::start().await;
    for (api, phone) in
        [(ApiName::Meta, ONE), (ApiName::Twilio, TWO), (ApiName::Rbm, ONE), (ApiName::Meta, REFUSED)]
    {
        world.text(api, phone).await;
    }
    world.sandbox.reply(Reply::text(ApiName::Twilio, TWO, "Thank you").unwrap()).unwrap();
    world.sandbox.idle().await;
    let phones = world.sandbox.phones(10);
    let found: Vec<_> = phones.iter().map(|found| (found.phone.as_str(), found.entries)).collect();
    assert_eq!(found, [(TWO, 2), (ONE, 2)], "a refused message reached no phone");
    assert_eq!(phones[0].newest.phone_content().text, "Thank you");
    assert_eq!(world.sandbox.phones(1).len(), 1);
    assert_eq!(world.sandbox.phone_numbers(), [ONE, TWO].map(str::to_owned).into());
    let entries = world.sandbox.phone(ONE, 10);
    assert_eq!(entries.iter().map(|entry| entry.api).collect::<Vec<_>>(), [ApiName::Rbm, ApiName::Meta]);
    assert_eq!(world.sandbox.phone(ONE, 1).len(), 1);
    assert!(world.sandbox.phone("+16001230009", 10).is_empty());
}

/// The content that the phone shows of a channel with values.
async fn content(api: ApiName, channel: &str, values: &[&str]) -> outbound_sandbox::PhoneContent {
    let world = World::start().await;
    let channel: Channel = from_json_str(channel).unwrap();
    let values: Values = values.iter().map(|text| Values::assignment(text).unwrap()).collect();
    let content = Content::fill(&channel, &values).unwrap();
    world.message(api, &OutgoingMessage { content, ..text(ONE) }).await.unwrap();
    world.ledger().pop().unwrap().phone_content()
}

#[tokio::test]
async fn contents_are_shown_as_text_files_and_buttons() {
    let rcs = content(
        ApiName::Rbm,
        r#"{"type":"googlercs","messageComponents":[
            {"type":"media","height":"medium","content":"https://shop.example/tea.png"},
            {"type":"body","title":"Tea","content":"It is ready."},
            {"type":"button","index":0,"sub_type":"quick_reply","content":"Thanks"},
            {"type":"button","index":1,"sub_type":"url","content":"Shop","url":"https://shop.example"}]}"#,
        &[],
    )
    .await;
    assert_eq!(
        (rcs.text.as_str(), &*rcs.files),
        ("Tea\nIt is ready.", &["https://shop.example/tea.png".to_owned()][..])
    );
    let button = |label: &str, payload: Option<&str>| PhoneButton {
        label: label.to_owned(),
        payload: payload.map(str::to_owned),
    };
    assert_eq!(rcs.buttons, [button("Thanks", Some("Thanks")), button("Shop", None)]);

    let wa = content(
        ApiName::Meta,
        r#"{"type":"wa","templatename":"tea","language":"en","messageComponents":[
            {"type":"header","sub_type":"image","content":"https://shop.example/tea.png"},
            {"type":"body","content":"Hi ${{1}}, ${{2}}"}]}"#,
        &["body.1=Ann", "body.2=bye"],
    )
    .await;
    let template = PhoneTemplate {
        name: "tea".to_owned(),
        language: "en".to_owned(),
        header: vec!["https://shop.example/tea.png".to_owned()],
        body: vec!["Ann".to_owned(), "bye".to_owned()],
    };
    assert_eq!(wa.template, Some(template));
}

#[tokio::test]
async fn contents_that_cannot_be_read_are_empty() {
    let world = World::start().await;
    let body = r#"{"messaging_product":"whatsapp","to":"16001230001","type":"image","text":7}"#;
    let response =
        world.request(Method::POST, "/v1/1/messages", &[("authorization", "Bearer t")], body).await;
    assert_eq!(response.status, 400);
    let body = r#"{"messaging_product":"whatsapp","to":"16001230001","type":"image","image":{"link":"x"}}"#;
    let response =
        world.request(Method::POST, "/v1/1/messages", &[("authorization", "Bearer t")], body).await;
    assert_eq!(response.status, 200);
    assert_eq!(world.sandbox.phone(ONE, 1)[0].phone_content(), outbound_sandbox::PhoneContent::default());
}
