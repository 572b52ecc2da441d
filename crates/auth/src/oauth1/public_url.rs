//! Public URLs of this service: the scheme and host that clients sign (RFC 5849 §3.4.1.2). They are
//! configured, because the `Host` header cannot be trusted behind a proxy.

use std::fmt;
use std::str::FromStr;

use outbound_model::Invalid;

/// Maximum number of public URLs. A wrong signature is compared once for each of them.
pub const MAX_PUBLIC_URLS: usize = 8;

/// `scheme://host[:port]` in the form that is signed: lower case, without the scheme's default port.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicUrl(String);

impl FromStr for PublicUrl {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || {
            let example = "http://127.0.0.1:8080 or https://va.handoff.example";
            Invalid::new(format!("a public URL has a scheme and a host, and no path: {example}"))
        };
        let lower = text.trim().to_ascii_lowercase();
        let (scheme, authority) = lower.split_once("://").ok_or_else(invalid)?;
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        let default_port = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return Err(invalid()),
        };
        let (host, port) = split_port(authority);
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~[]:".contains(&b);
        if host.is_empty() || !host.bytes().all(is_allowed) {
            return Err(invalid());
        }
        match port.map(str::parse::<u16>).transpose().map_err(|_| invalid())? {
            Some(port) if port != default_port => Ok(Self(format!("{scheme}://{host}:{port}"))),
            _ => Ok(Self(format!("{scheme}://{host}"))),
        }
    }
}

/// Splits off the port. Colons inside brackets belong to an IPv6 address.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
