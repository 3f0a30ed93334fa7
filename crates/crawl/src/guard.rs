//! Where a public page must not lead the crawler: loopback, private, link-local and metadata addresses. Clause N2.5.
//!
//! Judged on the addresses a name resolved to, for every connection, so that neither a redirect nor a name that
//! changes its mind (DNS rebinding) gets through. Starting there on purpose is allowed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Which part of the internet an address belongs to, from the most to the least reachable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    Public,
    /// RFC 1918, RFC 6598, RFC 4193: an office network.
    Private,
    /// This machine.
    Loopback,
    /// 169.254/16, fe80::/10 and cloud metadata, multicast, reserved: never anybody's website.
    Reserved,
}

/// The zone of an address; IPv4 addresses inside IPv6 are looked at as such.
pub fn zone(address: IpAddr) -> Zone {
    match address {
        IpAddr::V4(v4) => zone_v4(v4),
        IpAddr::V6(v6) => zone_v6(v6),
    }
}

/// The zone a host name shows by itself, without asking a resolver.
pub fn zone_of_host(host: &str) -> Option<Zone> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Some(zone(address));
    }
    let name = bare.trim_end_matches('.').to_ascii_lowercase();
    (name == "localhost" || name.ends_with(".localhost")).then_some(Zone::Loopback)
}

/// Zones a run may connect to: the public internet, and the zone its start address lies in.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    start: Zone,
}

impl Guard {
    pub fn for_start(start: Zone) -> Guard {
        Guard { start }
    }

    /// Whether a connection to `address` is allowed.
    pub fn admits(&self, address: IpAddr) -> bool {
        let there = zone(address);
        there == Zone::Public || there == self.start
    }

    /// The zone the run started in.
    pub fn start(&self) -> Zone {
        self.start
    }
}

fn zone_v4(a: Ipv4Addr) -> Zone {
    let [first, second, third, _] = a.octets();
    if a.is_loopback() {
        Zone::Loopback
    } else if a.is_private() || (first == 100 && (64..128).contains(&second)) {
        // 100.64/10 also holds the metadata service of one large Chinese cloud (100.100.100.200).
        if a.octets() == [100, 100, 100, 200] { Zone::Reserved } else { Zone::Private }
    } else if a.is_link_local()
        || a.is_multicast()
        || a.is_broadcast()
        || first == 0
        || first >= 240
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (18..20).contains(&second))
    {
        Zone::Reserved
    } else {
        Zone::Public
    }
}

fn zone_v6(a: Ipv6Addr) -> Zone {
    if a.is_loopback() {
        return Zone::Loopback;
    }
    let s = a.segments();
    if let Some(v4) = a.to_ipv4_mapped() {
        return zone_v4(v4);
    }
    // 64:ff9b::/96 (RFC 6052) and 2002::/16 (RFC 3056) carry an IPv4 address.
    if s[0] == 0x64 && s[1] == 0xff9b && s[2..6] == [0; 4] {
        return zone_v4(Ipv4Addr::from((u32::from(s[6]) << 16) | u32::from(s[7])));
    }
    if s[0] == 0x2002 {
        return zone_v4(Ipv4Addr::from((u32::from(s[1]) << 16) | u32::from(s[2])));
    }
    if a.is_unspecified() || s[0] & 0xff00 == 0xff00 || s[0] & 0xffc0 == 0xfe80 {
        return Zone::Reserved;
    }
    if s[0] & 0xfe00 == 0xfc00 {
        // fd00:ec2::254 is a cloud's metadata service.
        return if s[0] == 0xfd00 && s[1] == 0xec2 { Zone::Reserved } else { Zone::Private };
    }
    Zone::Public
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expected: Zone) {
        assert_eq!(zone(address.parse().unwrap()), expected, "{address}");
    }

    #[test]
    fn zones_by_address() {
        check("8.8.8.8", Zone::Public);
        check("127.0.0.15", Zone::Loopback);
        check("10.1.2.3", Zone::Private);
        check("172.31.0.1", Zone::Private);
        check("172.32.0.1", Zone::Public);
        check("192.168.1.1", Zone::Private);
        check("100.64.0.1", Zone::Private);
        check("100.100.100.200", Zone::Reserved);
        check("169.254.169.254", Zone::Reserved);
        check("0.0.0.0", Zone::Reserved);
        check("255.255.255.255", Zone::Reserved);
        check("::1", Zone::Loopback);
        check("::ffff:127.0.0.1", Zone::Loopback);
        check("::ffff:169.254.169.254", Zone::Reserved);
        check("64:ff9b::7f00:1", Zone::Loopback);
        check("2002:a00:1::", Zone::Private);
        check("fd00:ec2::254", Zone::Reserved);
        check("fc00::1", Zone::Private);
        check("fe80::1", Zone::Reserved);
        check("2400:3200::1", Zone::Public);
    }

    #[test]
    fn a_public_page_leads_nowhere_private() {
        let guard = Guard::for_start(Zone::Public);
        for address in ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"] {
            assert!(!guard.admits(address.parse().unwrap()), "{address}");
        }
        assert!(guard.admits("1.2.3.4".parse().unwrap()));
    }

    #[test]
    fn starting_on_loopback_is_allowed_but_not_beyond() {
        let guard = Guard::for_start(Zone::Loopback);
        assert!(guard.admits("127.0.0.16".parse().unwrap()));
        assert!(!guard.admits("169.254.169.254".parse().unwrap()));
        assert!(!guard.admits("10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn names_that_show_their_zone() {
        assert_eq!(zone_of_host("localhost"), Some(Zone::Loopback));
        assert_eq!(zone_of_host("[::1]"), Some(Zone::Loopback));
        assert_eq!(zone_of_host("www.example.gov.cn"), None);
    }
}
