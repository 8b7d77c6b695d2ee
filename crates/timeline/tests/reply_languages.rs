//! What is new, whatever the language of the mail program.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use inboxlink_timeline::{SpanKind, reply_text};

/// Attributions with an address, and without one.
const ATTRIBUTIONS: &[(&str, &str)] = &[
    (
        "en Gmail",
        "On Fri, May 3, 2024 at 10:12 AM Ann Lee <ann@example.com> wrote:",
    ),
    (
        "en Apple",
        "On 3 May 2024, at 10:12, Ann Lee <ann@example.com> wrote:",
    ),
    ("en Thunderbird", "On 5/3/2024 10:12 AM, Ann Lee wrote:"),
    (
        "en Yahoo",
        "On Friday, May 3, 2024 at 10:12:00 AM GMT+2, Ann Lee <ann@example.com> wrote:",
    ),
    (
        "en Proton",
        "On Friday, May 3rd, 2024 at 10:12 AM, Ann Lee <ann@example.com> wrote:",
    ),
    ("en Eudora", "At 10:12 AM 5/3/2024, Ann Lee wrote:"),
    (
        "en mutt",
        "On Fri, May 03, 2024 at 10:12:00AM +0200, Ann Lee wrote:",
    ),
    (
        "de Gmail",
        "Am Fr., 3. Mai 2024 um 10:12 Uhr schrieb Ann Lee <ann@example.com>:",
    ),
    ("de Thunderbird", "Am 03.05.24 um 10:12 schrieb Ann Lee:"),
    (
        "de K-9",
        "Am 3. Mai 2024 10:12:00 MESZ schrieb Ann Lee <ann@example.com>:",
    ),
    ("de Roundcube", "Am 2024-05-03 10:12, schrieb Ann Lee:"),
    (
        "fr Gmail",
        "Le ven. 3 mai 2024 à 10:12, Ann Lee <ann@example.com> a écrit :",
    ),
    ("fr Thunderbird", "Le 03/05/2024 à 10:12, Ann Lee a écrit :"),
    (
        "es Gmail",
        "El vie, 3 may 2024 a las 10:12, Ann Lee (<ann@example.com>) escribió:",
    ),
    (
        "es Yahoo",
        "En viernes, 3 de mayo de 2024, 10:12:00 CEST, Ann Lee <ann@example.com> escribió:",
    ),
    (
        "it Gmail",
        "Il giorno ven 3 mag 2024 alle ore 10:12 Ann Lee <ann@example.com> ha scritto:",
    ),
    ("it Thunderbird", "Il 03/05/24 10:12, Ann Lee ha scritto:"),
    (
        "nl Gmail",
        "Op vr 3 mei 2024 om 10:12 schreef Ann Lee <ann@example.com>:",
    ),
    (
        "nl Apple",
        "Op 3 mei 2024, om 10:12 heeft Ann Lee <ann@example.com> het volgende geschreven:",
    ),
    (
        "pl Gmail",
        "pt., 3 maj 2024 o 10:12 Ann Lee <ann@example.com> napisał(a):",
    ),
    ("pl Thunderbird", "W dniu 3.05.2024 o 10:12, Ann Lee pisze:"),
    (
        "pt Gmail",
        "Em sex., 3 de mai. de 2024 às 10:12, Ann Lee <ann@example.com> escreveu:",
    ),
    (
        "pt Apple",
        "No dia 03/05/2024, às 10:12, Ann Lee <ann@example.com> escreveu:",
    ),
    (
        "ru Gmail",
        "пт, 3 мая 2024 г. в 10:12, Ann Lee <ann@example.com>:",
    ),
    ("ru Thunderbird", "03.05.2024 10:12, Ann Lee пишет:"),
    (
        "ru Mail.ru",
        "Пятница, 3 мая 2024, 10:12 +03:00 от Ann Lee <ann@example.com>:",
    ),
    (
        "uk Gmail",
        "пт, 3 трав. 2024 р. о 10:12 Ann Lee <ann@example.com> пише:",
    ),
    (
        "sv Gmail",
        "Den fre 3 maj 2024 kl 10:12 skrev Ann Lee <ann@example.com>:",
    ),
    (
        "no Gmail",
        "fre. 3. mai 2024 kl. 10:12 skrev Ann Lee <ann@example.com>:",
    ),
    (
        "da Gmail",
        "Den fre. 3. maj 2024 kl. 10.12 skrev Ann Lee <ann@example.com>:",
    ),
    (
        "fi Gmail",
        "pe 3. toukok. 2024 klo 10.12 Ann Lee (ann@example.com) kirjoitti:",
    ),
    (
        "cs Gmail",
        "pá 3. 5. 2024 v 10:12 odesílatel Ann Lee <ann@example.com> napsal:",
    ),
    (
        "sk Gmail",
        "pi 3. 5. 2024 o 10:12 Ann Lee <ann@example.com> napísal(a):",
    ),
    (
        "hu Gmail",
        "Ann Lee <ann@example.com> ezt írta (időpont: 2024. máj. 3., P, 10:12):",
    ),
    (
        "ro Gmail",
        "În vin., 3 mai 2024 la 10:12, Ann Lee <ann@example.com> a scris:",
    ),
    (
        "el Gmail",
        "Στις Παρ 3 Μαΐ 2024 στις 10:12, ο/η Ann Lee <ann@example.com> έγραψε:",
    ),
    (
        "tr Gmail",
        "Ann Lee <ann@example.com>, 3 May 2024 Cum, 10:12 tarihinde şunu yazdı:",
    ),
    (
        "zh-CN Gmail",
        "Ann Lee <ann@example.com> 于2024年5月3日周五 10:12写道：",
    ),
    (
        "zh-TW Gmail",
        "Ann Lee <ann@example.com> 於 2024年5月3日 週五 上午10:12寫道：",
    ),
    (
        "ja Gmail",
        "2024年5月3日(金) 10:12 Ann Lee <ann@example.com>:",
    ),
    (
        "ja Apple",
        "2024/05/03 10:12、Ann Lee <ann@example.com>のメール:",
    ),
    (
        "ko Gmail",
        "2024년 5월 3일 (금) 오전 10:12, Ann Lee <ann@example.com>님이 작성:",
    ),
    (
        "any, as Gmail writes",
        "Gio 3 maj 2024, 10:12, Ann Lee <ann@example.com> xxxx:",
    ),
];

