//! The demo's own mail server, and the customers' side of it.

use std::net::SocketAddr;

use inboxlink::{Message, parse};
use inboxlink_examples::Failure;
use inboxlink_testserver::{TestServer, User};

/// An account of the demo.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) password: String,
}

/// A mail server in this process, with a small company's mail.
pub(crate) struct Demo {
    server: TestServer,
    accounts: Vec<Account>,
}

/// A mail that a customer got from the team.
pub(crate) struct Received {
    /// The mailbox of the team that it came from.
    pub(crate) account: String,
    pub(crate) message: Message,
}

/// How the customer answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// With a mail of their own.
    Human,
    /// By their mail program, while they are away.
    OutOfOffice,
}

/// Who wrote to whom, days ago, on what, and what.
type Fixture = (&'static str, &'static str, u32, &'static str, &'static str);

const ANNA: &str = "Anna Berg <anna@northwind.example.com>";
const MARC: &str = "Marc Ott <marc@northwind.example.com>";

const MAILS: &[Fixture] = &[
    (
        ANNA,
        "Ben Bold <ben@harbor.example.org>",
        40,
        "Offer for 12 desks",
        "Hello Ben,\r\n\r\nhere is our offer for twelve desks.\r\n\r\nBest,\r\nAnna\r\n-- \r\nAnna Berg\r\nNorthwind\r\n",
    ),
    (
        "Ben Bold <ben@harbor.example.org>",
        ANNA,
        38,
        "Re: Offer for 12 desks",
        "Thank you, that looks good. Can you do it by May?\r\n\r\nOn 3 Mar 2026, Anna Berg wrote:\r\n> here is our offer for twelve desks.\r\n",
    ),
    (
        ANNA,
        "Ben Bold <ben@harbor.example.org>",
        37,
        "Re: Offer for 12 desks",
        "Yes, by the tenth of May.\r\n\r\nAnna\r\n",
    ),
    (
        "Carla Ruiz <carla@ruiz.example.net>",
        ANNA,
        20,
        "Question about delivery",
        "Hi,\r\n\r\ndo you deliver to Valencia?\r\n\r\nCarla\r\n",
    ),
    (
        ANNA,
        "Carla Ruiz <carla@ruiz.example.net>",
        19,
        "Re: Question about delivery",
        "Hello Carla,\r\n\r\nyes, within a week.\r\n\r\nAnna\r\n",
    ),
    (
        MARC,
        "Dana Lind <dana@lind.example.org>",
        10,
        "Invoice 2026-118",
        "Hello Dana,\r\n\r\nyour invoice is attached.\r\n\r\nMarc\r\n",
    ),
    (
        ANNA,
        "Dana Lind <dana@lind.example.org>",
        3,
        "Your order",
        "Hello Dana,\r\n\r\nyour order is on its way.\r\n\r\nAnna\r\n",
    ),
];

impl Demo {
    pub(crate) async fn start() -> Result<Self, Failure> {
        let accounts = [(ANNA, "demo-anna"), (MARC, "demo-marc")].map(|(who, password)| {
            let (name, address) = split(who);
            Account {
                name,
                address,
                password: password.to_owned(),
            }
        });
        let mut builder = TestServer::builder();
        for account in &accounts {
            builder = builder.user(User::new(&account.address, &account.password));
        }
        let server = builder.start().await?;
        for (n, (from, to, days, subject, text)) in MAILS.iter().enumerate() {
            let at = chrono::Utc::now() - chrono::TimeDelta::days((*days).into());
            let thread = subject.trim_start_matches("Re: ").len();
            let refs = match subject.starts_with("Re: ") {
                true => format!("References: <{thread}@northwind.example.com>\r\n"),
                false => String::new(),
            };
            let id = if refs.is_empty() {
                format!("{thread}")
            } else {
                format!("{thread}.{n}")
            };
            let mail = format!(
                "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {}\r\nMessage-ID: <{id}@northwind.example.com>\r\n{refs}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}",
                at.to_rfc2822()
            );
            let (from, to) = (split(from).1, split(to).1);
            match accounts.iter().find(|account| account.address == from) {
                Some(_) => server.append(&from, "Sent", mail, &["\\Seen"], Some(at.timestamp()))?,
                None => server.append(&to, "INBOX", mail, &[], Some(at.timestamp()))?,
            };
        }
        Ok(Self {
            server,
            accounts: accounts.into(),
        })
    }

    pub(crate) fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    pub(crate) fn host(&self) -> &'static str {
        "localhost"
    }

    pub(crate) fn port(&self) -> u16 {
        self.server.imaps_port()
    }

    pub(crate) fn smtp_port(&self) -> u16 {
        self.server.smtps_port()
    }

    /// Where the server is reached.
    pub(crate) fn addresses(&self) -> [SocketAddr; 2] {
        [self.server.imaps_addr(), self.server.smtps_addr()]
    }

    pub(crate) fn ca_pem(&self) -> &str {
        self.server.ca_pem()
    }

    /// The mails that customers got, newest first.
    pub(crate) fn received(&self) -> Vec<Received> {
        let mut all = Vec::new();
        for account in &self.accounts {
            let sent = self
                .server
                .messages(&account.address, "Sent")
                .unwrap_or_default();
            all.extend(sent.iter().map(|mail| Received {
                account: account.address.clone(),
                message: parse(&mail.bytes, None),
            }));
        }
        all.extend(self.server.outbox().iter().map(|mail| Received {
            account: mail.user.clone(),
            message: parse(&mail.bytes, None),
        }));
        all.sort_by_key(|mail| std::cmp::Reverse(mail.message.date));
        let mut seen = std::collections::HashSet::new();
        all.retain(|mail| seen.insert(mail.message.message_id.clone()));
        all
    }

    /// The customer answers a mail.
    pub(crate) fn reply(&self, mail: &Received, kind: Kind, text: &str) -> Result<(), Failure> {
        let message = &mail.message;
        let (Some(to), Some(from)) = (message.recipients().next(), message.author()) else {
            return Err(Failure::new("This mail went to nobody."));
        };
        let id = message
            .message_id
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        let now = chrono::Utc::now();
        let (subject, extra) = match kind {
            Kind::Human => (format!("Re: {}", message.subject), ""),
            Kind::OutOfOffice => (
                format!("Automatic reply: {}", message.subject),
                "Auto-Submitted: auto-replied\r\n",
            ),
        };
        let reply = format!(
            "From: {} <{}>\r\nTo: {} <{}>\r\nSubject: {subject}\r\nDate: {}\r\nMessage-ID: <r{}@customer.example.org>\r\nIn-Reply-To: <{id}>\r\nReferences: <{id}>\r\n{extra}Content-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
            to.name,
            to.to_send(),
            from.name,
            from.to_send(),
            now.to_rfc2822(),
            now.timestamp_micros(),
            text.replace("\r\n", "\n").replace('\n', "\r\n"),
        );
        self.server.deliver(&mail.account, reply)?;
        Ok(())
    }
}

fn split(who: &str) -> (String, String) {
    let (name, address) = who.split_once(" <").unwrap_or(("", who));
    (name.to_owned(), address.trim_end_matches('>').to_owned())
}
