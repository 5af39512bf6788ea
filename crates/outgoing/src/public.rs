//! Which addresses belong to the public internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 networks that are not of the public internet (the registry of special-purpose addresses, RFC 6890, and
/// multicast): the first address, and the length of the prefix.
const RESERVED_V4: [(Ipv4Addr, u32); 15] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// Whether the address is of the public internet: not a machine's own, not of a private network, not for many
/// receivers, not for documents, and not one of these in the clothes of another family (IPv4-mapped, 6to4, NAT64).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !RESERVED_V4.iter().any(|&(network, prefix)| (address.to_bits() ^ network.to_bits()).leading_zeros() >= prefix)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, third, .., high, low] = address.segments();
    let within = |prefix: [u16; 6]| address.segments().starts_with(&prefix);
    match (first, second) {
        _ if within([0, 0, 0, 0, 0, 0xffff]) => is_public_v4(embedded(high, low)),
        // NAT64 with the well-known prefix. The prefix for local use (64:ff9b:1::/48) is private by its nature.
        _ if within([0x64, 0xff9b, 0, 0, 0, 0]) => is_public_v4(embedded(high, low)),
        (0x2002, _) => is_public_v4(embedded(second, third)),
        // 2001::/23: protocol assignments, Teredo, ORCHID, benchmarks; and what is for documents.
        (0x2001, 0..=0x1ff | 0xdb8) | (0x3fff, 0..=0xfff) => false,
        // 2000::/3 is all that was ever given out as global unicast.
        _ => first & 0xe000 == 0x2000,
    }
}

fn embedded(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_the_public_internet_is_public() {
        let private = "0.0.0.0 0.1.2.3 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1 \
             172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 \
             224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 fc00::1 fd12::1 fe80::1 fec0::1 ff02::1 ff0e::1 \
             ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 2002:7f00:1:: 2002:0a00:1::1 2002:c0a8:101::1 \
             64:ff9b::127.0.0.1 64:ff9b::10.1.1.1 64:ff9b:1::1 64:ff9b::1:8.8.8.8 2001::1 2001:db8::1 2001:10::1 3fff::1 \
             3fff:fff::1 100::1 5f00::1";
        for address in private.split_whitespace() {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        let public = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 172.15.0.1 \
             172.32.0.1 192.0.1.1 198.17.1.1 198.20.0.1 223.255.255.255 2606:4700::1 2a00:1450::1 2001:200::1 2001:4860::1 \
             3fff:1000::1 ::ffff:8.8.8.8 2002:808:808::1 64:ff9b::8.8.8.8";
        for address in public.split_whitespace() {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }
}
