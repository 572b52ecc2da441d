//! Bytes from outside never cause a panic, and only signed ones have an effect.

use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, HMAC_SHA256, HMAC_SHA512};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outbound_auth::Secret;
use outbound_connectors::{Provider, ProviderResponse, meta, rbm, relay, twilio};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{ID, hmac};

const KEY: &str = "key";

/// Words of the providers' JSON, so that generated values reach deep into the parsers.
const WORDS: &str = "entry|changes|value|field|messages|statuses|errors|code|id|status|failed|sent|timestamp|from|text\
    |body|type|button|interactive|context|user_preferences|wa_id|category|marketing_messages|stop|message|data|eventType\
    |READ|UNSUBSCRIBE|messageId|senderPhoneNumber|\\+16001234567|16001234567|suggestionResponse|postbackData|sid|error|é|\\u{0}";

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        WORDS.prop_map(Value::from),
    ];
    leaf.prop_recursive(8, 64, 6, |inner| {
        let fields = vec((WORDS, inner.clone()), 0..6);
        prop_oneof![
            vec(inner, 0..6).prop_map(Value::from),
            fields.prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..512),
        json().prop_map(|value| value.to_string().into_bytes()),
        json().prop_map(|value| {
            json!({"entry": [{"changes": [{"field": "messages", "value": value}]}]}).to_string().into_bytes()
        }),
        "(MessageSid|SmsSid|MessageStatus|SmsStatus|From|To|Body|%|=|&|received|delivered|%2B16001234567){0,12}"
            .prop_map(String::into_bytes),
    ]
}

proptest! {
    #[test]
    fn signed_bytes_never_cause_a_panic(body in bytes()) {
        let secret = Secret::new(KEY);
        let signature = format!("sha256={}", hex::encode(hmac(HMAC_SHA256, KEY, &body)));
        let _ = meta::callback(&secret, Some(&signature), &body);
        let envelope = json!({"message": {"data": STANDARD.encode(&body)}}).to_string();
        let signature = STANDARD.encode(hmac(HMAC_SHA512, KEY, &body));
        prop_assert!(rbm::callback(&secret, Some(&signature), envelope.as_bytes()).is_ok());
        let _ = rbm::callback(&secret, Some(&signature), &body);
        let mut parameters: Vec<_> = form_urlencoded::parse(&body).collect();
        parameters.sort();
        parameters.dedup();
        let url = "https://a.example/";
        let signed = parameters.iter().fold(url.to_owned(), |signed, (name, value)| signed + name + value);
        let signature = STANDARD.encode(hmac(HMAC_SHA1_FOR_LEGACY_USE_ONLY, KEY, signed.as_bytes()));
        prop_assert!(twilio::callback(&secret, Some(&signature), url, &body).is_ok());
    }

    #[test]
    fn unsigned_bytes_are_rejected(body in bytes(), signature in proptest::option::of(".{0,80}"), url in ".{0,40}") {
        let secret = Secret::new(KEY);
        prop_assert!(meta::callback(&secret, signature.as_deref(), &body).is_err());
        prop_assert!(rbm::callback(&secret, signature.as_deref(), &body).is_err());
        prop_assert!(twilio::callback(&secret, signature.as_deref(), &url, &body).is_err());
        let _ = meta::answer_subscription(&url, &secret);
    }

    #[test]
    fn responses_never_cause_a_panic(status in any::<u16>(), header in ".{0,12}", body in bytes()) {
        let response = ProviderResponse::new(status, Some(&header), &body);
        let id = ID.parse().unwrap();
        let (meta, twilio) = (meta::outcome(response), twilio::outcome(response));
        let (rbm, relay) = (rbm::outcome(&id, response), relay::outcome(&id, response));
        prop_assert_eq!(format!("{meta:?} {twilio:?} {rbm:?} {relay:?}").is_empty(), false);
    }
}

#[test]
fn deep_json_does_not_overflow_the_stack() {
    let depth = Provider::Meta.max_callback_bytes() / 2 - 64;
    let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for body in [
        nested.clone(),
        format!(r#"{{"entry":[{{"changes":[{{"field":"messages","value":{{"x":{nested}}}}}]}}]}}"#),
        format!(r#"{{"entry":[{{"changes":[{{"field":"messages","value":{{"statuses":[{nested}]}}}}]}}]}}"#),
    ] {
        let signature = format!("sha256={}", hex::encode(hmac(HMAC_SHA256, KEY, body.as_bytes())));
        let result = meta::callback(&Secret::new(KEY), Some(&signature), body.as_bytes());
        assert!(result.is_err() || result.is_ok_and(|callback| callback.events.is_empty()));
    }
}
