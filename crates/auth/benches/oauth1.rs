//! Cost of verifying an OAuth 1.0 request, without storing its nonce.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use divan::{Bencher, black_box};
use outbound_auth::{
    InstallationKey, MAX_PUBLIC_URLS, OAuth1Header, OAuth1Request, PublicUrl, Secret, oauth1_signing_key,
};
use outbound_model::{Generator, Timestamp};

const PATH: &str = "/api/account/12345678/app/prmsg/handoffs/list/channel/sms-twilio";
const SIGNED: &str = "GET&https%3A%2F%2Fva.handoff.example%2Fapi%2Faccount%2F12345678%2Fapp%2Fprmsg%2Fhandoffs%2Flist\
    %2Fchannel%2Fsms-twilio&limit%3D100%26oauth_consumer_key%3Dd392e7ff2e204d6c802e38fd775563d1%26oauth_nonce\
    %3Dc1c04ec4-3125-44cf-9c39-cccb9343541b%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp\
    %3D1700000000%26oauth_token%3D61adad31204a4e6fab68d560f1ffb594%26oauth_version%3D1.0%26offset%3D300\
    %26text%3Done%2520two%26v%3D1";

fn main() {
    divan::main();
}

struct Zeros;

impl Generator for Zeros {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

fn signing_key() -> Secret {
    oauth1_signing_key(&Secret::new("0123456789abcdef".repeat(4)), &Secret::new("fedcba98".repeat(8)))
}

fn request() -> OAuth1Request {
    let key = hmac::Key::new(hmac::HMAC_SHA256, signing_key().expose().as_bytes());
    let signature = STANDARD.encode(hmac::sign(&key, SIGNED.as_bytes()));
    let signature = signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    OAuth1Request {
        authorization: format!(
            "OAuth oauth_consumer_key=\"d392e7ff2e204d6c802e38fd775563d1\", \
             oauth_token=\"61adad31204a4e6fab68d560f1ffb594\", oauth_signature_method=\"HMAC-SHA256\", \
             oauth_nonce=\"c1c04ec4-3125-44cf-9c39-cccb9343541b\", oauth_timestamp=\"1700000000\", \
             oauth_version=\"1.0\", oauth_signature=\"{signature}\""
        ),
        method: "GET".to_owned(),
        path: PATH.to_owned(),
        query: "v=1&limit=100&offset=300&text=one+two".to_owned(),
    }
}

/// The complete verification of a request: header, timestamp, decryption of the key's secrets, signature.
/// Worst case: only the last public URL and the second interpretation of the query match.
#[divan::bench(args = [1, MAX_PUBLIC_URLS])]
fn verify(bencher: Bencher<'_, '_>, urls: usize) {
    let installation = InstallationKey::from_hex(&"7".repeat(64)).unwrap();
    let sealed = installation.seal("key", signing_key().expose().as_bytes(), &Zeros).unwrap();
    let mut public: Vec<PublicUrl> = vec!["https://other.handoff.example:8443".parse().unwrap(); urls];
    public[urls - 1] = "https://va.handoff.example".parse().unwrap();
    let (request, now) = (request(), Timestamp::EPOCH.plus_seconds(1_700_000_000));
    bencher.bench_local(|| {
        let request = black_box(&request);
        let header = OAuth1Header::parse(&request.authorization).unwrap();
        header.check_window(now).unwrap();
        let secrets = installation.open("key", black_box(&sealed)).unwrap();
        header.verify(request, &public, &Secret::new(String::from_utf8(secrets).unwrap())).unwrap();
    });
}
