//! Automations as the form has them: a rule, read from the form and shown in
//! it again.

use inboxlink::{
    Class, CompileError, Condition, Filter, FollowUpTemplate, Period, Rule, RuleId, Test, when,
};
use serde::Deserialize;

/// What starts an automation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub(crate) enum When {
    /// A contact replies to a mail of ours.
    #[default]
    #[serde(rename = "imap_reply")]
    Reply,
    /// A person writes to us, in reply or not.
    #[serde(rename = "imap_mail")]
    Mail,
    /// A mail of ours has no answer for some time.
    #[serde(rename = "imap_silence")]
    Silence,
}

/// How long an automation may wait for an answer: as in JSON, and as people say
/// it. The first is for whoever tries it.
pub(crate) const WAITS: [(&str, &str); 6] = [
    ("PT1M", "1 minute"),
    ("PT1H", "1 hour"),
    ("P1D", "1 day"),
    ("P3D", "3 days"),
    ("P7D", "a week"),
    ("P14D", "two weeks"),
];

/// What the form begins with.
const USUAL_WAIT: &str = "P3D";

impl When {
    pub(crate) const ALL: [Self; 3] = [Self::Reply, Self::Mail, Self::Silence];

    /// Its value in the form.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "imap_reply",
            Self::Mail => "imap_mail",
            Self::Silence => "imap_silence",
        }
    }

    /// As the form offers it.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Reply => "IMAP email: a contact replies to one of your emails",
            Self::Mail => "IMAP email: a person writes to you, in reply or not",
            Self::Silence => "IMAP email: a contact does not reply to one of your emails",
        }
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::Reply => "a contact replies to one of your emails",
            Self::Mail => "a person writes to you",
            Self::Silence => "a contact does not reply to one of your emails",
        }
    }
}

/// The form of an automation, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    pub(crate) name: String,
    pub(crate) condition: When,
    /// One of [`WAITS`], where it waits for an answer.
    pub(crate) within: String,
    pub(crate) subject_contains: String,
    pub(crate) text_contains: String,
    pub(crate) from_contains: String,
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// Makes a condition of what was typed.
type Narrowing = fn(String) -> Condition;

