//! Rules: conditions with a name, and what makes one fire once.

use inboxlink_message::Digest;
use inboxlink_model::{Evidence, Identity, RuleId, WorkspaceId};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Value;

use crate::{
    CompileError, Compiled, Condition, MailFacts, Problem,
    compile::compile_at,
    error::shown,
    evaluate::Seen,
    followup::{FollowUpTemplate, TemplateError, read_template},
    json::{check_version, read_json, read_root, wrong_type},
};

/// A rule of an automation: when its condition holds for a mail, it fires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// As the embedder knows it. It stays when the rule is renamed or changed.
    pub id: RuleId,
    /// As the team reads it.
    pub name: String,
    /// Whether it may fire.
    pub enabled: bool,
    /// When it fires.
    pub condition: Compiled,
    /// What is sent to whoever made it fire, where something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<FollowUpTemplate>,
}

impl Rule {
    /// An enabled rule.
    ///
    /// # Errors
    /// [`CompileError`] where the condition cannot be used.
    pub fn new(
        id: impl Into<RuleId>,
        name: impl Into<String>,
        condition: &Condition,
    ) -> Result<Self, CompileError> {
        Ok(Self {
            id: id.into(),
            name: name.into(),
            enabled: true,
            condition: crate::compile(condition)?,
            follow_up: None,
        })
    }

    /// The rule with a mail that it sends when it fires.
    ///
    /// # Errors
    /// [`TemplateError`] where the template cannot be used.
    pub fn with_follow_up(self, template: FollowUpTemplate) -> Result<Self, TemplateError> {
        template.check()?;
        let follow_up = Some(template);
        Ok(Self { follow_up, ..self })
    }

    fn read(value: &Value, at: &str) -> Result<Self, CompileError> {
        let Some(object) = value.as_object() else {
            return Err(wrong_type(at, "rule", "an object"));
        };
        const KNOWN: [&str; 5] = ["id", "name", "enabled", "condition", "follow_up"];
        let known = |field: &&String| KNOWN.contains(&field.as_str());
        if let Some(field) = object.keys().find(|field| !known(field)) {
            let known = KNOWN.join(", ");
            let field = shown(field);
            return Err(CompileError::new(
                at,
                Problem::UnknownField { field, known },
            ));
        }
        let id = match object.get("id") {
            None => return Err(CompileError::new(at, Problem::Missing("id"))),
            Some(Value::String(id)) => id.parse().ok(),
            Some(id) => id.as_u64().map(RuleId::from),
        };
        let id = id.ok_or_else(|| CompileError::new(at, Problem::RuleId))?;
        let name = match object.get("name") {
            None => String::new(),
            Some(Value::String(name)) => name.clone(),
            Some(_) => return Err(wrong_type(at, "name", "a text")),
        };
        let enabled = match object.get("enabled") {
            None => true,
            Some(Value::Bool(enabled)) => *enabled,
            Some(_) => return Err(wrong_type(at, "enabled", "true or false")),
        };
        let Some(condition) = object.get("condition") else {
            return Err(CompileError::new(at, Problem::Missing("condition")));
        };
        let follow_up = match object.get("follow_up") {
            None => None,
            Some(template) => Some(read_template(template, &format!("{at}/follow_up"))?),
        };
        let at = format!("{at}/condition");
        let condition = compile_at(&read_root(condition, &at)?, &at)?;
        Ok(Self {
            id,
            name,
            enabled,
            condition,
            follow_up,
        })
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::read(&value, "").map_err(D::Error::custom)
    }
}

/// Rules as a document: `{"version": 1, "rules": [ … ]}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleSet {
    /// The rules, in their order.
    pub rules: Vec<Rule>,
}

impl RuleSet {
    /// Reads and checks a document.
    ///
    /// # Errors
    /// [`CompileError`] names the node: `/rules/0/condition/conditions/1`.
    pub fn parse(text: &str) -> Result<Self, CompileError> {
        Self::from_value(&read_json(text)?)
    }

    /// Reads and checks a document that is a JSON value already.
    ///
    /// # Errors
    /// As [`RuleSet::parse`].
    pub fn from_value(value: &Value) -> Result<Self, CompileError> {
        let Some(object) = value.as_object() else {
            return Err(wrong_type("", "rules", "an object with a list of `rules`"));
        };
        check_version(object, "")?;
        let known = |field: &&String| matches!(field.as_str(), "version" | "rules");
        if let Some(field) = object.keys().find(|field| !known(field)) {
            let (field, known) = (shown(field), "version, rules".to_owned());
            return Err(CompileError::new(
                "",
                Problem::UnknownField { field, known },
            ));
        }
        let list = match object.get("rules") {
            Some(Value::Array(list)) => list,
            Some(_) => return Err(wrong_type("", "rules", "a list")),
            None => return Err(CompileError::new("", Problem::Missing("rules"))),
        };
        let mut ids = std::collections::BTreeSet::new();
        let mut rules = Vec::with_capacity(list.len());
        for (n, value) in list.iter().enumerate() {
            let at = format!("/rules/{n}");
            let rule = Rule::read(value, &at)?;
            if !ids.insert(rule.id) {
                let id = rule.id.to_string();
                return Err(CompileError::new(at, Problem::DuplicateId(id)));
            }
            rules.push(rule);
        }
        Ok(Self { rules })
    }
}

impl Serialize for RuleSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut set = serializer.serialize_struct("RuleSet", 2)?;
        set.serialize_field("version", &crate::json::VERSION)?;
        set.serialize_field("rules", &self.rules)?;
        set.end()
    }
}

impl<'de> Deserialize<'de> for RuleSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::from_value(&value).map_err(D::Error::custom)
    }
}

/// A rule whose condition holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The rule.
    pub rule: RuleId,
    /// What its condition saw.
    pub evidence: Vec<Evidence>,
}

/// The enabled rules whose conditions hold for a mail, in the rules' order.
///
/// Mail of our own fires nothing unless the condition names a `direction`, or
/// waits for a silence that a timer tells of. Many rules are asked faster by a
/// [`RuleIndex`](crate::RuleIndex), with the same answer.
/// Whether the mail may fire at all (history does not) is the caller's to say.
pub fn matching(rules: &[Rule], facts: &MailFacts<'_>) -> Vec<Match> {
    let seen = Seen::new(facts);
    rules
        .iter()
        .filter(|rule| rule.enabled && rule.condition.concerns(facts))
        .filter(|rule| rule.condition.holds(&seen, &seen))
        .map(|rule| Match {
            rule: rule.id,
            evidence: rule.condition.evidence(&seen, &seen),
        })
        .collect()
}

/// What makes a firing the same firing: one per workspace, rule and reply,
/// however many copies of the reply arrive, in whatever folders and inboxes,
/// however often. The rule's name and condition are not part of it: a rule that
/// is changed does not fire again for a mail that it fired for.
pub fn firing_key(workspace: WorkspaceId, rule: RuleId, reply: Identity) -> [u8; 16] {
    Digest::new("firing")
        .field(workspace.to_bytes())
        .field(rule.to_bytes())
        .field(reply.to_bytes())
        .finish()
}
