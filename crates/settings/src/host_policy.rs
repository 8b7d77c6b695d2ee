//! Which hosts a typed host name may lead to.
//!
//! In a service with many customers, the host field is a way for a stranger to
//! make *our* machine open connections. A public service therefore dials only
//! public unicast addresses, and only ports on which mail is served. Whoever
//! dials resolves once, checks **every** address it is about to dial here, dials
//! that very address, and keeps the name for the certificate alone: a second
//! look-up could give another answer.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The ports on which mail is read or submitted: IMAP (143, 993) and SMTP
/// (25, 465, 587, and 2525 where 25 is blocked).
pub const MAIL_PORTS: [u16; 6] = [143, 993, 25, 465, 587, 2525];

/// The ports on which HTTPS is served, for webhooks.
pub const WEB_PORTS: [u16; 2] = [443, 8443];

/// What may be dialled. By default: public addresses, mail ports.
///
/// ```
/// use inboxlink_settings::host_policy::HostPolicy;
/// let policy = HostPolicy::default();
/// assert!(policy.check("8.8.8.8:993".parse()?).is_ok());
/// assert!(policy.check("169.254.169.254:993".parse()?).is_err());
/// assert!(policy.check("8.8.8.8:6379".parse()?).is_err());
///
/// // One server of one's own, and nothing beside it.
/// let policy = policy.allowing("10.0.0.5:1993".parse()?);
/// assert!(policy.check("10.0.0.5:1993".parse()?).is_ok());
/// assert!(policy.check("10.0.0.5:993".parse()?).is_err());
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostPolicy {
    allow_private: bool,
    exceptions: Vec<SocketAddr>,
    /// Whether it is about [`WEB_PORTS`], not about [`MAIL_PORTS`].
    web: bool,
}

/// A host or port that must not be dialled.
///
/// It does not say why an address is refused: the difference between "private"
/// and "loopback" is a map of our network to whoever asks. [`special_range`]
/// tells the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The address is not one of the public internet.
    #[error("this host cannot be used here; enter the mail server's public host name")]
    Address,
    /// The port is none of [`MAIL_PORTS`].
    #[error("port {0} is no mail port; IMAP is served on port 993 nearly everywhere")]
    Port(u16),
}

impl HostPolicy {
    /// Public addresses and mail ports only: the default.
    pub const fn public_only() -> Self {
        Self {
            allow_private: false,
            exceptions: Vec::new(),
            web: false,
        }
    }

    /// Any address and any port: for servers in one's own network, and tests.
    /// This is for the embedder's code to say, never for a form.
    pub const fn allowing_private() -> Self {
        Self {
            allow_private: true,
            exceptions: Vec::new(),
            web: false,
        }
    }

    /// The same for the web: what it says of mail ports, it then says of
    /// [`WEB_PORTS`].
    #[must_use]
    pub const fn for_web(mut self) -> Self {
        self.web = true;
        self
    }

    /// The same, and this one address with this one port, whatever they are.
    /// For the embedder's code to say, never for a form.
    #[must_use]
    pub fn allowing(mut self, address: SocketAddr) -> Self {
        self.exceptions.push(address);
        self
    }

    /// Whether any address and port may be dialled.
    pub const fn allows_private(&self) -> bool {
        self.allow_private
    }

    /// Whether something beyond the public internet may be dialled, so that a
    /// host without a dot, such as `localhost`, may make sense.
    pub const fn has_exceptions(&self) -> bool {
        self.allow_private || !self.exceptions.is_empty()
    }

    /// Whether an address may be dialled on a port: what decides. The other
    /// checks are for those who know only half of it yet.
    ///
    /// # Errors
    /// [`Refused`]: the port first, so that a refused port says nothing of
    /// the address.
    pub fn check(&self, address: SocketAddr) -> Result<(), Refused> {
        if self.exceptions.contains(&address) && address.port() != 0 {
            return Ok(());
        }
        self.check_public_port(address.port())?;
        self.check_public_ip(address.ip())
    }

    /// Whether an address may be dialled on some port.
    ///
    /// # Errors
    /// [`Refused::Address`] where it is special (see [`special_range`]).
    pub fn check_ip(&self, ip: IpAddr) -> Result<(), Refused> {
        match self.exceptions.iter().any(|exception| exception.ip() == ip) {
            true => Ok(()),
            false => self.check_public_ip(ip),
        }
    }

    /// Whether a name may be looked up: no name of a local network, and no
    /// number in a spelling that resolvers disagree about. Whether such a name
    /// exists here is nobody's business, so it is refused unasked.
    ///
    /// # Errors
    /// [`Refused::Address`], as for an address.
    pub fn check_name(&self, name: &str) -> Result<(), Refused> {
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        let under = |zone: &&str| {
            name.strip_suffix(*zone)
                .is_some_and(|rest| rest.ends_with('.'))
        };
        let last = name.rsplit('.').next().unwrap_or_default();
        // Read as a number by inet_aton (RFC 3493 §6.1).
        let number = last.starts_with(|c: char| c.is_ascii_digit())
            && (last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x"));
        let local = !name.contains('.') || LOCAL_ZONES.iter().any(under);
        match number || local && !self.has_exceptions() {
            true => Err(Refused::Address),
            false => Ok(()),
        }
    }

    /// Whether a port may be dialled at some address: to be asked before a
    /// name is looked up.
    ///
    /// # Errors
    /// [`Refused::Port`] where mail is not served on it; port 0 always.
    pub fn check_port(&self, port: u16) -> Result<(), Refused> {
        match self.is_exceptional_port(port) {
            true => Ok(()),
            false => self.check_public_port(port),
        }
    }

    /// Whether a port is allowed for another reason than that mail is served
    /// on it everywhere.
    pub(crate) fn is_exceptional_port(&self, port: u16) -> bool {
        let excepted = |exception: &SocketAddr| exception.port() == port;
        port != 0 && (self.allow_private || self.exceptions.iter().any(excepted))
    }

    const fn ports(&self) -> &'static [u16] {
        match self.web {
            true => &WEB_PORTS,
            false => &MAIL_PORTS,
        }
    }

