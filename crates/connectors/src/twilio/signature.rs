//! The signature of Twilio's callbacks (twilio.com/docs/usage/webhooks/webhooks-security).

use std::borrow::Cow;
use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outbound_auth::Secret;

use super::request::RETRIES;
use crate::signature::{is_equal, verify};

/// The query parameter with the hash of a JSON body.
const BODY_HASH: &str = "bodySHA256";

/// The parameters of a callback, in any order.
pub(super) type Parameters<'b> = Vec<(Cow<'b, str>, Cow<'b, str>)>;

/// Whether the signature of a callback with a form is right: the HMAC of the URL, then the name and value of each
/// parameter, sorted by name. Parameters that occur twice with one value are signed once.
pub(super) fn is_form_signed(
    token: &Secret,
    signature: &str,
    url: &str,
    parameters: &Parameters<'_>,
) -> bool {
    let sorted: BTreeSet<_> = parameters.iter().map(|(name, value)| (&**name, &**value)).collect();
    let parts: Vec<&[u8]> =
        sorted.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]).collect();
    is_signed(token, signature, url, &parts)
}

/// Whether the signature of a callback with another body is right: the HMAC of the URL, which contains the hash of
/// the body. `None` if the URL contains no hash.
pub(super) fn is_body_signed(token: &Secret, signature: &str, url: &str, body: &[u8]) -> Option<bool> {
    let (_, query) = url.split_once('?')?;
    let (_, expected) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == BODY_HASH)?;
    let hash = hex::encode(digest(&SHA256, body));
    Some(is_equal(&hash, &expected.to_ascii_lowercase()) && is_signed(token, signature, url, &[]))
}

/// Twilio signs the URL as it was configured, but it may add or remove the port, as its own libraries allow for. It
/// is not documented whether the fragment that our requests add is signed. Each of these forms is accepted.
fn is_signed(token: &Secret, signature: &str, url: &str, parts: &[&[u8]]) -> bool {
    let Ok(tag) = STANDARD.decode(signature.trim()) else { return false };
    let other_port = with_other_port(url);
    let forms = [Some(url), other_port.as_deref()].into_iter().flatten();
    forms.flat_map(|form| [(form, "", ""), (form, "#", RETRIES)]).any(|(form, hash, fragment)| {
        let start = [form.as_bytes(), hash.as_bytes(), fragment.as_bytes()];
        verify(HMAC_SHA1_FOR_LEGACY_USE_ONLY, token, &[&start, parts].concat(), &tag)
    })
}

/// The URL without its port, or with the default port of its scheme if it has none.
fn with_other_port(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    match authority.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
        Some((host, _)) => Some(format!("{scheme}://{host}{path}")),
        None if scheme == "https" => Some(format!("{scheme}://{authority}:443{path}")),
        None => Some(format!("{scheme}://{authority}:80{path}")),
    }
}
