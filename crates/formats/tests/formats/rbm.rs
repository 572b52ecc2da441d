//! Google's RBM messages.

use outbound_formats::{Format, ReadOptions};
use serde_json::{Value, json};

use crate::{assert_lost, document, handoff, one, read, read_with, sentences, write};

/// The message of the documentation.
fn documented() -> Value {
    json!({"contentMessage": {"richCard": {"standaloneCard": {"cardOrientation": "VERTICAL", "thumbnailImageAlignment": "RIGHT",
        "cardContent": {"title": "Hi", "description": "There", "media": {"height": "MEDIUM", "contentInfo":
           {"fileUrl": "https://x.example/a.png", "thumbnailUrl": "https://x.example/t.png", "forceRefresh": false}},
        "suggestions": [{"reply": {"text": "Help", "postbackData": "btn_0"}},
          {"action": {"text": "FAQ", "postbackData": "btn_1", "fallbackUrl": "https://x.example/f", "openUrlAction": {"url": "https://x.example"}}},
          {"action": {"text": "Call", "postbackData": "btn_2", "dialAction": {"phoneNumber": "+15550100"}}}]}}},
      }, "messageTrafficType": "TRANSACTION", "ttl": "3600s"})
}

#[test]
fn cards_are_imported_as_rcs_channels() {
    let options = ReadOptions { name: Some("promo".to_owned()), ..ReadOptions::default() };
    let array = json!([documented(), {"contentMessage": {"text": "Hi"}}]).to_string();
    let imported = read_with(Format::Rbm, array.as_bytes(), options).unwrap();
    let names: Vec<_> = imported.iter().map(|one| one.handoff.name.as_str()).collect();
    assert_eq!(names, ["promo", "promo 2"]);
    assert_eq!(imported[0].losses, []);
    let file = Value::from(imported[0].handoff.to_file().unwrap());
    assert_eq!(file["channels"][0]["cardOrientation"], "VERTICAL");
    let components = &file["channels"][0]["messageComponents"];
    let media = json!({"type": "media", "height": "medium", "thumbnailImageAlignment": "right", "variables": [],
        "content": "https://x.example/a.png",
        "x-rbm": {"contentInfo": {"thumbnailUrl": "https://x.example/t.png", "forceRefresh": false}}});
    let body = json!({"type": "body", "title": "Hi", "content": "There", "variables": []});
    let call = json!({"type": "button", "index": 2, "sub_type": "phone_number", "content": "Call", "phone_number": "+15550100"});
    assert_eq!((&components[0], &components[1], &components[4]), (&media, &body, &call));
    assert_eq!(file["x-outbound"]["rbm"]["0"]["x-fields"]["ttl"], "3600s");
}

#[test]
fn imported_messages_are_exported_unchanged() {
    let chips = json!([{"reply": {"text": "Yes", "postbackData": "btn_0"}},
        {"action": {"text": "Web", "postbackData": "w", "openUrlAction": {"url": "https://x.example", "application": "WEBVIEW", "webviewViewMode": "HALF"}}},
        {"action": {"text": "Where", "postbackData": "btn_2", "shareLocationAction": {}}}]);
    let carousel = json!({"cardWidth": "SMALL", "cardContents": [{"title": "a"}, {"title": "b"}]});
    for message in [
        documented(),
        json!({"contentMessage": {"text": "Hi", "suggestions": chips}}),
        json!({"contentMessage": {"contentInfo": {"fileUrl": "https://x.example/a.pdf"}, "suggestions": chips}}),
        json!({"contentMessage": {"uploadedRbmFile": {"fileName": "f", "thumbnailName": "t"}}}),
        json!({"contentMessage": {"richCard": {"carouselCard": carousel}}, "messageTrafficType": "PROMOTION"}),
        json!({"contentMessage": {"richCard": {"standaloneCard": {"cardOrientation": "HORIZONTAL", "cardContent":
            {"media": {"height": "TALL", "contentInfo": {"fileUrl": "https://x.example/a.mp4"}}}}}}}),
    ] {
        let imported = one(Format::Rbm, &message);
        assert_eq!(document(Format::Rbm, &imported.handoff), message, "{:?}", sentences(&imported.losses));
    }
}

