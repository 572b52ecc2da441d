//! The text that is signed (RFC 5849 §3.4.1).

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

use super::{OAuth1Error, PublicUrl};

/// Everything but the unreserved characters of RFC 3986 §2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a `+` in the query stands for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reading {
    /// Itself.
    Rfc3986,
    /// A blank.
    Form,
}

/// Percent-encodes as RFC 5849 §3.6 has it, byte by byte.
pub(super) fn encode(text: &(impl AsRef<[u8]> + ?Sized)) -> String {
    percent_encode(text.as_ref(), RESERVED).to_string()
}

/// Method and URL, up to where the parameters begin.
pub(super) fn prefix(method: &str, url: &PublicUrl, path: &str) -> String {
    let url = format!("{url}{path}");
    format!("{}&{}&", method.to_ascii_uppercase(), encode(&url))
}

/// The parameters of header and query, sorted and joined (§3.4.1.3.2) and encoded once more.
pub(super) fn parameters(
    of_header: &[(String, String)],
    query: &str,
    reading: Reading,
) -> Result<String, OAuth1Error> {
    let mut all: Vec<_> = of_header.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decoded(name, reading);
        if name.starts_with(b"oauth_") {
            return Err(OAuth1Error::InQuery);
        }
        all.push((encode(&name), encode(&decoded(value, reading))));
    }
    all.sort_unstable();
    let pairs: Vec<_> = all.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Ok(encode(&pairs.join("&")))
}

/// As bytes: a query need not be UTF-8.
fn decoded(text: &str, reading: Reading) -> Vec<u8> {
    let text = match reading {
        Reading::Rfc3986 => Cow::Borrowed(text),
        Reading::Form => Cow::Owned(text.replace('+', " ")),
    };
    percent_decode(text.as_bytes()).collect()
}
