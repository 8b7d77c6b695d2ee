//! Labels of header blocks.

use std::{collections::HashMap, sync::LazyLock};

use foldhash::fast::FixedState;

/// The labels of a header block that show that an earlier mail begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::reply) enum Label {
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
            "de la",
            "από",
            "feladó",
            "šalje",
            "pošiljatelj",
            "מאת",
            "من",
            "จาก",
            "từ",
            "dari",
            "saatja",
            "от кого",
            "gönderici",
            "expeditor",
            "remetente",
            "remitente",
            "absender",
            "afzender",
            "发件者",
            "发信人",
            "寄信人",
            "送信者",
            "보낸이",
            "발신자",
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
            "trimis",
            "dátum",
            "elküldve",
            "ημερομηνία",
            "στάλθηκε",
            "poslano",
            "odoslané",
            "נשלח",
            "תאריך",
            "التاريخ",
            "تاريخ الإرسال",
            "ngày",
            "đã gửi",
            "tanggal",
            "dikirim",
            "saadetud",
            "kuupäev",
            "nosūtīts",
            "datums",
            "išsiųsta",
            "data wysłania",
            "data de envio",
            "data invio",
            "date d'envoi",
            "datum odeslání",
            "изпратено",
            "时间",
            "發送時間",
            "寄件時間",
            "发送于",
            "보낸 시간",
            "보낸시간",
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
            "către",
            "προς",
            "címzett",
            "za",
            "prima",
            "prejemnik",
            "אל",
            "إلى",
            "đến",
            "kepada",
            "saaja",
            "empfänger",
            "ontvanger",
            "adresat",
            "收信人",
            "收件方",
            "受信者",
            "받는이",
            "수신자",
            "수신",
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
            "копія",
            "másolat",
            "κοινοποίηση",
            "kpr",
            "עותק",
            "نسخة",
            "kópia",
            "skrytá kopie",
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
            "subiect",
            "θέμα",
            "tárgy",
            "относно",
            "predmet",
            "נושא",
            "الموضوع",
            "chủ đề",
            "subjek",
            "perihal",
            "teema",
            "tēma",
            "betreffzeile",
            "thema",
            "标题",
            "表題",
            "タイトル",
            "titulo",
            "título",
            "sujet",
            "件名",
            "제목",
            "re",
        ],
    ),
];

/// The labels by their words: looked up for every line with a colon.
static BY_WORD: LazyLock<HashMap<&str, Label, FixedState>> = LazyLock::new(|| {
    let mut by_word = HashMap::default();
    for (label, words) in LABELS {
        for word in *words {
            by_word.entry(*word).or_insert(*label);
        }
    }
    by_word
});

/// The label that a line begins with.
pub(in crate::reply) fn label(text: &str) -> Option<Label> {
    let head = head(text)?.to_lowercase();
    BY_WORD.get(head.as_str()).copied()
}

/// The label of a Notes header in a table, where it stands alone on its line.
pub(in crate::reply) fn bare_label(text: &str) -> Option<Label> {
    [
        (Label::To, "to"),
        (Label::Cc, "cc"),
        (Label::Subject, "subject"),
    ]
    .into_iter()
    .find(|(_, word)| text.eq_ignore_ascii_case(word))
    .map(|(label, _)| label)
}

/// What stands before the first colon, without emphasis.
fn head(text: &str) -> Option<&str> {
    // The longest label has 20 characters; emphasis and spaces may surround it.
    let (end, _) = text
        .char_indices()
        .take(40)
        .find(|(_, c)| matches!(c, ':' | '：'))?;
    let head = text.get(..end)?;
    let head = head.trim_matches(['*', '_', ' ', '\t', '|', '\u{a0}']);
    Some(super::super::lines::trim(head))
}
