//! Reads `Authorization: OAuth …` (RFC 5849 §3.5.1).

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outbound_model::Timestamp;
use percent_encoding::percent_decode_str;

use super::{OAUTH1_WINDOW_SECONDS, OAuth1Error};

/// A header of ours has about 400 bytes and seven parameters.
const MAX_HEADER_BYTES: usize = 4096;
const MAX_PARAMETERS: usize = 16;
const MAX_NONCE_BYTES: usize = 128;
/// Enough for any year that counts.
const MAX_TIMESTAMP_DIGITS: usize = 12;

/// The parameters of a signed request, well-formed but not yet believed.
#[derive(Clone, Debug)]
pub struct OAuth1Header {
    pub(super) algorithm: hmac::Algorithm,
    pub(super) signature: Vec<u8>,
    /// What of the header is signed: all but `realm` and the signature.
    pub(super) signed: Vec<(String, String)>,
    app_key: String,
    access_token: String,
    nonce: String,
    /// Seconds since the epoch.
    timestamp: i64,
}

impl OAuth1Header {
    /// Reads the header's value, from the word `OAuth` on.
    pub fn parse(authorization: &str) -> Result<Self, OAuth1Error> {
        if authorization.len() > MAX_HEADER_BYTES {
            return Err(OAuth1Error::TooLong);
        }
        let (scheme, list) = authorization.split_once(' ').ok_or(OAuth1Error::Malformed)?;
        if !scheme.eq_ignore_ascii_case("OAuth") {
            return Err(OAuth1Error::Malformed);
        }
        let mut parameters = read_list(list)?;
        parameters.retain(|(name, _)| name != "realm");
        let algorithm = algorithm(&take(&parameters, "oauth_signature_method")?)?;
        let signature = take(&parameters, "oauth_signature")?;
        if parameters.iter().any(|(name, value)| name == "oauth_version" && value != "1.0") {
            return Err(OAuth1Error::Version);
        }
        let header = Self {
            algorithm,
            signature: STANDARD.decode(signature).map_err(|_| OAuth1Error::Malformed)?,
            app_key: take(&parameters, "oauth_consumer_key")?,
            access_token: take(&parameters, "oauth_token")?,
            nonce: nonce(take(&parameters, "oauth_nonce")?)?,
            timestamp: timestamp(&take(&parameters, "oauth_timestamp")?)?,
            signed: parameters.into_iter().filter(|(name, _)| name != "oauth_signature").collect(),
        };
        Ok(header)
    }

    /// `oauth_consumer_key`: whose secrets it is signed with.
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

    /// Refuses a request whose time is too far from `now`.
    pub fn check_window(&self, now: Timestamp) -> Result<(), OAuth1Error> {
        if self.timestamp.abs_diff(now.seconds()) <= OAUTH1_WINDOW_SECONDS.unsigned_abs() {
            Ok(())
        } else {
            Err(OAuth1Error::TimestampOutOfWindow)
        }
    }

    /// Until when its nonce must be known: to the end of the window on every machine whose clock is
    /// right to within another window.
    pub fn nonce_expires_at(&self) -> Timestamp {
        Timestamp::EPOCH.plus_seconds(self.timestamp).plus_seconds(2 * OAUTH1_WINDOW_SECONDS + 1)
    }
}

/// `name="value"` with commas between, each decoded, none twice.
fn read_list(list: &str) -> Result<Vec<(String, String)>, OAuth1Error> {
    let mut parameters: Vec<(String, String)> = Vec::with_capacity(MAX_PARAMETERS / 2);
    let mut rest = list.trim();
    loop {
        let (name, behind) = rest.split_once('=').ok_or(OAuth1Error::Malformed)?;
        let behind = behind.trim_start().strip_prefix('"').ok_or(OAuth1Error::Malformed)?;
        let (value, behind) = behind.split_once('"').ok_or(OAuth1Error::Malformed)?;
        let (name, value) = (decoded(name.trim())?, decoded(value)?);
        if parameters.iter().any(|(known, _)| *known == name) {
            return Err(OAuth1Error::Doubled);
        }
        if parameters.len() == MAX_PARAMETERS {
            return Err(OAuth1Error::TooLong);
        }
        parameters.push((name, value));
        rest = behind.trim_start();
        if rest.is_empty() {
            return Ok(parameters);
        }
        rest = rest.strip_prefix(',').ok_or(OAuth1Error::Malformed)?;
    }
}

fn decoded(text: &str) -> Result<String, OAuth1Error> {
    let text = percent_decode_str(text).decode_utf8().map_err(|_| OAuth1Error::Malformed)?;
    Ok(text.into_owned())
}

/// The value of a parameter that must be there and not empty.
fn take(parameters: &[(String, String)], name: &'static str) -> Result<String, OAuth1Error> {
    let found = parameters.iter().find(|(found, value)| found == name && !value.is_empty());
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

/// Digits only.
fn timestamp(text: &str) -> Result<i64, OAuth1Error> {
    if text.len() > MAX_TIMESTAMP_DIGITS || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(OAuth1Error::Malformed);
    }
    text.parse().map_err(|_| OAuth1Error::Malformed)
}
