//! The addresses that webhooks may be sent to: those of the public Internet, according to the IANA registries of
//! special-purpose addresses (RFC 6890), and private ones if the installation permits them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length))
}

const fn v6(first: u16, second: u16, length: u8) -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0), length))
}

/// Metadata services of cloud providers outside of the link-local networks. They return secrets of the machine, so
/// that they are never permitted.
const METADATA: [IpNet; 2] = [v4(100, 100, 100, 200, 32), v6(0xfd00, 0x0ec2, 32)];

/// Private networks and this machine.
const PRIVATE: [IpNet; 7] = [
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(172, 16, 0, 0, 12),
    v4(192, 168, 0, 0, 16),
    v6(0xfc00, 0, 7),
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128)),
];

/// Contains all public IPv6 addresses.
const GLOBAL_V6: IpNet = v6(0x2000, 0, 3);

/// Networks without public hosts: this network, link-local, protocol assignments, documentation, benchmarks,
/// multicast, reserved, and IPv6 networks that embed IPv4 addresses.
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

/// The networks that an installation permits.
pub(super) struct Networks {
    private: bool,
}

impl Networks {
    /// Permits public networks, and private ones if `private` is set.
    pub(super) fn new(private: bool) -> Self {
        Self { private }
    }

    /// Whether webhooks may be sent to this address.
    pub(super) fn allow(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let is_in = |networks: &[IpNet]| networks.iter().any(|network| network.contains(&address));
        if is_in(&METADATA) {
            return false;
        }
        if is_in(&PRIVATE) {
            return self.private;
        }
        !is_in(&SPECIAL) && (address.is_ipv4() || GLOBAL_V6.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(private: bool, address: &str) -> bool {
        Networks::new(private).allow(address.parse().unwrap())
    }

    #[test]
    fn public_addresses_are_permitted() {
        for address in ["1.1.1.1", "9.255.255.255", "11.0.0.0", "172.15.0.1", "172.32.0.1", "223.255.255.255"]
        {
            assert!(allowed(false, address), "{address}");
        }
        for address in ["2606:4700:4700::1111", "2a00::1", "2001:4860:4860::8888", "::ffff:1.1.1.1"] {
            assert!(allowed(false, address), "{address}");
        }
    }

    #[test]
    fn private_networks_are_permitted_by_option() {
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
    fn special_networks_and_metadata_services_are_never_permitted() {
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
