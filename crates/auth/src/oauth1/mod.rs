//! OAuth 1.0 (RFC 5849) as a resource server needs it: a request signed with an API key's secrets
//! (contract §2.2, design §5).
//!
//! [`OAuth1Header::parse`] reads the `Authorization` header, [`OAuth1Header::check_window`] compares
//! its time, [`OAuth1Header::verify`] its signature. That a nonce comes once is for the store.

mod base_string;
mod header;
mod public_url;

use aws_lc_rs::hmac;

use base_string::{Reading, encode, parameters, prefix};

pub use header::OAuth1Header;
pub use public_url::{MAX_PUBLIC_URLS, PublicUrl};

use crate::Secret;

/// How far a request's time may be from ours, before and after.
pub const OAUTH1_WINDOW_SECONDS: i64 = 300;

/// A request that carries an OAuth 1.0 signature, as it came.
#[derive(Clone, Debug)]
pub struct OAuth1Request {
    /// The `Authorization` header, from the word `OAuth` on.
    pub authorization: String,
    /// The method, such as `GET`.
    pub method: String,
    /// The path, percent-encoded as it was sent, with its trailing slash if it has one.
    pub path: String,
    /// The query as it was sent, without `?`; empty where there is none.
    pub query: String,
}

/// Why a signed request was refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum OAuth1Error {
    /// Longer than any real header.
    #[error("the OAuth header is too long")]
    TooLong,
    /// Not a list of `name="value"`, or a value cannot be what its name says.
    #[error("the OAuth header is malformed: it is a list of name=\"value\", separated by commas")]
    Malformed,
    /// A parameter that every request needs.
    #[error("the OAuth header lacks {0}")]
    Missing(&'static str),
    /// A parameter comes more than once.
    #[error("a parameter of the OAuth header is given twice")]
    Doubled,
    /// A protocol parameter stands in the query.
    #[error("parameters of OAuth stand in the Authorization header, not in the query")]
    InQuery,
    /// `oauth_version` is there and not `1.0`.
    #[error("oauth_version must be 1.0, or left out")]
    Version,
    /// Not an HMAC that we accept.
    #[error("sign with HMAC-SHA1 or HMAC-SHA256: RSA-SHA1, PLAINTEXT and others are not accepted")]
    SignatureMethod,
    /// Too old, or from the future.
    #[error("oauth_timestamp is more than {OAUTH1_WINDOW_SECONDS} seconds from this server's clock")]
    TimestampOutOfWindow,
    /// No such key, or a wrong signature; nobody is told which.
    #[error(
        "the API key is unknown, or the signature is wrong; \
         scheme and host are signed as in one of this server's public URLs"
    )]
    Signature,
    /// A request with this nonce was accepted before.
    #[error("this oauth_nonce was used before")]
    NonceUsed,
}

/// What a key's two secrets make together: the key of every HMAC (RFC 5849 §3.4.2).
pub fn oauth1_signing_key(secret: &Secret, access_token_secret: &Secret) -> Secret {
    Secret::new(format!("{}&{}", encode(secret.expose()), encode(access_token_secret.expose())))
}

impl OAuth1Header {
    /// Whether the request was signed with `signing_key` ([`oauth1_signing_key`]) for one of `urls`,
    /// of which there are at most [`MAX_PUBLIC_URLS`]. Each comparison takes the same time whatever
    /// the signature.
    ///
    /// A `+` in the query is a literal plus by RFC 3986 and a blank in a form, and clients sign either,
    /// so both are tried. Whoever changes a request on its way could only replace `+`, `%2B` and `%20`
    /// by each other, once (the nonce), in a request that reads, and no parameter that we read may
    /// hold any of them.
    pub fn verify(
        &self,
        request: &OAuth1Request,
        urls: &[PublicUrl],
        signing_key: &Secret,
    ) -> Result<(), OAuth1Error> {
        let key = hmac::Key::new(self.algorithm, signing_key.expose().as_bytes());
        let readings = [Reading::Rfc3986, Reading::Form];
        let readings = if request.query.contains('+') { &readings[..] } else { &readings[..1] };
        for reading in readings {
            let parameters = parameters(&self.signed, &request.query, *reading)?;
            for url in urls.iter().take(MAX_PUBLIC_URLS) {
                let text = prefix(&request.method, url, &request.path) + &parameters;
                if hmac::verify(&key, text.as_bytes(), &self.signature).is_ok() {
                    return Ok(());
                }
            }
        }
        Err(OAuth1Error::Signature)
    }
}