#[test]
fn placeholders_are_replaced_with_sample_values() {
    let handoff = handoff(
        json!([{"type": "googlercs", "language": "en", "outboundnumber": "a", "serviceAccountName": "a", "messageComponents": [
            {"type": "button", "index": 7, "sub_type": "url", "content": "Go", "url": "https://x.example/{{2}}"},
            {"type": "body", "content": "Hi ${{1}}", "variables": ["1"]}]}]),
        json!({"1": "Ann"}),
    );
    let exported = write(Format::Rbm, &handoff);
    let link = json!({"action": {"text": "Go", "postbackData": "btn_0", "openUrlAction": {"url": "https://x.example/{{2}}"}}});
    let expected = json!({"contentMessage": {"text": "Hi Ann", "suggestions": [link]}});
    assert_eq!(exported.documents[0].value, expected);
    for (pointer, words) in [
        ("/name", "no name"),
        ("/channels/0/language", "recipient or language"),
        ("/channels/0/messageComponents/0/url", "no sample: they are not replaced"),
        ("/channels/0/messageComponents/1/content", "replaced with their samples"),
    ] {
        assert_lost(&exported.losses, pointer, words);
    }
    assert_eq!(exported.mappings, []);
}

#[test]
fn losses_of_imported_messages_are_reported() {
    let reply = |text: &str| json!({"reply": {"text": text, "postbackData": "x"}});
    let message = json!({"contentMessage": {"richCard": {"standaloneCard": {"cardOrientation": "VERTICAL", "thumbnailImageAlignment": "LEFT",
        "cardContent": {"title": "{{1}}", "suggestions": [reply("a")]}}}, "suggestions": [reply("b")], "mood": "good"}});
    let imported = one(Format::Rbm, &message);
    let card = "/contentMessage/richCard/standaloneCard";
    for (pointer, words) in [
        (&*format!("{card}/thumbnailImageAlignment"), "no media to align"),
        (&*format!("{card}/cardContent"), "these braces"),
        ("/contentMessage/mood", "omitted"),
    ] {
        assert_lost(&imported.losses, pointer, words);
    }
    assert_eq!(imported.losses.len(), 3, "{:?}", sentences(&imported.losses));
}

#[test]
fn further_suggestions_are_placed_below_the_card() {
    let buttons = (0..6)
        .map(|n| json!({"type": "button", "index": n, "sub_type": "quick_reply", "content": n.to_string()}));
    let components: Vec<_> =
        [json!({"type": "body", "title": "a", "variables": []})].into_iter().chain(buttons).collect();
    let handoff = handoff(
        json!([{"type": "googlercs", "messageComponents": components, "cardOrientation": "VERTICAL"}]),
        json!({}),
    );
    let message = document(Format::Rbm, &handoff);
    let content = &message["contentMessage"];
    let in_card = &content["richCard"]["standaloneCard"]["cardContent"]["suggestions"];
    assert_eq!((in_card.as_array().unwrap().len(), content["suggestions"].as_array().unwrap().len()), (4, 2));
    let imported = one(Format::Rbm, &message);
    assert_eq!((imported.handoff.channels, imported.losses), (handoff.channels, vec![]));
}

