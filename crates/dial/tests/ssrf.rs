//! A typed host reaches nothing that the policy refuses: not a packet.
//!
//! Listeners stand on loopback addresses, which are refused like every other
//! special one; they count who comes. What cannot be listened on here is
//! refused before there is a socket: [`Dialer::dial`] takes only what the
//! check has made.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // a test may stop at the first surprise

use std::{
    net::{IpAddr, SocketAddr, TcpListener},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use inboxlink_dial::{DialError, Dialer, Resolver, Resolving};
use inboxlink_settings::{HostPolicy, Refused};

/// Answers from a list, one after the other; the last one again and again.
#[derive(Debug)]
struct Answers {
    list: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
    names: Mutex<Vec<String>>,
}

impl Answers {
    fn new(list: &[&[&str]]) -> Self {
        let read = |ips: &&[&str]| ips.iter().map(|ip| ip.parse().unwrap()).collect();
        Self {
            list: list.iter().map(read).collect(),
            asked: AtomicUsize::new(0),
            names: Mutex::default(),
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Resolver for Answers {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        self.names.lock().unwrap().push(host.to_owned());
        let answer = self.list[turn.min(self.list.len() - 1)].clone();
        Box::pin(async move { Ok(answer) })
    }
}

/// A listener that nobody should reach.
struct Trap(TcpListener);

impl Trap {
    fn on(ip: &str, port: u16) -> Self {
        let listener = TcpListener::bind((ip, port)).unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    /// How many have come. A connection stands in the queue as soon as the
    /// kernel has answered it, accepted or not.
    fn visitors(&self) -> usize {
        std::iter::from_fn(|| self.0.accept().ok()).count()
    }
}

/// Looks up and dials as every protocol does.
async fn reach(
    policy: &HostPolicy,
    resolver: &Answers,
    host: &str,
    port: u16,
) -> Result<SocketAddr, DialError> {
    let dialer = Dialer {
        policy,
        resolver: Some(resolver),
        limit: Duration::from_secs(5),
    };
    let addresses = dialer.look_up(host, port).await?;
    let (_, allowed) = dialer.dial(&addresses).await?;
    Ok(allowed.address())
}

const REFUSED: DialError = DialError::Refused(Refused::Address);

/// One of every special range; its ends are tested with the policy itself.
const SPECIAL: [&str; 36] = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.8.8.8",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "fc00::1",
    "fe80::1",
    "ff02::1",
];

#[tokio::test]
async fn no_special_address_is_dialled_whatever_the_name() {
    let policy = HostPolicy::public_only();
    let traps = [Trap::on("127.0.0.1", 0), Trap::on("127.8.8.8", 0)];
    // A mail port cannot be listened on without privileges; these traps are
    // for a policy that allows their ports and nothing of their addresses.
    let elsewhere = |port| SocketAddr::new("192.0.2.99".parse().unwrap(), port);
    let lax = traps.iter().fold(policy.clone(), |lax, trap| {
        lax.allowing(elsewhere(trap.address().port()))
    });
    for special in SPECIAL {
        let answers = Answers::new(&[&[special]]);
        assert_eq!(
            reach(&policy, &answers, "imap.example.com", 993).await,
            Err(REFUSED),
            "{special}"
        );
        assert_eq!(answers.asked(), 1);
        assert_eq!(reach(&policy, &answers, special, 993).await, Err(REFUSED));
        for trap in &traps {
            let reached = reach(&lax, &answers, "imap.example.com", trap.address().port()).await;
            // One sentence, whatever the reason and whoever listens.
            assert!(matches!(reached, Err(DialError::Refused(_))), "{special}");
        }
    }
    assert!(traps.iter().all(|trap| trap.visitors() == 0));
}

#[tokio::test]
async fn the_address_that_was_checked_is_dialled() {
    let server = Trap::on("127.0.0.1", 0);
    let port = server.address().port();
    let inside = Trap::on("127.0.0.2", port);
    let policy = HostPolicy::public_only().allowing(server.address());
    // The name changes its address after the check.
    let flipping = Answers::new(&[&["127.0.0.1"], &["127.0.0.2"]]);
    let reached = reach(&policy, &flipping, "imap.example.com", port).await;
    assert_eq!(reached, Ok(server.address()));
    assert_eq!(
        (flipping.asked(), server.visitors(), inside.visitors()),
        (1, 1, 0)
    );
    // It names both at once.
    let both = Answers::new(&[&["127.0.0.2", "::ffff:127.0.0.2", "127.0.0.1", "127.0.0.2"]]);
    let reached = reach(&policy, &both, "imap.example.com", port).await;
    assert_eq!(reached, Ok(server.address()));
    assert_eq!((server.visitors(), inside.visitors()), (1, 0));
    // The allowed one does not answer: no other is tried.
    drop(server);
    let reached = reach(&policy, &both, "imap.example.com", port).await;
    assert_eq!(reached, Err(DialError::Unreachable));
    assert_eq!(inside.visitors(), 0);
}

#[tokio::test]
async fn odd_spellings_and_local_names_are_refused_unasked() {
    let policy = HostPolicy::public_only();
    let answers = Answers::new(&[&["127.0.0.1"]]);
    for host in [
        "127.1",
        "127.0.0.1.",
        "0x7f.1",
        "0x7f000001",
        "0X7F.0.0.1",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "127.0.0.0x1",
        "1.2.3.256",
        "localhost",
        "LOCALHOST.",
        "foo.localhost",
        "printer.local",
        "db.internal",
        "wiki.corp",
        "nas.lan",
        "nas.home.arpa",
        "intranet",
        "metadata.google.internal",
        "kubernetes.default.svc.cluster.local",
    ] {
        let reached = reach(&policy, &answers, host, 993).await;
        assert_eq!(reached, Err(REFUSED), "{host}");
    }
    assert_eq!(answers.asked(), 0, "{:?}", answers.names.lock().unwrap());
    // Neither for a port on which no mail is served.
    for port in [0, 22, 80, 443, 6379, 8080] {
        let reached = reach(&policy, &answers, "imap.example.com", port).await;
        assert_eq!(reached, Err(DialError::Refused(Refused::Port(port))));
    }
    assert_eq!(answers.asked(), 0);
}

#[tokio::test]
async fn a_flood_of_addresses_is_cut() {
    let server = Trap::on("127.0.0.1", 0);
    let port = server.address().port();
    let policy = HostPolicy::public_only().allowing(server.address());
    let mut many = vec!["127.0.0.2"; 100_000];
    many.push("127.0.0.1");
    let flood = Answers::new(&[&many]);
    let reached = reach(&policy, &flood, "imap.example.com", port).await;
    assert!(matches!(reached, Err(DialError::Refused(_))));
    assert_eq!(server.visitors(), 0);
}
