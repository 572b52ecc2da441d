//! Twilio's contents.

use outbound_formats::{Format, ReadOptions};
use outbound_model::{Channel, ChannelType};
use serde_json::{Value, json};

use crate::{assert_lost, document, handoff, names, one, read, read_with, sentences, write};

/// A content with these variables and types.
fn content(variables: impl Into<Value>, types: impl Into<Value>) -> Value {
    let (variables, types) = (variables.into(), types.into());
    json!({"friendly_name": "order_update", "language": "en", "variables": variables, "types": types})
}

fn card() -> Value {
    content(
        json!({"1": "invoices/7.pdf", "2": "Ann", "3": "a9"}),
        json!({"whatsapp/card": {"body": "Hi {{2}}, your invoice.", "media": ["https://x.example/{{1}}"], "footer": "Acme",
            "actions": [{"type": "URL", "title": "Track", "url": "https://x.example/t/{{3}}"},
                        {"type": "PHONE_NUMBER", "title": "Call", "phone": "+15550100"},
                        {"type": "QUICK_REPLY", "title": "OK", "id": "ok"},
                        {"type": "COPY_CODE", "title": "Copy", "code": "SAVE10"}]}}),
    )
}

#[test]
fn cards_are_imported_as_whatsapp_channels() {
    let imported = one(Format::Twilio, &card());
    let file = Value::from(imported.handoff.to_file().unwrap());
    assert_eq!(file["name"], "order_update");
    let components = &file["channels"][0]["messageComponents"];
    let header = json!({"type": "header", "sub_type": "document", "content": "https://x.example/{{1}}", "variables": ["1"]});
    let body = json!({"type": "body", "content": "Hi ${{1}}, your invoice.", "variables": ["1"]});
    let link = json!({"type": "button", "index": 0, "sub_type": "url", "content": "Track",
        "url": "https://x.example/t/{{1}}", "variables": ["1"]});
    assert_eq!((&components[0], &components[1], &components[3]), (&header, &body, &link));
    assert_eq!(names(&imported.mappings), [("1", "header.1"), ("2", "body.1"), ("3", "button0.1")]);
    let samples = json!({"header.1": "invoices/7.pdf", "body.1": "Ann", "button0.1": "a9"});
    assert_eq!(file["x-outbound"]["samples"]["0"], samples);
    assert_lost(&imported.losses, "/types/whatsapp~1card/actions/3", "no button type COPY_CODE; it is kept");
    assert_eq!(imported.losses.len(), 1, "{:?}", sentences(&imported.losses));
}

#[test]
fn imported_contents_are_exported_unchanged() {
    let text = json!({"body": "Hi {{1}}, {{2}}"});
    let reply = json!({"body": "Hi {{1}}?", "actions": [{"type": "QUICK_REPLY", "title": "Yes", "id": "y"}]});
    let link = json!({"body": "Look", "actions": [{"type": "URL", "title": "Go", "url": "https://x.example/{{1}}"}]});
    let card = json!({"title": "Hi {{1}}", "subtitle": "now", "body": "{{2}}", "media": ["{{3}}"],
        "actions": [{"type": "QUICK_REPLY", "title": "Yes"}]});
    let samples = json!({"1": "Ann", "2": "Bob"});
    for content in [
        content(samples.clone(), json!({"twilio/text": text})),
        content(
            samples.clone(),
            json!({"twilio/media": {"body": "{{1}}", "media": ["https://x.example/a.jpg"]}}),
        ),
        content(
            samples.clone(),
            json!({"twilio/quick-reply": reply, "twilio/text": {"body": "Hi {{1}}, answer yes"}}),
        ),
        content(json!({"1": "a", "later": null}), json!({"twilio/call-to-action": link})),
        content(json!({"1": "a", "2": "b", "3": "https://x.example/a.png"}), json!({"twilio/card": card})),
        content(
            json!({"2": "b", "name": "a"}),
            json!({"whatsapp/card": {"header_text": "{{name}}", "body": "{{2}} {{name}}"}}),
        ),
        content(
            json!({"1": "x"}),
            json!({"twilio/list-picker": {"body": "{{1}}", "button": "b", "items": [{"id": "1"}]}}),
        ),
        self::card(),
    ] {
        let imported = one(Format::Twilio, &content);
        assert_eq!(document(Format::Twilio, &imported.handoff), content);
    }
}

