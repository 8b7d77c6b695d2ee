//! Playing the scripts: every line becomes a mail, at its time, in the
//! mailboxes of those who have it.

use chrono::{DateTime, Datelike as _, Duration, FixedOffset, Timelike as _, Utc, Weekday};
use inboxlink_model::{Class, Timestamp};

use super::body;
use super::compose::Part;
use super::files::{self, Slot};
use super::letter::{self, Letter};
use super::machine;
use super::people::{self, Person, TEAM};
use super::quote::{self, Shown};
use super::random::Random;
use super::script::{Kind, Line, Quote, Thread, When};
use super::{DOMAIN, DemoMail};

/// Nothing is younger than this: what the newcomer sees arrive is their own.
const QUIET: Duration = Duration::hours(2);

/// Plays all threads; one's mails have its number.
pub(super) struct Stage {
    random: Random,
    now: DateTime<Utc>,
    conversations: usize,
    pub(super) mails: Vec<DemoMail>,
}

/// A mail of the thread that others may answer.
struct Played {
    id: String,
    shown: Shown,
    /// Its headers, for the bounce that reports on it.
    head: String,
    to: &'static Person,
    slot: Option<Slot>,
}

impl Stage {
    pub(super) fn new(seed: u64, now: Timestamp) -> Self {
        Self {
            random: Random::new(seed),
            now: DateTime::from_timestamp_millis(now.0).unwrap_or_default(),
            conversations: 0,
            mails: Vec::new(),
        }
    }

    /// Plays one thread.
    pub(super) fn play(&mut self, thread: &Thread) {
        let times = self.times(thread);
        let begins = times.first().map_or(self.now, |at| at.to_utc());
        // Old matters are filed away, some of them.
        let filed = self.now - begins > Duration::days(120) && self.random.between(0, 9) < 6;
        let mut played: Vec<Played> = Vec::new();
        for (line, at) in thread.mails.iter().zip(times) {
            let alone = matches!(line.kind, Kind::Newsletter | Kind::Notice) || line.fresh;
            if alone {
                played.clear();
            }
            if played.is_empty() {
                self.conversations += 1;
            }
            self.mail(thread, line, at, filed, &mut played);
        }
    }

    fn mail(
        &mut self,
        thread: &Thread,
        line: &Line,
        at: DateTime<FixedOffset>,
        filed: bool,
        played: &mut Vec<Played>,
    ) {
        let person = |key: &&'static str| people::by_key(key);
        let Some(from) = people::by_key(line.from) else {
            return;
        };
        let to: Vec<&'static Person> = line.to.iter().filter_map(person).collect();
        let Some(first) = to.first().copied() else {
            return;
        };
        let before = played.last();
        let chain: Vec<String> = played.iter().map(|it| it.id.clone()).collect();
        let mut mail = Letter {
            from,
            to,
            cc: line.cc.iter().filter_map(person).collect(),
            subject: subject(thread, line, from, before),
            at,
            id: letter::message_id(from, &mut self.random),
            chain,
            headers: Vec::new(),
        };
        let mut body = body::body(from, &line.text, line.quote, before.map(|it| &it.shown));
        let attached = || line.attach.iter().map(|name| files::file(name)).collect();
        let mut slot = None;
        let content = match line.kind {
            Kind::Letter => letter::content(from, &body, attached()),
            Kind::List => {
                mail.headers = machine::list_headers(first);
                letter::content(from, &body, attached())
            }
            Kind::OutOfOffice => {
                mail.headers = machine::auto_reply_headers(from);
                body = body::body(from, &line.text, Quote::Nothing, None);
                Part::text("plain", encoding_rs::UTF_8, &body.plain)
            }
            Kind::Newsletter | Kind::Notice => {
                mail.headers = match line.kind {
                    Kind::Newsletter => machine::newsletter_headers(from, &self.random.hex(12)),
                    _ => vec![("Auto-Submitted", "auto-generated".to_owned())],
                };
                body = machine::designed(from, &line.text);
                letter::content(from, &body, attached())
            }
            Kind::Bounce { status } => {
                let Some(before) = before else { return };
                mail.headers = vec![("Auto-Submitted", "auto-replied".to_owned())];
                machine::bounce(from, before.to, status, &before.head, &before.shown)
            }
            Kind::Invite(meeting) => {
                let uid = format!("{}@{}", self.random.hex(20), from.domain());
                let guests = mail.to.iter().chain(&mail.cc).copied().collect();
                let new = Slot::new(meeting, at, uid, mail.subject.clone(), from, guests);
                let content = letter::calendar(from, &body, &new, false);
                slot = Some(new);
                content
            }
            Kind::Accept => {
                let Some(slot) = before.and_then(|it| it.slot.as_ref()) else {
                    return;
                };
                letter::calendar(from, &body, slot, true)
            }
        };
        let text = mail.bytes(&content, &mut self.random);
        self.deliver(line, &mail, &text, filed);
        if !matches!(
            line.kind,
            Kind::OutOfOffice | Kind::Bounce { .. } | Kind::Accept
        ) {
            let head = text.split("\r\n\r\n").next().unwrap_or_default();
            played.push(Played {
                shown: mail.shown(&body),
                id: mail.id,
                head: format!("{head}\r\n"),
                to: first,
                slot,
            });
        }
    }

