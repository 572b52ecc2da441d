//! The addresses that webhooks may have.

use std::fmt;
use std::str::FromStr;

use outbound_model::Invalid;
use url::{Host, Url};

/// The longest, in bytes.
const MAX_BYTES: usize = 2048;

/// Where messages are posted to: `http` or `https`, with a host, and without user, password or
/// fragment. Which networks the host may be in is for the [`WebhookSender`](crate::WebhookSender).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WebhookUrl(Url);

impl WebhookUrl {
    /// Whether TLS protects what is sent.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The host: a name, or an address without brackets.
    pub fn host(&self) -> Host<&str> {
        // The parser gives every address of these schemes a host.
        self.0.host().unwrap_or(Host::Domain(""))
    }

    /// The port, the scheme's own where none is named.
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(443)
    }

    /// Host and port as the `Host` header has them.
    pub fn authority(&self) -> &str {
        self.0.authority()
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.0[..url::Position::BeforePath]
    }

    /// Path and query, as a request line has them.
    pub fn target(&self) -> &str {
        &self.0[url::Position::BeforePath..url::Position::AfterQuery]
    }
}

impl FromStr for WebhookUrl {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wrong = |why: &str| Invalid::new(format!("a webhook's address {why}"));
        if text.len() > MAX_BYTES {
            return Err(wrong("has at most 2048 bytes"));
        }
        let url = Url::parse(text).map_err(|error| wrong(&format!("is a URL: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("begins with https:// or http://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("has no user or password: messages are signed"));
        }
        if url.fragment().is_some() {
            return Err(wrong("has no fragment (#): it would not be sent"));
        }
        if url.port() == Some(0) {
            return Err(wrong("has a port from 1 to 65535"));
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
    fn an_address_says_where_to_connect_and_what_to_ask_for() {
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
    fn others_are_refused() {
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