#[test]
fn contents_from_the_list_api_are_exported_without_read_only_fields() {
    let list = json!({"contents": [{"sid": "HX1", "account_sid": "AC1", "date_created": "2026-01-01T00:00:00Z",
        "date_updated": null, "friendly_name": null, "language": "en", "variables": {}, "links": {}, "url": "https://x",
        "types": {"twilio/text": {"body": "Hi {{ 1 }}"}}}], "meta": {"page": 0, "next_page_url": "https://x"}});
    let imported = read(Format::Twilio, &list).unwrap().pop().unwrap();
    assert_eq!(imported.handoff.name.as_str(), "HX1");
    let Channel::Sms(_) = &imported.handoff.channels[0] else { panic!("not an SMS") };
    assert_lost(&imported.losses, "", "one page of a longer list");
    let exported = write(Format::Twilio, &imported.handoff);
    let expected =
        json!({"friendly_name": "HX1", "language": "en", "types": {"twilio/text": {"body": "Hi {{1}}"}}});
    assert_eq!(exported.documents[0].value, expected);
    assert_lost(
        &exported.losses,
        "/channels/0",
        "omitted: sid, account_sid, date_created, date_updated, links, url.",
    );
    assert_lost(&exported.losses, "/x-outbound/samples/0/1", "this placeholder has none");
}

#[test]
fn texts_are_imported_for_the_requested_channel() {
    let text = content(json!({}), json!({"twilio/text": {"body": "Hi"}})).to_string();
    let card = content(json!({}), json!({"whatsapp/card": {"body": "Hi", "header_text": "a"}})).to_string();
    for (content, requested, expected) in [
        (&text, None, ChannelType::SmsTwilio),
        (&text, Some(ChannelType::WhatsApp), ChannelType::WhatsApp),
        (&text, Some(ChannelType::GoogleRcs), ChannelType::GoogleRcs),
        (&text, Some(ChannelType::InApp), ChannelType::SmsTwilio),
        (&card, Some(ChannelType::SmsTwilio), ChannelType::WhatsApp),
    ] {
        let options = ReadOptions { channel: requested, ..ReadOptions::default() };
        let imported = read_with(Format::Twilio, content.as_bytes(), options).unwrap();
        assert_eq!(imported[0].handoff.channels[0].channel_type(), Some(expected), "{requested:?}");
    }
}

#[test]
fn placeholders_are_numbered_across_components() {
    let handoff = handoff(
        json!([{"type": "wa", "language": "en", "templatename": "t", "messageComponents": [
            {"type": "body", "content": "${{2}} and ${{1}}", "variables": ["1", "2"]},
            {"type": "header", "sub_type": "image", "content": "${{1}}", "variables": ["1"]},
            {"type": "button", "index": 0, "sub_type": "url", "content": "Go", "url": "https://x.example/{{1}}", "variables": ["1"]}]}]),
        json!({"header.1": "https://x.example/a.png", "1": "one"}),
    );
    let exported = write(Format::Twilio, &handoff);
    let value = &exported.documents[0].value;
    let card = json!({"body": "{{3}} and {{2}}", "media": ["{{1}}"],
        "actions": [{"type": "URL", "title": "Go", "url": "https://x.example/{{4}}"}]});
    assert_eq!(value["types"], json!({"whatsapp/card": card}));
    assert_eq!(value["variables"], json!({"1": "https://x.example/a.png", "2": "one", "4": "one"}));
    let expected = [("header.1", "1"), ("body.1", "2"), ("body.2", "3"), ("button0.1", "4")];
    assert_eq!(names(&exported.mappings), expected);
}