/// From, Sent, To, Subject, as Outlook writes them.
const LABELS: &[(&str, [&str; 4])] = &[
    ("en", ["From:", "Sent:", "To:", "Subject:"]),
    ("de", ["Von:", "Gesendet:", "An:", "Betreff:"]),
    ("fr", ["De :", "Envoyé :", "À :", "Objet :"]),
    ("es", ["De:", "Enviado:", "Para:", "Asunto:"]),
    ("it", ["Da:", "Inviato:", "A:", "Oggetto:"]),
    ("nl", ["Van:", "Verzonden:", "Aan:", "Onderwerp:"]),
    ("pl", ["Od:", "Wysłano:", "Do:", "Temat:"]),
    ("pt", ["De:", "Enviado:", "Para:", "Assunto:"]),
    ("ru", ["От:", "Отправлено:", "Кому:", "Тема:"]),
    ("uk", ["Від:", "Надіслано:", "Кому:", "Тема:"]),
    ("sv", ["Från:", "Skickat:", "Till:", "Ämne:"]),
    ("no", ["Fra:", "Sendt:", "Til:", "Emne:"]),
    (
        "fi",
        ["Lähettäjä:", "Lähetetty:", "Vastaanottaja:", "Aihe:"],
    ),
    ("cs", ["Od:", "Odesláno:", "Komu:", "Předmět:"]),
    ("sk", ["Od:", "Odoslané:", "Komu:", "Predmet:"]),
    ("hu", ["Feladó:", "Elküldve:", "Címzett:", "Tárgy:"]),
    ("ro", ["De la:", "Trimis:", "Către:", "Subiect:"]),
    ("tr", ["Kimden:", "Gönderildi:", "Kime:", "Konu:"]),
    ("zh-CN", ["发件人：", "发送时间：", "收件人：", "主题："]),
    ("zh-TW", ["寄件者:", "傳送時間:", "收件者:", "主旨:"]),
    ("ja", ["差出人:", "送信日時:", "宛先:", "件名:"]),
    ("ko", ["보낸 사람:", "보낸 날짜:", "받는 사람:", "제목:"]),
];

