//! The URLs of webhooks.

use std::fmt;
use std::str::FromStr;

use outbound_model::Invalid;
use url::{Host, Url};

/// Maximum length.
const MAX_BYTES: usize = 2048;

/// A URL to which messages are sent: `http` or `https`, with a host, without user, password or fragment. The
/// [`WebhookSender`](crate::WebhookSender) decides in which networks the host may be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WebhookUrl(Url);

impl WebhookUrl {
    /// Whether messages are sent over TLS.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The host: a name, or an IP address without brackets.
    pub fn host(&self) -> Host<&str> {
        // The parser accepts no URL of these schemes without a host.
        self.0.host().unwrap_or(Host::Domain(""))
    }

    /// The port, or the default port of the scheme.
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(443)
    }

    /// Host and port, as in the `Host` header.
    pub fn authority(&self) -> &str {
        self.0.authority()
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.0[..url::Position::BeforePath]
    }

    /// Path and query, as in the request line.
    pub fn target(&self) -> &str {
        &self.0[url::Position::BeforePath..url::Position::AfterQuery]
    }
}

impl FromStr for WebhookUrl {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = |problem: &str| Invalid::new(format!("the webhook URL {problem}"));
        if text.len() > MAX_BYTES {
            return Err(invalid("must have at most 2048 bytes"));
        }
        let url = Url::parse(text).map_err(|error| invalid(&format!("is invalid: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid("must begin with https:// or http://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid(
                "must not contain a user or password; verify the signature of messages instead",
            ));
        }
        if url.fragment().is_some() {
            return Err(invalid("must not contain a fragment (#), because fragments are not sent"));
        }
        if url.port() == Some(0) {
            return Err(invalid("must have a port from 1 to 65535"));
        }
        Ok(Self(url))
    }
}

impl fmt::Display for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_urls_yield_authority_port_and_target() {
        for (text, host, port, target) in [
            ("https://Receiver.example/hook?a=b", "receiver.example", 443, "/hook?a=b"),
            ("http://receiver.example:8080", "receiver.example:8080", 8080, "/"),
            ("http://[2001:db8::1]:80/x y", "[2001:db8::1]", 80, "/x%20y"),
            ("http://0x7f.1/", "127.0.0.1", 80, "/"),
            ("https://bücher.example/", "xn--bcher-kva.example", 443, "/"),
        ] {
            let url: WebhookUrl = text.parse().unwrap();
            assert_eq!((url.authority(), url.port(), url.target()), (host, port, target), "{text}");
        }
    }

    #[test]
    fn invalid_urls_are_rejected() {
        for text in [
            "",
            "receiver.example",
            "ftp://receiver.example",
            "file:///etc/passwd",
            "https://",
            "https://user@receiver.example",
            "https://:secret@receiver.example",
            "https://receiver.example/#fragment",
            "https://receiver.example:0/",
            "https://receiver.example:65536/",
            "https://receiver example/",
            &format!("https://receiver.example/{}", "x".repeat(2048)),
        ] {
            assert!(text.parse::<WebhookUrl>().is_err(), "{text}");
        }
    }
}