#[test]
fn losses_of_contents_are_reported() {
    let handoff = handoff(
        json!([
          {"type": "sms-twilio", "outboundnumber": "+1", "messageComponents": [
            {"type": "body", "content": "Hi", "variables": ["1"], "optOut": "Reply STOP"}]},
          {"type": "googlercs", "language": "en", "serviceAccountName": "a", "cardOrientation": "VERTICAL", "messageComponents": [
            {"type": "media", "content": "https://x.example/a.png", "height": "tall", "thumbnailImageAlignment": "left"},
            {"type": "media", "content": "https://x.example/b.png"}, {"type": "body", "content": "Hi"},
            {"type": "button", "sub_type": "quick_reply", "content": "OK"}, {"type": "carousel"}]},
          {"type": "apple-twilio", "messageComponents": []},
          {"type": "wa", "language": "en", "templatename": "order_update", "messageComponents": [
            {"type": "header", "sub_type": "location"}, {"type": "header", "sub_type": "video", "content": "${{1}}"}]}]),
        json!({}),
    );
    let exported = write(Format::Twilio, &handoff);
    assert_eq!(exported.documents[0].value["types"], json!({"twilio/text": {"body": "Hi\nReply STOP"}}));
    for (pointer, words) in [
        ("/channels/0", "requires a language"),
        ("/channels/0/outboundnumber", "no sender"),
        ("/channels/0/messageComponents/0/optOut", "last line"),
        ("/channels/1/serviceAccountName", "no sender"),
        ("/channels/1/cardOrientation", "omitted"),
        ("/channels/1/messageComponents/0/height", "omitted"),
        ("/channels/1/messageComponents/0/thumbnailImageAlignment", "omitted"),
        ("/channels/1/messageComponents/1", "the others"),
        ("/channels/1/messageComponents/4", "no such component"),
        ("/channels/1", "the text becomes the title"),
        ("/channels/2", "this channel is omitted"),
        ("/channels/3/messageComponents/0", "no header of type location"),
        ("/channels/3/messageComponents/1/sub_type", "the file's URL determines it"),
        ("/x-outbound/samples/3/header.1", "this placeholder has none"),
    ] {
        assert_lost(&exported.losses, pointer, words);
    }
}

#[test]
fn shape_errors_name_their_location() {
    for (json, expected) in [
        (json!({"friendly_name": "a"}), "content 1, /language: is missing"),
        (content(json!({}), json!({})), "content 1, /types: contains no content type"),
        (content(json!([]), json!({})), "content 1, /variables: expected an object, found an array"),
        (
            content(json!({}), json!({"twilio/card": {"actions": [{"type": "URL", "url": 5}]}})),
            "content 1, /types/twilio~1card/actions/0/url: expected a string, found a number",
        ),
        (
            content(json!({}), json!({"twilio/text": "Hi"})),
            "/types/twilio~1text: expected an object, found a string",
        ),
    ] {
        let error = read(Format::Twilio, &json).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn the_richest_type_is_imported_and_the_others_are_kept() {
    let kinds = [
        "whatsapp/card",
        "twilio/card",
        "twilio/call-to-action",
        "twilio/quick-reply",
        "twilio/media",
        "twilio/text",
    ];
    for from in 0..kinds.len() {
        let types: serde_json::Map<_, _> = kinds[from..]
            .iter()
            .rev()
            .map(|kind| ((*kind).to_owned(), json!({"title": "a", "body": "Hi"})))
            .collect();
        let imported = one(Format::Twilio, &content(json!({}), types));
        let kept = &imported.handoff.extension.as_ref().unwrap().extra["twilio"]["0"];
        assert_eq!(kept["x-type"], kinds[from]);
        assert_eq!(
            kept.get("x-types").map_or(0, |types| types.as_object().unwrap().len()),
            kinds.len() - 1 - from
        );
    }
}
