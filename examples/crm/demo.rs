//! The demo's own mail server, and the customers' side of it.

use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use inboxlink::{Mailbox, Message, MessageId, parse};
use inboxlink_examples::{
    Failure,
    demo::{self, Account, DOMAIN},
};
use inboxlink_testserver::TestServer;
use serde::Deserialize;

use crate::words;

/// The same mailbox every time.
const SEED: u64 = 1;

/// A mail server in this process, with a small company's mail.
pub(crate) struct Demo {
    server: TestServer,
    accounts: Vec<Account>,
    /// Mails of ours, read once.
    read: Mutex<HashMap<Place, Arc<Received>>>,
    replies: AtomicU64,
}

/// A copy of a mail: whose, and where.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Place {
    Sent(String, u32),
    Outbox(usize),
}

/// A mail that a customer got from the team.
pub(crate) struct Received {
    /// The mailbox of the team that it came from.
    pub(crate) account: String,
    bytes: Arc<[u8]>,
    pub(crate) message: Message,
    /// The first of its recipients outside the company.
    pub(crate) customer: Mailbox,
}

/// How the customer answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// With a mail of their own.
    Human,
    /// By their mail program, while they are away.
    OutOfOffice,
}

impl Demo {
    pub(crate) async fn start() -> Result<Self, Failure> {
        Ok(Self {
            server: demo::serve(SEED, words::now()).await?,
            accounts: demo::accounts(),
            read: Mutex::default(),
            replies: AtomicU64::default(),
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
    pub(crate) fn received(&self) -> Vec<Arc<Received>> {
        let mut copies = Vec::new();
        for account in &self.accounts {
            let address = &account.address;
            let sent = self.server.messages(address, "Sent").unwrap_or_default();
            copies.extend(sent.into_iter().map(|mail| {
                let place = Place::Sent(address.clone(), mail.uid);
                (place, address.clone(), mail.bytes)
            }));
        }
        let outbox = self.server.outbox().into_iter().enumerate();
        copies.extend(outbox.map(|(at, mail)| (Place::Outbox(at), mail.user, mail.bytes)));

        let mut known = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<Arc<Received>> = Vec::new();
        for (place, account, bytes) in copies {
            if let Some(mail) = known.get(&place) {
                all.push(Arc::clone(mail));
            } else if let Some(mail) = Received::new(account, bytes) {
                all.push(Arc::clone(known.entry(place).or_insert(Arc::new(mail))));
            }
        }
        all.sort_by_key(|mail| std::cmp::Reverse(mail.message.date.map(|date| date.at)));
        // What the outbox holds stands in Sent too.
        let mut seen = HashSet::new();
        all.retain(|mail| seen.insert(mail.message.message_id.clone()));
        all
    }

    /// The customer answers a mail.
    pub(crate) fn reply(&self, mail: &Received, kind: Kind, text: &str) -> Result<(), Failure> {
        let number = self.replies.fetch_add(1, Ordering::Relaxed);
        let write = match kind {
            Kind::Human => demo::customer_reply,
            Kind::OutOfOffice => demo::out_of_office,
        };
        // A browser's form has line ends of its own.
        let text = text.replace("\r\n", "\n");
        let reply = write(&mail.bytes, &text, words::now(), number)
            .ok_or_else(|| Failure::new("This mail went to nobody who could answer it."))?;
        self.server.deliver(&mail.account, reply)?;
        Ok(())
    }
}

impl Received {
    /// A mail to somebody outside the company.
    fn new(account: String, bytes: Arc<[u8]>) -> Option<Self> {
        let message = parse(&bytes, None);
        let outside = |to: &&Mailbox| to.address.domain() != DOMAIN;
        let customer = message.recipients().find(outside)?.clone();
        Some(Self {
            account,
            bytes,
            message,
            customer,
        })
    }

    /// Its Message-ID, by which a form names it.
    pub(crate) fn id(&self) -> &str {
        let id = self.message.message_id.as_ref();
        id.map(MessageId::as_str).unwrap_or_default()
    }
}