    fn check_public_ip(&self, ip: IpAddr) -> Result<(), Refused> {
        if self.allow_private || special_range(ip).is_none() {
            Ok(())
        } else {
            Err(Refused::Address)
        }
    }

    fn check_public_port(&self, port: u16) -> Result<(), Refused> {
        if port != 0 && (self.allow_private || self.ports().contains(&port)) {
            Ok(())
        } else {
            Err(Refused::Port(port))
        }
    }
}

/// Names that lead into a local network: RFC 6761, 6762 and 8375, ICANN's
/// `internal`, and those that it will never delegate because so many
/// networks use them.
const LOCAL_ZONES: [&str; 10] = [
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "home.arpa",
];

/// A block of IPv4 addresses: network, prefix length, name.
type Block4 = (Ipv4Addr, u32, &'static str);
/// A block of IPv6 addresses: network, prefix length, name.
type Block6 = (Ipv6Addr, u32, &'static str);

const fn v4(a: u8, b: u8, c: u8, d: u8) -> Ipv4Addr {
    Ipv4Addr::new(a, b, c, d)
}

const fn v6(a: u16, b: u16, c: u16) -> Ipv6Addr {
    Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)
}

/// IPv4 is refused by list: RFC 6890's registry, multicast, and the one
/// public address behind which a cloud keeps its machines' secrets.
const SPECIAL_V4: [Block4; 18] = [
    (v4(0, 0, 0, 0), 8, "this network (RFC 791)"),
    (v4(10, 0, 0, 0), 8, "private (RFC 1918)"),
    (v4(100, 64, 0, 0), 10, "carrier-grade NAT (RFC 6598)"),
    (v4(127, 0, 0, 0), 8, "loopback (RFC 1122)"),
    (v4(168, 63, 129, 16), 32, "cloud platform (Azure)"),
    (
        v4(169, 254, 0, 0),
        16,
        "link-local and cloud metadata (RFC 3927)",
    ),
    (v4(172, 16, 0, 0), 12, "private (RFC 1918)"),
    (v4(192, 0, 0, 0), 24, "protocol assignments (RFC 6890)"),
    (v4(192, 0, 2, 0), 24, "documentation (RFC 5737)"),
    (v4(192, 31, 196, 0), 24, "AS112 (RFC 7535)"),
    (v4(192, 52, 193, 0), 24, "AMT (RFC 7450)"),
    (v4(192, 88, 99, 0), 24, "6to4 relay (RFC 7526)"),
    (v4(192, 168, 0, 0), 16, "private (RFC 1918)"),
    (v4(198, 18, 0, 0), 15, "benchmarking (RFC 2544)"),
    (v4(198, 51, 100, 0), 24, "documentation (RFC 5737)"),
    (v4(203, 0, 113, 0), 24, "documentation (RFC 5737)"),
    (v4(224, 0, 0, 0), 4, "multicast (RFC 5771)"),
    (v4(240, 0, 0, 0), 4, "reserved and broadcast (RFC 1112)"),
];

/// Within the global unicast space, what is special all the same. Teredo and
/// 6to4 carry an IPv4 address that we would not see.
const SPECIAL_V6: [Block6; 4] = [
    (
        v6(0x2001, 0, 0),
        23,
        "protocol assignments, Teredo (RFC 2928, RFC 4380)",
    ),
    (v6(0x2001, 0xdb8, 0), 32, "documentation (RFC 3849)"),
    (v6(0x2002, 0, 0), 16, "6to4 (RFC 3056)"),
    (v6(0x3fff, 0, 0), 20, "documentation (RFC 9637)"),
];

/// The global unicast space (RFC 4291 §2.4). What lies outside is refused
/// without a list: ::/8 with loopback, v4-mapped, v4-compatible and NAT64,
/// discard-only, SRv6, unique-local, link-local, site-local, multicast, and
/// whatever is assigned later.
const GLOBAL_V6: (Ipv6Addr, u32) = (v6(0x2000, 0, 0), 3);

fn in_v4(ip: Ipv4Addr, network: Ipv4Addr, prefix: u32) -> bool {
    (ip.to_bits() ^ network.to_bits()).leading_zeros() >= prefix
}

fn in_v6(ip: Ipv6Addr, network: Ipv6Addr, prefix: u32) -> bool {
    (ip.to_bits() ^ network.to_bits()).leading_zeros() >= prefix
}

/// The name of the special range an address lies in, for an operator's log;
/// `None` where it is a public unicast address.
pub fn special_range(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(ip) => SPECIAL_V4
            .iter()
            .find(|(network, prefix, _)| in_v4(ip, *network, *prefix))
            .map(|(_, _, name)| *name),
        IpAddr::V6(ip) if !in_v6(ip, GLOBAL_V6.0, GLOBAL_V6.1) => {
            Some("outside global unicast (RFC 4291)")
        }
        IpAddr::V6(ip) => SPECIAL_V6
            .iter()
            .find(|(network, prefix, _)| in_v6(ip, *network, *prefix))
            .map(|(_, _, name)| *name),
    }
}
