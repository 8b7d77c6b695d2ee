//! What kind of mail a mail is, and why.
//!
//! Rules are asked in a fixed order and the first that speaks decides; what
//! the others saw stands behind it as evidence. No rule takes a single phrase
//! for proof: words that machines use, people quote.

mod auto_reply;
mod bounce;
mod calendar;
mod challenge;
mod list;
mod notification;
mod phrases;
mod report;
mod ses;
mod subject_prefixes;
mod team;

use std::cell::OnceCell;

use inboxlink_model::{Class, Evidence, OwnAddresses, Verdict};

use crate::{
    AttachmentKind, Message,
    limits::{MAX_GLANCE_BYTES, MAX_PHRASE_CHARS},
    text_for_reading,
};

/// What is known beside the mail itself.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Whose mail is the team's own.
    pub own: &'a OwnAddresses,
}

/// What a rule has to say of a mail.
type Finding = Option<(Class, Evidence)>;

/// The rules, strongest first.
const RULES: [fn(&Mail<'_>) -> Finding; 10] = [
    report::complaint,
    challenge::challenge,
    report::delivery,
    report::disposition,
    calendar::calendar,
    bounce::bounce,
    team::team,
    auto_reply::auto_reply,
    list::list,
    notification::notification,
];

/// Judges a mail: what wrote it, and whether it may fire a reply condition.
///
/// ```
/// use inboxlink_message::{Context, classify, parse};
/// use inboxlink_model::{Class, OwnAddresses};
///
/// let raw = b"From: a@example.org\nSubject: Hi\nAuto-Submitted: auto-replied\n\nI am away.";
/// let own = OwnAddresses::default();
/// let verdict = classify(&parse(raw, None), &Context { own: &own });
/// assert_eq!(verdict.class, Class::AutoReply);
/// assert_eq!(verdict.evidence[0].rule, "auto_submitted");
/// ```
pub fn classify(message: &Message, context: &Context<'_>) -> Verdict {
    let mail = Mail {
        message,
        own: context.own,
        opening: OnceCell::new(),
    };
    let mut class = None;
    let mut evidence = Vec::new();
    for (found, seen) in RULES.iter().filter_map(|rule| rule(&mail)) {
        class = class.or(Some(found));
        evidence.push(seen);
    }
    let class = class.unwrap_or(Class::Human);
    match class {
        Class::Human => evidence.push(mail.human_evidence()),
        // These keep their class though a person may have written them.
        Class::Calendar => evidence.extend(calendar::comment(message)),
        Class::List => evidence.extend(list::author(message)),
        _ => {}
    }
    Verdict {
        class,
        human: class == Class::Human,
        evidence,
    }
}

/// A mail as the rules see it.
struct Mail<'a> {
    message: &'a Message,
    own: &'a OwnAddresses,
    opening: OnceCell<String>,
}

impl Mail<'_> {
    /// The beginning of its text, in lower case: what marks a machine's mail
    /// stands at the top. Made once, and only for mails that need it.
    fn opening(&self) -> &str {
        self.opening.get_or_init(|| {
            let text = text_for_reading(self.message);
            let opening: String = text.chars().take(MAX_PHRASE_CHARS).collect();
            let folded: Vec<&str> = opening.split_whitespace().collect();
            folded.join(" ").to_lowercase()
        })
    }

    /// Whether a link may stand in its opening: a glance at its beginning as it
    /// came, for the many mails whose opening nobody asks for.
    fn has_link(&self) -> bool {
        let read = self.message.text.as_ref().or(self.message.html.as_ref());
        read.is_some_and(|text| {
            let end = text.floor_char_boundary(MAX_GLANCE_BYTES);
            let beginning = text.as_bytes().get(..end).unwrap_or_default();
            ["http", "HTTP", "Http"]
                .iter()
                .any(|scheme| memchr::memmem::find(beginning, scheme.as_bytes()).is_some())
        })
    }

    /// What Amazon SES tells with it; see [`ses::tells`].
    fn ses(&self) -> Option<&'static str> {
        // Most mails are none of its, and need not be read for this.
        let text = self.message.text.as_deref()?;
        let json = text.trim_start().starts_with('{');
        json.then(|| ses::tells(self.opening())).flatten()
    }

    /// Its subject, in lower case.
    fn subject(&self) -> String {
        self.message.subject.to_lowercase()
    }

    /// The value of a header kept as a marker.
    fn marker(&self, name: &str) -> Option<&str> {
        let mut markers = self.message.automation.markers.iter();
        markers.find_map(|(key, value)| (key == name).then_some(value.as_str()))
    }

    /// The part of the author's address before the `@`.
    fn local_part(&self) -> &str {
        let author = self.message.author();
        author.map_or("", |author| author.address.local())
    }

    /// Whether it came with the null return path (RFC 5321 §4.5.5).
    fn null_path(&self) -> bool {
        self.message.automation.return_path.as_deref() == Some("")
    }

    /// Whether it carries another mail along.
    fn returns_a_mail(&self) -> bool {
        let mut parts = self.message.attachments.iter();
        parts.any(|part| {
            part.kind == AttachmentKind::Message || part.content_type == "text/rfc822-headers"
        })
    }

    /// Whether it refers to another mail.
    fn is_reply(&self) -> bool {
        !self.message.in_reply_to.is_empty() || !self.message.references.is_empty()
    }

    fn human_evidence(&self) -> Evidence {
        let message = self.message;
        let answered = message.in_reply_to.first();
        match answered.or(message.references.last()) {
            Some(id) => Evidence::new("reply_without_machine_marks", id),
            None => Evidence::new("no_machine_marks", ""),
        }
    }
}

#[cfg(test)]
mod tests;
