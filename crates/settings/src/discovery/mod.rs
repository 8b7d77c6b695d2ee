//! From an e-mail address to the form, filled in: a plan of what to ask, in
//! order, and what the answers mean. It asks nobody itself.
//!
//! 1. A provider that is known by the address's domain: nothing is asked.
//! 2. SRV records (RFC 6186, RFC 8314): `_imaps`, `_imap`, and for sending
//!    `_submissions`, `_submission`.
//! 3. Autoconfiguration as Thunderbird has it: `autoconfig.DOMAIN`, then
//!    `DOMAIN/.well-known`, over HTTPS only.
//! 4. A provider that is known by the domain's mail exchangers (MX).
//! 5. Guesses: `imap.DOMAIN`, `mail.DOMAIN`, where such a host exists.

mod autoconfig;
mod found;

use inboxlink_model::Address;

use self::autoconfig::read;
pub use self::found::{Found, Server, Source};
use crate::{Security, host::read_host, providers};

/// Something to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Question {
    /// The SRV records of this name.
    Services(String),
    /// The page at this address.
    Page(String),
    /// The MX records of this domain.
    MailExchangers(String),
    /// Whether this host has an address.
    Exists(String),
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reply {
    /// Nothing, or no answer in time.
    Nothing,
    /// SRV records, in any order.
    Services(Vec<Service>),
    /// A page's text.
    Page(String),
    /// The hosts of MX records, the preferred ones first.
    MailExchangers(Vec<String>),
    /// The host has an address.
    Exists,
}

/// An SRV record (RFC 2782).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The lowest is tried first.
    pub priority: u16,
    /// Among equals, the heaviest is taken.
    pub weight: u16,
    /// The port.
    pub port: u16,
    /// The host; `.` where the service is decidedly not offered.
    pub target: String,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Ask this, and go on with the reply.
    Ask(Question),
    /// These are the servers.
    Found(Box<Found>),
    /// Nobody knows; the form is to be filled in by hand.
    NotFound,
}

/// A search for the servers of an address. Begin with
/// [`next`](Self::next)`(Reply::Nothing)`.
///
/// ```
/// use inboxlink_settings::discovery::{Discovery, Reply, Step};
/// let mut search = Discovery::of("ann@gmail.com").unwrap();
/// let Step::Found(found) = search.next(Reply::Nothing) else { panic!() };
/// assert_eq!(found.imap.host, "imap.gmail.com");
/// ```
#[derive(Debug, Clone)]
pub struct Discovery {
    address: String,
    domain: String,
    /// How many stages have been begun.
    begun: usize,
    /// The reading side by SRV, while the sending side is asked for.
    imap: Option<Server>,
}

/// The stages, each with what it asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Known,
    Imaps,
    Imap,
    Submissions,
    Submission,
    Autoconfig,
    WellKnown,
    Exchangers,
    GuessImap,
    GuessMail,
}

const STAGES: [Stage; 10] = [
    Stage::Known,
    Stage::Imaps,
    Stage::Imap,
    Stage::Submissions,
    Stage::Submission,
    Stage::Autoconfig,
    Stage::WellKnown,
    Stage::Exchangers,
    Stage::GuessImap,
    Stage::GuessMail,
];

impl Discovery {
    /// A search for an address; `None` where it is none, or its domain could
    /// not have a mail server of the public internet.
    pub fn of(address: &str) -> Option<Self> {
        let address: Address = address.trim().parse().ok()?;
        let domain = read_host(address.domain()).ok()?;
        let is_number = domain.parse::<std::net::IpAddr>().is_ok();
        let public = domain.contains('.') && !is_number;
        public.then(|| Self {
            address: address.to_string(),
            domain,
            begun: 0,
            imap: None,
        })
    }

