//! The words below a text: of devices, lawyers, lists, and of taking leave.

use std::{collections::BTreeSet, sync::LazyLock};

use aho_corasick::AhoCorasick;

/// Beginnings that only a device's line has.
const DEVICE_STARTS: &[&str] = &[
    "sent from my ",
    "get outlook for ",
    "sent from mail for ",
    "envoyé de mon ",
    "envoyé depuis ",
    "envoyé à partir de ",
    "gesendet von mein",
    "gesendet mit ",
    "von meinem ",
    "von unterwegs",
    "diese nachricht wurde von mein",
    "enviado desde mi ",
    "enviado do meu ",
    "enviado de mi ",
    "inviato da ",
    "verzonden vanaf ",
    "verstuurd vanaf ",
    "verzonden met ",
    "sendt fra ",
    "skickat från ",
    "lähetetty ",
    "wysłane z ",
    "wysłano z ",
    "отправлено с ",
    "отправлено из ",
    "надіслано з ",
    "odesláno z",
    "发自我的",
    "發自我的",
    "從我的",
    "从我的",
    "나의 ",
    "iphoneから送信",
    "отправлено от ",
    "enviado pelo ",
    "enviada do meu ",
    "hanki outlook",
    "outlook für ",
    "télécharger outlook",
    "obtener outlook",
    "obtenha o outlook",
    "scarica outlook",
    "download outlook",
];

/// Beginnings that a device's line has where it also names a device.
const MAYBE_STARTS: &[&str] = &[
    "sent from",
    "sent via",
    "sent with",
    "sent by",
    "sent on",
    "sent using",
    "from my ",
];

/// Devices and programs.
const DEVICES: &[&str] = &[
    "iphone",
    "ipad",
    "ipod",
    "mobile",
    "phone",
    "android",
    "samsung",
    "galaxy",
    "blackberry",
    "nokia",
    "htc",
    "huawei",
    "xiaomi",
    "windows",
    "outlook",
    "yahoo",
    "mailbox",
    "airmail",
    "device",
    "tablet",
    "smartphone",
    "proton",
    "thunderbird",
    "mail for",
    "gmail",
    "spark",
    "superhuman",
    "front",
    "missive",
    "hey.com",
];

/// Ends of short lines that people make of a device's line.
const DEVICE_ENDS: &[&str] = &[
    " from mobile",
    " from my mobile",
    " from my phone",
    " via mobile",
    " from phone",
    " vom handy",
    " vom smartphone",
    " vom handy gesendet",
    " 傳送",
    "から送信",
    " gesendet",
    "에서 보냄",
    "에서 보냈습니다",
    "'den gönderildi",
    "ımdan gönderildi",
];

/// Whether a device or a program put a line below the text.
pub(in crate::reply) fn is_device_line(text: &str) -> bool {
    if text.len() > 200 {
        return false;
    }
    let lower = text.to_lowercase();
    let lower = lower.trim_matches(['<', '>', '(', ')', '*', '_', '[', ']', '«', '"', ' ', '.']);
    // As Markdown: "Get [Outlook for iOS](…)".
    let plain: String = lower
        .chars()
        .filter(|c| !matches!(c, '[' | ']' | '*'))
        .collect();
    let short = plain.split_whitespace().count() <= 6 && plain.chars().count() <= 48;
    DEVICE_STARTS.iter().any(|start| plain.starts_with(start))
        || (MAYBE_STARTS.iter().any(|start| plain.starts_with(start))
            && DEVICES.iter().any(|device| plain.contains(device)))
        || (short && DEVICE_ENDS.iter().any(|end| plain.ends_with(end)))
}

/// How legal notices begin.
const NOTICES: &[&str] = &[
    "confidentiality notice",
    "disclaimer:",
    "legal notice",
    "important notice:",
    "privileged and confidential",
    "confidential:",
    "this e-mail and any",
    "this email and any",
    "this message and any",
    "this e-mail is confidential",
    "this email is confidential",
    "this e-mail message",
    "this email message",
    "this e-mail, including",
    "this email, including",
    "this e-mail may contain",
    "this email may contain",
    "this e-mail contains",
    "this email contains",
    "this message may contain",
    "this message contains",
    "this communication may",
    "this communication is",
    "this transmission",
    "the information contained in this",
    "the information in this e",
    "the contents of this e",
    "this e-mail transmission",
    "this email transmission",
    "diese e-mail enthält",
    "diese e-mail kann",
    "diese nachricht enthält",
    "der inhalt dieser e-mail",
    "ce message et toutes",
    "ce message (et",
    "ce message est confidentiel",
    "ce courriel",
    "este mensaje y",
    "este correo electrónico",
    "este mensaje puede",
    "aviso legal",
    "aviso de confidencialidad",
    "este e-mail e",
    "esta mensagem",
    "aviso de confidencialidade",
    "questo messaggio e",
    "il presente messaggio",
    "le informazioni contenute",
    "dit bericht",
    "deze e-mail",
    "de informatie in dit",
    "niniejsza wiadomość",
    "treść tej wiadomości",
    "настоящее сообщение",
    "это сообщение и",
    "данное сообщение",
    "denna e-post",
    "detta meddelande",
    "denne e-post",
    "denne mail",
    "tämä viesti",
    "tento e-mail",
    "bu e-posta",
];

