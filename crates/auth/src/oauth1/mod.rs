//! OAuth 1.0 (RFC 5849) for a resource server: verifies requests signed with an API key's secrets
//! (contract §2.2, design §5).
//!
//! [`OAuth1Header::parse`] parses the `Authorization` header, [`OAuth1Header::check_window`] checks its
//! timestamp and [`OAuth1Header::verify`] its signature. The store detects reused nonces.

mod base_string;
mod header;
mod public_url;

use aws_lc_rs::hmac;

use base_string::{QueryEncoding, encode, parameters, prefix};

pub use header::OAuth1Header;
pub use public_url::{MAX_PUBLIC_URLS, PublicUrl};

use crate::Secret;

/// Maximum difference between a request's timestamp and the server's clock, in either direction.
pub const OAUTH1_WINDOW_SECONDS: i64 = 300;

/// A request with an OAuth 1.0 signature, as received.
#[derive(Clone, Debug)]
pub struct OAuth1Request {
    /// The value of the `Authorization` header, including the scheme `OAuth`.
    pub authorization: String,
    /// The method, such as `GET`.
    pub method: String,
    /// The path, percent-encoded as received, including a trailing slash.
    pub path: String,
    /// The query as received, without `?`; empty if there is none.
    pub query: String,
}

/// Why a signed request was rejected.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum OAuth1Error {
    /// The header has too many bytes or parameters.
    #[error("the OAuth header is too long")]
    TooLong,
    /// Not a list of `name="value"`, or a value is not valid for its parameter.
    #[error("the OAuth header is malformed: it is a list of name=\"value\", separated by commas")]
    Malformed,
    /// A required parameter is missing.
    #[error("the OAuth header lacks {0}")]
    Missing(&'static str),
    /// A parameter occurs more than once.
    #[error("a parameter of the OAuth header is given twice")]
    Doubled,
    /// The query contains a protocol parameter.
    #[error("OAuth parameters must be in the Authorization header, not in the query")]
    InQuery,
    /// `oauth_version` is present and not `1.0`.
    #[error("oauth_version must be 1.0 or missing")]
    Version,
    /// The signature method is not supported.
    #[error("sign with HMAC-SHA1 or HMAC-SHA256: RSA-SHA1, PLAINTEXT and others are not accepted")]
    SignatureMethod,
    /// The timestamp is too old or too far in the future.
    #[error("oauth_timestamp is more than {OAUTH1_WINDOW_SECONDS} seconds from this server's clock")]
    TimestampOutOfWindow,
    /// The API key is unknown or the signature is wrong. The message does not reveal which.
    #[error(
        "the API key is unknown, or the signature is wrong; \
         scheme and host are signed as in one of this server's public URLs"
    )]
    Signature,
    /// A request with this nonce was accepted before.
    #[error("this oauth_nonce was used before")]
    NonceUsed,
}

/// Combines the two secrets of an API key into the HMAC key (RFC 5849 §3.4.2).
pub fn oauth1_signing_key(secret: &Secret, access_token_secret: &Secret) -> Secret {
    Secret::new(format!("{}&{}", encode(secret.expose()), encode(access_token_secret.expose())))
}

impl OAuth1Header {
    /// Verifies that the request was signed with `signing_key` ([`oauth1_signing_key`]) for one of `urls`, of
    /// which at most [`MAX_PUBLIC_URLS`] are tried. Signatures are compared in constant time.
    ///
    /// A `+` in the query is a literal plus in RFC 3986 but a space in HTML forms. Clients sign either, so
    /// both interpretations are tried. An attacker who intercepts a request could therefore exchange `+`,
    /// `%2B` and `%20`. This is harmless: API keys only read, the nonce allows one attempt, and none of these
    /// is valid in any parameter of the API.
    pub fn verify(
        &self,
        request: &OAuth1Request,
        urls: &[PublicUrl],
        signing_key: &Secret,
    ) -> Result<(), OAuth1Error> {
        let key = hmac::Key::new(self.algorithm, signing_key.expose().as_bytes());
        let encodings = [QueryEncoding::Rfc3986, QueryEncoding::Form];
        let encodings = if request.query.contains('+') { &encodings[..] } else { &encodings[..1] };
        for encoding in encodings {
            let parameters = parameters(&self.signed, &request.query, *encoding)?;
            for url in urls.iter().take(MAX_PUBLIC_URLS) {
                let base_string = prefix(&request.method, url, &request.path) + &parameters;
                if hmac::verify(&key, base_string.as_bytes(), &self.signature).is_ok() {
                    return Ok(());
                }
            }
        }
        Err(OAuth1Error::Signature)
    }
}
