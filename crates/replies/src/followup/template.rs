//! Texts with placeholders.

use std::fmt::Write as _;

use inboxlink_model::Mailbox;
use serde::{Deserialize, Serialize};

use crate::{
    followup::compose::one_line,
    limits::{MAX_PLACEHOLDER_CHARS, MAX_TEMPLATE_BYTES},
};

/// What a follow-up says. Plain text, in which stand placeholders:
///
/// | placeholder | is |
/// |---|---|
/// | `{{first_name}}` | the contact's first name, as their mail tells it |
/// | `{{name}}` | the contact's whole name |
/// | `{{email}}` | the contact's address |
/// | `{{subject}}` | the subject answered, with `Re:` |
/// | `{{sender_name}}` | our sender's name |
///
/// `{{first_name|there}}` says what to put where there is no name. What is put
/// in is one line, cut at 100 characters, and holds no placeholders itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpTemplate {
    /// The subject; without one, `Re:` and the subject answered, which keeps
    /// the mail in its thread everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The text.
    pub text: String,
    /// The same as HTML, where the mail is to have both. What is put in for a
    /// placeholder is escaped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// Where a request to unsubscribe is to be posted, an `https` address, for
    /// mail that is to have the button for it (RFC 8058). What is put in for a
    /// placeholder is percent-encoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsubscribe: Option<String>,
}

/// Why a template cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// It has no text.
    #[error("the follow-up has no text; write what it should say")]
    Empty,
    /// A placeholder that does not exist.
    #[error(
        "there is no placeholder {{{{{0}}}}}; use first_name, name, email, subject or sender_name"
    )]
    UnknownPlaceholder(String),
    /// A placeholder without its end.
    #[error("a placeholder begins with {{{{ and has no }}}} at its end")]
    Unclosed,
    /// Not an address to unsubscribe at.
    #[error(
        "`{0}` is no address to unsubscribe at; write one such as https://example.com/stop?who={{{{email}}}}"
    )]
    Unsubscribe(String),
    /// Too long.
    #[error("the template has more than {MAX_TEMPLATE_BYTES} bytes; shorten it")]
    TooLong,
}

impl FollowUpTemplate {
    /// Whether it can be used: for the form in which it is written.
    ///
    /// # Errors
    /// [`TemplateError`] says what is wrong with it.
    pub fn check(&self) -> Result<(), TemplateError> {
        let subject = self.subject.as_deref().unwrap_or_default();
        if self.text.trim().is_empty() {
            return Err(TemplateError::Empty);
        }
        let values = Values::default();
        values.fill(&self.text, Escape::None)?;
        if let Some(html) = &self.html {
            values.fill(html, Escape::Html)?;
        }
        values.unsubscribe(self)?;
        values.fill(subject, Escape::None).map(drop)
    }
}

/// What the placeholders stand for.
#[derive(Debug, Default)]
pub(super) struct Values {
    first_name: String,
    name: String,
    email: String,
    subject: String,
    sender_name: String,
}

impl Values {
    pub(super) fn new(contact: &Mailbox, sender: &Mailbox, subject: &str) -> Self {
        // Some programs put the address where the name belongs.
        let named = !contact.name.contains('@');
        let name = Some(one_line(&contact.name)).filter(|_| named);
        let name = cut(&name.unwrap_or_default());
        Self {
            first_name: first_name(&name).to_owned(),
            name,
            email: cut(contact.address.as_str()),
            subject: cut(subject),
            sender_name: cut(&one_line(&sender.name)),
        }
    }

