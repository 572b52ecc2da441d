//! Accepted tokens, and each reason for which a token is rejected.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::LazyLock;

use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use outbound_auth::{
    Claims, InstallationKey, KeyRing, NewSigningKey, SigningKeyParts, TokenError, new_signing_key,
    next_signing_key, sign, verify,
};
use outbound_model::{Generator, Scope, Timestamp};
use serde_json::{Value, json};

struct Counting;

impl Generator for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for (byte, value) in bytes.iter_mut().zip(1..) {
            *byte = value;
        }
    }
}

const DAY: i64 = 24 * 3600;

fn start() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

static INSTALLATION: LazyLock<InstallationKey> =
    LazyLock::new(|| InstallationKey::from_hex(&InstallationKey::generate_hex(&Counting)).unwrap());

/// Two keys. The second one starts to sign after thirty days.
static PARTS: LazyLock<Vec<SigningKeyParts>> = LazyLock::new(|| {
    let key = |signs_from| {
        let new = NewSigningKey { installation: &INSTALLATION, generator: &Counting, signs_from };
        new_signing_key(new).unwrap()
    };
    vec![key(start()), key(start().plus_seconds(30 * DAY))]
});

static RING: LazyLock<KeyRing> = LazyLock::new(|| KeyRing::open(PARTS.clone(), &INSTALLATION).unwrap());

fn claims(now: Timestamp) -> Claims {
    Claims {
        account: "12345678".parse().unwrap(),
        client: "75588e18-0213-4e33-8174-883acac7e3c4".parse().unwrap(),
        scopes: [Scope::HandoffsRead].into_iter().collect(),
        expires_at: now.plus_seconds(3600),
    }
}

fn part(token: &str, index: usize) -> Value {
    serde_json::from_slice(&BASE64.decode(token.split('.').nth(index).unwrap()).unwrap()).unwrap()
}

/// A token with any header and claims, signed with the first key.
fn signed_token(header: &Value, claims: &Value) -> String {
    let private = INSTALLATION.open(&PARTS[0].kid, &PARTS[0].sealed_private_key).unwrap();
    let pair = RsaKeyPair::from_pkcs8(&private).unwrap();
    let signing_input =
        format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
    let mut signature = vec![0; pair.public_modulus_len()];
    let random = aws_lc_rs::rand::SystemRandom::new();
    pair.sign(&RSA_PKCS1_SHA256, &random, signing_input.as_bytes(), &mut signature).unwrap();
    format!("{signing_input}.{}", BASE64.encode(signature))
}

fn valid_claims() -> Value {
    let iat = start().seconds();
    json!({"aud": "12345678", "azp": "c1", "scope": "handoffs.read msg.consumer", "iss": "sentinel",
        "exp": iat + 3600, "iat": iat})
}

#[test]
fn tokens_have_the_documented_header_and_claims() {
    let token = sign(&RING, &claims(start()), start()).unwrap();
    assert_eq!(part(&token, 0), json!({"kid": PARTS[0].kid, "typ": "JWT", "alg": "RS256"}));
    assert!(PARTS[0].kid.starts_with("appjwt-2026-01-01"));
    let body = part(&token, 1);
    assert_eq!(body["exp"].as_i64().unwrap() - body["iat"].as_i64().unwrap(), 3600);
    assert_eq!((&body["iss"], &body["aud"]), (&json!("Sentinel"), &json!("12345678")));
    assert_eq!(verify(&RING, &token, start()), Ok(claims(start())));
}

#[test]
fn times_have_thirty_seconds_of_leeway() {
    let token = sign(&RING, &claims(start()), start()).unwrap();
    let (early, expired) = (Some(TokenError::Claims), Some(TokenError::Expired));
    for (seconds, expected) in [(-31, early), (-30, None), (3629, None), (3630, expired)] {
        let now = start().plus_seconds(seconds);
        assert_eq!(verify(&RING, &token, now).err(), expected, "{seconds}");
    }
}

