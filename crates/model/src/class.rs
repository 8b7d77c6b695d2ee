//! What kind of mail a mail is.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

/// What wrote a mail, and to what end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Class {
    /// A person wrote it to us.
    Human,
    /// A report of failed or delayed delivery (RFC 3464, or its ancestors).
    Bounce,
    /// A spam complaint by way of a feedback loop (RFC 5965).
    Complaint,
    /// An automatic answer: out of office, we have received your mail (RFC 3834).
    AutoReply,
    /// A message disposition notification (RFC 8098).
    ReadReceipt,
    /// A calendar message (RFC 6047).
    Calendar,
    /// A challenge that wants the sender to prove they are a person.
    Challenge,
    /// A post to a mailing list, whoever wrote it.
    List,
    /// Newsletters, bulk mail, messages made by a service.
    Notification,
    /// From ourselves or a teammate.
    Team,
}

impl Class {
    /// Every class, in the order of their declaration.
    pub const ALL: [Self; 10] = [
        Self::Human,
        Self::Bounce,
        Self::Complaint,
        Self::AutoReply,
        Self::ReadReceipt,
        Self::Calendar,
        Self::Challenge,
        Self::List,
        Self::Notification,
        Self::Team,
    ];

    /// The class as it stands in JSON and in conditions.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Bounce => "bounce",
            Self::Complaint => "complaint",
            Self::AutoReply => "auto_reply",
            Self::ReadReceipt => "read_receipt",
            Self::Calendar => "calendar",
            Self::Challenge => "challenge",
            Self::List => "list",
            Self::Notification => "notification",
            Self::Team => "team",
        }
    }

    /// The class of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == name)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One observation that a verdict rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The rule that spoke, in snake case: `auto_submitted`, `list_id` …
    pub rule: Cow<'static, str>,
    /// What it saw, capped in length; empty where the rule says it all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
}

impl Evidence {
    /// A rule's name and what it saw (cut to 200 characters).
    pub fn new(rule: &'static str, value: impl AsRef<str>) -> Self {
        Self {
            rule: Cow::Borrowed(rule),
            value: cut(value.as_ref()),
        }
    }
}

fn cut(value: &str) -> String {
    if value.len() <= 200 {
        return value.to_owned();
    }
    value.chars().take(200).collect()
}

/// A class, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The kind of mail.
    pub class: Class,
    /// Whether it may fire a reply condition by default: a person wrote it to us.
    pub human: bool,
    /// What was seen, strongest first; never empty.
    pub evidence: Vec<Evidence>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_json() {
        for class in Class::ALL {
            assert_eq!(
                serde_json::to_string(&class).unwrap(),
                format!("\"{class}\"")
            );
            assert_eq!(Class::from_name(class.as_str()), Some(class));
        }
    }
}
