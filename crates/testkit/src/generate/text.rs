//! The words of generated mails, and their MIME.

use crate::random::Random;

const TOPICS: [&str; 10] = [
    "the offer",
    "next week's workshop",
    "the delivery dates",
    "your invoice",
    "the pilot",
    "our contract",
    "the new price list",
    "the launch plan",
    "the feedback round",
    "the budget",
];
const OPENINGS: [&str; 6] = [
    "Question about",
    "Notes on",
    "Update:",
    "Could we talk about",
    "Next steps for",
    "Thoughts on",
];
const SENTENCES: [&str; 16] = [
    "Thank you for the quick answer.",
    "We went through the numbers again and they still look good to us.",
    "Could you send the final version by Thursday?",
    "I have added two colleagues who will look after the details.",
    "The team in Málaga would like to see a short demonstration first.",
    "Please find my comments below.",
    "There is one open point about the payment terms.",
    "Tuesday at ten would suit us, otherwise any time on Friday.",
    "We had a similar case last year, and it took three weeks.",
    "Let me know if anything is unclear.",
    "Our größte concern is the delivery in December.",
    "I will be travelling next week but can read mail in the evenings.",
    "The draft is nearly complete, only the annex is missing.",
    "Would a call be easier than writing?",
    "That sounds fine, let us go ahead.",
    "I'd like to start with ten seats and grow from there.",
];
const FILES: [&str; 4] = [
    "offer.pdf",
    "minutes.pdf",
    "price-list.xlsx",
    "contract draft.docx",
];

pub(super) fn subject(random: &mut Random) -> String {
    let opening = random.pick(&OPENINGS, "About");
    format!("{opening} {}", random.pick(&TOPICS, "the plan"))
}

pub(super) fn greeting_and_prose(random: &mut Random) -> String {
    let paragraphs = 1 + random.below(4);
    format!("Hello,\r\n\r\n{}", prose(random, paragraphs))
}

/// Paragraphs of one to five sentences, a sentence per line.
pub(super) fn prose(random: &mut Random, paragraphs: usize) -> String {
    let mut paragraph = || {
        let sentences = 1 + random.below(5);
        let lines: Vec<&str> = (0..sentences)
            .map(|_| random.pick(&SENTENCES, "Yes."))
            .collect();
        lines.join("\r\n")
    };
    let paragraphs: Vec<String> = (0..paragraphs).map(|_| paragraph()).collect();
    paragraphs.join("\r\n\r\n")
}

/// The earlier mail under its attribution line.
pub(super) fn quote(author: &str, body: &str) -> String {
    let mut out = format!("\r\n{author} wrote:\r\n");
    for line in body.lines() {
        out.push_str(if line.is_empty() { ">" } else { "> " });
        out.push_str(line);
        out.push_str("\r\n");
    }
    out
}

/// Plain text and its HTML twin.
pub(super) fn alternative(body: &str) -> String {
    let escaped = body
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let html = escaped.replace("\r\n\r\n", "</p>\r\n<p>");
    format!(
        "Content-Type: multipart/alternative; boundary=\"alt\"\r\n\r\n\
         --alt\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n\
         --alt\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
         <html><body><p>{html}</p></body></html>\r\n--alt--\r\n"
    )
}

/// The content and, beside it, a file of up to 60 KB in base64.
pub(super) fn with_attachment(random: &mut Random, content: &str) -> String {
    let name = random.pick(&FILES, "file.bin");
    let lines = 10 + random.below(800);
    let mut data = String::with_capacity(lines * 78);
    for _ in 0..lines {
        for _ in 0..19 {
            data.push_str(random.pick(&["JVBE", "Ri0x", "LjQK", "AAAA", "c3R5", "bGVz"], "AAAA"));
        }
        data.push_str("\r\n");
    }
    format!(
        "Content-Type: multipart/mixed; boundary=\"mix\"\r\n\r\n--mix\r\n{content}\r\n\
         --mix\r\nContent-Type: application/octet-stream\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{data}--mix--\r\n"
    )
}

/// The time as RFC 5322 writes it, in UTC.
pub(super) fn date(seconds: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let days = seconds / 86_400;
    let (year, month, day) = civil(days);
    let weekday = DAYS.get((days % 7) as usize).unwrap_or(&"Thu");
    let month = MONTHS.get(month as usize - 1).unwrap_or(&"Jan");
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{weekday}, {day} {month} {year} {hour:02}:{minute:02}:{second:02} +0000")
}

/// Year, month and day of a day counted from 1970-01-01 (Howard Hinnant's
/// `civil_from_days`, for days after 1970).
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date(0), "Thu, 1 Jan 1970 00:00:00 +0000");
        assert_eq!(date(1_709_210_096), "Thu, 29 Feb 2024 12:34:56 +0000");
        assert_eq!(date(1_736_150_400), "Mon, 6 Jan 2025 08:00:00 +0000");
    }
}