    /// The domain that is asked about.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Takes the reply to what was asked last, and says what comes next.
    pub fn next(&mut self, reply: Reply) -> Step {
        let asked = self.begun.checked_sub(1).and_then(|at| STAGES.get(at));
        if let Some(found) = asked.and_then(|stage| self.take(*stage, reply)) {
            return Step::Found(Box::new(found));
        }
        while let Some(stage) = STAGES.get(self.begun) {
            self.begun += 1;
            match stage {
                Stage::Known => {
                    if let Some(provider) = providers::by_domain(&self.domain) {
                        let found = Found::at(provider, provider.imap_host(), &self.address);
                        return Step::Found(Box::new(found));
                    }
                }
                // Only where the other half was found; only the first that is.
                Stage::Submissions | Stage::Submission if self.imap.is_none() => {}
                Stage::Imap if self.imap.is_some() => {}
                stage => return Step::Ask(self.question(*stage)),
            }
        }
        Step::NotFound
    }

    fn question(&self, stage: Stage) -> Question {
        let domain = &self.domain;
        let service = |name: &str| Question::Services(format!("_{name}._tcp.{domain}"));
        let page = "mail/config-v1.1.xml";
        match stage {
            Stage::Imaps => service("imaps"),
            Stage::Imap => service("imap"),
            Stage::Submissions => service("submissions"),
            Stage::Submission => service("submission"),
            Stage::Autoconfig => Question::Page(format!("https://autoconfig.{domain}/{page}")),
            Stage::WellKnown => {
                Question::Page(format!("https://{domain}/.well-known/autoconfig/{page}"))
            }
            Stage::Known | Stage::Exchangers => Question::MailExchangers(domain.clone()),
            Stage::GuessImap => Question::Exists(format!("imap.{domain}")),
            Stage::GuessMail => Question::Exists(format!("mail.{domain}")),
        }
    }

    /// What a reply means, where it ends the search.
    fn take(&mut self, stage: Stage, reply: Reply) -> Option<Found> {
        match (stage, reply) {
            (Stage::Imaps | Stage::Imap, Reply::Services(services)) => {
                let security = match stage {
                    Stage::Imaps => Security::Tls,
                    _ => Security::StartTls,
                };
                self.imap = best(services, security);
                None
            }
            (Stage::Submissions | Stage::Submission, reply) => {
                let (services, security) = match (reply, stage) {
                    (Reply::Services(services), Stage::Submissions) => (services, Security::Tls),
                    (Reply::Services(services), _) => (services, Security::StartTls),
                    _ => (Vec::new(), Security::Tls),
                };
                let smtp = best(services, security);
                // One more question may follow where this one found nothing.
                let done = smtp.is_some() || stage == Stage::Submission;
                let imap = self.imap.take_if(|_| done)?;
                Some(Found::new(Source::Srv, imap, smtp, &self.address))
            }
            (Stage::Autoconfig | Stage::WellKnown, Reply::Page(page)) => {
                let read = read(&page, &self.address)?;
                let found = Found::new(Source::Autoconfig, read.imap, read.smtp, &self.address);
                Some(Found {
                    username: read.username.unwrap_or(found.username),
                    ..found
                })
            }
            (Stage::Exchangers, Reply::MailExchangers(hosts)) => {
                let known = |host: &String| providers::by_exchanger(host);
                let (provider, imap) = hosts.iter().find_map(known)?;
                Some(Found {
                    source: Source::MailExchanger,
                    ..Found::at(provider, imap, &self.address)
                })
            }
            (Stage::GuessImap | Stage::GuessMail, Reply::Exists) => {
                let Question::Exists(host) = self.question(stage) else {
                    return None;
                };
                let imap = Server::new(host, 993, Security::Tls);
                Some(Found::new(Source::Guess, imap, None, &self.address))
            }
            _ => None,
        }
    }
}

/// The one to use of several services.
fn best(mut services: Vec<Service>, security: Security) -> Option<Server> {
    services.sort_by_key(|it| (it.priority, std::cmp::Reverse(it.weight), it.target.clone()));
    services.into_iter().find_map(|service| {
        let host = read_host(service.target.trim_end_matches('.')).ok()?;
        (service.port != 0).then(|| Server::new(host, service.port, security))
    })
}
