//! Being the customer: what their mail program would send.

use chrono::{DateTime, FixedOffset};
use inboxlink_message::{Message, parse, text_for_reading};
use inboxlink_model::{Mailbox, Timestamp};

use super::body::{self, html_of};
use super::compose::Part;
use super::letter::{self, Letter};
use super::people::{self, Client, Language, Person};
use super::quote::{self, Shown};
use super::random::Random;
use super::script::Quote;
use super::{DOMAIN, machine};

/// What the customer's mail program sends when they answer a mail of ours:
/// `Re:`, In-Reply-To, References, the quoted text, the customer's own
/// signature and character set. `number` must be another one for each mail
/// made at the same `now`: with it the Message-ID is made.
///
/// `None` if the mail names no recipient outside the company, so that there is
/// nobody to answer.
pub fn customer_reply(outbound: &[u8], text: &str, now: Timestamp, number: u64) -> Option<Vec<u8>> {
    let answer = Answer::new(outbound, now, number)?;
    let customer = &answer.customer;
    let body = body::body(customer, text, Quote::Whole, Some(&answer.shown));
    let content = letter::content(customer, &body, Vec::new());
    let subject = format!(
        "{}{}",
        quote::reply_prefix(customer),
        quote::base_subject(&answer.shown.subject)
    );
    Some(answer.bytes(subject, Vec::new(), &content))
}

/// What the customer's mail program sends by itself while they are away:
/// `Automatic reply: …` in their language, Auto-Submitted, and a text without
/// a quote. `number` and `None` as for [`customer_reply`].
pub fn out_of_office(outbound: &[u8], text: &str, now: Timestamp, number: u64) -> Option<Vec<u8>> {
    let answer = Answer::new(outbound, now, number)?;
    let customer = &answer.customer;
    let text = format!("{text}\n\n{}", customer.signature.join("\n"));
    let content = Part::text("plain", encoding_rs::UTF_8, text.trim_end());
    let subject = format!(
        "{}{}",
        machine::auto_reply_prefix(customer.language),
        quote::base_subject(&answer.shown.subject)
    );
    Some(answer.bytes(subject, machine::auto_reply_headers(customer), &content))
}

/// Who answers what.
struct Answer {
    customer: Person,
    teammate: Person,
    shown: Shown,
    chain: Vec<String>,
    at: DateTime<FixedOffset>,
    id: String,
    number: u64,
}

impl Answer {
    fn new(outbound: &[u8], now: Timestamp, number: u64) -> Option<Self> {
        let mail = parse(outbound, None);
        let outside = |it: &&Mailbox| it.address.domain() != DOMAIN;
        let customer = person(mail.recipients().find(outside)?);
        let at = DateTime::from_timestamp_millis(now.0)?.with_timezone(&customer.offset);
        let ids = mail.references.iter().chain(&mail.message_id);
        Some(Self {
            teammate: person(mail.author()?),
            shown: shown(&mail, at),
            chain: ids.map(|id| id.as_str().to_owned()).collect(),
            at,
            id: format!("{:x}.{number}@{}", now.0, customer.domain()),
            customer,
            number,
        })
    }

    fn bytes(
        &self,
        subject: String,
        headers: Vec<(&'static str, String)>,
        content: &Part,
    ) -> Vec<u8> {
        let letter = Letter {
            from: &self.customer,
            to: vec![&self.teammate],
            cc: Vec::new(),
            subject,
            at: self.at,
            id: self.id.clone(),
            chain: self.chain.clone(),
            headers,
        };
        let mut random = Random::new(self.number ^ self.at.timestamp().unsigned_abs());
        letter.bytes(content, &mut random).into_bytes()
    }
}

/// Somebody of the demo mailbox, or a stranger with an ordinary mail program.
fn person(mailbox: &Mailbox) -> Person {
    let known = people::by_address(mailbox.address.as_str());
    let name = match (known, mailbox.name.is_empty()) {
        (Some(known), _) => known.name.clone(),
        (None, true) => mailbox.address.local().to_owned(),
        (None, false) => mailbox.name.clone(),
    };
    Person {
        key: "",
        name,
        address: mailbox.address.as_str().to_owned(),
        client: known.map_or(Client::Gmail, |it| it.client),
        language: known.map_or(Language::English, |it| it.language),
        offset: known
            .map_or(FixedOffset::east_opt(0), |it| Some(it.offset))
            .unwrap_or_else(utc),
        signature: known.map_or_else(Vec::new, |it| it.signature.clone()),
    }
}

fn utc() -> FixedOffset {
    chrono::Offset::fix(&chrono::Utc)
}

fn shown(mail: &Message, fallback: DateTime<FixedOffset>) -> Shown {
    let author = mail.author();
    let date = mail
        .date
        .and_then(|date| DateTime::from_timestamp_millis(date.at.0));
    let plain = text_for_reading(mail).trim_end().to_owned();
    let to: Vec<String> = mail
        .to
        .iter()
        .map(|it| it.address.as_str().to_owned())
        .collect();
    Shown {
        name: author.map(|it| person(it).name).unwrap_or_default(),
        address: author
            .map(|it| it.address.as_str().to_owned())
            .unwrap_or_default(),
        at: date.map_or(fallback, |at| at.with_timezone(fallback.offset())),
        to: to.join("; "),
        subject: mail.subject.clone(),
        html: html_of(Client::Gmail, &plain),
        plain,
    }
}
