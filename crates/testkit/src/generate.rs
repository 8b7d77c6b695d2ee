//! Small believable mails: an owner's conversations with people at example
//! domains, with threads, quotes, HTML, attachments and newsletters.

mod text;

use crate::random::Random;

/// Whose mailbox [`generate`] makes: the author of its outbound mails, the
/// recipient of all others.
pub const OWNER: &str = "anna@example.com";

const FIRST: [&str; 12] = [
    "Bruno", "Clara", "Dmitri", "Elif", "Fiona", "Georg", "Hana", "Ines", "Jonas", "Karin", "Liam",
    "Mei",
];
const LAST: [&str; 12] = [
    "Albers",
    "Bianchi",
    "Costa",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Gomez",
    "Haddad",
    "Ito",
    "Jansen",
    "Kowalski",
    "Lindqvist",
];
const DOMAINS: [&str; 4] = [
    "example.org",
    "example.net",
    "corp.example.org",
    "shop.example.net",
];

/// The first mail's time; the others follow in order.
const START: u64 = 1_736_150_400; // 2025-01-06T08:00:00Z

/// How many conversations go on at a time.
const LIVELY: usize = 20;

struct Person {
    name: String,
    address: String,
}

/// A conversation so far: enough to answer it.
struct Thread {
    person: usize,
    subject: String,
    ids: Vec<String>,
    last_body: String,
    last_by_owner: bool,
}

/// Makes `count` mails, oldest first; the same for the same `seed`, byte for
/// byte. Lines end in CRLF. About two in five are from [`OWNER`]; a thread's
/// mails answer each other by In-Reply-To and References.
#[must_use]
pub fn generate(count: usize, seed: u64) -> Vec<Vec<u8>> {
    mails(seed).take(count).collect()
}

/// The mails of [`generate`] one by one, without end.
pub fn mails(seed: u64) -> impl Iterator<Item = Vec<u8>> {
    let mut writer = Writer {
        random: Random::new(seed),
        threads: Vec::new(),
        clock: START,
        seed,
    };
    (0..).map(move |number| writer.next(number))
}

fn person(index: usize) -> Person {
    let first = FIRST.get(index % 12).copied().unwrap_or("Noor");
    let last = LAST
        .get((index / 12 + index) % 12)
        .copied()
        .unwrap_or("Moreau");
    let domain = DOMAINS.get(index % 4).copied().unwrap_or("example.org");
    // Beyond the first round names repeat, as they do; addresses don't.
    let round = index / 144;
    let suffix = if round == 0 {
        String::new()
    } else {
        round.to_string()
    };
    Person {
        name: format!("{first} {last}"),
        address: format!("{first}.{last}{suffix}@{domain}").to_lowercase(),
    }
}

struct Writer {
    random: Random,
    threads: Vec<Thread>,
    clock: u64,
    seed: u64,
}

impl Writer {
    fn next(&mut self, number: usize) -> Vec<u8> {
        self.clock += 60 + self.random.below(7200) as u64;
        let id = format!("{number}.{}@mail.example.com", self.seed);
        if self.random.chance(8) {
            return self.newsletter(number, &id);
        }
        let thread = if self.threads.is_empty() || self.random.chance(40) {
            self.open_thread(number)
        } else {
            self.random.below(self.threads.len())
        };
        self.letter(thread, id)
    }

    fn open_thread(&mut self, number: usize) -> usize {
        // Only so many conversations are lively at a time.
        if self.threads.len() >= LIVELY {
            self.threads.remove(0);
        }
        // New people keep coming, ever fewer of them strangers.
        let person = self.random.below(3 + number / 10);
        self.threads.push(Thread {
            person,
            subject: text::subject(&mut self.random),
            ids: Vec::new(),
            last_body: String::new(),
            last_by_owner: self.random.chance(60),
        });
        self.threads.len() - 1
    }

