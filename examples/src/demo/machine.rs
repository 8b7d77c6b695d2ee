//! What machines write: newsletters, notices, bounces, automatic answers.

use super::body::{Body, escaped};
use super::compose::Part;
use super::people::{Client, Language, Person};
use super::quote::Shown;

/// The headers of mail to many (RFC 2369, RFC 8058).
pub(super) fn newsletter_headers(from: &Person, id: &str) -> Vec<(&'static str, String)> {
    let domain = from.domain();
    vec![
        (
            "List-Unsubscribe",
            format!("<https://{domain}/unsubscribe/{id}>"),
        ),
        (
            "List-Unsubscribe-Post",
            "List-Unsubscribe=One-Click".to_owned(),
        ),
        ("Precedence", "bulk".to_owned()),
    ]
}

/// The headers of a mailing list (RFC 2369, RFC 2919).
pub(super) fn list_headers(list: &Person) -> Vec<(&'static str, String)> {
    let id = list.address.replace('@', ".");
    vec![
        ("List-Id", format!("{} <{id}>", list.name)),
        ("List-Post", format!("<mailto:{}>", list.address)),
        (
            "List-Unsubscribe",
            format!("<mailto:leave-{}>", list.address),
        ),
        ("Sender", list.address.clone()),
    ]
}

/// The headers of an automatic answer (RFC 3834 §3).
pub(super) fn auto_reply_headers(from: &Person) -> Vec<(&'static str, String)> {
    let mut headers = vec![("Auto-Submitted", "auto-replied".to_owned())];
    if from.client == Client::Outlook {
        headers.push(("X-Auto-Response-Suppress", "All".to_owned()));
    }
    headers
}

/// What stands before the subject of an automatic answer.
pub(super) fn auto_reply_prefix(language: Language) -> &'static str {
    match language {
        Language::English => "Automatic reply: ",
        Language::German => "Automatische Antwort: ",
        Language::French => "Réponse automatique : ",
        Language::Spanish => "Respuesta automática: ",
        Language::Greek => "Αυτόματη απάντηση: ",
        Language::Japanese => "自動応答: ",
    }
}

/// A newsletter or notice: its first line is the headline.
pub(super) fn designed(from: &Person, text: &str) -> Body {
    let mut paragraphs = text.split("\n\n");
    let headline = escaped(paragraphs.next().unwrap_or_default());
    let rest: String = paragraphs
        .map(|it| {
            format!(
                "<p style=\"margin:0 0 14px\">{}</p>\n",
                escaped(it).replace('\n', "<br>\n")
            )
        })
        .collect();
    let name = escaped(&from.name);
    let domain = from.domain();
    let html = format!(
        "<table width=\"100%\" cellpadding=\"0\" style=\"background:#f4f4f1\"><tr><td align=\"center\">\n\
         <table width=\"560\" cellpadding=\"24\" style=\"background:#ffffff;font-family:Helvetica,Arial,sans-serif;\
         font-size:15px;line-height:1.5\">\n<tr><td>\n<p style=\"color:#7a7a72;font-size:12px\">{name}</p>\n\
         <h2 style=\"margin:0 0 16px\">{headline}</h2>\n{rest}</td></tr>\n\
         <tr><td style=\"color:#7a7a72;font-size:12px\">{name} &middot; {domain}</td></tr>\n</table>\n</td></tr></table>"
    );
    Body {
        plain: format!("{text}\n\n{} · {domain}", from.name),
        html,
    }
}

/// A delivery status notification (RFC 3464) about a mail.
pub(super) fn bounce(
    from: &Person,
    failed: &Person,
    status: &str,
    about: &str,
    shown: &Shown,
) -> Part {
    let (why, code) = match status {
        "5.1.1" => ("the address does not exist", "550 5.1.1 User unknown"),
        "5.2.2" => ("the mailbox is full", "552 5.2.2 Mailbox full"),
        "4.4.1" => (
            "the other server does not answer; we keep trying",
            "451 4.4.1 Connection timed out",
        ),
        _ => ("the other server refused it", "554 5.7.1 Message rejected"),
    };
    let action = if status.starts_with('4') {
        "delayed"
    } else {
        "failed"
    };
    let text = format!(
        "This is the mail system at {}.\n\nYour message \"{}\" to {} could not be delivered: {why}.\n\n\
         <{}>: host mx.{} said: {code}",
        from.domain(),
        shown.subject,
        failed.address,
        failed.address,
        failed.domain(),
    );
    let report = format!(
        "Reporting-MTA: dns; {}\r\nArrival-Date: {}\r\n\r\nFinal-Recipient: rfc822; {}\r\n\
         Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {code}\r\n",
        from.domain(),
        shown.at.to_rfc2822(),
        failed.address,
    );
    Part::Multi {
        subtype: "report; report-type=delivery-status",
        parts: vec![
            Part::text("plain", encoding_rs::UTF_8, &text),
            Part::ascii("message/delivery-status", report),
            Part::ascii("text/rfc822-headers", about.to_owned()),
        ],
    }
}
