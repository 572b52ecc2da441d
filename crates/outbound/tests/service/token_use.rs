//! Which tokens the list endpoint accepts. Expiry needs a manual clock: crates/auth/tests/appjwt.rs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::support::{ACCOUNT, Engine, LIST, OTHER_ACCOUNT, Service, eventually, on_both_engines};

on_both_engines!(
    the_word_bearer_is_optional,
    missing_and_invalid_credentials_get_401,
    a_forged_token_is_rejected,
    another_account_and_a_missing_scope_get_403,
    a_malformed_account_is_reported_only_with_a_valid_token,
    a_token_of_a_revoked_client_is_rejected,
);

fn list() -> String {
    format!("{LIST}?v=1")
}

fn part(token: &str, index: usize) -> Value {
    serde_json::from_slice(&BASE64.decode(token.split('.').nth(index).unwrap()).unwrap()).unwrap()
}

fn encoded(json: &Value) -> String {
    BASE64.encode(json.to_string())
}

fn the_word_bearer_is_optional(engine: Engine) {
    let service = Service::shared(engine);
    for prefix in ["", "Bearer ", "bearer ", "BEARER  "] {
        let response = service.get_as(&format!("{prefix}{}", service.token), &list());
        assert_eq!(response.status, 200, "{prefix:?}: {response:?}");
    }
}

fn missing_and_invalid_credentials_get_401(engine: Engine) {
    let service = Service::shared(engine);
    let token = &service.token;
    for (headers, code) in [
        (vec![], "missing_credential"),
        (vec![""], "missing_credential"),
        (vec!["Basic eDp5"], "missing_credential"),
        (vec![&**token, token], "missing_credential"),
        (vec!["Bearer "], "invalid_token"),
        (vec!["Bearer a.b.c"], "invalid_token"),
        (vec!["nonsense"], "invalid_token"),
        (vec![&token[..token.len() - 10]], "invalid_token"),
    ] {
        let headers: Vec<_> = headers.into_iter().map(|value| ("authorization", value)).collect();
        let response = service.send("GET", &list(), &headers, "");
        assert_eq!(response.error(), (401, code.to_owned()), "{headers:?}");
        assert!(response.header("www-authenticate").starts_with("Bearer realm=\"outbound\""), "{response:?}");
    }
}

fn a_forged_token_is_rejected(engine: Engine) {
    let service = Service::shared(engine);
    let [head, body, signature] = service.token.split('.').collect::<Vec<_>>()[..] else {
        panic!("a JWT has three parts")
    };
    let (header, claims) = (part(&service.token, 0), part(&service.token, 1));
    let key = &service.get("/sentinel/well-known/jwks").json()["keys"][0];
    assert_eq!(header["kid"], key["kid"]);
    let mut hs256 = Header::new(Algorithm::HS256);
    hs256.kid = header["kid"].as_str().map(str::to_owned);
    let secret = EncodingKey::from_secret(key["n"].as_str().unwrap().as_bytes());
    let none = encoded(&json!({"kid": header["kid"], "typ": "JWT", "alg": "none"}));
    let mut later = claims.clone();
    later["exp"] = (claims["exp"].as_i64().unwrap() + 60).into();
    let other_kid = encoded(&json!({"kid": "appjwt-13-05-17", "typ": "JWT", "alg": "RS256"}));
    for forged in [
        format!("{none}.{body}."),
        format!("{none}.{body}.{signature}"),
        encode(&hs256, &claims, &secret).unwrap(),
        format!("{other_kid}.{body}.{signature}"),
        format!("{head}.{}.{signature}", encoded(&later)),
        format!("{head}.{body}.{}", BASE64.encode([0; 256])),
        format!("{head}.{body}.{signature}.{signature}"),
    ] {
        assert_eq!(service.get_as(&forged, &list()).error(), (401, "invalid_token".to_owned()), "{forged}");
    }
}

fn another_account_and_a_missing_scope_get_403(engine: Engine) {
    let service = Service::shared(engine);
    let other = service.new_token(OTHER_ACCOUNT, "handoffs.read handoffs.write");
    let writer = service.new_token(ACCOUNT, "handoffs.write");
    let unknown_account = list().replace(ACCOUNT, "999");
    for (token, path, code) in [
        (&other, &list(), "other_account"),
        (&service.token, &list().replace(ACCOUNT, OTHER_ACCOUNT), "other_account"),
        (&service.token, &unknown_account, "other_account"),
        (&writer, &list(), "no_right"),
    ] {
        assert_eq!(service.get_as(token, path).error(), (403, code.to_owned()), "{path}");
    }
    assert_eq!(service.get_as(&other, &list().replace(ACCOUNT, OTHER_ACCOUNT)).json(), json!([]));
}

fn a_malformed_account_is_reported_only_with_a_valid_token(engine: Engine) {
    let service = Service::shared(engine);
    let zeros = "0".repeat(64);
    for name in ["a%20b", "..%2f12345678", &"9".repeat(33), "%ff", "12345678%00"] {
        let path = list().replace(ACCOUNT, name);
        let expected = if name == "%ff" { (400, "bad_parameter") } else { (403, "other_account") };
        let response = service.get(&path);
        assert_eq!(response.error(), (expected.0, expected.1.to_owned()), "{name}");
        for bad in ["a.b.c", &zeros, "OAuth x", &service.token[1..]] {
            assert_eq!(service.get_as(bad, &path).status, 401, "{name} {bad}");
        }
    }
}

fn a_token_of_a_revoked_client_is_rejected(engine: Engine) {
    let service = Service::shared(engine);
    let client = service.create_client(ACCOUNT, "handoffs.read");
    let form = format!("client_id={}&client_secret={}", client.id, client.secret);
    let granted = service.send("POST", &format!("/sentinel/api/account/{ACCOUNT}/app/token?{form}"), &[], "");
    let token = granted.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(service.get_as(&token, &list()).status, 200);
    service.installation.run(&["client", "revoke", "--account", ACCOUNT, &client.id]).succeeded();
    let rejected = eventually(|| service.get_as(&token, &list()), |response| response.status != 200);
    assert_eq!(rejected.error(), (401, "credential_revoked".to_owned()));
}
