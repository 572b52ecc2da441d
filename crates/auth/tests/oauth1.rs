//! Accepted signed requests, and each reason for which one is rejected.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outbound_auth::{
    MAX_PUBLIC_URLS, OAUTH1_WINDOW_SECONDS, OAuth1Error, OAuth1Header, OAuth1Request, PublicUrl, Secret,
    oauth1_signing_key,
};
use outbound_model::Timestamp;
use proptest::prelude::*;

/// Test vector of contract §2.2, generated with openssl.
const VECTOR: &str = r#"OAuth oauth_consumer_key="d392e7ff2e204d6c802e38fd775563d1", oauth_token="61adad31204a4e6fab68d560f1ffb594", oauth_nonce="c1c04ec4-3125-44cf-9c39-cccb9343541b", oauth_timestamp="1261039670", oauth_signature_method="HMAC-SHA1", oauth_version="1.0", oauth_signature="ljwaKOWWH1J8YdTUxqVk7fWc63U%3D""#;
const HOST: &str = "https://va.handoff.liveperson.net";
const PATH: &str = "/api/account/12345678/app/prmsg/handoffs/list";

fn vector_key() -> Secret {
    oauth1_signing_key(
        &Secret::new("0123456789abcdef0123456789abcdef"),
        &Secret::new("fedcba9876543210fedcba9876543210"),
    )
}

fn request(authorization: &str, query: &str) -> OAuth1Request {
    OAuth1Request {
        authorization: authorization.to_owned(),
        method: "GET".to_owned(),
        path: PATH.to_owned(),
        query: query.to_owned(),
    }
}

fn verify(request: &OAuth1Request, urls: &[&str], key: &Secret) -> Result<(), OAuth1Error> {
    let urls: Vec<PublicUrl> = urls.iter().map(|url| url.parse().unwrap()).collect();
    OAuth1Header::parse(&request.authorization)?.verify(request, &urls, key)
}

fn vector(authorization: &str) -> Result<(), OAuth1Error> {
    verify(&request(authorization, "v=1"), &[HOST], &vector_key())
}

#[test]
fn the_vector_of_the_contract_is_accepted() {
    assert_eq!(vector(VECTOR), Ok(()));
    let header = OAuth1Header::parse(VECTOR).unwrap();
    assert_eq!(header.app_key(), "d392e7ff2e204d6c802e38fd775563d1");
    assert_eq!(header.access_token(), "61adad31204a4e6fab68d560f1ffb594");
    assert_eq!(header.nonce(), "c1c04ec4-3125-44cf-9c39-cccb9343541b");
}