/// What such notices speak of, in pieces of words: two of these in a paragraph
/// that begins like a notice make it one, four in any paragraph.
const NOTICE_MATTERS: &[&str] = &[
    "confiden",
    "privileg",
    "intended",
    "recipient",
    "addressee",
    "unauthori",
    "prohibit",
    "disclos",
    "distribut",
    "copying",
    "delete",
    "destroy",
    "notify the sender",
    "in error",
    "virus",
    "liab",
    "vertraulich",
    "empfänger",
    "irrtüm",
    "vernichten",
    "löschen",
    "unbefugt",
    "untersagt",
    "confidentiel",
    "destinataire",
    "par erreur",
    "détrui",
    "interdit",
    "destinatario",
    "por error",
    "prohibid",
    "elimin",
    "riservat",
    "per errore",
    "vietat",
    "vertrouwelijk",
    "geadresseerde",
    "ontvanger",
    "verwijder",
    "poufn",
    "adresat",
    "usuni",
    "destinatár",
    "apagu",
    "конфиденц",
    "адресат",
    "удали",
    "конфіден",
    "konfidenti",
    "fortrolig",
    "mottagare",
    "mottaker",
    "modtager",
    "luottamuksel",
    "vastaanottaj",
    "důvěrn",
    "příjemc",
    "gizli",
    "alıcı",
    "保密",
    "机密",
    "機密",
    "删除",
    "削除",
    "기밀",
    "수신인",
];

static MATTERS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(NOTICE_MATTERS));

/// A search for many words in one pass, whatever the case of their Latin
/// letters.
fn finder(words: &[&str]) -> Option<AhoCorasick> {
    let mut builder = AhoCorasick::builder();
    builder.ascii_case_insensitive(true);
    builder.build(words).ok()
}

/// Whether a paragraph of a body, its first lines joined, is a legal notice.
pub(in crate::reply) fn is_notice(paragraph: &str) -> bool {
    let mut seen = BTreeSet::new();
    let found = MATTERS
        .iter()
        .flat_map(|finder| finder.find_iter(paragraph));
    // Four different ones are enough, whatever it begins with.
    if found
        .map(|found| found.pattern())
        .any(|word| seen.insert(word) && seen.len() >= 4)
    {
        return true;
    }
    if seen.len() < 2 {
        return false;
    }
    // The longest beginning has some 30 letters.
    let lower = paragraph
        .chars()
        .take(60)
        .collect::<String>()
        .to_lowercase();
    let start = lower.trim_start_matches(['*', '_', '(', '[', ' ']);
    NOTICES.iter().any(|notice| start.starts_with(notice))
}

/// Words of the footers that mailing lists put below a mail.
const FOOTERS: &[&str] = &[
    "unsubscribe",
    "mailing list",
    "mailing-list",
    "mailman/listinfo",
    "abmelde",
    "abbestell",
    "désabonn",
    "désinscri",
    "cancelar su suscripción",
    "darse de baja",
    "annulla",
    "disiscri",
    "afmelden",
    "uitschrijven",
    "wypisać",
    "отписаться",
    "відписатися",
    "avregistrera",
    "avmeld",
    "afmeld",
    "peruuta tilau",
    "odhlásit",
    "退订",
    "退訂",
    "配信停止",
    "수신거부",
];

static FOOTER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(FOOTERS));

/// Whether a line is of a mailing list's footer.
pub(in crate::reply) fn is_list_footer(text: &str) -> bool {
    text.len() <= 200 && FOOTER.as_ref().is_some_and(|finder| finder.is_match(text))
}

/// How people take leave.
const SIGN_OFFS: &[&str] = &[
    "regards",
    "best",
    "best regards",
    "kind regards",
    "warm regards",
    "thanks",
    "thank you",
    "many thanks",
    "cheers",
    "sincerely",
    "yours sincerely",
    "yours truly",
    "br",
    "rgds",
    "mit freundlichen grüßen",
    "mit freundlichen grüssen",
    "freundliche grüße",
    "viele grüße",
    "beste grüße",
    "liebe grüße",
    "mfg",
    "gruß",
    "cordialement",
    "bien cordialement",
    "bien à vous",
    "saludos",
    "un saludo",
    "saludos cordiales",
    "atentamente",
    "cordiali saluti",
    "saluti",
    "distinti saluti",
    "met vriendelijke groet",
    "groeten",
    "pozdrawiam",
    "z poważaniem",
    "atenciosamente",
    "abraços",
    "cumprimentos",
    "с уважением",
    "з повагою",
    "med vänliga hälsningar",
    "vänliga hälsningar",
    "mvh",
    "med vennlig hilsen",
    "med venlig hilsen",
    "hilsen",
    "ystävällisin terveisin",
    "terveisin",
    "s pozdravem",
    "saygılarımla",
    "此致",
    "敬具",
    "よろしくお願いいたします",
    "감사합니다",
];

/// Whether a line only takes leave: `Best regards,`.
pub(in crate::reply) fn is_sign_off(text: &str) -> bool {
    let text = text.trim_matches([',', '.', '!', ' ', '-', '，', '。']);
    text.len() <= 80 && SIGN_OFFS.contains(&text.to_lowercase().as_str())
}
