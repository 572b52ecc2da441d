//! Meta's WhatsApp templates.

use outbound_formats::{Format, WriteOptions, write_any};
use serde_json::{Value, json};

use crate::{assert_lost, document, handoff, names, one, read, sentences, write};

/// A template with these components.
fn template(components: impl Into<Value>) -> Value {
    let components = components.into();
    json!({"name": "order_update", "language": "en_US", "category": "UTILITY", "components": components})
}

/// The template of the documentation, with a combination of buttons that Meta would not allow.
fn documented() -> Value {
    json!({"name": "order_update", "language": "en_US", "category": "UTILITY", "parameter_format": "POSITIONAL",
     "components": [
      {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": {"header_text": ["A1"]}},
      {"type": "BODY", "text": "Hi {{1}}, it ships {{2}}.", "example": {"body_text": [["Ann", "Monday"]]}},
      {"type": "FOOTER", "text": "Acme"},
      {"type": "BUTTONS", "buttons": [
       {"type": "QUICK_REPLY", "text": "OK"},
       {"type": "URL", "text": "Track", "url": "https://x.example/t/{{1}}", "example": ["https://x.example/t/9"]},
       {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550100"},
       {"type": "COPY_CODE", "example": "SAVE10"},
       {"type": "FLOW", "text": "Book", "flow_id": "1", "flow_action": "navigate", "navigate_screen": "S1"},
       {"type": "OTP", "otp_type": "ONE_TAP", "text": "Copy", "autofill_text": "Fill",
        "supported_apps": [{"package_name": "a.b", "signature_hash": "K8a/AINcGX7"}]}]}]})
}

#[test]
fn templates_are_imported_as_handoffs_with_one_channel() {
    let imported = one(Format::Meta, &documented());
    let handoff = imported.handoff;
    assert_eq!((handoff.id.as_str(), handoff.name.as_str()), ("H000000000000001", "order_update"));
    let file = Value::from(handoff.to_file().unwrap());
    let channel = &file["channels"][0];
    assert_eq!((&channel["templatename"], &channel["language"]), (&json!("order_update"), &json!("en_US")));
    let components = &channel["messageComponents"];
    let header = json!({"type": "header", "sub_type": "text", "content": "Order ${{1}}", "variables": ["1"]});
    let body = json!({"type": "body", "content": "Hi ${{1}}, it ships ${{2}}.", "variables": ["1", "2"]});
    assert_eq!((&components[0], &components[1]), (&header, &body));
    let link = json!({"type": "button", "index": 1, "content": "Track", "sub_type": "url",
        "url": "https://x.example/t/{{1}}", "variables": ["1"]});
    assert_eq!(components[4], link);
    let samples = json!({"header.1": "A1", "body.1": "Ann", "body.2": "Monday", "button1.1": "9"});
    assert_eq!(file["x-outbound"]["samples"]["0"], samples);
    assert_eq!(file["x-outbound"]["meta"]["0"]["x-fields"]["category"], "UTILITY");
    assert_lost(&imported.losses, "/components/3/buttons/3", "no button type COPY_CODE; it is kept");
    assert_eq!(imported.losses.len(), 3, "{:?}", sentences(&imported.losses));
}

#[test]
fn imported_templates_are_exported_unchanged() {
    let named = json!({"name": "n", "language": "de", "category": "MARKETING", "parameter_format": "NAMED",
      "message_send_ttl_seconds": 600, "components": [
        {"type": "HEADER", "format": "TEXT", "text": "Hi {{who}}",
         "example": {"header_text_named_params": [{"param_name": "who", "example": "Ann"}]}},
        {"type": "BODY", "text": "{{first_name}}, {{day}} and {{first_name}}!", "example":
         {"body_text_named_params": [{"param_name": "first_name", "example": "Ann"}, {"param_name": "day", "example": "Monday"}]}}]});
    let authentication = template(json!([
        {"type": "BODY", "add_security_recommendation": true}, {"type": "FOOTER", "code_expiration_minutes": 5},
        {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy code"}]}]));
    let offer = template(json!([
        {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW1hZ2U="]}},
        {"type": "limited_time_offer", "limited_time_offer": {"text": "Hurry", "has_expiration": true}},
        {"type": "BODY", "text": "Half the price"}, {"type": "HEADER", "format": "LOCATION"},
        {"type": "carousel", "cards": [{"components": [{"type": "BODY", "text": "{{1}}"}]}]}]));
    for template in [documented(), named, authentication, offer] {
        let imported = one(Format::Meta, &template);
        let exported = write(Format::Meta, &imported.handoff);
        assert_eq!(exported.documents[0].value, template);
        let losses = sentences(&exported.losses);
        let others = losses.iter().filter(|loss| !loss.contains("is written as it was imported"));
        assert_eq!(others.count(), 1, "only the loss that all templates have: {losses:?}");
    }
}

#[test]
fn templates_from_the_list_api_are_exported_without_read_only_fields() {
    let page = json!({"data": [
        {"id": "594425479261596", "status": "APPROVED", "quality_score": {"score": "GREEN"}, "name": "a",
         "language": "en", "category": "UTILITY", "sub_category": "CUSTOM", "components": [
          {"type": "body", "text": "Hi {{1}} at {{2}}!", "example": {"body_text": ["Ann", "noon"]}},
          {"type": "Buttons", "buttons": [{"type": "url", "text": "Go", "url": "https://x.example/{{1}}", "example": "b"}]}]},
        {"name": "A", "language": "pt_BR", "components": []}, {"name": "a", "language": "pt_BR", "components": []}],
      "paging": {"cursors": {"before": "MAZ", "after": "MjQ"}, "next": "https://graph.facebook.com/"}});
    let imported = read(Format::Meta, &page).unwrap();
    let names: Vec<_> = imported.iter().map(|one| one.handoff.name.as_str()).collect();
    assert_eq!(names, ["a", "A (pt_BR)", "a 2"]);
    assert_lost(&imported[0].losses, "", "one page of a longer list");
    let exported = write(Format::Meta, &imported[0].handoff);
    let buttons = json!([{"type": "URL", "text": "Go", "url": "https://x.example/{{1}}", "example": ["https://x.example/b"]}]);
    assert_eq!(
        exported.documents[0].value,
        json!({"name": "a", "language": "en", "category": "UTILITY", "components": [
        {"type": "BODY", "text": "Hi {{1}} at {{2}}!", "example": {"body_text": [["Ann", "noon"]]}},
        {"type": "BUTTONS", "buttons": buttons}]})
    );
    assert_lost(&exported.losses, "/channels/0", "omitted: id, status, quality_score.");
}

#[test]
fn placeholders_are_numbered_per_component() {
    let handoff = handoff(
        json!([{"type": "wa", "language": "en", "templatename": "t", "messageComponents": [
            {"type": "body", "content": "$${{7}} for {{3}} (${{7}})", "variables": ["3", "7", "9"]},
            {"type": "button", "index": 4, "sub_type": "url", "content": "Go", "url": "https://x.example/{{2}}"},
            {"type": "button", "index": 1, "sub_type": "quick_reply", "content": "Yes"}]}]),
        json!({"3": "two", "body.7": "5", "button4.2": "z"}),
    );
    let exported = write(Format::Meta, &handoff);
    let body =
        json!({"type": "BODY", "text": "${{2}} for {{1}} ({{2}})", "example": {"body_text": [["two", "5"]]}});
    assert_eq!(exported.documents[0].value["components"][0], body);
    assert_eq!(
        exported.documents[0].value["components"][1]["buttons"],
        json!([{"type": "QUICK_REPLY", "text": "Yes"},
            {"type": "URL", "text": "Go", "url": "https://x.example/{{1}}", "example": ["https://x.example/z"]}])
    );
    let expected = [("body.3", "body.1"), ("body.7", "body.2"), ("button4.2", "button1.1")];
    assert_eq!(names(&exported.mappings), expected);
    assert_lost(&exported.losses, "/channels/0/messageComponents/0/variables/2", "No text uses");
    let imported = one(Format::Meta, &exported.documents[0].value).handoff;
    assert_eq!(document(Format::Meta, &imported), exported.documents[0].value);
}

#[test]
fn losses_of_templates_are_reported() {
    let handoff = handoff(
        json!([{"type": "inapp", "messageComponents": []}, {"type": "wa", "language": "pt-BR", "namespace": "n",
          "outboundnumber": "1", "colour": "blue", "messageComponents": [
            {"type": "header", "sub_type": "document", "content": "https://x.example/{{1}}.pdf", "variables": ["1"]},
            {"type": "body", "content": "Hi ${{1}}", "variables": ["1"]},
            {"type": "button", "index": 0, "sub_type": "quick_reply", "content": "OK", "hint": 1}]}]),
        json!({}),
    );
    let exported = write(Format::Meta, &handoff);
    for (pointer, words) in [
        ("", "lookback period"),
        ("/channels/0", "for wa channels"),
        ("/channels/1", "the handoff's name is used"),
        ("/channels/1", "requires a category"),
        ("/channels/1/language", "pt_BR"),
        ("/channels/1/namespace", "the handoff keeps"),
        ("/channels/1/outboundnumber", "the handoff keeps"),
        ("/channels/1/colour", "no such field"),
        ("/channels/1/messageComponents/0/content", "the URL becomes the sample"),
        ("/channels/1/messageComponents/0/content", "handle"),
        ("/x-outbound/samples/1/body.1", "This one has none"),
        ("/channels/1/messageComponents/2/hint", "no such field"),
    ] {
        assert_lost(&exported.losses, pointer, words);
    }
    assert_eq!(exported.losses.len(), 12, "{:#?}", sentences(&exported.losses));
    assert_eq!(exported.documents[0].value["name"], "order_update");
    let options = WriteOptions { category: Some("UTILITY".to_owned()), ..WriteOptions::default() };
    assert_eq!(
        write_any(Format::Meta, &handoff, &options).unwrap().documents[0].value["category"],
        "UTILITY"
    );
}

#[test]
fn shape_errors_name_their_location() {
    let many: Vec<_> = (0..1000).map(|number| format!("{{{{{number}}}}}")).collect();
    for (json, expected) in [
        (json!([{"name": 7}]), "template 1, /name: expected a string, found a number"),
        (json!({"name": "a", "language": "en"}), "template 1, /components: is missing"),
        (
            template(json!([{"type": "BODY", "text": []}])),
            "template 1, /components/0/text: expected a string, found an array",
        ),
        (
            template(json!([{"type": "BUTTONS", "buttons": [5]}])),
            "/components/0/buttons/0: expected an object",
        ),
        (
            template(json!([{"type": "BODY", "text": "", "example": {"body_text": [[true]]}}])),
            "/components/0/example/body_text/0/0: expected a string, found true or false",
        ),
        (
            json!({"data": [1]}),
            "line 1, column 10: template 1, the whole: expected an object, found a number",
        ),
        (
            template(json!([{"type": "BODY", "text": many.join(" ")}])),
            "/components/0/example: there are more than 999 placeholders",
        ),
    ] {
        let error = read(Format::Meta, &json).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// A sample that is a complete URL replaces the button's URL instead of its placeholder.
#[test]
fn samples_that_are_complete_urls_are_not_appended() {
    let url = "https://x.example/t/{{1}}";
    for (sample, value, losses) in [
        ("https://x.example/t/9", Some("9"), 0),
        ("9", Some("9"), 0),
        ("https://www.x.example/t/9", None, 1),
        ("HTTPS://x.example/other", None, 1),
        ("https://x.example/t/", None, 1),
    ] {
        let button = json!({"type": "URL", "text": "Go", "url": url, "example": [sample]});
        let imported = one(Format::Meta, &template(json!([{"type": "BUTTONS", "buttons": [button]}])));
        let handoff = imported.handoff;
        let samples = handoff.extension.as_ref().and_then(|extension| extension.samples.as_ref());
        let imported_value = samples.and_then(|samples| samples.0.get(&0)?.get("button0.1"));
        assert_eq!(imported_value.map(String::as_str), value, "{sample}");
        assert_eq!(imported.losses.len(), losses, "{sample} {:?}", sentences(&imported.losses));
        let written = &document(Format::Meta, &handoff)["components"][0]["buttons"][0]["example"];
        let complete = if sample == "9" { "https://x.example/t/9" } else { sample };
        assert_eq!(*written, json!([complete]));
    }
    // The same for a sample value that a user entered.
    let channel = json!([{"type": "wa", "language": "en", "templatename": "t", "messageComponents": [
        {"type": "button", "index": 0, "sub_type": "url", "content": "Go", "url": url}]}]);
    let handoff = handoff(channel, json!({"button0.1": "https://x.example/t/9"}));
    let written = &document(Format::Meta, &handoff)["components"][0]["buttons"][0]["example"];
    assert_eq!(*written, json!(["https://x.example/t/9"]));
}

#[test]
fn fields_that_can_be_submitted_are_exported() {
    let link = json!({"meta_app_id": "1", "android_deep_link": "acme://a"});
    let button = json!({"type": "URL", "text": "Go", "url": "https://x.example", "app_deep_link": link});
    for (sub_category, written) in [("ORDER_STATUS", true), ("CUSTOM", false)] {
        let mut template = template(json!([{"type": "BUTTONS", "buttons": [button]}]));
        template["sub_category"] = sub_category.into();
        let exported = write(Format::Meta, &one(Format::Meta, &template).handoff);
        let document = &exported.documents[0].value;
        assert_eq!(document["components"][0]["buttons"][0], button);
        assert_eq!(document.get("sub_category").is_some(), written);
        let losses = sentences(&exported.losses);
        assert_eq!(losses.iter().any(|loss| loss.contains("not with \"CUSTOM\"; it is omitted")), !written);
        assert!(losses.iter().all(|loss| !loss.contains("no such field")), "{losses:?}");
    }
}

#[test]
fn invalid_names_and_categories_are_not_exported() {
    let channel =
        json!([{"type": "wa", "language": "en", "templatename": "Order Update", "messageComponents": []}]);
    let mut handoff = handoff(channel, json!({}));
    let kept = json!({"0": {"x-fields": {"category": "ACCOUNT_UPDATE"}}});
    handoff.extension.as_mut().unwrap().extra.insert("meta".to_owned(), kept);
    let exported = write(Format::Meta, &handoff);
    let document = &exported.documents[0].value;
    assert_eq!((&document["name"], document.get("category")), (&json!("order_update"), None));
    assert_lost(&exported.losses, "/channels/0/templatename", "it is written order_update");
    assert_lost(&exported.losses, "/channels/0", "not have the category ACCOUNT_UPDATE");
}
