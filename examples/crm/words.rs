//! Moments, numbers and codes, as a person reads them.

use chrono::{DateTime, Datelike as _, Local, TimeDelta, Utc};
use inboxlink::{
    Class, ContactView, EnrolmentState, Evidence, FollowUpState, Mailbox, Reason, Timestamp,
};
use maud::{Markup, html};

/// The moment, by the machine's clock.
pub(crate) fn now() -> Timestamp {
    Timestamp(Utc::now().timestamp_millis())
}

fn local(at: Timestamp) -> DateTime<Local> {
    DateTime::from_timestamp_millis(at.0)
        .unwrap_or_default()
        .with_timezone(&Local)
}

/// `14:03`, `yesterday 14:03`, `3 Mar`, `3 Mar 2024`: as much as is needed.
pub(crate) fn moment(at: Timestamp) -> Markup {
    let (at, now) = (local(at), Local::now());
    let short = if at.date_naive() == now.date_naive() {
        at.format("%H:%M").to_string()
    } else if at.date_naive() == (now - TimeDelta::days(1)).date_naive() {
        at.format("yesterday %H:%M").to_string()
    } else if at.year() == now.year() {
        at.format("%-d %b").to_string()
    } else {
        at.format("%-d %b %Y").to_string()
    };
    html! {
        time datetime=(at.to_rfc3339()) title=(at.format("%A, %-d %B %Y, %H:%M")) { (short) }
    }
}

/// With seconds: `14:03:27`.
pub(crate) fn clock(at: Timestamp) -> Markup {
    let at = local(at);
    html! {
        time datetime=(at.to_rfc3339()) title=(at.format("%A, %-d %B %Y")) { (at.format("%H:%M:%S")) }
    }
}

/// `March 2026`.
pub(crate) fn month(at: Timestamp) -> String {
    local(at).format("%B %Y").to_string()
}

/// `3 March 2026, 14:03`.
pub(crate) fn date(at: Timestamp) -> Markup {
    let at = local(at);
    html! { time datetime=(at.to_rfc3339()) { (at.format("%-d %B %Y, %H:%M")) } }
}

/// `1 mail`, `1,234 mails`.
pub(crate) fn count(n: u64, what: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {what}{s}", number(n))
}

/// `1,234`.
pub(crate) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `940 B`, `38 KB`, `2.1 MB`.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// `38 ms`, `1.2 s`.
pub(crate) fn duration(millis: f64) -> String {
    if millis < 10.0 {
        format!("{millis:.1} ms")
    } else if millis < 1000.0 {
        format!("{millis:.0} ms")
    } else {
        format!("{:.1} s", millis / 1000.0)
    }
}

/// Lines that a mail program broke at some column are put together again, as
/// far as they are plainly one paragraph.
pub(crate) fn unwrapped(text: &str) -> String {
    const FULL: usize = 55;
    let mut out = String::with_capacity(text.len());
    let mut full = false;
    for (at, line) in text.lines().enumerate() {
        let goes_on = full && line.starts_with(char::is_alphabetic);
        if at > 0 {
            out.push(if goes_on { ' ' } else { '\n' });
        }
        out.push_str(line.trim_end());
        full = line.chars().count() >= FULL;
    }
    out
}

/// A subject, or that there is none.
pub(crate) fn subject(subject: &str) -> &str {
    match subject.trim() {
        "" => "(no subject)",
        subject => subject,
    }
}

/// A mailbox's name, else its address.
pub(crate) fn name(mailbox: &Mailbox) -> &str {
    match mailbox.name.as_str() {
        "" => mailbox.to_send(),
        name => name,
    }
}

/// A contact's name, else an address.
pub(crate) fn contact_name(contact: &ContactView) -> &str {
    let address = || contact.addresses.first().map(|address| address.as_str());
    match contact.name.as_str() {
        "" => address().unwrap_or("(no name)"),
        name => name,
    }
}

/// A circle with a person's initials, in one of eight colours.
pub(crate) fn avatar(name: &str) -> Markup {
    let words = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty());
    let initials: String = words
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect();
    let sum = name.bytes().fold(0u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    let hue = sum % 8;
    html! { span.avatar.{ "hue-" (hue) } aria-hidden="true" { (initials.to_uppercase()) } }
}

