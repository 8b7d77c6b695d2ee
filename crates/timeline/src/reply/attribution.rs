//! The line that says whose words follow: `On … wrote:`.

use super::lines::Line;
use crate::limits::{ATTRIBUTION_LINES, MARKER_LINE_BYTES};

/// An attribution found at a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attribution {
    /// How many lines it takes.
    pub(super) lines: usize,
    /// Whether it shows by itself that a quote follows. Where not, quoted
    /// lines must follow.
    pub(super) certain: bool,
}

/// The attribution that begins at the first of `lines`, if one does: mail
/// programs wrap it, so up to [`ATTRIBUTION_LINES`] are looked at.
pub(super) fn find(lines: &[Line<'_>]) -> Option<Attribution> {
    let first = lines.first()?;
    let dated = first.opener || first.date_start;
    let starts = dated || first.verb || first.address || (first.year && first.time);
    if first.blank() || first.quoted || !first.short() || !starts {
        return None;
    }
    let mut seen = Seen::default();
    for (index, line) in lines.iter().take(ATTRIBUTION_LINES).enumerate() {
        let closes_bracket = line.quoted && seen.brackets > 0;
        let another_begins = index > 0 && line.opener && line.year && line.time;
        if (line.quoted && !closes_bracket) || another_begins || !line.short() {
            return None;
        }
        if line.blank() && seen.brackets == 0 && index > 1 {
            return None;
        }
        seen.add(line);
        if seen.bytes > MARKER_LINE_BYTES {
            return None;
        }
        let Some(certain) = seen.verdict(first, index == 0) else {
            continue;
        };
        return Some(Attribution {
            lines: index + 1,
            certain,
        });
    }
    None
}

/// What the lines up to here hold.
#[derive(Default)]
struct Seen {
    verb: bool,
    time: bool,
    year: bool,
    address: bool,
    colon_end: bool,
    bracket_end: bool,
    /// An address in angle or round brackets.
    in_brackets: bool,
    /// How many `<` still wait for their `>`, on a later line.
    brackets: usize,
    bytes: usize,
}

impl Seen {
    fn add(&mut self, line: &Line<'_>) {
        self.verb |= line.verb;
        self.time |= line.time;
        self.year |= line.year;
        self.address |= line.address;
        if line.blank() {
            return;
        }
        self.colon_end = line.colon_end;
        self.in_brackets |= line.address && line.text.contains(['<', '(']);
        self.bracket_end = line.text.ends_with('>');
        self.brackets += line.text.matches('<').count();
        self.brackets = self.brackets.saturating_sub(line.text.matches('>').count());
        self.bytes += line.text.len();
    }

    /// Whether this is an attribution, and if so whether a certain one.
    fn verdict(&self, first: &Line<'_>, one_line: bool) -> Option<bool> {
        let dated = first.opener || first.date_start;
        if self.verb && self.colon_end && (dated && (self.time || self.year || self.address)) {
            return Some(true);
        }
        if self.verb && self.colon_end && self.year && self.time {
            return Some(true);
        }
        if self.verb && self.colon_end && self.address && (one_line || first.verb) {
            return Some(true);
        }
        // Whatever the language: a date, a time, an address in brackets, a colon.
        if self.year && self.time && self.in_brackets && self.colon_end {
            return Some(true);
        }
        // Gmail in some languages: `2016-10-24 15:36 GMT+02:00 Ann <a@b.c>:`
        if first.date_start && self.time && self.address && self.colon_end {
            return Some(true);
        }
        let plain = self.verb && self.colon_end && (one_line || dated);
        let old_gmail = first.date_start && self.address && self.bracket_end;
        let no_verb = first.opener && self.colon_end && (self.time || self.address);
        (plain || old_gmail || no_verb).then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::lines::split;

    fn found(text: &str) -> Option<(usize, bool)> {
        find(&split(text, &[])).map(|a| (a.lines, a.certain))
    }

    #[test]
    fn in_many_languages() {
        for line in [
            "On Tue, 3 May 2024 at 10:12, Ann Lee <ann@example.com> wrote:",
            "Am 03.05.2024 um 10:12 schrieb Ann Lee:",
            "Ann Lee <ann@example.com> schrieb am Fr., 3. Mai 2024, 10:12:",
            "Le ven. 3 mai 2024 à 10:12, Ann Lee <ann@example.com> a écrit :",
            "El vie, 3 may 2024 a las 10:12, Ann Lee (<ann@example.com>) escribió:",
            "Il giorno ven 3 mag 2024 alle ore 10:12 Ann Lee <ann@example.com> ha scritto:",
            "Op vr 3 mei 2024 om 10:12 schreef Ann Lee <ann@example.com>:",
            "W dniu 03.05.2024 o 10:12, Ann Lee pisze:",
            "pt., 3 maj 2024 o 10:12 Ann Lee <ann@example.com> napisał(a):",
            "Em sex., 3 de mai. de 2024 às 10:12, Ann Lee <ann@example.com> escreveu:",
            "пт, 3 мая 2024 г. в 10:12, Ann Lee <ann@example.com>: написал:",
            "3 мая 2024 г. 10:12 пользователь \"Ann\" <ann@example.com> написал:",
            "пт, 3 трав. 2024 р. о 10:12 Ann Lee <ann@example.com> пише:",
            "Den fre 3 maj 2024 kl 10:12 skrev Ann Lee <ann@example.com>:",
            "fre. 3. mai 2024 kl. 10:12 skrev Ann Lee <ann@example.com>:",
            "pe 3. toukok. 2024 klo 10.12 Ann Lee (ann@example.com) kirjoitti:",
            "pá 3. 5. 2024 v 10:12 odesílatel Ann Lee <ann@example.com> napsal:",
            "Ann Lee <ann@example.com>, 3 May 2024 Cum, 10:12 tarihinde şunu yazdı:",
            "在 2024年5月3日，上午10:12，Ann Lee <ann@example.com> 写道：",
            "2024年5月3日(金) 10:12 Ann Lee <ann@example.com>:",
            "2024년 5월 3일 (금) 오전 10:12, Ann Lee <ann@example.com>님이 작성:",
            "Am Fr., 3. Mai 2024 um 10:12 Uhr schrieb Ann Lee <ann@example.com>:",
            "Am 3. Mai 2024 10:12:00 MESZ schrieb Ann Lee <ann@example.com>:",
            "Op 3 mei 2024, om 10:12 heeft Ann Lee <ann@example.com> het volgende geschreven:",
            "Wiadomość napisana przez Ann Lee <ann@example.com> w dniu 3 maj 2024, o godz. 10:12:",
            "No dia 3/05/2024, às 10:12, Ann Lee <ann@example.com> escreveu:",
            "Ann Lee <ann@example.com> escreveu (sexta, 3/05/2024 à(s) 10:12):",
            "03.05.24 10:12, Ann Lee пишет:",
            "Пятница, 3 мая 2024, 10:12 +03:00 от Ann Lee <ann@example.com>:",
            "03.05.2024, 10:12, \"Ann Lee\" <ann@example.com>:",
            "Den 2024-05-03 kl. 10:12, skrev Ann Lee:",
            "Ann Lee kirjoitti 3.5.2024 klo 10.12:",
            "Dne 03. 05. 24 v 10:12 Ann Lee napsal(a):",
            "3.05.2024 10:12 tarihinde Ann Lee yazdı:",
            "Ann Lee <ann@example.com> 于2024年5月3日周五 10:12写道：",
            "Ann Lee <ann@example.com> 於 2024年5月3日 週五 上午10:12寫道：",
            "2024/05/03 10:12、Ann Lee <ann@example.com>のメール:",
            "2024. 5. 3. 오전 10:12, Ann Lee <ann@example.com> 작성:",
            "2024-05-03 10:12에 Ann Lee 이(가) 쓴 글:",
            "Ann Lee <ann@example.com> ezt írta (időpont: 2024. máj. 3., P, 10:12):",
            "În vin., 3 mai 2024 la 10:12, Ann Lee <ann@example.com> a scris:",
            "Στις Παρ 3 Μαΐ 2024 στις 10:12, ο/η Ann Lee <ann@example.com> έγραψε:",
            "pi 3. 5. 2024 o 10:12 Ann Lee <ann@example.com> napísal(a):",
            "На пт, 3.05.2024 г. в 10:12 Ann Lee <ann@example.com> написа:",
            "Vào Th 6, 3 thg 5, 2024 vào lúc 10:12 Ann Lee <ann@example.com> đã viết:",
            "Fri, 3 Mei 2024 pukul 10.12, Ann Lee <ann@example.com> xyz:",
            "Am Freitag, 3. Mai 2024 um 10:12:00 MESZ hat Ann Lee <ann@example.com> Folgendes geschrieben:",
            "At 10:12 AM 5/3/2024, Ann Lee wrote:",
            "At 2024-05-03 10:12:00, \"Ann Lee\" <ann@example.com> wrote:",
            "3. Mai 2024, 10:12 von ann@example.com:",
            "On Friday, May 3rd, 2024 at 10:12 AM, Ann Lee <ann@example.com> wrote:",
            "---- On Fri, 03 May 2024 10:12:00 +0200 Ann <ann@example.com> wrote ----",
        ] {
            assert_eq!(found(line), Some((1, true)), "{line}");
        }
    }

    #[test]
    fn wrapped_over_lines() {
        assert_eq!(
            found("On Tue, 3 May 2024 at 10:12, Ann <\nann@example.com> wrote:\n"),
            Some((2, true))
        );
        assert_eq!(
            found("Op 3 mei 2024 10:12 schreef Ann <a@b.c> het\nvolgende geschreven:\n"),
            Some((2, true))
        );
        assert_eq!(
            found("On 3 May 2024 at 10:12 Ann\n\n<\nmailto:Ann <a@b.c>\n> wrote:\n"),
            Some((5, true))
        );
    }

    #[test]
    fn prose_is_none_or_wants_quotes_after_it() {
        assert_eq!(found("On this day\n\nI wrote:\n"), None);
        assert_eq!(found("As she wrote:\n"), Some((1, false)));
        assert_eq!(found("Please wrote me at a@b.c.\n"), None);
        assert_eq!(found("On Monday 3 things happened\n> wrote:\n"), None);
    }
}
