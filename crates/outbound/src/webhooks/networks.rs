//! Which addresses webhooks are sent to: those of the public Internet, by IANA's registries of special
//! addresses (RFC 6890 and what followed), and private ones where the installation says so.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length))
}

const fn v6(first: u16, second: u16, length: u8) -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0), length))
}

/// Where clouds tell a machine its own secrets, besides in the link-local networks; never.
const METADATA: [IpNet; 2] = [v4(100, 100, 100, 200, 32), v6(0xfd00, 0x0ec2, 32)];

/// This machine, and networks that are somebody's own.
const PRIVATE: [IpNet; 7] = [
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(172, 16, 0, 0, 12),
    v4(192, 168, 0, 0, 16),
    v6(0xfc00, 0, 7),
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128)),
];

/// Public Internet addresses of version 6 are within this; its parts below are not.
const GLOBAL_V6: IpNet = v6(0x2000, 0, 3);

/// For no single receiver of the public Internet: this network, link-local, protocols, documentation,
/// benchmarks, multicast, reserved, and in version 6 those that carry an address of version 4.
const SPECIAL: [IpNet; 14] = [
    v4(0, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
    v6(0x2001, 0, 23),
    v6(0x2001, 0xdb8, 32),
    v6(0x2002, 0, 16),
    v6(0x3fff, 0, 20),
];

/// The networks that an installation sends to.
pub(super) struct Networks {
    private: bool,
}

impl Networks {
    /// The public ones, and private ones if `private`.
    pub(super) fn new(private: bool) -> Self {
        Self { private }
    }

    /// Whether anything may be sent to this address.
    pub(super) fn allow(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let within = |networks: &[IpNet]| networks.iter().any(|network| network.contains(&address));
        if within(&METADATA) {
            return false;
        }
        if within(&PRIVATE) {
            return self.private;
        }
        !within(&SPECIAL) && (address.is_ipv4() || GLOBAL_V6.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(private: bool, address: &str) -> bool {
        Networks::new(private).allow(address.parse().unwrap())
    }

    #[test]
    fn the_public_internet_is_allowed() {
        for address in ["1.1.1.1", "9.255.255.255", "11.0.0.0", "172.15.0.1", "172.32.0.1", "223.255.255.255"]
        {
            assert!(allowed(false, address), "{address}");
        }
        for address in ["2606:4700:4700::1111", "2a00::1", "2001:4860:4860::8888", "::ffff:1.1.1.1"] {
            assert!(allowed(false, address), "{address}");
        }
    }

    #[test]
    fn private_networks_are_allowed_where_the_installation_says_so() {
        for address in [
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "::1",
            "fc00::1",
            "fd12:3456::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
        ] {
            assert!(!allowed(false, address), "{address}");
            assert!(allowed(true, address), "{address}");
        }
    }

    #[test]
    fn what_is_nobodys_or_everybodys_is_never_allowed() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "255.255.255.255",
            "100.100.100.200",
            "::",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "fd00:ec2::254",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::",
            "3fff::1",
            "5f00::1",
            "::ffff:169.254.169.254",
            "::10.0.0.1",
        ] {
            assert!(!allowed(false, address), "{address}");
            assert!(!allowed(true, address), "{address}");
        }
    }
}