const OWN: &str = "Tuesday suits me.\n\nBob";

#[test]
fn over_quoted_lines() {
    for (client, line) in ATTRIBUTIONS {
        let body = format!("{OWN}\n\n{line}\n\n> Tuesday?\n>\n> Ann\n");
        assert_eq!(reply_text(&body).new_text(), OWN, "{client}");
    }
}

#[test]
fn over_lines_without_marks() {
    for (client, line) in ATTRIBUTIONS {
        let body = format!("{OWN}\n\n{line}\n\nTuesday?\n\nAnn\n");
        assert_eq!(reply_text(&body).new_text(), OWN, "{client}");
    }
}

#[test]
fn wrapped_to_two_lines() {
    for (client, line) in ATTRIBUTIONS {
        // Before the address, where mail programs break first.
        let Some(at) = line.find(" <").filter(|at| *at > 20) else {
            continue;
        };
        let (first, second) = (&line[..at], &line[at + 1..]);
        let body = format!("{OWN}\n\n{first}\n{second}\n\n> Tuesday?\n");
        assert_eq!(reply_text(&body).new_text(), OWN, "{client}");
    }
}

#[test]
fn answers_below_and_between() {
    for (client, line) in ATTRIBUTIONS {
        let body = format!("{line}\n> Tuesday?\n\nYes.\n\n> At noon?\n\nAt one.\n");
        assert_eq!(
            reply_text(&body).new_text(),
            "Yes.\n\n\nAt one.",
            "{client}"
        );
    }
}

#[test]
fn header_blocks() {
    let values = [
        "Ann Lee <ann@example.com>",
        "3. 5. 2024 10:12",
        "Bob <bob@example.org>",
        "Tuesday",
    ];
    for (language, labels) in LABELS {
        for (before, between) in [
            ("", ""),
            ("*", "*"),
            ("________________________________\n", ""),
        ] {
            let emphasis = if before == "*" { "*" } else { "" };
            let rule = if before == "*" { "" } else { before };
            let lines: Vec<String> = labels
                .iter()
                .zip(values)
                .map(|(label, value)| format!("{emphasis}{label}{between} {value}"))
                .collect();
            let body = format!("{OWN}\n\n{rule}{}\n\nTuesday?\n\nAnn\n", lines.join("\n"));
            assert_eq!(reply_text(&body).new_text(), OWN, "{language}: {body}");
        }
    }
}

#[test]
fn mails_passed_on() {
    for title in [
        "---------- Forwarded message ---------",
        "-------- Weitergeleitete Nachricht --------",
        "---------- Message transféré ---------",
        "---------- Mensaje reenviado ---------",
        "---------- Messaggio inoltrato ---------",
        "---------- Doorgestuurd bericht ---------",
        "---------- Przekazana wiadomość ---------",
        "---------- Mensagem encaminhada ---------",
        "---------- Пересылаемое сообщение ---------",
        "---------- Vidarebefordrat meddelande ---------",
        "---------- 转发的邮件 ---------",
        "---------- 転送されたメッセージ ---------",
        "Begin forwarded message:",
        "Anfang der weitergeleiteten Nachricht:",
    ] {
        let body = format!("See below.\n\n{title}\nFrom: Ann\nTo: Bob\n\nTuesday?\n");
        let reply = reply_text(&body);
        assert_eq!(reply.new_text(), "See below.", "{title}");
        assert_eq!(reply.spans()[1].kind, SpanKind::Forwarded, "{title}");
    }
}
