//! What mail programs write around quotes, in their users' languages: en de
//! fr es it nl pl pt ru uk sv no da fi cs tr zh ja ko. Lower-cased.

/// Words before a date at the beginning of an attribution.
const OPENERS: &[&str] = &[
    "on ",
    "am ",
    "le ",
    "el ",
    "il ",
    "op ",
    "w dniu ",
    "dnia ",
    "em ",
    "den ",
    "dne ",
    "på ",
    "ma ",
    "ti ",
    "ke ",
    "to ",
    "pe ",
    "la ",
    "su ",
    "在",
    "於 ",
    "于",
    "於",
    "---- on ",
    "-- on ",
    "вт,",
    "пн,",
    "ср,",
    "чт,",
    "пт,",
    "сб,",
    "вс,",
    "нд,",
    "*on ",
    "le\u{a0}",
    "em\u{a0}",
    "mån",
    "tis",
    "ons",
    "tors",
    "fre",
    "lör",
    "sön",
    "man.",
    "tir.",
    "tor.",
    "lør.",
    "søn.",
    "lun",
    "mar",
    "mer",
    "mié",
    "jue",
    "vie",
    "sáb",
    "dom",
    "po ",
    "út ",
    "st ",
    "čt ",
    "pá ",
    "pon",
    "wt.",
    "śr.",
    "czw",
    "pt.",
    "sob",
    "niedz",
    "il giorno ",
    "a(z) ",
];

/// The act of writing, where words stand apart.
const VERBS: &[&str] = &[
    "wrote",
    "writes",
    "schrieb",
    "écrit",
    "escribió",
    "escribio",
    "scritto",
    "scrive",
    "schreef",
    "geschreven",
    "napisał",
    "napisała",
    "napisal",
    "pisze",
    "escreveu",
    "написал",
    "написала",
    "пишет",
    "написав",
    "написала",
    "пише",
    "skrev",
    "kirjoitti",
    "napsal",
    "napsala",
    "napsal",
    "yazdı",
    "yazmış",
    "сообщил",
    "складе",
];

/// The act of writing, where words run together.
const VERBS_INSIDE: &[&str] = &[
    "写道",
    "寫道",
    "のメール",
    "書きました",
    "書き込み",
    "님이 작성",
    "님이 쓴",
    "작성",
];

/// Whether a lower-cased line begins as an attribution does.
pub(super) fn has_opener(lower: &str) -> bool {
    OPENERS.iter().any(|opener| lower.starts_with(opener))
}

/// Whether a lower-cased line names an act of writing.
pub(super) fn has_verb(lower: &str) -> bool {
    lower
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| word.len() > 3 && VERBS.contains(&word))
        || (!lower.is_ascii() && VERBS_INSIDE.iter().any(|verb| lower.contains(verb)))
}

/// The labels of a header block that show that an earlier mail begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Label {
    From,
    Sent,
    To,
    Cc,
    Subject,
}

/// Labels before the colon, by what they mean.
const LABELS: &[(Label, &[&str])] = &[
    (
        Label::From,
        &[
            "from",
            "von",
            "de",
            "da",
            "van",
            "od",
            "от",
            "від",
            "från",
            "fra",
            "lähettäjä",
            "kimden",
            "gönderen",
            "发件人",
            "寄件者",
            "寄件人",
            "差出人",
            "보낸 사람",
            "보낸사람",
            "expéditeur",
            "mittente",
            "nadawca",
            "afsender",
            "avsender",
            "author",
        ],
    ),
    (
        Label::Sent,
        &[
            "sent",
            "date",
            "gesendet",
            "datum",
            "envoyé",
            "envoyé le",
            "enviado",
            "enviado el",
            "enviada em",
            "fecha",
            "data",
            "inviato",
            "verzonden",
            "wysłano",
            "enviada",
            "отправлено",
            "дата",
            "надіслано",
            "відправлено",
            "skickat",
            "sendt",
            "dato",
            "lähetetty",
            "päivämäärä",
            "päiväys",
            "odesláno",
            "gönderildi",
            "gönderme tarihi",
            "tarih",
            "发送时间",
            "发送日期",
            "日期",
            "傳送時間",
            "寄件日期",
            "送信日時",
            "日時",
            "보낸 날짜",
            "보낸날짜",
            "날짜",
            "sent at",
            "sent on",
        ],
    ),
    (
        Label::To,
        &[
            "to",
            "an",
            "à",
            "para",
            "a",
            "aan",
            "do",
            "кому",
            "till",
            "til",
            "vastaanottaja",
            "komu",
            "kime",
            "alıcı",
            "收件人",
            "收件者",
            "宛先",
            "받는 사람",
            "받는사람",
            "destinataire",
            "destinatario",
            "dla",
            "risposta",
            "reply-to",
        ],
    ),
    (
        Label::Cc,
        &[
            "cc",
            "kopie",
            "copie",
            "cópia",
            "копия",
            "копія",
            "kopia",
            "kopi",
            "kopio",
            "bilgi",
            "抄送",
            "副本",
            "참조",
        ],
    ),
    (
        Label::Subject,
        &[
            "subject",
            "betreff",
            "objet",
            "asunto",
            "oggetto",
            "onderwerp",
            "temat",
            "assunto",
            "тема",
            "ämne",
            "emne",
            "aihe",
            "předmět",
            "konu",
            "主题",
            "主旨",
            "主題",
            "件名",
            "제목",
            "re",
        ],
    ),
];

/// The label that a line begins with.
pub(super) fn label(text: &str) -> Option<Label> {
    // The longest label has 15 characters; emphasis and spaces may surround it.
    let (end, _) = text
        .char_indices()
        .take(40)
        .find(|(_, c)| matches!(c, ':' | '：'))?;
    let head = text.get(..end)?;
    let head = super::lines::trim(head.trim_matches(['*', '_', ' ', '\t', '|', '\u{a0}']));
    let head = head.to_lowercase();
    LABELS
        .iter()
        .find(|(_, words)| words.contains(&head.as_str()))
        .map(|(label, _)| *label)
}

/// Titles between rules (`-----Original Message-----`) over a quoted mail.
const ORIGINAL: &[&str] = &[
    "original message",
    "original email",
    "reply separator",
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

/// What a title over an earlier mail says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Title {
    Original,
    Forwarded,
}

/// Reads a line as the title over an earlier mail.
pub(super) fn title(text: &str) -> Option<Title> {
    let is_rule = |c: char| matches!(c, '-' | '_' | '=' | '*' | '—' | '–' | ' ' | '~');
    let inner = text.trim_start_matches(is_rule);
    let ruled = text.len() - inner.len() >= 2;
    if !ruled && text.len() > 80 {
        return None;
    }
    let lower = inner.to_lowercase();
    if !ruled {
        return FORWARDED_PLAIN
            .iter()
            .any(|title| lower.starts_with(title))
            .then_some(Title::Forwarded);
    }
    if ORIGINAL.iter().any(|title| lower.starts_with(title)) {
        Some(Title::Original)
    } else if FORWARDED.iter().any(|title| lower.starts_with(title)) {
        Some(Title::Forwarded)
    } else {
        None
    }
}
