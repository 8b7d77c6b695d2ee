//! How the subjects of automatic answers begin, in the languages of the large
//! mail programs. Only the very beginning counts: behind `Re:` people discuss
//! somebody's absence.

/// In lower case, without the colon, bracket or dash that ends them.
const PREFIXES: [&str; 83] = [
    // Exchange and Outlook: the localised "Automatic reply".
    "automatic reply",
    "automatische antwort",
    "réponse automatique",
    "respuesta automática",
    "risposta automatica",
    "resposta automática",
    "resposta automàtica",
    "automatisch antwoord",
    "automatisk svar",
    "automatiskt svar",
    "autosvar",
    "automaattinen vastaus",
    "automaatvastus",
    "automātiska atbilde",
    "automatinis atsakymas",
    "odpowiedź automatyczna",
    "automatyczna odpowiedź",
    "automatická odpověď",
    "automatická odpoveď",
    "automatikus válasz",
    "samodejni odgovor",
    "automatski odgovor",
    "аутоматски одговор",
    "răspuns automat",
    "автоматичен отговор",
    "автоматический ответ",
    "автоответ",
    "автоматична відповідь",
    "αυτόματη απάντηση",
    "otomatik yanıt",
    "otomatik yanit",
    "رد تلقائي",
    "الرد التلقائي",
    "תשובה אוטומטית",
    "מענה אוטומטי",
    "پاسخ خودکار",
    "स्वचालित उत्तर",
    "ตอบกลับอัตโนมัติ",
    "การตอบกลับอัตโนมัติ",
    "trả lời tự động",
    "balasan otomatis",
    "balasan automatik",
    "自動応答",
    "自動返信",
    "자동 회신",
    "자동 응답",
    "자동회신",
    "自动答复",
    "自动回复",
    "自動回覆",
    "自動回復",
    "erantzun automatikoa",
    "sjálfvirkt svar",
    "freagra uathoibríoch",
    "awtomatikong tugon",
    // "Out of office", as older Outlook and other programs write it.
    "out of office",
    "out of the office",
    "out-of-office",
    "abwesenheitsnotiz",
    "abwesenheitsnachricht",
    "abwesenheitsmeldung",
    "abwesenheitsassistent",
    "automatische abwesenheitsnotiz",
    "absence du bureau",
    "message d'absence",
    "absent du bureau",
    "fuera de la oficina",
    "fuera de oficina",
    "fuori sede",
    "fuori ufficio",
    "ausência temporária",
    "fora do escritório",
    "afwezigheidsbericht",
    "niet aanwezig",
    "frånvaro",
    "fravær",
    "poissa",
    "nieobecność",
    // Autoresponders.
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "auto-response",
];

/// Longer forms that need no colon behind them.
const PHRASES: [&str; 4] = [
    "out of office autoreply",
    "out of office auto-reply",
    "autorespons",
    "vacation autoreply",
];

/// The prefix that marks a subject as an automatic answer's.
pub(super) fn automatic(subject: &str) -> Option<&'static str> {
    // Lotus Notes: `AUTO: Ann Lee is out of the office (returning 05/01)`.
    // In capitals only: a car dealer's customer may write `Auto: …`.
    if subject.starts_with("AUTO: ") && subject.contains(" is out of the office") {
        return Some("AUTO:");
    }
    let subject = subject.to_lowercase();
    let subject = subject.trim_start_matches(['[', '(', ' ']);
    let phrase = PHRASES.iter().find(|phrase| subject.starts_with(**phrase));
    let prefix = || {
        PREFIXES.iter().find(|prefix| {
            let rest = subject.strip_prefix(**prefix);
            rest.is_some_and(|rest| {
                let rest = rest.trim_start();
                rest.is_empty() || rest.starts_with([':', '：', ']', ')'])
            })
        })
    };
    phrase.or_else(prefix).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn only_at_the_beginning_and_only_whole() {
        for (subject, expected) in [
            ("Automatic reply: Offer", true),
            ("Réponse automatique : Offre", true),
            ("自動応答：提案", true),
            ("[Automatyczna odpowiedź] test", true),
            ("Out of Office AutoReply: Offer", true),
            ("Auto reply", true),
            (
                "AUTO: Lee, Ann is out of the office. (returning 05/01)",
                true,
            ),
            ("Re: Automatic reply: Offer", false),
            ("Fwd: Out of office: Ann", false),
            ("Auto: spare parts", false),
            ("Automotive offer", false),
            ("Out of office supplies", false),
            ("Ann is out of the office.", false),
            ("", false),
        ] {
            assert_eq!(automatic(subject).is_some(), expected, "{subject}");
        }
    }

    /// One for each language: what its Outlook writes, or its large providers.
    #[test]
    fn forty_two_languages() {
        let one_each = [
            "Automatic reply: x",
            "Automatische Antwort: x",
            "Réponse automatique : x",
            "Respuesta automática: x",
            "Risposta automatica: x",
            "Resposta automática: x",
            "Resposta automàtica: x",
            "Automatisch antwoord: x",
            "Automatisk svar: x",
            "Autosvar: x",
            "Automatiskt svar: x",
            "Automaattinen vastaus: x",
            "Automaatvastus: x",
            "Automātiska atbilde: x",
            "Automatinis atsakymas: x",
            "Odpowiedź automatyczna: x",
            "Automatická odpověď: x",
            "Automatická odpoveď: x",
            "Automatikus válasz: x",
            "Samodejni odgovor: x",
            "Automatski odgovor: x",
            "Аутоматски одговор: x",
            "Răspuns automat: x",
            "Автоматичен отговор: x",
            "Автоматический ответ: x",
            "Автоматична відповідь: x",
            "Αυτόματη απάντηση: x",
            "Otomatik yanıt: x",
            "رد تلقائي: x",
            "תשובה אוטומטית: x",
            "پاسخ خودکار: x",
            "स्वचालित उत्तर: x",
            "ตอบกลับอัตโนมัติ: x",
            "Trả lời tự động: x",
            "Balasan otomatis: x",
            "Balasan automatik: x",
            "自動応答: x",
            "자동 회신: x",
            "自动答复: x",
            "自動回覆: x",
            "Erantzun automatikoa: x",
            "Sjálfvirkt svar: x",
        ];
        assert_eq!(one_each.len(), 42);
        for subject in one_each {
            assert!(automatic(subject).is_some(), "{subject}");
            assert!(automatic(&format!("Re: {subject}")).is_none(), "{subject}");
        }
    }

    #[test]
    fn the_table_is_in_lower_case_and_says_nothing_twice() {
        let unique: BTreeSet<_> = PREFIXES.iter().collect();
        assert_eq!(unique.len(), PREFIXES.len());
        for prefix in PREFIXES.iter().chain(&PHRASES) {
            assert_eq!(prefix.to_lowercase(), *prefix);
        }
    }
}
