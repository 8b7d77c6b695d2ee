//! Titles over an earlier mail.

/// Titles between rules (`-----Original Message-----`) over a quoted mail.
const ORIGINAL: &[&str] = &[
    "original message",
    "original email",
    "reply separator",
    "original-message",
    "mesaj original",
    "mesajul original",
    "eredeti üzenet",
    "αρχικό μήνυμα",
    "izvorna poruka",
    "originalna poruka",
    "pôvodná správa",
    "ursprungligt mail",
    "originalt meddelelse",
    "opprinnelig e-post",
    "missatge original",
    "tin nhắn gốc",
    "pesan asli",
    "algne sõnum",
    "оригинално съобщение",
    "ursprüngliche e-mail",
    "ursprüngliche mail",
    "reply message",
    "original appointment",
    "ursprüngliche nachricht",
    "originalnachricht",
    "original-nachricht",
    "original nachricht",
    "message d'origine",
    "message d’origine",
    "message original",
    "message initial",
    "mensaje original",
    "messaggio originale",
    "messaggio original",
    "oorspronkelijk bericht",
    "origineel bericht",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "mensagem original",
    "исходное сообщение",
    "оригинальное сообщение",
    "оригінальне повідомлення",
    "вихідне повідомлення",
    "ursprungligt meddelande",
    "originalmeddelande",
    "opprinnelig melding",
    "oprindelig meddelelse",
    "alkuperäinen viesti",
    "původní zpráva",
    "özgün ileti",
    "orijinal mesaj",
    "原始邮件",
    "原始郵件",
    "原始信件",
    "元のメッセージ",
    "original message",
    "원본 메시지",
    "원본 메일",
    "원본메일",
];

/// Titles between rules over a mail passed on.
const FORWARDED: &[&str] = &[
    "forwarded by",
    "mesaj redirecționat",
    "továbbított üzenet",
    "προωθημένο μήνυμα",
    "proslijeđena poruka",
    "preposlaná správa",
    "missatge reenviat",
    "препратено съобщение",
    "pesan terusan",
    "tin nhắn được chuyển tiếp",
    "e-mail transféré",
    "forwarded message",
    "forwarded email",
    "forward message",
    "weitergeleitete nachricht",
    "weitergeleitet von",
    "message transféré",
    "message transmis",
    "transféré par",
    "mensaje reenviado",
    "messaggio inoltrato",
    "inoltrato da",
    "doorgestuurd bericht",
    "doorgestuurd door",
    "przekazana wiadomość",
    "wiadomość przekazana",
    "wiadomość przesłana dalej",
    "mensagem encaminhada",
    "пересылаемое сообщение",
    "пересланное сообщение",
    "перенаправленное сообщение",
    "переслане повідомлення",
    "пересилане повідомлення",
    "vidarebefordrat meddelande",
    "videresendt melding",
    "videresendt meddelelse",
    "edelleenlähetetty viesti",
    "välitetty viesti",
    "přeposlaná zpráva",
    "iletilen mesaj",
    "yönlendirilen ileti",
    "iletilmiş mesaj",
    "转发的邮件",
    "转发邮件",
    "轉寄郵件",
    "轉寄的郵件",
    "転送されたメッセージ",
    "転送メッセージ",
    "전달된 메시지",
    "전달된 메일",
];

/// Apple Mail's lines over a mail passed on; they stand without rules.
const FORWARDED_PLAIN: &[&str] = &[
    "begin forwarded message:",
    "anfang der weitergeleiteten nachricht:",
    "anfang der weitergeleiteten e-mail:",
    "début du message réexpédié",
    "début du message transféré",
    "inicio del mensaje reenviado:",
    "inizio messaggio inoltrato:",
    "begin doorgestuurd bericht:",
    "początek przekazywanej wiadomości:",
    "início da mensagem reencaminhada:",
    "início da mensagem encaminhada:",
    "начало переадресованного сообщения:",
    "початок листа, що пересилається:",
    "vidarebefordrat brev:",
    "videresendt melding:",
    "start på videresendt besked:",
    "välitetty viesti alkaa:",
    "začátek přeposílané zprávy:",
    "iletilen ileti başlangıcı:",
    "开始转发的邮件:",
    "開始轉寄郵件:",
    "転送されたメッセージ:",
    "전달된 메시지 시작:",
];

/// What help desks put where answers are to be written above.
const ANSWER_ABOVE: &[&str] = &[
    "please type your reply above this line",
    "type your reply above this line",
    "write a reply above this line",
    "reply above this line",
    "please reply above this line",
    "please do not write below this line",
    "reply above this dotted line",
    "to reply, type above this line",
    "bitte antworten sie oberhalb dieser zeile",
    "bitte geben sie ihre antwort oberhalb dieser zeile ein",
    "répondez au-dessus de cette ligne",
    "veuillez répondre au-dessus de cette ligne",
    "ecrivez votre réponse au-dessus de cette ligne",
    "por favor escriba su respuesta sobre esta línea",
    "responda por encima de esta línea",
    "rispondi sopra questa riga",
    "typ uw antwoord boven deze regel",
    "responda acima desta linha",
    "digite sua resposta acima desta linha",
];

/// What a title over an earlier mail says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::reply) enum Title {
    /// The mail that is answered.
    Original,
    /// A mail passed on.
    Forwarded,
    /// A line above which the answer was to be written.
    AnswerAbove,
}

/// Characters of rules.
fn is_rule_char(c: char) -> bool {
    matches!(
        c,
        '-' | '_' | '=' | '*' | '—' | '–' | '‐' | '‑' | '―' | '─' | ' ' | '~' | '#' | '>' | '<'
    )
}

/// Reads a line as the title over an earlier mail.
pub(in crate::reply) fn title(text: &str) -> Option<Title> {
    let inner = text.trim_start_matches(is_rule_char);
    let ruled = text
        .chars()
        .take_while(|c| is_rule_char(*c))
        .filter(|c| *c != ' ')
        .nth(1)
        .is_some();
    let colon = inner.ends_with([':', '：', '）', ')']);
    if inner.is_empty() || (!ruled && !colon && !inner.starts_with("Début du message")) {
        return None;
    }
    let starts = |table: &[&str], lower: &str| table.iter().any(|title| lower.starts_with(title));
    if ruled {
        let lower = inner.to_lowercase();
        if starts(ORIGINAL, &lower) {
            return Some(Title::Original);
        } else if starts(FORWARDED, &lower) {
            return Some(Title::Forwarded);
        }
        return starts(ANSWER_ABOVE, &lower).then_some(Title::AnswerAbove);
    }
    if text.len() > 120 {
        return None;
    }
    starts(FORWARDED_PLAIN, &inner.to_lowercase()).then_some(Title::Forwarded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_need_their_rules() {
        for (line, expected) in [
            ("-----Original Message-----", Some(Title::Original)),
            ("‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐", Some(Title::Original)),
            (
                "------------------ 原始邮件 ------------------",
                Some(Title::Original),
            ),
            ("Original message follows", None),
            (
                "---------- Forwarded message ---------",
                Some(Title::Forwarded),
            ),
            ("Begin forwarded message:", Some(Title::Forwarded)),
            (
                "##- Please type your reply above this line -##",
                Some(Title::AnswerAbove),
            ),
            ("- original message of the meeting", None),
        ] {
            assert_eq!(title(line), expected, "{line}");
        }
    }
}
