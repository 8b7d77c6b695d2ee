//! How mail programs show the mail that is answered or passed on.

use chrono::{DateTime, FixedOffset};

use super::dates;
use super::people::{Client, Language, Person};

/// A mail as those that answer it show it.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) at: DateTime<FixedOffset>,
    /// To, as people read it.
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) plain: String,
    /// What stands inside its body element.
    pub(super) html: String,
}

/// The line above a quote, in the words of the reader's mail program.
pub(super) fn attribution(reader: &Person, shown: &Shown) -> String {
    let (name, address) = (&shown.name, &shown.address);
    let at = shown.at.with_timezone(&reader.offset);
    let numbers = |pattern: &str| at.format(pattern).to_string();
    let dates::Words {
        weekday,
        month,
        day,
        year,
        twelve,
        clock,
    } = dates::words(at, reader.language);
    let apple = matches!(reader.client, Client::AppleMail | Client::IPhone);
    let thunderbird = reader.client == Client::Thunderbird;
    match reader.language {
        Language::English if apple => {
            format!("On {day} {month} {year}, at {clock}, {name} <{address}> wrote:")
        }
        Language::English if thunderbird => {
            format!("On {}, {name} wrote:", numbers("%d/%m/%Y %H:%M"))
        }
        Language::English => {
            format!("On {weekday}, {month} {day}, {year} at {twelve} {name} <{address}> wrote:")
        }
        Language::German if apple => {
            format!(
                "Am {} schrieb {name} <{address}>:",
                numbers("%d.%m.%Y um %H:%M")
            )
        }
        Language::German if thunderbird => {
            format!("Am {} schrieb {name}:", numbers("%d.%m.%y um %H:%M"))
        }
        Language::German => {
            format!(
                "Am {weekday}., {day}. {month} {year} um {clock} Uhr schrieb {name} <{address}>:"
            )
        }
        Language::French if thunderbird => {
            format!("Le {}, {name} a écrit :", numbers("%d/%m/%Y à %H:%M"))
        }
        Language::French => {
            format!("Le {weekday} {day} {month} {year} à {clock}, {name} <{address}> a écrit :")
        }
        Language::Spanish if apple => {
            format!("El {day} {month} {year}, a las {clock}, {name} <{address}> escribió:")
        }
        Language::Spanish => {
            format!(
                "El {weekday}, {day} {month} {year} a las {clock}, {name} (<{address}>) escribió:"
            )
        }
        Language::Greek => format!(
            "Στις {weekday} {day} {month} {year} στις {twelve} ο χρήστης {name} <{address}> έγραψε:"
        ),
        Language::Japanese => {
            format!("{year}年{month}月{day}日({weekday}) {clock} {name} <{address}>:")
        }
    }
}

/// The block of headers that Outlook puts above the mail before, and others
/// above one that is passed on: labels and values.
pub(super) fn block(reader: &Person, shown: &Shown) -> Vec<(&'static str, String)> {
    let labels = match reader.language {
        Language::German => ["Von:", "Gesendet:", "An:", "Betreff:"],
        Language::French => ["De :", "Envoyé :", "À :", "Objet :"],
        Language::Spanish => ["De:", "Enviado:", "Para:", "Asunto:"],
        Language::Greek => ["Από:", "Στάλθηκε:", "Προς:", "Θέμα:"],
        Language::Japanese => ["差出人:", "送信日時:", "宛先:", "件名:"],
        Language::English => ["From:", "Sent:", "To:", "Subject:"],
    };
    let at = shown.at.with_timezone(&reader.offset);
    let sent = match reader.language {
        Language::English => at.format("%A, %B %-d, %Y %-I:%M %p").to_string(),
        _ => {
            let words = dates::words(at, reader.language);
            format!(
                "{} {} {} {}",
                words.day, words.month, words.year, words.clock
            )
        }
    };
    let values = [
        format!("{} <{}>", shown.name, shown.address),
        sent,
        shown.to.clone(),
        shown.subject.clone(),
    ];
    labels.into_iter().zip(values).collect()
}

/// What a phone adds below what was typed.
pub(super) fn sent_from_phone(language: Language) -> &'static str {
    match language {
        Language::English => "Sent from my iPhone",
        Language::German => "Von meinem iPhone gesendet",
        Language::French => "Envoyé de mon iPhone",
        Language::Spanish => "Enviado desde mi iPhone",
        Language::Greek => "Στάλθηκε από το iPhone μου",
        Language::Japanese => "iPhoneから送信",
    }
}

/// What stands before the subject of a mail that is passed on.
pub(super) fn forward_prefix(reader: &Person) -> &'static str {
    match (reader.client, reader.language) {
        (Client::Outlook, Language::German) => "WG: ",
        (Client::Outlook, Language::French) => "TR : ",
        (Client::Outlook, Language::Spanish) => "RV: ",
        (Client::Outlook, _) => "FW: ",
        _ => "Fwd: ",
    }
}

/// What stands before the subject of an answer.
pub(super) fn reply_prefix(reader: &Person) -> &'static str {
    match (reader.client, reader.language) {
        (Client::Outlook | Client::AppleMail, Language::German) => "AW: ",
        (Client::Outlook, Language::French) => "RE : ",
        (Client::Outlook, _) => "RE: ",
        _ => "Re: ",
    }
}

/// A subject without what answering and passing on put before it.
pub(super) fn base_subject(mut subject: &str) -> &str {
    const PREFIXES: [&str; 11] = [
        "Re: ", "RE: ", "RE : ", "AW: ", "Aw: ", "Fwd: ", "FW: ", "WG: ", "TR : ", "RV: ", "TR: ",
    ];
    while let Some(rest) = PREFIXES
        .iter()
        .find_map(|prefix| subject.strip_prefix(prefix))
    {
        subject = rest;
    }
    subject
}