    /// Puts a copy into the mailbox of each teammate who has it.
    fn deliver(&mut self, line: &Line, mail: &Letter<'_>, text: &str, filed: bool) {
        let class = match line.kind {
            // What Exchange or a server says in our name is still no letter.
            Kind::Bounce { .. } => Class::Bounce,
            Kind::Invite(_) | Kind::Accept => Class::Calendar,
            _ if mail.from.is_team() => Class::Team,
            Kind::Letter => Class::Human,
            Kind::OutOfOffice => Class::AutoReply,
            Kind::Newsletter | Kind::Notice => Class::Notification,
            Kind::List => Class::List,
        };
        for key in TEAM {
            let Some(account) = people::by_key(key) else {
                continue;
            };
            let has = |people: &[&Person]| people.iter().any(|person| person.key == key);
            let sent = mail.from.key == key;
            // Anna reads the mailing list.
            let listed = line.kind == Kind::List && key == "anna";
            if !sent
                && (!(has(&mail.to) || has(&mail.cc) || listed) || line.folder == Some("Drafts"))
            {
                continue;
            }
            let delay = self.random.between(2, 40);
            let received = if sent {
                mail.at.to_utc()
            } else {
                mail.at.to_utc() + Duration::seconds(delay)
            };
            let folder = match line.folder {
                Some(folder) => folder,
                None if sent => "Sent",
                None if filed => "Archive",
                None => "INBOX",
            };
            let on_top = if sent {
                String::new()
            } else {
                self.trace(line, mail, account, received)
            };
            self.mails.push(DemoMail {
                account: account.address.clone(),
                folder: folder.to_owned(),
                raw: format!("{on_top}{text}").into_bytes(),
                received: Timestamp(received.timestamp_millis()),
                flags: flags(line, sent, folder, self.now - received),
                class,
                conversation: self.conversations,
            });
        }
    }

    /// The headers that delivery adds.
    fn trace(&mut self, line: &Line, mail: &Letter<'_>, to: &Person, at: DateTime<Utc>) -> String {
        let path = match line.kind {
            Kind::OutOfOffice | Kind::Bounce { .. } => "",
            _ => &mail.from.address,
        };
        let domain = mail.from.domain();
        format!(
            "Return-Path: <{path}>\r\nDelivered-To: {}\r\n\
             Received: from mail.{domain} (mail.{domain} [192.0.2.{}])\r\n\tby mx.{DOMAIN} with ESMTPS id {};\r\n\t{}\r\n",
            to.address,
            self.random.between(1, 254),
            self.random.hex(12),
            at.to_rfc2822(),
        )
    }

