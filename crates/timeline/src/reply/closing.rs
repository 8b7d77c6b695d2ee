//! What stands below the text: signatures, lines of devices, disclaimers.

use super::{SpanKind, boundary::is_rule, lines::Line};
use crate::limits::{DISCLAIMER_LINES, SIGNATURE_LINES};

/// Marks signature and disclaimer in a run of lines that the author wrote.
pub(super) fn mark(lines: &[Line<'_>], kinds: &mut [SpanKind]) {
    let signature = delimiter(lines).unwrap_or(lines.len());
    let above = lines.get(..signature).unwrap_or_default();
    let notice = disclaimer(above).unwrap_or(signature);
    let text = above.get(..notice).unwrap_or_default();
    let device = device_lines(text).unwrap_or(notice);
    for (index, kind) in kinds.iter_mut().enumerate().skip(device) {
        *kind = if (notice..signature).contains(&index) {
            SpanKind::Disclaimer
        } else {
            SpanKind::Signature
        };
    }
}

/// The line that opens the signature: `-- ` (RFC 3676 §4.3), or what people's
/// programs make of it where little enough follows.
fn delimiter(lines: &[Line<'_>]) -> Option<usize> {
    let filled_from = |at: usize| {
        lines
            .iter()
            .skip(at + 1)
            .filter(|line| !line.blank())
            .count()
    };
    let at = lines
        .iter()
        .rposition(|line| matches!(line.text, "--" | "—" | "–" | "__" | "--=20"))?;
    (filled_from(at) <= SIGNATURE_LINES).then_some(at)
}

/// The first of the lines at the end that a device or program put there.
fn device_lines(lines: &[Line<'_>]) -> Option<usize> {
    let mut first = None;
    for (index, line) in lines.iter().enumerate().rev() {
        if line.blank() {
            continue;
        }
        if !is_device_line(line.text) {
            break;
        }
        first = Some(index);
    }
    first
}

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

fn is_device_line(text: &str) -> bool {
    if text.len() > 160 {
        return false;
    }
    let lower = text.to_lowercase();
    let lower = lower.trim_start_matches(['<', '(', '*', '_', '[', '«', '"', ' ']);
    DEVICE_STARTS.iter().any(|start| lower.starts_with(start))
        || (MAYBE_STARTS.iter().any(|start| lower.starts_with(start))
            && DEVICES.iter().any(|device| lower.contains(device)))
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

/// The paragraph at which a legal notice begins, if the text above it is not
/// empty and little enough follows.
fn disclaimer(lines: &[Line<'_>]) -> Option<usize> {
    let mut text_above = false;
    let mut paragraph = false;
    let mut found = None;
    for (index, line) in lines.iter().enumerate() {
        let parting = line.blank() || is_rule(line);
        if !parting && paragraph && text_above && is_notice(line.text) {
            found = Some(index);
            break;
        }
        paragraph = parting;
        text_above |= !parting;
    }
    let at = found?;
    let after = lines.get(at..).unwrap_or_default();
    if after.iter().filter(|line| !line.blank()).count() > DISCLAIMER_LINES {
        return None;
    }
    // A rule above it belongs to it.
    let rule = at
        .checked_sub(1)
        .filter(|before| lines.get(*before).is_some_and(is_rule));
    Some(rule.unwrap_or(at))
}

fn is_notice(text: &str) -> bool {
    let start: String = text.chars().take(60).collect::<String>().to_lowercase();
    let start = start.trim_start_matches(['*', '_', '(', '[', ' ']);
    NOTICES.iter().any(|notice| start.starts_with(notice))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::lines::split;

    fn marked(text: &str) -> Vec<SpanKind> {
        let lines = split(text, &[]);
        let mut kinds = vec![SpanKind::New; lines.len()];
        mark(&lines, &mut kinds);
        kinds
    }

    #[test]
    fn signatures_and_devices() {
        use SpanKind::{New, Signature};
        assert_eq!(marked("Hi\n-- \nAnn\n"), [New, Signature, Signature]);
        assert_eq!(marked("Hi\n\nSent from my phone\n"), [New, New, Signature]);
        assert_eq!(
            marked("Hi\n\n(Von meinem Handy)\n-- \nAnn"),
            [New, New, Signature, Signature, Signature]
        );
        assert_eq!(marked("Sent by courier yesterday."), [New]);
        let long = format!("Hi\n--\n{}", "text\n".repeat(SIGNATURE_LINES + 1));
        assert!(marked(&long).iter().all(|kind| *kind == New));
    }

    #[test]
    fn notices_at_the_end() {
        use SpanKind::{Disclaimer, New};
        assert_eq!(
            marked("Hi\n_____\nThis e-mail and any files are secret.\nDelete it.\n"),
            [New, Disclaimer, Disclaimer, Disclaimer]
        );
        assert_eq!(marked("This e-mail and any files are secret."), [New]);
    }
}