#[test]
fn equivalent_notations_of_the_header_are_accepted() {
    let (scheme, list) = VECTOR.split_once(' ').unwrap();
    let mut reversed: Vec<_> = list.split(", ").collect();
    reversed.reverse();
    for other in [
        format!("{scheme} {}", reversed.join(",")),
        format!("oauth   {} ", reversed.join(" ,\t")),
        format!(r#"OAuth realm="a, b=c %2", {list}"#),
        VECTOR.replace("=\"", " = \""),
        VECTOR.replace("%3D", "="),
        VECTOR.replace("_nonce", "%5Fnonce").replace("c1c04", "%631c04"),
    ] {
        assert_eq!(vector(&other), Ok(()), "{other}");
    }
}

#[test]
fn malformed_headers_report_the_reason() {
    let many = (0..10).fold(VECTOR.to_owned(), |header, i| format!("{header}, x{i}=\"\""));
    for (header, expected) in [
        (VECTOR.replace("oauth_token", "x_token"), OAuth1Error::Missing("oauth_token")),
        (VECTOR.replace("c1c04ec4-3125-44cf-9c39-cccb9343541b", ""), OAuth1Error::Missing("oauth_nonce")),
        (VECTOR.replace("oauth_token", "oauth%5Fnonce"), OAuth1Error::Doubled),
        (format!(r#"{VECTOR}, realm="a", realm="b""#), OAuth1Error::Doubled),
        (VECTOR.replace("1.0", "2.0"), OAuth1Error::Version),
        (VECTOR.replace("HMAC-SHA1", "PLAINTEXT"), OAuth1Error::SignatureMethod),
        (VECTOR.replace("HMAC-SHA1", "RSA-SHA1"), OAuth1Error::SignatureMethod),
        (VECTOR.replace("HMAC-SHA1", "hmac-sha1"), OAuth1Error::SignatureMethod),
        (VECTOR.replace("1261039670", "-1"), OAuth1Error::Malformed),
        (VECTOR.replace("1261039670", "9999999999999"), OAuth1Error::Malformed),
        (VECTOR.replace("c1c04ec4", "a%00b"), OAuth1Error::Malformed),
        (VECTOR.replace("c1c04ec4", &"n".repeat(101)), OAuth1Error::Malformed),
        (VECTOR.replace("%3D", "%FF"), OAuth1Error::Malformed),
        (VECTOR.replace("%3D", "!"), OAuth1Error::Malformed),
        (VECTOR.replace("\", ", "\" "), OAuth1Error::Malformed),
        (format!("{VECTOR},"), OAuth1Error::Malformed),
        (VECTOR.trim_end_matches('"').to_owned(), OAuth1Error::Malformed),
        ("OAuth ".to_owned(), OAuth1Error::Malformed),
        ("OAuth".to_owned(), OAuth1Error::Malformed),
        (VECTOR.replacen("OAuth", "OAuth2", 1), OAuth1Error::Malformed),
        (many, OAuth1Error::TooLong),
        (format!("{VECTOR}, x=\"{}\"", "y".repeat(4096)), OAuth1Error::TooLong),
    ] {
        assert_eq!(OAuth1Header::parse(&header).unwrap_err(), expected, "{header}");
    }
}

#[test]
fn header_limits_are_exact() {
    let padded = |bytes: usize| format!("{VECTOR}, x=\"{}\"", "y".repeat(bytes - VECTOR.len() - 6));
    let nonce = |bytes| VECTOR.replace("c1c04ec4-3125-44cf-9c39-cccb9343541b", &"n".repeat(bytes));
    let parameters = |more| (0..more).fold(VECTOR.to_owned(), |header, i| format!("{header}, x{i}=\"\""));
    let timestamp = |digits| VECTOR.replace("1261039670", &"1".repeat(digits));
    for (longest, longer, rejected) in [
        (padded(4096), padded(4097), OAuth1Error::TooLong),
        (parameters(9), parameters(10), OAuth1Error::TooLong),
        (nonce(128), nonce(129), OAuth1Error::Malformed),
        (timestamp(12), timestamp(13), OAuth1Error::Malformed),
    ] {
        assert!(OAuth1Header::parse(&longest).is_ok(), "{longest}");
        assert_eq!(OAuth1Header::parse(&longer).unwrap_err(), rejected, "{longer}");
    }
}

#[test]
fn modified_requests_are_rejected() {
    let valid = request(VECTOR, "v=1");
    assert_eq!(verify(&valid, &["http://127.0.0.1:8080", HOST], &vector_key()), Ok(()));
    let other_key = Secret::new(vector_key().expose().to_uppercase());
    assert_eq!(verify(&valid, &[HOST], &other_key), Err(OAuth1Error::Signature));
    for urls in [&[][..], &["http://va.handoff.liveperson.net"], &["https://va.handoff.liveperson.net:444"]] {
        assert_eq!(verify(&valid, urls, &vector_key()), Err(OAuth1Error::Signature), "{urls:?}");
    }
    for changed in [
        OAuth1Request { method: "HEAD".to_owned(), ..valid.clone() },
        OAuth1Request { path: format!("{PATH}/"), ..valid.clone() },
        OAuth1Request { query: "v=1&v=1".to_owned(), ..valid.clone() },
        OAuth1Request { query: "v=1&x".to_owned(), ..valid.clone() },
        OAuth1Request { query: String::new(), ..valid.clone() },
        request(&VECTOR.replace("1261039670", "1261039671"), "v=1"),
        request(&VECTOR.replace("c1c04ec4", "c1c04ec5"), "v=1"),
        request(&VECTOR.replace("ljwa", "mjwa"), "v=1"),
        request(&VECTOR.replace("ljwaKOWWH1J8YdTUxqVk7fWc63U%3D", "ljwaKOWW"), "v=1"),
        request(&format!("{VECTOR}, x=\"y\""), "v=1"),
    ] {
        assert_eq!(verify(&changed, &[HOST], &vector_key()), Err(OAuth1Error::Signature), "{changed:?}");
    }
    for query in ["v=1&oauth_token=x", "v=1&oauth%5Fnonce", "oauth_signature=x"] {
        assert_eq!(verify(&request(VECTOR, query), &[HOST], &vector_key()), Err(OAuth1Error::InQuery));
    }
}

#[test]
fn timestamps_may_differ_by_five_minutes() {
    let header = OAuth1Header::parse(VECTOR).unwrap();
    let rejected = Err(OAuth1Error::TimestampOutOfWindow);
    for (seconds, expected) in [(-301, rejected), (-300, Ok(())), (300, Ok(())), (301, rejected)] {
        let now = Timestamp::EPOCH.plus_seconds(1_261_039_670 + seconds);
        assert_eq!(header.check_window(now), expected, "{seconds}");
        assert!(expected.is_err() || header.nonce_expires_at() > now.plus_seconds(299));
    }
    let furthest = Timestamp::EPOCH.plus_seconds(1_261_039_670 + 2 * OAUTH1_WINDOW_SECONDS);
    assert_eq!(
        header.nonce_expires_at(),
        furthest.plus_seconds(1),
        "beyond the window of a node whose clock differs"
    );
}

#[test]
fn public_urls_are_normalized_as_signed() {
    for (url, signed) in [
        ("HTTP://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("https://VA.Handoff.Example:443", "https://va.handoff.example"),
        ("http://va.handoff.example:80", "http://va.handoff.example"),
        ("http://va.handoff.example:443", "http://va.handoff.example:443"),
        ("https://[::1]:08443", "https://[::1]:8443"),
        ("https://[::1]", "https://[::1]"),
    ] {
        assert_eq!(url.parse::<PublicUrl>().unwrap().to_string(), signed);
    }
    for bad in [
        "",
        "va.handoff.example",
        "ftp://a",
        "https://",
        "https://a/b",
        "https://a?b",
        "https://u@a",
        "http://a:x",
    ] {
        assert!(bad.parse::<PublicUrl>().unwrap_err().to_string().contains("a public URL"), "{bad}");
    }
}

/// How a client encodes a query.
#[derive(Clone, Copy, Debug)]
enum Spelling {
    /// RFC 3986, with upper-case hexadecimal digits.
    Strict,
    /// As HTML forms do, with `+` for a space.
    Form,
    /// RFC 3986 with a literal `+`, and lower-case hexadecimal digits.
    LiteralPlus,
}

/// An independent implementation of a client by RFC 5849.
#[derive(Debug)]
struct Client {
    spelling: Spelling,
    sha256: bool,
    method: &'static str,
    path: String,
    pairs: Vec<(String, String)>,
}

impl Client {
    fn escaped(text: &str) -> String {
        let keep = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
        let escape = |byte: u8| match char::from(byte) {
            kept if keep.contains(kept) => kept.to_string(),
            _ => format!("%{byte:02X}"),
        };
        text.bytes().map(escape).collect()
    }

    fn spelled(&self, text: &str) -> String {
        match self.spelling {
            Spelling::Strict => Self::escaped(text),
            Spelling::Form => Self::escaped(text).replace("%20", "+").replace("%2A", "*").replace('~', "%7E"),
            Spelling::LiteralPlus => Self::escaped(text).replace("%2B", "+").replace("%3D", "%3d"),
        }
    }

    /// In the strict spelling, omits the `=` of empty values, which is equivalent.
    fn query(&self) -> String {
        let pair = |(name, value): &(String, String)| match (self.spelling, value.as_str()) {
            (Spelling::Strict, "") if !name.is_empty() => self.spelled(name),
            _ => format!("{}={}", self.spelled(name), self.spelled(value)),
        };
        self.pairs.iter().map(pair).collect::<Vec<_>>().join("&")
    }

    fn signed(&self, host: &str, key: &Secret, nonce: &str) -> OAuth1Request {
        let (method, algorithm) = if self.sha256 {
            ("HMAC-SHA256", hmac::HMAC_SHA256)
        } else {
            ("HMAC-SHA1", hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY)
        };
        let own = [
            ("oauth_consumer_key", "k"),
            ("oauth_nonce", nonce),
            ("oauth_signature_method", method),
            ("oauth_timestamp", "1261039670"),
            ("oauth_token", "t"),
        ];
        // Sorted as strings in which a character that sorts before all others separates name and value.
        let mut lines: Vec<String> =
            own.iter().map(|(n, v)| format!("{n}\u{1}{}", Self::escaped(v))).collect();
        lines
            .extend(self.pairs.iter().map(|(n, v)| format!("{}\u{1}{}", Self::escaped(n), Self::escaped(v))));
        lines.sort();
        let parameters = lines.join("&").replace('\u{1}', "=");
        let url = Self::escaped(&format!("{host}{}", self.path));
        let base = format!("{}&{url}&{}", self.method, Self::escaped(&parameters));
        let tag = hmac::sign(&hmac::Key::new(algorithm, key.expose().as_bytes()), base.as_bytes());
        let list: Vec<_> = own.iter().map(|(n, v)| format!("{n}=\"{}\"", Self::escaped(v))).collect();
        let signature = Self::escaped(&STANDARD.encode(tag));
        OAuth1Request {
            authorization: format!("OAuth {}, oauth_signature=\"{signature}\"", list.join(", ")),
            method: self.method.to_owned(),
            path: self.path.clone(),
            query: self.query(),
        }
    }
}

fn clients() -> impl Strategy<Value = Client> {
    let spelling = prop_oneof![Just(Spelling::Strict), Just(Spelling::Form), Just(Spelling::LiteralPlus)];
    let text =
        || prop_oneof!["[a-b+ =&%*~é]{0,3}", any::<String>().prop_map(|t| t.chars().take(6).collect())];
    let pairs = proptest::collection::vec((text(), text()), 0..6);
    let method = prop_oneof![Just("GET"), Just("HEAD")];
    let path = "(/[a-z0-9%~.]{0,5}){1,3}/?";
    (spelling, any::<bool>(), method, path, pairs).prop_map(|(spelling, sha256, method, path, pairs)| {
        let pairs = pairs.into_iter().filter(|(name, _)| !name.starts_with("oauth_")).collect();
        Client { spelling, sha256, method, path, pairs }
    })
}

proptest! {
    #[test]
    fn requests_of_an_independent_client_are_accepted(
        client in clients(), secret in "[ -~é]{0,40}", token_secret in "[ -~é]{0,40}", nonce in "[!-~]{1,128}",
    ) {
        let (name, value) = (Client::escaped(&secret), Client::escaped(&token_secret));
        let key = Secret::new(format!("{name}&{value}"));
        prop_assert_eq!(&key, &oauth1_signing_key(&Secret::new(secret), &Secret::new(token_secret)));
        let request = client.signed("https://a.example:8443", &key, &nonce);
        let urls = ["http://a.example:8443", "https://A.example:8443/"];
        prop_assert_eq!(verify(&request, &urls, &key), Ok(()));
        let mut more = request.clone();
        more.query += "&v=2";
        prop_assert_eq!(verify(&more, &urls, &key), Err(OAuth1Error::Signature));
    }

    #[test]
    fn arbitrary_headers_and_queries_are_rejected(header in ".{0,200}", query in "[ -~é]{0,60}", cut in 0..VECTOR.len()) {
        let any = format!("OAuth {header}");
        prop_assert!(vector(&any).is_err());
        let shorter = format!("{}{header}", &VECTOR[..cut]);
        let rejected = verify(&request(&shorter, &query), &[HOST; MAX_PUBLIC_URLS], &vector_key());
        prop_assert!(rejected.is_err() || query == "v=1");
    }
}