    /// The template with its placeholders replaced, each once and none in
    /// what was put in.
    pub(super) fn fill(&self, template: &str, escape: Escape) -> Result<String, TemplateError> {
        if template.len() > MAX_TEMPLATE_BYTES {
            return Err(TemplateError::TooLong);
        }
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("{{") {
            let (placeholder, behind) = after.split_once("}}").ok_or(TemplateError::Unclosed)?;
            let (name, fallback) = placeholder.split_once('|').unwrap_or((placeholder, ""));
            let value = match name.trim() {
                "first_name" => &self.first_name,
                "name" => &self.name,
                "email" => &self.email,
                "subject" => &self.subject,
                "sender_name" => &self.sender_name,
                other => return Err(TemplateError::UnknownPlaceholder(cut(other))),
            };
            filled.push_str(before);
            // What the template says itself stands as it was written.
            if value.is_empty() {
                filled.push_str(fallback.trim());
            } else {
                escape.push(value, &mut filled);
            }
            rest = behind;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

impl Values {
    /// The address to unsubscribe at, where the template has one.
    pub(super) fn unsubscribe(
        &self,
        template: &FollowUpTemplate,
    ) -> Result<Option<String>, TemplateError> {
        let Some(address) = template.unsubscribe.as_deref() else {
            return Ok(None);
        };
        let filled = self.fill(address.trim(), Escape::Url)?;
        let plain = |b: u8| b.is_ascii_graphic() && !b"<>\"\\^`{|}".contains(&b);
        let host = filled.strip_prefix("https://").unwrap_or_default();
        let usable = !host.is_empty() && !host.starts_with(['/', '?', '#', ':']);
        // A header's line must not grow without end.
        if usable && filled.bytes().all(plain) && filled.len() <= 900 {
            Ok(Some(filled))
        } else {
            Err(TemplateError::Unsubscribe(cut(address)))
        }
    }
}

/// What a value is put into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    None,
    Html,
    Url,
}

impl Escape {
    fn push(self, value: &str, to: &mut String) {
        match self {
            Self::None => to.push_str(value),
            Self::Html => value.chars().for_each(|c| match c {
                '&' => to.push_str("&amp;"),
                '<' => to.push_str("&lt;"),
                '>' => to.push_str("&gt;"),
                '"' => to.push_str("&quot;"),
                '\'' => to.push_str("&#39;"),
                c => to.push(c),
            }),
            Self::Url => value.bytes().for_each(|b| {
                if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
                    to.push(char::from(b));
                } else {
                    let _ = write!(to, "%{b:02X}");
                }
            }),
        }
    }
}

/// `Ann` of `Ann Lee` and of `Lee, Ann`.
fn first_name(name: &str) -> &str {
    let given = name.split_once(',').map_or(name, |(_, given)| given);
    given.split_whitespace().next().unwrap_or_default()
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_PLACEHOLDER_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(name: &str, template: &str) -> Result<String, TemplateError> {
        let contact = Mailbox::new(name, "ann@example.org").unwrap();
        let sender = Mailbox::new("Max", "max@example.com").unwrap();
        Values::new(&contact, &sender, "Re: Offer").fill(template, Escape::None)
    }

    #[test]
    fn placeholders_and_what_stands_for_missing_ones() {
        for (name, template, text) in [
            ("Ann Lee", "Hi {{first_name}}!", "Hi Ann!"),
            ("Lee, Ann", "Hi {{ first_name }}!", "Hi Ann!"),
            ("", "Hi {{first_name|there}}!", "Hi there!"),
            ("ann@example.org", "Hi {{name | you}}!", "Hi you!"),
            (
                "",
                "{{email}} {{subject}} {{sender_name}}",
                "ann@example.org Re: Offer Max",
            ),
            ("{{email}}", "{{name}}", "{{email}}"),
            ("a\r\nb\0c", "{{name}}", "a b c"),
            ("", "a } b }} { c", "a } b }} { c"),
        ] {
            assert_eq!(filled(name, template).as_deref(), Ok(text), "{template}");
        }
        let long = filled(&"x".repeat(5000), "{{name}}").unwrap();
        assert_eq!(long.len(), MAX_PLACEHOLDER_CHARS);
    }

    #[test]
    fn faults_are_told_before_anything_is_sent() {
        let check = |text: &str| {
            let subject = None;
            let text = text.to_owned();
            FollowUpTemplate {
                subject,
                text,
                ..FollowUpTemplate::default()
            }
            .check()
        };
        assert_eq!(check(" \n"), Err(TemplateError::Empty));
        assert_eq!(check("Hi {{first_name"), Err(TemplateError::Unclosed));
        assert_eq!(
            check("{{frist_name}}").unwrap_err().to_string(),
            "there is no placeholder {{frist_name}}; use first_name, name, email, subject or sender_name"
        );
        assert_eq!(check(&"x".repeat(100_000)), Err(TemplateError::TooLong));
    }

    #[test]
    fn values_are_escaped_for_where_they_stand() {
        let contact = Mailbox::new("<b>Ann & Co", "a+b@example.org").unwrap();
        let values = Values::new(&contact, &contact, "");
        let html = values.fill("<p>{{name}} {{subject|<i>you</i>}}", Escape::Html);
        assert_eq!(html.unwrap(), "<p>&lt;b&gt;Ann &amp; Co <i>you</i>");
        let at = |address: &str| {
            values.unsubscribe(&FollowUpTemplate {
                unsubscribe: Some(address.to_owned()),
                ..FollowUpTemplate::default()
            })
        };
        let stop = at(" https://example.com/stop?who={{email}} ").unwrap();
        assert_eq!(
            stop.unwrap(),
            "https://example.com/stop?who=a%2Bb%40example.org"
        );
        for wrong in [
            "http://example.com",
            "https://",
            "https://a b",
            "https://a/>\r\nBcc: x",
            "mailto:a@b.c",
        ] {
            assert!(
                matches!(at(wrong), Err(TemplateError::Unsubscribe(_))),
                "{wrong}"
            );
        }
    }
}