#[test]
fn claims_are_live_as_long_as_their_token_is_accepted() {
    for (seconds, live) in [(0, true), (3629, true), (3630, false), (3631, false)] {
        assert_eq!(claims(start()).live_at(start().plus_seconds(seconds)), live, "{seconds}");
    }
}

#[test]
fn tokens_have_at_most_4096_bytes() {
    let header = json!({"kid": PARTS[0].kid, "alg": "RS256"});
    let padded = |scope: usize| {
        let mut claims = valid_claims();
        claims["scope"] = "x".repeat(scope).into();
        signed_token(&header, &claims)
    };
    let longest = (2600..2700).rev().map(padded).find(|token| token.len() <= 4096).unwrap();
    assert!(longest.len() > 4092 && verify(&RING, &longest, start()).is_ok());
    assert_eq!(verify(&RING, &padded(2700), start()), Err(TokenError::Malformed));
}

#[test]
fn invalid_claims_are_rejected() {
    let header = json!({"kid": PARTS[0].kid, "alg": "RS256"});
    assert!(verify(&RING, &signed_token(&header, &valid_claims()), start()).is_ok());
    let iat = start().seconds();
    for (claim, value, expected) in [
        ("exp", json!(iat + 3601), TokenError::Claims),
        ("exp", json!(iat), TokenError::Claims),
        ("exp", json!(i64::MAX), TokenError::Claims),
        ("exp", json!("soon"), TokenError::Malformed),
        ("iat", json!(i64::MIN), TokenError::Claims),
        ("iss", json!("somebody"), TokenError::Claims),
        ("nbf", json!(iat + 31), TokenError::Claims),
        ("nbf", json!(i64::MAX), TokenError::Claims),
        ("nbf", json!("soon"), TokenError::Malformed),
        ("aud", json!(["12345678"]), TokenError::Malformed),
        ("aud", json!("../x"), TokenError::Malformed),
        ("azp", Value::Null, TokenError::Malformed),
    ] {
        let mut claims = valid_claims();
        claims[claim] = value;
        assert_eq!(verify(&RING, &signed_token(&header, &claims), start()), Err(expected), "{claims}");
    }
}

#[test]
fn not_before_within_the_leeway_is_accepted() {
    let header = json!({"kid": PARTS[0].kid, "alg": "RS256"});
    for seconds in [-3600, 0, 30] {
        let mut claims = valid_claims();
        claims["nbf"] = json!(claims["iat"].as_i64().unwrap() + seconds);
        assert!(verify(&RING, &signed_token(&header, &claims), start()).is_ok(), "{seconds}");
    }
}

#[test]
fn critical_extensions_are_rejected() {
    for crit in [json!(["exp"]), json!(["b64", "exp"]), json!([]), Value::Null] {
        let header = json!({"kid": PARTS[0].kid, "alg": "RS256", "crit": crit, "b64": false});
        let token = signed_token(&header, &valid_claims());
        assert_eq!(verify(&RING, &token, start()), Err(TokenError::Critical), "{crit}");
    }
    let header = json!({"kid": PARTS[0].kid, "alg": "RS256", "crit": "exp"});
    assert_eq!(verify(&RING, &signed_token(&header, &valid_claims()), start()), Err(TokenError::Malformed));
}

#[test]
fn other_algorithms_and_unknown_keys_are_rejected() {
    let kid = &PARTS[0].kid;
    let public = serde_json::from_str::<Value>(&PARTS[0].public_jwk).unwrap()["n"].to_string();
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(kid.clone());
    let hs256 = encode(&header, &valid_claims(), &EncodingKey::from_secret(public.as_bytes())).unwrap();
    assert_eq!(verify(&RING, &hs256, start()), Err(TokenError::Algorithm));
    let none = signed_token(&json!({"alg": "none", "kid": kid}), &valid_claims());
    assert_eq!(verify(&RING, &none, start()), Err(TokenError::Malformed));
    for kid in [json!("appjwt-13-05-17"), json!("../../etc"), json!("")] {
        let token = signed_token(&json!({"alg": "RS256", "kid": kid}), &valid_claims());
        assert!(matches!(verify(&RING, &token, start()), Err(TokenError::UnknownKey(_))));
    }
    let no_kid = signed_token(&json!({"alg": "RS256"}), &valid_claims());
    assert_eq!(verify(&RING, &no_kid, start()), Err(TokenError::Malformed));
}

