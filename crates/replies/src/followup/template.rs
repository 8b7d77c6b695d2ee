//! Texts with placeholders.

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
        values.fill(&self.text)?;
        values.fill(subject).map(drop)
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
    pub(super) fn fill(&self, template: &str) -> Result<String, TemplateError> {
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
            filled.push_str(if value.is_empty() {
                fallback.trim()
            } else {
                value
            });
            rest = behind;
        }
        filled.push_str(rest);
        Ok(filled)
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
        Values::new(&contact, &sender, "Re: Offer").fill(template)
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
            FollowUpTemplate { subject, text }.check()
        };
        assert_eq!(check(" \n"), Err(TemplateError::Empty));
        assert_eq!(check("Hi {{first_name"), Err(TemplateError::Unclosed));
        assert_eq!(
            check("{{frist_name}}").unwrap_err().to_string(),
            "there is no placeholder {{frist_name}}; use first_name, name, email, subject or sender_name"
        );
        assert_eq!(check(&"x".repeat(100_000)), Err(TemplateError::TooLong));
    }
}