    /// When each mail of a thread was written. A thread that would end in the
    /// future began that many days earlier.
    fn times(&mut self, thread: &Thread) -> Vec<DateTime<FixedOffset>> {
        let mut times: Vec<DateTime<FixedOffset>> = Vec::new();
        for line in &thread.mails {
            let offset =
                people::by_key(line.from).map_or(FixedOffset::east_opt(0), |it| Some(it.offset));
            let Some(offset) = offset else { continue };
            let last = times.last().copied();
            times.push(self.time(line, last, offset));
        }
        let latest = self.now - QUIET;
        let over = times.iter().map(|at| at.to_utc() - latest).max();
        if let Some(over) = over.filter(|over| *over > Duration::zero()) {
            let days = Duration::days(over.num_days() + 1);
            times.iter_mut().for_each(|at| *at -= days);
        }
        times
    }

    fn time(
        &mut self,
        line: &Line,
        last: Option<DateTime<FixedOffset>>,
        offset: FixedOffset,
    ) -> DateTime<FixedOffset> {
        let seconds = Duration::seconds(self.random.between(0, 59));
        let by_hand = matches!(line.kind, Kind::Letter | Kind::List | Kind::Invite(_));
        let at = match line.when {
            When::Ago(days, hour, minute) => {
                let day = self.now.with_timezone(&offset) - Duration::days(days);
                let mut at =
                    clock(day, hour, minute) + Duration::minutes(self.random.between(0, 9));
                while by_hand && is_weekend(at) {
                    at -= Duration::days(1);
                }
                at
            }
            When::Days(days) => {
                let day = last.unwrap_or_default().with_timezone(&offset) + Duration::days(days);
                let at = clock(day, 8, 5) + Duration::minutes(self.random.between(0, 560));
                if by_hand { to_working_day(at) } else { at }
            }
            When::Minutes(minutes) => {
                let later = minutes + self.random.between(0, minutes / 6);
                let at = last.unwrap_or_default().with_timezone(&offset) + Duration::minutes(later);
                let late = at.hour() >= 21 || at.hour() < 7;
                if by_hand && minutes >= 60 && late {
                    let day = if at.hour() >= 21 {
                        at + Duration::days(1)
                    } else {
                        at
                    };
                    to_working_day(
                        clock(day, 8, 0) + Duration::minutes(self.random.between(0, 100)),
                    )
                } else {
                    at
                }
            }
        };
        at + seconds
    }
}

fn clock(day: DateTime<FixedOffset>, hour: u32, minute: u32) -> DateTime<FixedOffset> {
    let at = day.date_naive().and_hms_opt(hour, minute, 0);
    at.and_then(|at| at.and_local_timezone(*day.offset()).single())
        .unwrap_or(day)
}

fn is_weekend(at: DateTime<FixedOffset>) -> bool {
    matches!(at.weekday(), Weekday::Sat | Weekday::Sun)
}

fn to_working_day(mut at: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    while is_weekend(at) {
        at += Duration::days(1);
    }
    at
}

fn subject(thread: &Thread, line: &Line, from: &Person, before: Option<&Played>) -> String {
    if let Some(subject) = line.subject {
        return subject.to_owned();
    }
    let Some(before) = before else {
        return thread.subject.to_owned();
    };
    let base = quote::base_subject(&before.shown.subject);
    match (line.kind, line.quote) {
        (Kind::OutOfOffice, _) => format!("{}{base}", machine::auto_reply_prefix(from.language)),
        (Kind::Bounce { .. }, _) => "Undelivered Mail Returned to Sender".to_owned(),
        (Kind::Accept, _) => format!("Accepted: {base}"),
        (_, Quote::Forward) => format!("{}{base}", quote::forward_prefix(from)),
        _ => format!("{}{base}", quote::reply_prefix(from)),
    }
}

fn flags(line: &Line, sent: bool, folder: &str, age: Duration) -> Vec<String> {
    let machine = !matches!(line.kind, Kind::Letter | Kind::Invite(_));
    let seen = sent || age > Duration::hours(20) && !(machine && folder == "Junk");
    let all = [
        (seen, "\\Seen"),
        (line.flagged, "\\Flagged"),
        (folder == "Drafts", "\\Draft"),
    ];
    let set = all.iter().filter(|(set, _)| *set);
    set.map(|(_, flag)| (*flag).to_owned()).collect()
}
