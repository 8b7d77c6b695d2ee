//! What is attached: small files that open.

use chrono::{DateTime, Duration, FixedOffset, Utc};

use super::compose::Part;
use super::people::Person;
use super::script::Meeting;

/// A file of that name; its ending says what it is.
pub(super) fn file(name: &str) -> Part {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let title = stem.replace(['-', '_'], " ");
    let (media_type, bytes) = match ending {
        "pdf" => ("application/pdf", pdf(&title)),
        "png" => ("image/png", include_bytes!("text/booth.png").to_vec()),
        "csv" => ("text/csv", csv(&title).into_bytes()),
        _ => ("text/plain", format!("{title}\r\n").into_bytes()),
    };
    Part::file(media_type, name, &bytes)
}

/// One page with a title (ISO 32000-1 §7.5).
fn pdf(title: &str) -> Vec<u8> {
    let text: String = title
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == ' ')
        .collect();
    let drawing = format!(
        "BT /F1 22 Tf 72 760 Td ({text}) Tj 0 -40 Td /F1 11 Tf (Hushwell. Quiet booths for loud offices.) Tj ET"
    );
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!(
            "<< /Length {} >>\nstream\n{drawing}\nendstream",
            drawing.len()
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(&objects) {
        table.push_str(&format!("{:010} 00000 n \n", pdf.len()));
        pdf.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let start = pdf.len();
    pdf.push_str(&table);
    pdf.push_str(&format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    ));
    pdf.into_bytes()
}

fn csv(title: &str) -> String {
    // Sound levels in a room, through a working day: what the booths are for.
    let levels = [41, 44, 58, 63, 61, 66, 59, 64, 67, 60, 52, 46];
    let mut csv = format!("{title}\r\nhour,dB(A) open floor,dB(A) in the booth\r\n");
    for (hour, level) in (7..).zip(levels) {
        csv.push_str(&format!("{hour}:00,{level},{}\r\n", level / 2 + 4));
    }
    csv
}

/// A meeting's beginning and end.
pub(super) struct Slot {
    pub(super) uid: String,
    pub(super) from: DateTime<Utc>,
    pub(super) to: DateTime<Utc>,
    pub(super) title: String,
    pub(super) organizer: &'static Person,
    pub(super) guests: Vec<&'static Person>,
}

impl Slot {
    pub(super) fn new(
        meeting: Meeting,
        sent: DateTime<FixedOffset>,
        uid: String,
        title: String,
        organizer: &'static Person,
        guests: Vec<&'static Person>,
    ) -> Self {
        let day = sent + Duration::days(meeting.days);
        let from = day
            .date_naive()
            .and_hms_opt(meeting.hour, meeting.minute, 0)
            .and_then(|at| at.and_local_timezone(*sent.offset()).single())
            .unwrap_or(day)
            .to_utc();
        Self {
            uid,
            from,
            to: from + Duration::minutes(meeting.minutes),
            title,
            organizer,
            guests,
        }
    }

    /// The calendar object (RFC 5545); with `accepted`, that guest's answer
    /// (RFC 5546 §3.2.3).
    pub(super) fn ics(&self, accepted: Option<&Person>) -> String {
        let time = |at: DateTime<Utc>| at.format("%Y%m%dT%H%M%SZ");
        let method = if accepted.is_some() {
            "REPLY"
        } else {
            "REQUEST"
        };
        let mut lines = vec![
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Hushwell//Calendar//EN".to_owned(),
            format!("METHOD:{method}"),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", self.uid),
            format!("DTSTAMP:{}", time(self.from - Duration::days(1))),
            format!("DTSTART:{}", time(self.from)),
            format!("DTEND:{}", time(self.to)),
            format!("SUMMARY:{}", self.title.replace(',', "\\,")),
            format!("ORGANIZER:mailto:{}", self.organizer.address),
        ];
        match accepted {
            Some(guest) => lines.push(format!(
                "ATTENDEE;PARTSTAT=ACCEPTED:mailto:{}",
                guest.address
            )),
            None => lines.extend(self.guests.iter().map(|guest| {
                format!(
                    "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{}",
                    guest.address
                )
            })),
        }
        lines.extend(["SEQUENCE:0", "END:VEVENT", "END:VCALENDAR", ""].map(str::to_owned));
        lines.join("\r\n")
    }
}
