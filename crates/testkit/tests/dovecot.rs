//! The servers really start, serve, deliver and end.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use inboxlink_testkit::{Dovecot, Mbsync, Tls, generate, spread};

/// Just enough of a client to look at a server without TLS.
struct Client(BufReader<TcpStream>);

impl Client {
    fn connect(server: &Dovecot) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", server.imap_port())).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        let mut client = Self(BufReader::new(stream));
        assert!(client.line().starts_with("* OK"));
        client
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line
    }

    fn say(&mut self, command: &str) {
        write!(self.0.get_mut(), "a {command}\r\n").unwrap();
    }

    fn run(&mut self, command: &str) -> String {
        self.say(command);
        let mut answer = String::new();
        while !answer.lines().any(|line| line.starts_with("a ")) {
            answer.push_str(&self.line());
        }
        answer
    }
}

#[test]
#[ignore = "needs Dovecot: cargo xtask test --install"]
fn dovecot_is_up_soon_and_gone_when_dropped() {
    let started = Instant::now();
    let server = Dovecot::builder().user("anna", "secret").start().unwrap();
    let took = started.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}");
    let port = server.imap_port();
    let maildir = server.maildir("anna");
    drop(server);
    // The port closes when the last of its processes has been reaped.
    let deadline = Instant::now() + Duration::from_secs(2);
    while TcpStream::connect(("127.0.0.1", port)).is_ok() {
        assert!(Instant::now() < deadline, "still listening");
    }
    assert!(!maildir.parent().unwrap().exists());
}

#[test]
#[ignore = "needs Dovecot: cargo xtask test --install"]
fn dovecot_serves_what_was_filled_in() {
    let server = Dovecot::builder()
        .user("anna@example.com", "secret")
        .start()
        .unwrap();
    let user = "anna@example.com";
    server
        .fill(
            user,
            "Projects/Größe",
            generate(3, 1).iter().map(|mail| (mail, "S")),
        )
        .unwrap();
    let mut client = Client::connect(&server);
    assert!(client.run("LOGIN anna@example.com secret").contains("a OK"));
    assert!(client.run("LIST \"\" *").contains("Projects/Gr&APYA3w-e"));
    let examined = client.run("EXAMINE Projects/Gr&APYA3w-e");
    assert!(examined.contains("* 3 EXISTS"), "{examined}");
    let sizes = client.run("FETCH 1:* (UID FLAGS RFC822.SIZE)");
    for (index, mail) in generate(3, 1).iter().enumerate() {
        let expected = format!(
            "* {0} FETCH (UID {0} FLAGS (\\Seen \\Recent) RFC822.SIZE {1})",
            index + 1,
            mail.len()
        );
        assert!(sizes.contains(&expected), "{sizes}");
    }
}

#[test]
#[ignore = "needs Dovecot: cargo xtask test --install"]
fn dovecot_tells_an_idle_client_of_a_delivery() {
    let server = Dovecot::builder().user("anna", "secret").start().unwrap();
    let mut client = Client::connect(&server);
    client.run("LOGIN anna secret");
    client.run("EXAMINE INBOX");
    client.say("IDLE");
    assert!(client.line().starts_with('+'));
    server
        .deliver("anna", b"Subject: now\r\n\r\n.dot\r\n")
        .unwrap();
    let delivered = Instant::now();
    assert_eq!(client.line().trim(), "* 1 EXISTS");
    assert!(delivered.elapsed() < Duration::from_secs(2));
    assert!(server.deliver("nobody", b"Subject: x\r\n\r\n").is_err());
}

#[test]
#[ignore = "needs Dovecot: cargo xtask test --install"]
fn dovecot_without_tls_or_special_use() {
    let server = Dovecot::builder()
        .user("anna", "secret")
        .tls(Tls::Off)
        .special_use(false)
        .start()
        .unwrap();
    assert!(TcpStream::connect(("127.0.0.1", server.imaps_port())).is_err());
    let mut client = Client::connect(&server);
    assert!(!client.run("CAPABILITY").contains("STARTTLS"));
    assert!(client.run("LOGIN anna wrong").contains("a NO"));
    assert!(client.run("LOGIN anna secret").contains("a OK"));
    let listed = client.run("LIST \"\" *");
    assert!(
        listed.contains("Sent") && !listed.contains("\\Sent"),
        "{listed}"
    );
}

#[test]
#[ignore = "needs Dovecot: cargo xtask test --install"]
fn dovecot_and_mbsync_agree() {
    let server = Dovecot::builder().user("anna", "secret").start().unwrap();
    for (folder, mails) in spread(generate(60, 5)) {
        server
            .fill("anna", folder, mails.iter().map(|mail| (mail, "")))
            .unwrap();
    }
    let mbsync = Mbsync::new(&server, "anna", "secret").unwrap();
    mbsync.run().unwrap();
    assert_eq!(mbsync.count().unwrap(), 60);
    server
        .deliver("anna", b"Subject: one more\r\n\r\n")
        .unwrap();
    mbsync.run().unwrap();
    assert_eq!(mbsync.count().unwrap(), 61);
    // A certificate that the client doesn't trust must stop it.
    let expired = Dovecot::builder()
        .user("anna", "secret")
        .tls(Tls::Expired)
        .start()
        .unwrap();
    let refused = Mbsync::new(&expired, "anna", "secret").unwrap().run();
    assert!(refused.unwrap_err().to_string().contains("certificate"));
}
