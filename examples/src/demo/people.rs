//! Who writes: the team, its customers, and the machines around them.

use std::sync::LazyLock;

use chrono::FixedOffset;

/// The two teammates whose inboxes there are, by their keys.
pub(super) const TEAM: [&str; 2] = ["anna", "max"];

/// Somebody with an address. One person may have two of them, and then is two
/// of these.
#[derive(Debug)]
pub(super) struct Person {
    /// As the scripts call them.
    pub(super) key: &'static str,
    pub(super) name: String,
    pub(super) address: String,
    pub(super) client: Client,
    pub(super) language: Language,
    pub(super) offset: FixedOffset,
    /// Below every mail; the lines.
    pub(super) signature: Vec<&'static str>,
}

/// The mail program: how it quotes, and what it says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    Gmail,
    Outlook,
    AppleMail,
    IPhone,
    Thunderbird,
    /// Plain text only.
    Plain,
}

/// The language of a mail program, and mostly of who uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    German,
    French,
    Spanish,
    Greek,
    Japanese,
}

impl Person {
    pub(super) fn domain(&self) -> &str {
        self.address
            .rsplit_once('@')
            .map_or("", |(_, domain)| domain)
    }

    pub(super) fn is_team(&self) -> bool {
        TEAM.contains(&self.key)
    }
}

/// Everybody, one a line: `key | name | address | program | language | hours
/// east of UTC | signature, its lines divided by " / "`.
static PEOPLE: LazyLock<Vec<Person>> = LazyLock::new(|| {
    let lines = include_str!("text/people.txt").lines();
    lines.filter_map(read).collect()
});

fn read(line: &'static str) -> Option<Person> {
    let mut columns = line.split('|').map(str::trim);
    Some(Person {
        key: columns.next()?,
        name: columns.next()?.to_owned(),
        address: columns.next()?.to_owned(),
        client: match columns.next()? {
            "gmail" => Client::Gmail,
            "outlook" => Client::Outlook,
            "apple" => Client::AppleMail,
            "iphone" => Client::IPhone,
            "thunderbird" => Client::Thunderbird,
            "plain" => Client::Plain,
            _ => return None,
        },
        language: match columns.next()? {
            "en" => Language::English,
            "de" => Language::German,
            "fr" => Language::French,
            "es" => Language::Spanish,
            "el" => Language::Greek,
            "ja" => Language::Japanese,
            _ => return None,
        },
        offset: FixedOffset::east_opt(columns.next()?.parse::<i32>().ok()? * 3600)?,
        signature: match columns.next()? {
            "" => Vec::new(),
            lines => lines.split(" / ").collect(),
        },
    })
}

/// Whom the scripts call by this key.
pub(super) fn by_key(key: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.key == key)
}

/// Whose address this is.
pub(super) fn by_address(address: &str) -> Option<&'static Person> {
    let same = |person: &&Person| person.address.eq_ignore_ascii_case(address);
    PEOPLE.iter().find(same)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_is_a_person_with_a_key_and_an_address_of_their_own() {
        let lines = include_str!("text/people.txt").lines();
        assert_eq!(PEOPLE.len(), lines.count());
        let keys: BTreeSet<_> = PEOPLE.iter().map(|person| person.key).collect();
        let addresses: BTreeSet<_> = PEOPLE.iter().map(|person| &person.address).collect();
        assert_eq!(keys.len(), PEOPLE.len());
        assert_eq!(addresses.len(), PEOPLE.len());
        for person in PEOPLE.iter() {
            let invented = [".example", ".test"]
                .iter()
                .any(|end| person.domain().ends_with(end));
            assert!(invented, "{} might be somebody's", person.address);
        }
        for key in TEAM {
            assert!(by_key(key).is_some_and(Person::is_team));
        }
    }
}