#[test]
fn shape_errors_name_their_location() {
    for (content, expected) in [
        (json!({}), "message 1, /contentMessage: contains no text, file or card"),
        (json!([]), "message 1, /contentMessage: expected an object, found an array"),
        (json!({"text": 5}), "/contentMessage/text: expected a string, found a number"),
        (
            json!({"text": "a", "suggestions": [{}]}),
            "/contentMessage/suggestions/0: is neither a reply nor an action",
        ),
        (
            json!({"text": "a", "suggestions": [{"action": {"text": "a"}}]}),
            "/suggestions/0/action: is not a supported action",
        ),
        (
            json!({"richCard": {"standaloneCard": {}}}),
            "/contentMessage/richCard/standaloneCard/cardContent: is missing",
        ),
    ] {
        let error = read(Format::Rbm, &json!({"contentMessage": content})).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// Google allows exactly one reply or action. The others are reported as losses.
#[test]
fn only_the_first_action_of_a_suggestion_is_imported() {
    let reply = json!({"text": "Yes", "postbackData": "y"});
    let link = json!({"text": "Go", "postbackData": "g", "openUrlAction": {"url": "https://x.example"},
        "dialAction": {"phoneNumber": "+14156586515"}, "viewLocationAction": {}});
    let suggestions = json!([{"reply": reply, "action": link}, {"action": link}]);
    let imported = one(Format::Rbm, &json!({"contentMessage": {"text": "Hi", "suggestions": suggestions}}));
    let at = "/contentMessage/suggestions";
    for (pointer, words) in [
        (format!("{at}/0/action"), "this one is both; the action is omitted"),
        (format!("{at}/1/action/dialAction"), "this one has several"),
        (format!("{at}/1/action/viewLocationAction"), "this one has several"),
    ] {
        assert_lost(&imported.losses, &pointer, words);
    }
    let written = &document(Format::Rbm, &imported.handoff)["contentMessage"]["suggestions"];
    let link = json!({"text": "Go", "postbackData": "g", "openUrlAction": {"url": "https://x.example"}});
    assert_eq!(*written, json!([{"reply": reply}, {"action": link}]));
}

#[test]
fn cards_with_uploaded_files_round_trip() {
    let reply = |text: &str| json!({"reply": {"text": text, "postbackData": text}});
    let content =
        json!({"title": "Hi", "media": {"height": "TALL", "file": "files/1"}, "suggestions": [reply("a")]});
    let card = json!({"standaloneCard": {"cardOrientation": "VERTICAL", "cardContent": content}});
    let message = json!({"contentMessage": {"richCard": card, "suggestions": [reply("b")]}});
    assert_eq!(document(Format::Rbm, &one(Format::Rbm, &message).handoff), message);
}

#[test]
fn read_only_fields_are_not_exported() {
    let message = json!({"name": "phones/1", "sendTime": "t", "ttl": "1s", "expireTime": "t", "contentMessage": {"text": "Hi"}});
    let exported = write(Format::Rbm, &one(Format::Rbm, &message).handoff);
    assert_eq!(exported.documents[0].value, json!({"contentMessage": {"text": "Hi"}, "ttl": "1s"}));
    assert_lost(&exported.losses, "/channels/0", "omitted: name, sendTime.");
    assert_lost(&exported.losses, "/channels/0", "ttl or expireTime, not both");
}

#[test]
fn duplicate_components_and_invalid_values_are_not_exported() {
    let components = json!([{"type": "body", "content": "Hi"}, {"type": "body", "content": "Ho"},
        {"type": "media", "content": "https://x.example/a.png", "height": "huge", "thumbnailImageAlignment": "top"},
        {"type": "media", "content": "https://x.example/b.png"}, {"type": "media"}]);
    let channel =
        json!([{"type": "googlercs", "cardOrientation": "diagonal", "messageComponents": components}]);
    let exported = write(Format::Rbm, &handoff(channel, json!({})));
    let media = json!({"contentInfo": {"fileUrl": "https://x.example/a.png"}});
    let card = json!({"cardOrientation": "VERTICAL", "cardContent": {"description": "Hi", "media": media}});
    assert_eq!(
        exported.documents[0].value,
        json!({"contentMessage": {"richCard": {"standaloneCard": card}}})
    );
    for (pointer, words) in [
        ("/channels/0/cardOrientation", "not diagonal; it is omitted"),
        ("/channels/0/messageComponents/1", "the others are omitted"),
        ("/channels/0/messageComponents/2/height", "not huge"),
        ("/channels/0/messageComponents/2/thumbnailImageAlignment", "not top"),
        ("/channels/0/messageComponents/3", "the others are omitted"),
        ("/channels/0/messageComponents/4", "media without a URL"),
    ] {
        assert_lost(&exported.losses, pointer, words);
    }
    let buttons = json!([{"type": "button", "sub_type": "quick_reply", "content": "Yes"}]);
    let only_buttons = handoff(json!([{"type": "googlercs", "messageComponents": buttons}]), json!({}));
    let exported = write(Format::Rbm, &only_buttons);
    assert!(exported.documents.is_empty());
    assert_lost(&exported.losses, "/channels/0", "Nothing in this channel can be represented in a message");
}
