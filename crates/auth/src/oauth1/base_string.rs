//! The signature base string (RFC 5849 §3.4.1).

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

use super::{OAuth1Error, PublicUrl};

/// Every character except the unreserved ones of RFC 3986 §2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How a `+` in the query is decoded.
#[derive(Clone, Copy, Debug)]
pub(super) enum QueryEncoding {
    /// As a literal plus.
    Rfc3986,
    /// As a space, as in HTML forms.
    Form,
}

/// Percent-encodes each byte (RFC 5849 §3.6).
pub(super) fn encode(text: &(impl AsRef<[u8]> + ?Sized)) -> String {
    percent_encode(text.as_ref(), RESERVED).to_string()
}

/// The first part of the base string: method and URL.
pub(super) fn prefix(method: &str, url: &PublicUrl, path: &str) -> String {
    let url = format!("{url}{path}");
    format!("{}&{}&", method.to_ascii_uppercase(), encode(&url))
}

/// The second part of the base string: the parameters of header and query, sorted and joined (§3.4.1.3.2),
/// then percent-encoded again.
pub(super) fn parameters(
    header_parameters: &[(String, String)],
    query: &str,
    encoding: QueryEncoding,
) -> Result<String, OAuth1Error> {
    let mut all: Vec<_> =
        header_parameters.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name, encoding);
        if name.starts_with(b"oauth_") {
            return Err(OAuth1Error::InQuery);
        }
        all.push((encode(&name), encode(&decode(value, encoding))));
    }
    all.sort_unstable();
    let pairs: Vec<_> = all.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Ok(encode(&pairs.join("&")))
}

/// Returns bytes, because a query need not be valid UTF-8.
fn decode(text: &str, encoding: QueryEncoding) -> Vec<u8> {
    let text = match encoding {
        QueryEncoding::Rfc3986 => Cow::Borrowed(text),
        QueryEncoding::Form => Cow::Owned(text.replace('+', " ")),
    };
    percent_decode(text.as_bytes()).collect()
}
