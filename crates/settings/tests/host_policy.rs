//! Every special range, at both of its ends and just beyond.
#![allow(clippy::unwrap_used)] // a test may stop at the first surprise

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use inboxlink_settings::host_policy::{HostPolicy, MAIL_PORTS, Refused, special_range};
use proptest::prelude::*;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn special_ranges_are_refused_at_both_ends() {
    let ends = [
        ("0.0.0.0", "0.255.255.255"),
        ("10.0.0.0", "10.255.255.255"),
        ("100.64.0.0", "100.127.255.255"),
        ("127.0.0.0", "127.255.255.255"),
        ("168.63.129.16", "168.63.129.16"),
        ("169.254.0.0", "169.254.255.255"),
        ("169.254.169.254", "169.254.170.2"),
        ("172.16.0.0", "172.31.255.255"),
        ("192.0.0.0", "192.0.0.255"),
        ("192.0.2.0", "192.0.2.255"),
        ("192.31.196.0", "192.31.196.255"),
        ("192.52.193.0", "192.52.193.255"),
        ("192.88.99.0", "192.88.99.255"),
        ("192.168.0.0", "192.168.255.255"),
        ("198.18.0.0", "198.19.255.255"),
        ("198.51.100.0", "198.51.100.255"),
        ("203.0.113.0", "203.0.113.255"),
        ("224.0.0.0", "239.255.255.255"),
        ("240.0.0.0", "255.255.255.255"),
        ("::", "::1"),
        ("::8.8.8.8", "::ffff:ffff"),
        ("::ffff:0.0.0.0", "::ffff:255.255.255.255"),
        ("::ffff:0:0:0", "::ffff:0:8.8.8.8"),
        ("64:ff9b::", "64:ff9b::8.8.8.8"),
        ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
        ("100::", "100::ffff:ffff:ffff:ffff"),
        ("2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001:2::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("5f00::", "5f00::1"),
        ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("fd00:ec2::254", "fd20:ce::254"),
        ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ];
    for (first, last) in ends {
        for address in [ip(first), ip(last)] {
            assert_eq!(
                HostPolicy::default().check_ip(address),
                Err(Refused::Address),
                "{address}"
            );
            assert!(special_range(address).is_some(), "{address}");
            assert_eq!(HostPolicy::allowing_private().check_ip(address), Ok(()));
        }
    }
}

#[test]
fn neighbours_of_special_ranges_are_public() {
    for address in [
        "1.0.0.0",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "168.63.129.17",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2001:db7:ffff::",
        "2001:db9::",
        "2003::",
        "2606:4700::1111",
        "3ffe:ffff::",
        "3fff:1000::",
    ] {
        assert_eq!(special_range(ip(address)), None, "{address}");
        assert_eq!(HostPolicy::default().check_ip(ip(address)), Ok(()));
    }
}

#[test]
fn only_mail_ports_unless_private_is_allowed() {
    for port in 0..=u16::MAX {
        let expected = if MAIL_PORTS.contains(&port) {
            Ok(())
        } else {
            Err(Refused::Port(port))
        };
        assert_eq!(HostPolicy::public_only().check_port(port), expected);
        let expected = if port == 0 {
            Err(Refused::Port(0))
        } else {
            Ok(())
        };
        assert_eq!(HostPolicy::allowing_private().check_port(port), expected);
    }
}

#[test]
fn an_exception_is_exact() {
    let policy = HostPolicy::public_only().allowing("127.0.0.1:1993".parse().unwrap());
    let check = |address: &str| policy.check(address.parse().unwrap());
    assert_eq!(check("127.0.0.1:1993"), Ok(()));
    assert_eq!(check("8.8.8.8:993"), Ok(()));
    assert_eq!(check("127.0.0.1:993"), Err(Refused::Address));
    assert_eq!(check("127.0.0.1:1994"), Err(Refused::Port(1994)));
    assert_eq!(check("127.0.0.2:1993"), Err(Refused::Port(1993)));
    assert_eq!(check("8.8.8.8:1993"), Err(Refused::Port(1993)));
    assert_eq!(check("[::ffff:127.0.0.1]:1993"), Err(Refused::Port(1993)));
    // Half of it is known before a name is looked up.
    assert_eq!(policy.check_port(1993), Ok(()));
    assert_eq!(policy.check_ip(ip("127.0.0.1")), Ok(()));
    assert_eq!(policy.check_ip(ip("127.0.0.2")), Err(Refused::Address));
}

#[test]
fn a_refused_address_does_not_say_why() {
    let say = |text| {
        HostPolicy::default()
            .check_ip(ip(text))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(say("127.0.0.1"), say("10.0.0.1"));
    assert_eq!(say("127.0.0.1"), say("fe80::1"));
}

proptest! {
    /// Where the standard library has an opinion, ours is at least as strict.
    #[test]
    fn as_strict_as_the_standard_library(bits: u32, bits6: u128) {
        let a = Ipv4Addr::from_bits(bits);
        let special = a.is_private() || a.is_loopback() || a.is_link_local() || a.is_multicast()
            || a.is_broadcast() || a.is_documentation() || a.is_unspecified();
        prop_assert!(!special || special_range(a.into()).is_some());
        // No IPv4 address passes in IPv6 clothes.
        prop_assert!(special_range(a.to_ipv6_mapped().into()).is_some());
        prop_assert!(special_range(a.to_ipv6_compatible().into()).is_some());
        let b = Ipv6Addr::from_bits(bits6);
        let special = b.is_loopback() || b.is_multicast() || b.is_unspecified()
            || b.is_unique_local() || b.is_unicast_link_local();
        prop_assert!(!special || special_range(b.into()).is_some());
    }
}