#[test]
fn modified_tokens_are_rejected() {
    let token = sign(&RING, &claims(start()), start()).unwrap();
    let other = Claims { account: "999".parse().unwrap(), ..claims(start()) };
    let other = sign(&RING, &other, start()).unwrap();
    let [head, _, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("not three parts") };
    let swapped = format!("{head}.{}.{signature}", other.split('.').nth(1).unwrap());
    assert_eq!(verify(&RING, &swapped, start()), Err(TokenError::Signature));
    for text in ["", "a.b.c", "..", &format!("{token}."), &"x".repeat(5000), "é.é.é"] {
        assert_eq!(verify(&RING, text, start()), Err(TokenError::Malformed), "{text}");
    }
}

#[test]
fn keys_rotate_without_interruption() {
    let takeover = start().plus_seconds(30 * DAY);
    let before = takeover.plus_seconds(-1);
    let old = sign(&RING, &claims(before), before).unwrap();
    let new = sign(&RING, &claims(takeover), takeover).unwrap();
    assert_eq!(part(&old, 0)["kid"], json!(PARTS[0].kid));
    assert_eq!(part(&new, 0)["kid"], json!(PARTS[1].kid));
    assert_eq!(RING.jwks(start())["keys"].as_array().unwrap().len(), 2, "published ahead");
    assert!(verify(&RING, &old, before.plus_seconds(3600)).is_ok(), "until its last token expires");
    let retired = takeover.plus_seconds(3630);
    assert!(matches!(verify(&RING, &old, retired), Err(TokenError::UnknownKey(_))));
    assert!(RING.knows(&PARTS[0].kid) && !RING.knows("appjwt-13-05-17"), "a retired key is still known");
    assert_eq!(RING.jwks(retired)["keys"][0]["kid"], json!(PARTS[1].kid));
}

#[test]
fn the_next_key_is_created_a_day_ahead() {
    let at = |days| start().plus_seconds(days * DAY);
    assert_eq!(next_signing_key(None, start()), Some(start()));
    assert_eq!(next_signing_key(Some(start()), at(28)), None);
    assert_eq!(next_signing_key(Some(start()), at(29)), Some(at(30)));
    assert_eq!(
        next_signing_key(Some(start()), at(50)),
        Some(at(51)),
        "a day ahead even after a long downtime"
    );
}

#[test]
fn debug_output_of_keys_contains_no_secret() {
    assert_eq!(format!("{:?}", *RING), format!("{:?}", [&PARTS[0].kid, &PARTS[1].kid]));
    let printed = format!("{:?}", *INSTALLATION);
    assert!(printed.contains("InstallationKey") && printed.len() < 40, "{printed}");
}

#[test]
fn sealed_keys_can_only_be_opened_with_their_installation_key_and_name() {
    let (kid, sealed) = (&PARTS[0].kid, &PARTS[0].sealed_private_key);
    let other = InstallationKey::from_hex(&"7".repeat(64)).unwrap();
    assert!(other.open(kid, sealed).is_err());
    assert!(INSTALLATION.open("another", sealed).is_err());
    assert!(INSTALLATION.open(kid, &sealed[..5]).is_err());
    assert!(InstallationKey::from_hex("abc").is_err());
    assert!(
        KeyRing::open(PARTS.clone(), &other).unwrap_err().to_string().contains("another installation key")
    );
}