    fn letter(&mut self, index: usize, id: String) -> Vec<u8> {
        let random = &mut self.random;
        let Some(thread) = self.threads.get_mut(index) else {
            return Vec::new();
        };
        let person = person(thread.person);
        let by_owner = !thread.last_by_owner;
        let theirs = format!("{} <{}>", person.name, person.address);
        let owners = format!("Anna Owner <{OWNER}>");
        let (from, to) = if by_owner {
            (owners, theirs)
        } else {
            (theirs, owners)
        };
        let author = if by_owner {
            "Anna"
        } else {
            person.name.split(' ').next().unwrap_or("")
        };

        let mut body = text::greeting_and_prose(random);
        body.push_str(&format!("\r\n\r\nBest,\r\n{author}\r\n"));
        let new_text = body.clone();
        let mut fields = String::new();
        let mut subject = thread.subject.clone();
        if let Some(parent) = thread.ids.last() {
            subject = format!("Re: {subject}");
            let start = thread.ids.len().saturating_sub(10);
            let known = thread.ids.iter().skip(start);
            let references: Vec<String> = known.map(|id| format!("<{id}>")).collect();
            fields.push_str(&format!("In-Reply-To: <{parent}>\r\n"));
            fields.push_str(&format!("References: {}\r\n", references.join("\r\n ")));
            body.push_str(&text::quote(&to, &thread.last_body));
        }
        let head = format!(
            "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {}\r\n\
             Message-ID: <{id}>\r\n{fields}MIME-Version: 1.0\r\n",
            text::date(self.clock)
        );
        thread.ids.push(id);
        thread.last_body = new_text;
        thread.last_by_owner = by_owner;

        let content = if random.chance(35) {
            text::alternative(&body)
        } else {
            format!("Content-Type: text/plain; charset=utf-8\r\n\r\n{body}")
        };
        let content = if random.chance(10) {
            text::with_attachment(random, &content)
        } else {
            content
        };
        (head + &content).into_bytes()
    }

    fn newsletter(&mut self, number: usize, id: &str) -> Vec<u8> {
        let body = text::prose(&mut self.random, 12);
        format!(
            "From: Example Weekly <news@letters.example.net>\r\nTo: {OWNER}\r\n\
             Subject: Example Weekly, issue {number}\r\nDate: {}\r\nMessage-ID: <{id}>\r\n\
             List-Id: <weekly.letters.example.net>\r\n\
             List-Unsubscribe: <mailto:leave@letters.example.net>\r\n\
             Precedence: bulk\r\nMIME-Version: 1.0\r\n{}",
            text::date(self.clock),
            text::alternative(&body)
        )
        .into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn texts(count: usize) -> Vec<String> {
        let mails = generate(count, 7).into_iter();
        mails.map(|mail| String::from_utf8(mail).unwrap()).collect()
    }

    fn field<'a>(mail: &'a str, name: &str) -> Option<&'a str> {
        let head = mail.split("\r\n\r\n").next()?;
        head.lines().find_map(|line| line.strip_prefix(name))
    }

    #[test]
    fn ids_are_unique_and_replies_cite_earlier_mails() {
        let mut seen = BTreeSet::new();
        let mut replies = 0;
        for mail in texts(300) {
            if let Some(parent) = field(&mail, "In-Reply-To: ") {
                assert!(seen.contains(parent), "{parent} comes later");
                replies += 1;
            }
            assert!(seen.insert(field(&mail, "Message-ID: ").unwrap().to_owned()));
        }
        assert!((100..250).contains(&replies), "{replies} replies");
    }

    #[test]
    fn both_directions_attachments_and_lists_occur() {
        let mails = texts(300);
        let count = |f: &dyn Fn(&String) -> bool| mails.iter().filter(|mail| f(mail)).count();
        let outbound = count(&|mail| field(mail, "From: ").unwrap().contains(OWNER));
        assert!((80..200).contains(&outbound), "{outbound} outbound");
        assert!(count(&|mail| mail.contains("filename=")) > 10);
        assert!(count(&|mail| field(mail, "List-Id: ").is_some()) > 10);
    }

    #[test]
    fn lines_are_short_and_end_in_crlf() {
        for mail in texts(100) {
            assert!(!mail.replace("\r\n", "").contains(['\r', '\n']));
            assert!(mail.lines().all(|line| line.len() < 998));
        }
    }
}
