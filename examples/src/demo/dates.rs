//! Dates as mail programs write them above what they quote.

use chrono::{DateTime, Datelike as _, FixedOffset, Timelike as _};

use super::people::Language;

/// A date's pieces in a language.
pub(super) struct Words {
    pub(super) weekday: &'static str,
    pub(super) month: &'static str,
    pub(super) day: u32,
    pub(super) year: i32,
    /// `9:14 AM`
    pub(super) twelve: String,
    /// `09:14`
    pub(super) clock: String,
}

/// The pieces of a date.
pub(super) fn words(at: DateTime<FixedOffset>, language: Language) -> Words {
    let (weekdays, months) = names(language);
    let pick = |names: &'static str, index: u32| {
        let index = usize::try_from(index).unwrap_or_default();
        names.split(' ').nth(index).unwrap_or_default()
    };
    let (afternoon, hour) = at.hour12();
    let half = match (language, afternoon) {
        (Language::Greek, false) => "π.μ.",
        (Language::Greek, true) => "μ.μ.",
        (_, false) => "AM",
        (_, true) => "PM",
    };
    Words {
        weekday: pick(weekdays, at.weekday().num_days_from_monday()),
        month: pick(months, at.month0()),
        day: at.day(),
        year: at.year(),
        twelve: format!("{hour}:{:02} {half}", at.minute()),
        clock: at.format("%H:%M").to_string(),
    }
}

/// Weekdays from Monday, and months.
fn names(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::English => (
            "Mon Tue Wed Thu Fri Sat Sun",
            "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        ),
        Language::German => (
            "Mo Di Mi Do Fr Sa So",
            "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
        ),
        Language::French => (
            "lun. mar. mer. jeu. ven. sam. dim.",
            "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        ),
        Language::Spanish => (
            "lun mar mié jue vie sáb dom",
            "ene feb mar abr may jun jul ago sept oct nov dic",
        ),
        Language::Greek => (
            "Δευ Τρί Τετ Πέμ Παρ Σάβ Κυρ",
            "Ιαν Φεβ Μαρ Απρ Μαΐ Ιουν Ιουλ Αυγ Σεπ Οκτ Νοε Δεκ",
        ),
        Language::Japanese => ("月 火 水 木 金 土 日", "1 2 3 4 5 6 7 8 9 10 11 12"),
    }
}