/// A kind of mail.
pub(crate) const fn class(class: Class) -> &'static str {
    match class {
        Class::Human => "Personal mail",
        Class::Bounce => "Delivery failure",
        Class::Complaint => "Spam complaint",
        Class::AutoReply => "Automatic reply",
        Class::ReadReceipt => "Read receipt",
        Class::Calendar => "Calendar",
        Class::Challenge => "Sender check",
        Class::List => "Mailing list",
        Class::Notification => "Notification",
        Class::Team => "From your team",
        _ => "Mail",
    }
}

/// What became of a follow-up.
pub(crate) fn sending(state: &FollowUpState) -> String {
    match state {
        FollowUpState::Prepared { attempts: 0, .. } => "ready to be sent".to_owned(),
        FollowUpState::Prepared { attempts, .. } => {
            let tries = count((*attempts).into(), "attempt");
            format!("not sent yet after {tries}; it is tried again")
        }
        FollowUpState::Attempting { .. } => "being sent".to_owned(),
        FollowUpState::Accepted { .. } => "sent".to_owned(),
        FollowUpState::Rejected { text, .. } => format!("not sent: {text}"),
        FollowUpState::Unknown { reason } => {
            format!("nobody knows whether it arrived: {reason}")
        }
        FollowUpState::Withdrawn { why } => format!("not sent: {why}"),
        FollowUpState::Bounced { text } => format!("came back: {text}"),
        _ => "unknown".to_owned(),
    }
}

/// How far a wait for an answer is.
pub(crate) fn waiting(state: &EnrolmentState) -> &'static str {
    match state {
        EnrolmentState::Waiting {
            paused_at: Some(_), ..
        } => "the wait for an answer is paused",
        EnrolmentState::Waiting { .. } => "an answer is waited for",
        EnrolmentState::Fired { .. } => "no answer came in time",
        EnrolmentState::Replied { .. } => "an answer came, so nobody is reminded",
        EnrolmentState::Undelivered => "it came back, so no answer is waited for",
        EnrolmentState::Cancelled => "no answer is waited for any more",
        _ => "an answer will be waited for",
    }
}

/// Why an address became a contact.
pub(crate) fn reason(code: &str) -> String {
    let known = Reason::ALL.iter().find(|reason| reason.as_str() == code);
    known.map_or(code, |reason| reason.sentence()).to_owned()
}

/// What a condition or the classifier saw.
pub(crate) fn evidence(seen: &Evidence) -> Markup {
    let label = match seen.rule.as_ref() {
        "reply" => "Replied to a mail of yours",
        "subject" => "Subject",
        "body" => "Text contains",
        "from" => "From",
        "hasAttachment" => "Has an attachment",
        "class" => "Kind of mail",
        "direction" => "Direction",
        "auto_submitted" => "Says that it is automatic",
        "auto_reply_header" => "Carries an automatic reply's header",
        "subject_prefix" => "Subject of an automatic reply",
        "null_return_path" => "Wants no answer",
        "no_machine_marks" => "Nothing says that a machine wrote it",
        "reply_without_machine_marks" => "An answer, without a machine's marks",
        other => other,
    };
    html! {
        span.seen { (label) @if !seen.value.is_empty() { " " code { (seen.value) } } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(number(n), text);
        }
        assert_eq!(
            (count(1, "mail"), count(2, "mail")),
            ("1 mail".into(), "2 mails".into())
        );
        assert_eq!(
            (duration(3.12), duration(38.4), duration(1240.0)),
            ("3.1 ms".into(), "38 ms".into(), "1.2 s".into())
        );
    }

    #[test]
    fn broken_lines_are_put_together_and_lists_are_left() {
        let long = "a line that was broken where its sixtieth column was reached";
        for (text, expected) in [
            (
                format!("{long}\nand goes on"),
                format!("{long} and goes on"),
            ),
            (format!("{long}\n\nNew"), format!("{long}\n\nNew")),
            (
                format!("{long}\n- one\n- two"),
                format!("{long}\n- one\n- two"),
            ),
            ("Best\nAnna".to_owned(), "Best\nAnna".to_owned()),
        ] {
            assert_eq!(unwrapped(&text), expected);
        }
    }

    #[test]
    fn initials_are_escaped_and_of_any_script() {
        assert!(avatar("Ben Bold").into_string().contains(">BB<"));
        assert!(avatar("<b> & co").into_string().contains(">BC<"));
        assert!(avatar("").into_string().contains("></span>"));
        assert!(avatar("李 雷").into_string().contains(">李雷<"));
    }
}