/// A field of the form, and what is wrong with it.
pub(crate) type FieldError = (&'static str, String);

impl Form {
    /// The rule that the form makes, or every mistake in it.
    pub(crate) fn rule(&self, id: RuleId) -> Result<Rule, Vec<FieldError>> {
        let mut errors = Vec::new();
        let name = self.name.trim();
        if name.is_empty() {
            let message = "Give the automation a name that your team will know it by.";
            errors.push(("name", message.to_owned()));
        }
        if self.condition == When::Silence && self.wait().is_none() {
            errors.push(("within", "Choose how long to wait.".to_owned()));
        }
        let rule = match Rule::new(id, name, &self.condition()) {
            Ok(rule) => Some(rule),
            Err(error) => {
                errors.push((self.place_of(&error), error.to_string()));
                None
            }
        };
        let template = FollowUpTemplate {
            subject: Some(self.subject.trim().to_owned()).filter(|subject| !subject.is_empty()),
            // A browser's form has line ends of its own.
            text: self.text.replace("\r\n", "\n"),
            ..FollowUpTemplate::default()
        };
        let rule = match template.check() {
            Err(error) => {
                errors.push(("text", error.to_string()));
                None
            }
            Ok(()) => rule.map(|rule| rule.with_follow_up(template)),
        };
        match rule {
            Some(Ok(rule)) if errors.is_empty() => Ok(rule),
            Some(Err(error)) => Err(vec![("text", error.to_string())]),
            _ => Err(errors),
        }
    }

    fn condition(&self) -> Condition {
        let start = match self.condition {
            When::Reply => when::reply(),
            When::Mail => when::class(Class::Human),
            When::Silence => match self.wait() {
                Some((period, _)) => when::no_reply_within(period),
                None => when::reply(),
            },
        };
        self.narrowings()
            .fold(start, |all, (_, condition)| all.and(condition))
    }

    /// How long it waits for an answer, and how people say that.
    fn wait(&self) -> Option<(Period, &'static str)> {
        let chosen = match self.within.as_str() {
            "" => USUAL_WAIT,
            chosen => chosen,
        };
        let (iso, said) = WAITS.into_iter().find(|(iso, _)| *iso == chosen)?;
        Some((iso.parse().ok()?, said))
    }

    /// The optional fields that are filled in, and what they ask.
    fn narrowings(&self) -> impl Iterator<Item = (&'static str, Condition)> {
        let more: [(_, _, Narrowing); 3] = [
            ("subject_contains", &self.subject_contains, when::subject),
            ("text_contains", &self.text_contains, when::body),
            ("from_contains", &self.from_contains, self.whom()),
        ];
        let typed = more
            .into_iter()
            .filter(|(_, text, _)| !text.trim().is_empty());
        typed.map(|(field, text, condition)| (field, condition(text.trim().to_owned())))
    }

    /// Whom the last field means: the contact, on whichever side they stand.
    fn whom(&self) -> Narrowing {
        match self.condition {
            When::Silence => when::to,
            _ => when::from,
        }
    }

    /// The field that an error of the condition belongs to, by its place in
    /// `all of: start, narrowings …`.
    fn place_of(&self, error: &CompileError) -> &'static str {
        let child = error
            .at
            .strip_prefix("/conditions/")
            .and_then(|at| at.parse().ok());
        let narrowing = child.and_then(|n: usize| self.narrowings().nth(n.checked_sub(1)?));
        narrowing.map_or("condition", |(field, _)| field)
    }

    /// The form that makes this rule; `None` where another program made one
    /// that the form has no fields for.
    pub(crate) fn of(rule: &Rule) -> Option<Self> {
        let mut form = Self {
            name: rule.name.clone(),
            ..Self::default()
        };
        if let Some(template) = &rule.follow_up {
            form.subject = template.subject.clone().unwrap_or_default();
            form.text = template.text.clone();
        }
        let root = rule.condition.condition();
        let parts = match &root.test {
            Test::And(parts) => parts.as_slice(),
            _ => std::slice::from_ref(root),
        };
        for part in parts {
            let Test::Filter(filter) = &part.test else {
                return None;
            };
            match filter {
                Filter::Reply(true) => form.condition = When::Reply,
                Filter::Class(classes) if classes.iter().eq([&Class::Human]) => {
                    form.condition = When::Mail;
                }
                Filter::NotRepliedWithin {
                    period,
                    time_zone: None,
                } => {
                    form.condition = When::Silence;
                    form.within = period.to_string();
                }
                Filter::To(text) => form.from_contains.clone_from(text),
                Filter::Subject(text) => form.subject_contains.clone_from(text),
                Filter::Body(text) => form.text_contains.clone_from(text),
                Filter::From(text) => form.from_contains.clone_from(text),
                _ => return None,
            }
        }
        // Only if nothing was lost on the way.
        (form.condition() == *root).then_some(form)
    }

    /// When it fires, as a sentence's beginning.
    pub(crate) fn sentence(&self) -> String {
        let mut out = format!("When {}", self.condition.sentence());
        if let (When::Silence, Some((_, said))) = (self.condition, self.wait()) {
            out.push_str(&format!(" within {said}"));
        }
        let more = [
            ("the subject contains", &self.subject_contains),
            ("the text contains", &self.text_contains),
            ("the contact is", &self.from_contains),
        ];
        for (what, text) in more.into_iter().filter(|(_, text)| !text.is_empty()) {
            out.push_str(&format!(", {what} “{text}”"));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Form {
        Form {
            name: "Price".to_owned(),
            text: "Hello {{first_name|there}}".to_owned(),
            ..Form::default()
        }
    }

    #[test]
    fn a_rule_is_shown_in_the_form_that_made_it() {
        let plain = form();
        let full = Form {
            condition: When::Mail,
            subject_contains: "offer".to_owned(),
            text_contains: "price*".to_owned(),
            from_contains: "@example.org".to_owned(),
            subject: "Our price".to_owned(),
            ..form()
        };
        let waiting = Form {
            condition: When::Silence,
            within: "P7D".to_owned(),
            from_contains: "@example.org".to_owned(),
            ..form()
        };
        for form in [plain, full, waiting] {
            let rule = form.rule(RuleId::from(1)).unwrap();
            assert_eq!(Form::of(&rule), Some(form));
        }
        let other = Rule::new(1, "x", &when::reply().or(when::subject("y"))).unwrap();
        assert_eq!(Form::of(&other), None);
    }

    #[test]
    fn mistakes_stand_at_their_fields() {
        let form = Form {
            name: " ".to_owned(),
            subject_contains: "x".repeat(100_000),
            text: "Hello {{frist_name}}".to_owned(),
            ..Form::default()
        };
        let errors = form.rule(RuleId::from(1)).unwrap_err();
        let fields: Vec<_> = errors.iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["name", "subject_contains", "text"]);
    }
}
