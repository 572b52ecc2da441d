//! What must hold whatever a stranger sends: each function takes arbitrary bytes and panics if it
//! does not. The fuzz targets call them with made-up bytes, `crates/http/tests/seeds.rs` with the
//! files in `seeds/`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::LazyLock;

use outbound_auth::{
    InstallationKey, KeyRing, OAuth1Header, OAuth1Request, PublicUrl, Secret, SigningKeyParts,
    oauth1_signing_key, verify,
};
use outbound_formats::liveperson::{Defaults, Writer, read};
use outbound_formats::{Format, Imported, ReadOptions, WriteOptions, read_any, write_any};
use outbound_model::{Handoff, HandoffId, Page, Piece, Timestamp, malformed_placeholders, pieces};

#[path = "../../crates/http/src/catalogue/list_query.rs"]
mod list_query;

use list_query::ListQuery;

/// Seconds since the epoch at which the seeds were signed.
const SIGNED_AT: i64 = 1_767_225_600;

fn signed_at() -> Timestamp {
    Timestamp::EPOCH.plus_seconds(SIGNED_AT)
}

/// A header, and on a second line the query: whoever gets in has the nonce of the seed that is
/// signed, as nobody else has its key. Answers whether it got in.
pub fn oauth1(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let (authorization, query) = text.split_once('\n').unwrap_or((text, "v=1"));
    let Ok(header) = OAuth1Header::parse(authorization) else { return false };
    let _ = header.check_window(header.nonce_expires_at());
    assert!(!header.nonce().is_empty() && !header.app_key().is_empty());
    let request = OAuth1Request {
        authorization: authorization.to_owned(),
        method: "GET".to_owned(),
        path: "/api/account/12345678/app/prmsg/handoffs/list".to_owned(),
        query: query.to_owned(),
    };
    let urls: Vec<PublicUrl> = vec!["https://va.handoff.liveperson.net".parse().unwrap()];
    let [secret, token_secret] =
        ["0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"].map(Secret::new);
    let let_in = header.verify(&request, &urls, &oauth1_signing_key(&secret, &token_secret)).is_ok();
    if let_in {
        assert_eq!(header.nonce(), "c1c04ec4-3125-44cf-9c39-cccb9343541b");
        assert_eq!(header.app_key(), "d392e7ff2e204d6c802e38fd775563d1");
        assert!(form_urlencoded::parse(query.as_bytes()).eq([("v".into(), "1".into())]), "{query}");
    }
    let_in
}

/// A token: whoever gets in has the claims of the seed that is signed. Answers whether it got in.
pub fn app_jwt(data: &[u8]) -> bool {
    static RING: LazyLock<KeyRing> = LazyLock::new(|| {
        let parts = SigningKeyParts {
            kid: "appjwt-2026-01-01-0707".to_owned(),
            public_jwk: include_str!("../key/public.jwk").to_owned(),
            sealed_private_key: include_bytes!("../key/private.sealed").to_vec(),
            signs_from: signed_at(),
        };
        KeyRing::open(vec![parts], &InstallationKey::from_hex(&"07".repeat(32)).unwrap()).unwrap()
    });
    let Ok(token) = std::str::from_utf8(data) else { return false };
    let claims = verify(&RING, token, signed_at());
    if let Ok(claims) = &claims {
        assert_eq!((claims.account.as_str(), claims.client.as_str()), ("12345678", "seed"));
        assert_eq!(claims.scopes.to_string(), "handoffs.read");
        assert!(claims.live_at(signed_at()));
    }
    claims.is_ok()
}

/// A query: what is accepted is within the limits, and the plain way to ask for the same, which the
/// links are made of.
pub fn list_query(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(ListQuery { page, others }) = ListQuery::parse(text) else { return };
    assert!((1..=Page::MAX_LIMIT).contains(&page.limit()) && page.offset() <= Page::MAX_OFFSET);
    let plain = format!("{others}&limit={}&offset={}", page.limit(), page.offset());
    assert_eq!(ListQuery::parse(&plain), Ok(ListQuery { page, others }));
}

/// A text: its pieces put together are the text, and what is malformed lies between placeholders.
pub fn placeholders(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let spell = |piece| match piece {
        Piece::Text(fixed) => fixed,
        Piece::Placeholder(found) => &text[found.range],
    };
    assert_eq!(pieces(text).map(spell).collect::<String>(), text);
    let mut end = 0;
    for found in malformed_placeholders(text) {
        assert!(found.range.start >= end && found.range.end > found.range.start);
        assert_eq!(outbound_model::placeholders(&text[found.range.clone()]).count(), 0);
        end = found.range.end;
    }
}

/// A file: each handoff that is read is written, and read back the same.
pub fn import(data: &[u8]) {
    let handoffs: Vec<Handoff> = read(data, Fixed(0)).filter_map(Result::ok).collect();
    let mut writer = Writer::new(Vec::new());
    for handoff in &handoffs {
        writer.handoff(handoff).unwrap();
    }
    let written = writer.finish().unwrap();
    let again: Vec<Handoff> = read(&*written, Fixed(0)).map(Result::unwrap).collect();
    assert_eq!(again, handoffs);
}

/// A file of whatever format: what is read goes into every format, what is told as lost has its place
/// in the file, and nothing that was written is too odd to be read.
pub fn formats(data: &[u8]) {
    let _ = Format::detect(data);
    for imported in Format::ALL.into_iter().flat_map(|format| read_as(format, data)) {
        assert!(imported.losses.iter().all(|loss| loss.at.is_some()));
        for format in Format::ALL {
            let exported = write_any(format, &imported.handoff, &WriteOptions::default()).unwrap();
            for document in exported.documents {
                let text = document.value.to_string();
                read_as(format, text.as_bytes()).for_each(drop);
            }
        }
    }
}

fn read_as(format: Format, data: &[u8]) -> impl Iterator<Item = Imported> + '_ {
    read_any(format, data, ReadOptions::default(), Fixed(0)).filter_map(Result::ok)
}

struct Fixed(u64);

impl Defaults for Fixed {
    fn new_id(&mut self) -> HandoffId {
        self.0 += 1;
        HandoffId::from_random(self.0)
    }
    fn now(&self) -> Timestamp {
        signed_at()
    }
}
