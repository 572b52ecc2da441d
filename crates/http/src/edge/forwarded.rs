//! Finds the client's address behind proxies. Clients can send any `X-Forwarded-For` header themselves, so only the
//! entries added by trusted proxies are used: from the right, up to the first address that is not a trusted proxy.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use axum::http::header::{FORWARDED, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The networks of trusted proxies; none by default.
pub(super) struct TrustedProxies(pub(super) Vec<IpNet>);

impl TrustedProxies {
    /// Returns the client's address for a request on a connection from `peer`.
    ///
    /// A proxy writes one of the two headers and may forward the client's own value of the other. If both are present
    /// and differ, both are ignored.
    pub(super) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return peer;
        }
        let of = |name: HeaderName, read: fn(&str) -> Option<IpAddr>| {
            headers.contains_key(&name).then(|| self.nearest_untrusted(peer, headers, &name, read))
        };
        match (of(X_FORWARDED_FOR, address), of(FORWARDED, forwarded_for)) {
            (Some(one), Some(other)) if one != other => peer,
            (one, other) => one.or(other).unwrap_or(peer),
        }
    }

    /// Returns the address nearest to the server that is not a trusted proxy. At an entry that cannot be parsed, it
    /// returns the last address before that.
    fn nearest_untrusted(
        &self,
        peer: IpAddr,
        headers: &HeaderMap,
        name: &HeaderName,
        read: fn(&str) -> Option<IpAddr>,
    ) -> IpAddr {
        let mut nearest = peer;
        let lines = headers.get_all(name).iter().rev();
        for element in lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(',')) {
            let Some(address) = read(element) else { break };
            nearest = address.to_canonical();
            if !self.trusts(nearest) {
                break;
            }
        }
        nearest
    }

    /// Returns whether `address`, in its canonical form, is a trusted proxy.
    pub(super) fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Parses the `for` parameter of a `Forwarded` element (RFC 7239 §4).
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let is_for = |(name, value): (&str, _)| name.trim().eq_ignore_ascii_case("for").then_some(value);
    let value = element.split(';').find_map(|pair| is_for(pair.split_once('=')?))?;
    address(value.trim().trim_matches('"'))
}

/// Parses an address with an optional port. An IPv6 address may be in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let without_brackets = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    without_brackets.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_is_the_rightmost_address_that_is_not_a_trusted_proxy() {
        let proxies = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap());
        let proxies = TrustedProxies(proxies.to_vec());
        for (peer, headers, expected) in [
            ("192.0.2.9", "x-forwarded-for: 1.1.1.1", "192.0.2.9"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "x-forwarded-for: 1.1.1.1", "1.1.1.1"),
            ("::ffff:10.0.0.1", "x-forwarded-for: 1.1.1.1", "1.1.1.1"),
            ("10.0.0.1", "x-forwarded-for: 6.6.6.6, 1.1.1.1", "1.1.1.1"),
            ("10.0.0.1", "x-forwarded-for: 6.6.6.6, 1.1.1.1,10.0.0.2", "1.1.1.1"),
            ("10.0.0.1", "x-forwarded-for: 6.6.6.6|x-forwarded-for: 1.1.1.1", "1.1.1.1"),
            ("10.0.0.1", "x-forwarded-for: 10.0.0.3, 10.0.0.2", "10.0.0.3"),
            ("10.0.0.1", "x-forwarded-for: 1.1.1.1, unknown, 10.0.0.2", "10.0.0.2"),
            ("10.0.0.1", "x-forwarded-for: ", "10.0.0.1"),
            ("10.0.0.1", "x-forwarded-for: 1.1.1.1:4711", "1.1.1.1"),
            ("fd00::1", "x-forwarded-for: 2001:db8::1", "2001:db8::1"),
            ("10.0.0.1", "forwarded: for=6.6.6.6, For=1.1.1.1;proto=https", "1.1.1.1"),
            ("10.0.0.1", "forwarded: proto=http;for=\"[2001:db8::1]:4711\"", "2001:db8::1"),
            ("10.0.0.1", "forwarded: for=\"[2001:db8::1]\", for=10.0.0.2", "2001:db8::1"),
            ("10.0.0.1", "forwarded: for=_hidden", "10.0.0.1"),
            ("10.0.0.1", "forwarded: for=1.1.1.1|x-forwarded-for: 1.1.1.1", "1.1.1.1"),
            ("10.0.0.1", "forwarded: for=6.6.6.6|x-forwarded-for: 1.1.1.1", "10.0.0.1"),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers.split('|').filter_map(|header| header.split_once(": ")) {
                map.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
            }
            let client = proxies.client(peer.parse().unwrap(), &map);
            assert_eq!(client.to_string(), expected, "{peer} {headers}");
        }
    }
}
