//! One mail, from who writes what to its bytes.

use chrono::{DateTime, FixedOffset};
use encoding_rs::{Encoding, ISO_2022_JP, ISO_8859_7, UTF_8, WINDOWS_1252};

use super::body::{self, Body};
use super::compose::{Part, mailbox, words};
use super::files::Slot;
use super::people::{Client, Language, Person};
use super::quote::Shown;
use super::random::Random;

/// A mail before it is bytes.
pub(super) struct Letter<'a> {
    pub(super) from: &'a Person,
    pub(super) to: Vec<&'a Person>,
    pub(super) cc: Vec<&'a Person>,
    pub(super) subject: String,
    pub(super) at: DateTime<FixedOffset>,
    /// Message-ID without angle brackets.
    pub(super) id: String,
    /// The ids of what it answers, oldest first.
    pub(super) chain: Vec<String>,
    /// Headers beside those that every mail has.
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Letter<'_> {
    /// All of it but what delivery adds on top.
    pub(super) fn bytes(&self, content: &Part, random: &mut Random) -> String {
        let charset = charset(self.from);
        let list = |people: &[&Person]| {
            let each = |person: &&Person| mailbox(&person.name, &person.address, charset);
            people.iter().map(each).collect::<Vec<_>>().join(",\r\n ")
        };
        let mut headers = vec![
            (
                "From",
                mailbox(&self.from.name, &self.from.address, charset),
            ),
            ("To", list(&self.to)),
            ("Cc", list(&self.cc)),
            ("Subject", words(&self.subject, charset)),
            ("Date", self.at.to_rfc2822()),
            ("Message-ID", format!("<{}>", self.id)),
        ];
        if let Some(parent) = self.chain.last() {
            let ids: Vec<String> = self.chain.iter().map(|id| format!("<{id}>")).collect();
            headers.push(("In-Reply-To", format!("<{parent}>")));
            headers.push(("References", ids.join("\r\n ")));
        }
        headers.extend(program(self.from.client));
        headers.extend(self.headers.iter().cloned());
        headers.push(("MIME-Version", "1.0".to_owned()));
        let mut text = String::new();
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text + &content.render(random)
    }

    /// As those see it who answer it.
    pub(super) fn shown(&self, body: &Body) -> Shown {
        let to: Vec<String> = self
            .to
            .iter()
            .map(|person| format!("{} <{}>", person.name, person.address))
            .collect();
        Shown {
            name: self.from.name.clone(),
            address: self.from.address.clone(),
            at: self.at,
            to: to.join("; "),
            subject: self.subject.clone(),
            plain: body.plain.clone(),
            html: body.html.clone(),
        }
    }
}

/// Plain text, with HTML beside it where the program sends any, and files.
pub(super) fn content(from: &Person, body: &Body, files: Vec<Part>) -> Part {
    let charset = charset(from);
    let plain = Part::text("plain", charset, &body.plain);
    let text = match from.client {
        Client::Thunderbird | Client::Plain => plain,
        client => Part::Multi {
            subtype: "alternative",
            parts: vec![
                plain,
                Part::text("html", charset, &body::document(client, &body.html)),
            ],
        },
    };
    if files.is_empty() {
        return text;
    }
    Part::Multi {
        subtype: "mixed",
        parts: std::iter::once(text).chain(files).collect(),
    }
}

/// An invitation, or a guest's answer to it (RFC 6047 §2.4).
pub(super) fn calendar(from: &Person, body: &Body, slot: &Slot, answer: bool) -> Part {
    let method = if answer { "REPLY" } else { "REQUEST" };
    let object = slot.ics(answer.then_some(from));
    Part::Multi {
        subtype: "alternative",
        parts: vec![
            Part::text("plain", charset(from), &body.plain),
            Part::ascii(
                &format!("text/calendar; charset=utf-8; method={method}"),
                object,
            ),
        ],
    }
}

/// What a program writes where it may choose.
fn charset(person: &Person) -> &'static Encoding {
    match (person.client, person.language) {
        (Client::Outlook, Language::German | Language::French | Language::Spanish) => WINDOWS_1252,
        (Client::Plain, Language::Japanese) => ISO_2022_JP,
        (Client::Thunderbird, Language::Greek) => ISO_8859_7,
        _ => UTF_8,
    }
}

fn program(client: Client) -> Option<(&'static str, String)> {
    let (name, value) = match client {
        Client::Gmail | Client::Outlook => return None,
        Client::AppleMail => ("X-Mailer", "Apple Mail (2.3826.700.81)"),
        Client::IPhone => ("X-Mailer", "iPhone Mail (22G86)"),
        Client::Thunderbird => ("User-Agent", "Mozilla Thunderbird"),
        Client::Plain => ("User-Agent", "Mutt/2.2.13 (2024-03-09)"),
    };
    Some((name, value.to_owned()))
}

/// A Message-ID of the form that the person's program gives it.
pub(super) fn message_id(person: &Person, random: &mut Random) -> String {
    let domain = person.domain();
    match person.client {
        Client::Gmail => format!("CA+{}@mail.{domain}", random.hex(28)),
        Client::Outlook => {
            let (name, host) = (random.hex(24), random.hex(6));
            format!(
                "{}@{}.prod.{domain}",
                name.to_uppercase(),
                host.to_uppercase()
            )
        }
        _ => {
            let parts = [8, 4, 4, 4, 12].map(|digits| random.hex(digits));
            format!("{}@{domain}", parts.join("-"))
        }
    }
}
