//! The words of attributions: `On … wrote:`.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// First words of an attribution, before the date. Together with a digit on
/// the same line only: alone most of them are anything.
const OPENERS: &[&str] = &[
    // "On", "Am", "Le" …
    "on", "at", "am", "le", "el", "en", "il", "op", "w", "dnia", "em", "às", "no", "den", "dne",
    "dňa", "på", "v", "la", "în", "in", "στις", "на", "у", "vào", "pada", "a(z)", "dana", "ar",
    "em:", "datum", "quoting", "zitat",
    // Weekdays in short, as Gmail begins with them.
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "lun", "mar", "mer", "mié", "jeu", "jue",
    "ven", "vie", "sam", "sáb", "sab", "dim", "dom", "gio", "ma", "di", "wo", "do", "vr", "za",
    "zo", "ti", "ke", "to", "pe", "su", "pon", "wt", "śr", "czw", "pt", "sob", "niedz", "seg",
    "ter", "qua", "qui", "sex", "пн", "вт", "ср", "чт", "пт", "сб", "вс", "нд", "mån", "tis",
    "ons", "tors", "tor", "fre", "lör", "lør", "sön", "søn", "man", "tir", "po", "út", "st", "čt",
    "pá", "so", "ne", "ut", "št", "pi", "uto", "sri", "čet", "pet", "ned", "paz", "pzt", "sal",
    "çar", "per", "cum", "cmt", "joi", "mie", "vin", "sâm", "dum", "δευ", "τρι", "τετ", "πεμ",
    "παρ", "σαβ", "κυρ",
];

/// How weekdays begin where they are written out.
const WEEKDAYS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "lunes",
    "martes",
    "miércoles",
    "jueves",
    "viernes",
    "sábado",
    "domingo",
    "lunedì",
    "martedì",
    "mercoledì",
    "giovedì",
    "venerdì",
    "sabato",
    "domenica",
    "segunda",
    "terça",
    "quarta",
    "quinta",
    "sexta",
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
    "ponied",
    "wtorek",
    "środa",
    "czwart",
    "piątek",
    "sobota",
    "niedziela",
    "понед",
    "вторн",
    "среда",
    "среду",
    "четв",
    "пятни",
    "субб",
    "воскр",
    "вівто",
    "серед",
    "пятн",
    "п'ятн",
    "неділ",
    "måndag",
    "tisdag",
    "onsdag",
    "torsdag",
    "fredag",
    "lördag",
    "söndag",
    "mandag",
    "tirsdag",
    "lørdag",
    "søndag",
    "maanantai",
    "tiistai",
    "keskiviikko",
    "torstai",
    "perjantai",
    "lauantai",
    "sunnuntai",
    "pondělí",
    "úterý",
    "středa",
    "čtvrtek",
    "pátek",
    "neděle",
];

/// The same in scripts whose words run together.
const OPENERS_INSIDE: &[char] = &['在', '于', '於'];

/// The act of writing. Those that are words of their own: `wrote`.
const VERBS: &[&str] = &[
    "wrote",
    "writes",
    "schrieb",
    "geschrieben",
    "écrit",
    "escribió",
    "escribio",
    "escrito",
    "scritto",
    "scrive",
    "schreef",
    "geschreven",
    "napisał",
    "napisała",
    "napisana",
    "napisano",
    "napisal",
    "pisze",
    "escreveu",
    "написал",
    "написала",
    "написано",
    "пишет",
    "написав",
    "пише",
    "skrev",
    "kirjoitti",
    "napsal",
    "napsala",
    "napsal(a)",
    "napísal",
    "yazdı",
    "yazmış",
    "сообщил",
    "írta",
    "scris",
    "έγραψε",
    "написа",
    "napisao",
    "napisala",
    "napisal(a)",
    "viết",
    "menulis",
    "escriure",
    "escrigué",
    "rašė",
    "rakstīja",
    "kirjutas",
    "raakste",
    "zitat von",
    "quoting",
    "citando",
    "citeren",
    "citerar",
];

/// The act of writing, where words run together.
const VERBS_INSIDE: &[&str] = &[
    "写道",
    "寫道",
    "写到",
    "のメール",
    "書きました",
    "書き込み",
    "님이 작성",
    "님이 쓴",
    "작성",
    "쓴 글",
    "さんは",
];

/// The longest where one begins like another: `пише`, `пишет`.
static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::LeftmostLongest);
    builder.build(VERBS.iter().chain(VERBS_INSIDE)).ok()
});

/// Whether a line begins as an attribution does; a digit must be on it too.
pub(in crate::reply) fn has_opener(line: &str) -> bool {
    let line = line.trim_start_matches(['-', '*', '_', ' ', '(', '[']);
    if line.starts_with(OPENERS_INSIDE) {
        return true;
    }
    let end = line.find(|c: char| c.is_whitespace() || matches!(c, ',' | '.'));
    let first = line.get(..end.unwrap_or(line.len())).unwrap_or_default();
    // The longest weekday has 12 letters.
    if first.is_empty() || first.len() > 24 {
        return false;
    }
    let first = first.to_lowercase();
    OPENERS.contains(&first.as_str()) || WEEKDAYS.iter().any(|day| first.starts_with(day))
}

/// Where in a body the act of writing is named, in ascending order: one pass
/// for the whole of it.
pub(in crate::reply) fn verbs(body: &str) -> impl Iterator<Item = usize> + '_ {
    let found = FINDER.as_ref().map(|finder| finder.find_iter(body));
    found.into_iter().flatten().filter_map(|found| {
        let (start, end) = (found.start(), found.end());
        let before = body.get(..start)?.chars().next_back();
        let after = body.get(end..)?.chars().next();
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let apart = found.pattern().as_usize() < VERBS.len();
        (!apart || (!letter(before) && !letter(after))).then_some(start)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_words() {
        assert_eq!(verbs("Ann wrote:").count(), 1);
        assert_eq!(verbs("overwrote it").count(), 0);
        assert_eq!(verbs("Ann 写道：").count(), 1);
        assert_eq!(verbs("He said").count(), 0);
    }
}
