//! Parser of `Authorization: OAuth …` (RFC 5849 §3.5.1).

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outbound_model::Timestamp;
use percent_encoding::percent_decode_str;

use super::{OAUTH1_WINDOW_SECONDS, OAuth1Error};

/// A typical header has about 400 bytes and seven parameters.
const MAX_HEADER_BYTES: usize = 4096;
const MAX_PARAMETERS: usize = 16;
const MAX_NONCE_BYTES: usize = 128;
/// Enough for any realistic date, and far from overflow.
const MAX_TIMESTAMP_DIGITS: usize = 12;

/// The parameters of a signed request, parsed but not verified.
#[derive(Clone, Debug)]
pub struct OAuth1Header {
    pub(super) algorithm: hmac::Algorithm,
    pub(super) signature: Vec<u8>,
    /// The parameters that are signed: all except `realm` and the signature.
    pub(super) signed: Vec<(String, String)>,
    app_key: String,
    access_token: String,
    nonce: String,
    /// Seconds since the epoch.
    timestamp: i64,
}

impl OAuth1Header {
    /// Parses the header value, including the scheme `OAuth`.
    pub fn parse(authorization: &str) -> Result<Self, OAuth1Error> {
        if authorization.len() > MAX_HEADER_BYTES {
            return Err(OAuth1Error::TooLong);
        }
        let (scheme, list) = authorization.split_once(' ').ok_or(OAuth1Error::Malformed)?;
        if !scheme.eq_ignore_ascii_case("OAuth") {
            return Err(OAuth1Error::Malformed);
        }
        let mut parameters = parse_list(list)?;
        parameters.retain(|(name, _)| name != "realm");
        let algorithm = algorithm(&required(&parameters, "oauth_signature_method")?)?;
        let signature = required(&parameters, "oauth_signature")?;
        if parameters.iter().any(|(name, value)| name == "oauth_version" && value != "1.0") {
            return Err(OAuth1Error::Version);
        }
        let header = Self {
            algorithm,
            signature: STANDARD.decode(signature).map_err(|_| OAuth1Error::Malformed)?,
            app_key: required(&parameters, "oauth_consumer_key")?,
            access_token: required(&parameters, "oauth_token")?,
            nonce: nonce(required(&parameters, "oauth_nonce")?)?,
            timestamp: timestamp(&required(&parameters, "oauth_timestamp")?)?,
            signed: parameters.into_iter().filter(|(name, _)| name != "oauth_signature").collect(),
        };
        Ok(header)
    }

    /// `oauth_consumer_key`: identifies the API key that the request was signed with.
    pub fn app_key(&self) -> &str {
        &self.app_key
    }

    /// `oauth_token`.
    pub fn access_token(&self) -> &str {
        &self.access_token
    }

    /// `oauth_nonce`: 1 to 128 visible ASCII characters.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// Fails if the request's timestamp differs from `now` by more than [`OAUTH1_WINDOW_SECONDS`].
    pub fn check_window(&self, now: Timestamp) -> Result<(), OAuth1Error> {
        if self.timestamp.abs_diff(now.seconds()) <= OAUTH1_WINDOW_SECONDS.unsigned_abs() {
            Ok(())
        } else {
            Err(OAuth1Error::TimestampOutOfWindow)
        }
    }

    /// How long the nonce must be stored: to the end of the window, plus another window for nodes whose clocks
    /// differ.
    pub fn nonce_expires_at(&self) -> Timestamp {
        Timestamp::EPOCH.plus_seconds(self.timestamp).plus_seconds(2 * OAUTH1_WINDOW_SECONDS + 1)
    }
}

/// Parses and decodes a comma-separated list of `name="value"`. Duplicate names are errors.
fn parse_list(list: &str) -> Result<Vec<(String, String)>, OAuth1Error> {
    let mut parameters: Vec<(String, String)> = Vec::with_capacity(MAX_PARAMETERS / 2);
    let mut rest = list.trim();
    loop {
        let (name, tail) = rest.split_once('=').ok_or(OAuth1Error::Malformed)?;
        let tail = tail.trim_start().strip_prefix('"').ok_or(OAuth1Error::Malformed)?;
        let (value, tail) = tail.split_once('"').ok_or(OAuth1Error::Malformed)?;
        let (name, value) = (decode(name.trim())?, decode(value)?);
        if parameters.iter().any(|(previous, _)| *previous == name) {
            return Err(OAuth1Error::Doubled);
        }
        if parameters.len() == MAX_PARAMETERS {
            return Err(OAuth1Error::TooLong);
        }
        parameters.push((name, value));
        rest = tail.trim_start();
        if rest.is_empty() {
            return Ok(parameters);
        }
        rest = rest.strip_prefix(',').ok_or(OAuth1Error::Malformed)?;
    }
}

fn decode(text: &str) -> Result<String, OAuth1Error> {
    let text = percent_decode_str(text).decode_utf8().map_err(|_| OAuth1Error::Malformed)?;
    Ok(text.into_owned())
}

/// The value of a required parameter. An empty value counts as missing.
fn required(parameters: &[(String, String)], name: &'static str) -> Result<String, OAuth1Error> {
    let found = parameters.iter().find(|(key, value)| key == name && !value.is_empty());
    found.map(|(_, value)| value.clone()).ok_or(OAuth1Error::Missing(name))
}

fn algorithm(method: &str) -> Result<hmac::Algorithm, OAuth1Error> {
    match method {
        "HMAC-SHA1" => Ok(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        "HMAC-SHA256" => Ok(hmac::HMAC_SHA256),
        _ => Err(OAuth1Error::SignatureMethod),
    }
}

fn nonce(text: String) -> Result<String, OAuth1Error> {
    if text.len() <= MAX_NONCE_BYTES && text.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(text)
    } else {
        Err(OAuth1Error::Malformed)
    }
}

/// Accepts only digits, unlike `str::parse`, which also accepts a sign.
fn timestamp(text: &str) -> Result<i64, OAuth1Error> {
    if text.len() > MAX_TIMESTAMP_DIGITS || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(OAuth1Error::Malformed);
    }
    text.parse().map_err(|_| OAuth1Error::Malformed)
}
