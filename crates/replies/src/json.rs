//! Conditions from JSON and to JSON.

use std::collections::BTreeSet;

use inboxlink_model::{Class, Direction};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value};

use crate::{
    CompileError, Condition, Filter, Place, Problem, SenderRelation, Test, error::shown,
    limits::MAX_DEPTH,
};

/// The version of the format.
pub(crate) const VERSION: u64 = 1;

const FIELDS: &str = "operator, from, to, cc, subject, body, hasAttachment, header, class, \
     sender, repliedTo, reply, direction, keywordGroup";

const DIRECTIONS: [(&str, Direction); 3] = [
    ("inbound", Direction::Inbound),
    ("outbound", Direction::Outbound),
    ("internal", Direction::Internal),
];

impl Condition {
    /// Reads a condition from JSON text.
    ///
    /// # Errors
    /// [`CompileError`] names the node whose form is wrong. Limits and values
    /// are checked by [`compile`](crate::compile).
    pub fn parse(text: &str) -> Result<Self, CompileError> {
        Self::from_value(&read_json(text)?)
    }

    /// Reads a condition from a JSON value.
    ///
    /// # Errors
    /// As [`Condition::parse`].
    pub fn from_value(value: &Value) -> Result<Self, CompileError> {
        read_root(value, "")
    }

    /// The condition as JSON, always in the same form: keys in alphabetical
    /// order, one filter a node, `version` at the root.
    pub fn to_value(&self) -> Value {
        let mut value = write_node(self);
        if let Some(object) = value.as_object_mut() {
            object.insert("version".into(), VERSION.into());
        }
        value
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::from_value(&value).map_err(D::Error::custom)
    }
}

pub(crate) fn read_json(text: &str) -> Result<Value, CompileError> {
    serde_json::from_str(text)
        .map_err(|error| CompileError::new("", Problem::NotJson(error.to_string())))
}

/// Reads the root of a condition that stands at a place of a larger document.
pub(crate) fn read_root(value: &Value, at: &str) -> Result<Condition, CompileError> {
    let Some(object) = value.as_object() else {
        return Err(wrong_type(at, "condition", "an object"));
    };
    check_version(object, at)?;
    read_node(object, at, 1, true)
}

/// An absent version is the present one.
pub(crate) fn check_version(object: &Map<String, Value>, at: &str) -> Result<(), CompileError> {
    match object.get("version") {
        None => Ok(()),
        Some(version) if version.as_u64() == Some(VERSION) => Ok(()),
        Some(version) => {
            let version = shown(&version.to_string());
            Err(CompileError::new(at, Problem::Version(version)))
        }
    }
}

fn read_node(
    object: &Map<String, Value>,
    at: &str,
    depth: usize,
    root: bool,
) -> Result<Condition, CompileError> {
    // Checked on the way down, so that no depth of nesting is ever walked.
    if depth > MAX_DEPTH {
        return Err(CompileError::new(at, Problem::TooDeep));
    }
    let id = match object.get("id") {
        None => None,
        Some(Value::String(id)) => Some(id.clone()),
        Some(_) => return Err(wrong_type(at, "id", "a text")),
    };
    // In order of their names, whatever order the map keeps.
    let mut fields: Vec<_> = object
        .iter()
        .filter(|(name, _)| *name != "id" && !(root && *name == "version"))
        .collect();
    fields.sort_by_key(|(name, _)| *name);
    let test = match object.get("operator") {
        Some(operator) => read_operator(operator, &fields, at, depth)?,
        None => read_filters(&fields, at)?,
    };
    Ok(Condition { id, test })
}

fn read_operator(
    operator: &Value,
    fields: &[(&String, &Value)],
    at: &str,
    depth: usize,
) -> Result<Test, CompileError> {
    let other = fields
        .iter()
        .find(|(name, _)| !matches!(name.as_str(), "operator" | "conditions"));
    if let Some((name, _)) = other {
        return Err(CompileError::new(at, Problem::Mixed(shown(name))));
    }
    let conditions = match fields.iter().find(|(name, _)| *name == "conditions") {
        Some((_, Value::Array(conditions))) => conditions,
        Some(_) => return Err(wrong_type(at, "conditions", "a list")),
        None => return Err(CompileError::new(at, Problem::Missing("conditions"))),
    };
    let mut nodes = Vec::with_capacity(conditions.len());
    for (n, condition) in conditions.iter().enumerate() {
        let at = format!("{at}/conditions/{n}");
        let Some(object) = condition.as_object() else {
            return Err(wrong_type(&at, "condition", "an object"));
        };
        nodes.push(read_node(object, &at, depth + 1, false)?);
    }
    match operator.as_str() {
        Some("AND") => Ok(Test::And(nodes)),
        Some("OR") => Ok(Test::Or(nodes)),
        Some("NOT") => Ok(Test::Not(nodes)),
        _ => Err(unknown_value(
            at,
            "operator",
            &operator.to_string(),
            "AND, OR or NOT",
        )),
    }
}

/// One filter, or several that must all hold.
fn read_filters(fields: &[(&String, &Value)], at: &str) -> Result<Test, CompileError> {
    let mut filters = fields
        .iter()
        .map(|(name, value)| read_filter(name, value, at).map(Condition::from))
        .collect::<Result<Vec<_>, _>>()?;
    match (filters.pop(), filters.is_empty()) {
        (None, _) => Err(CompileError::new(at, Problem::Empty("condition"))),
        (Some(single), true) => Ok(single.test),
        (Some(last), false) => {
            filters.push(last);
            Ok(Test::And(filters))
        }
    }
}

fn read_filter(name: &str, value: &Value, at: &str) -> Result<Filter, CompileError> {
    let text = |field| {
        let text = value.as_str().map(str::to_owned);
        text.ok_or_else(|| wrong_type(at, field, "a text"))
    };
    let flag = |field| {
        value
            .as_bool()
            .ok_or_else(|| wrong_type(at, field, "true or false"))
    };
    Ok(match name {
        "from" => Filter::From(text("from")?),
        "to" => Filter::To(text("to")?),
        "cc" => Filter::Cc(text("cc")?),
        "subject" => Filter::Subject(text("subject")?),
        "body" => Filter::Body(text("body")?),
        "hasAttachment" => Filter::HasAttachment(flag("hasAttachment")?),
        "header" => read_header(value, at)?,
        "class" => Filter::Class(choices(value, at, "class", Class::from_name, || {
            Class::ALL.map(Class::as_str).join(", ")
        })?),
        "sender" => Filter::Sender(choices(
            value,
            at,
            "sender",
            SenderRelation::from_name,
            || SenderRelation::ALL.map(SenderRelation::as_str).join(", "),
        )?),
        "repliedTo" => Filter::RepliedTo(texts(value, at, "repliedTo")?),
        "reply" => Filter::Reply(flag("reply")?),
        "direction" => {
            let name = text("direction")?;
            let found = DIRECTIONS.into_iter().find(|(n, _)| *n == name);
            let (_, direction) = found.ok_or_else(|| {
                unknown_value(at, "direction", &name, "inbound, outbound or internal")
            })?;
            Filter::Direction(direction)
        }
        "keywordGroup" => read_keywords(value, at)?,
        _ => {
            return Err(CompileError::new(
                at,
                Problem::UnknownField {
                    field: shown(name),
                    known: FIELDS.to_owned(),
                },
            ));
        }
    })
}

/// `["Name"]` or `["Name", "text"]` (RFC 8621 §4.4.1).
fn read_header(value: &Value, at: &str) -> Result<Filter, CompileError> {
    match value.as_array().map(Vec::as_slice) {
        Some([Value::String(name)]) => Ok(Filter::Header {
            name: name.clone(),
            text: None,
        }),
        Some([Value::String(name), Value::String(text)]) => Ok(Filter::Header {
            name: name.clone(),
            text: Some(text.clone()),
        }),
        _ => Err(wrong_type(
            at,
            "header",
            "a list of a header's name and, if you like, a text",
        )),
    }
}

fn read_keywords(value: &Value, at: &str) -> Result<Filter, CompileError> {
    let Some(object) = value.as_object() else {
        return Err(wrong_type(
            at,
            "keywordGroup",
            "an object with a list of `words`",
        ));
    };
    let at = &format!("{at}/keywordGroup");
    let known = |name: &&String| matches!(name.as_str(), "words" | "in" | "atLeast");
    if let Some(field) = object.keys().find(|name| !known(name)) {
        return Err(CompileError::new(
            at,
            Problem::UnknownField {
                field: shown(field),
                known: "words, in, atLeast".to_owned(),
            },
        ));
    }
    let Some(words) = object.get("words") else {
        return Err(CompileError::new(at, Problem::Missing("words")));
    };
    let place = |name: &str| Place::ALL.into_iter().find(|p| p.as_str() == name);
    let within = match object.get("in") {
        None => [Place::Body].into(),
        Some(places) => choices(places, at, "in", place, || {
            Place::ALL.map(Place::as_str).join(", ")
        })?,
    };
    let at_least = match object.get("atLeast") {
        None => 1,
        Some(number) => number
            .as_u64()
            .and_then(|number| usize::try_from(number).ok())
            .ok_or_else(|| CompileError::new(at, Problem::AtLeast))?,
    };
    Ok(Filter::KeywordGroup {
        words: texts(words, at, "words")?,
        within,
        at_least,
    })
}

/// A text, or a list of texts.
fn texts(value: &Value, at: &str, field: &'static str) -> Result<Vec<String>, CompileError> {
    let wrong = || wrong_type(at, field, "a text or a list of texts");
    match value {
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Array(list) => list
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong))
            .collect(),
        _ => Err(wrong()),
    }
}

fn choices<T: Ord>(
    value: &Value,
    at: &str,
    field: &'static str,
    find: impl Fn(&str) -> Option<T>,
    known: impl Fn() -> String,
) -> Result<BTreeSet<T>, CompileError> {
    let choice = |name: String| {
        find(&name).ok_or_else(|| unknown_value(at, field, &name, &format!("one of {}", known())))
    };
    texts(value, at, field)?.into_iter().map(choice).collect()
}

pub(crate) fn wrong_type(at: &str, field: &'static str, expected: &'static str) -> CompileError {
    CompileError::new(at, Problem::WrongType { field, expected })
}

fn unknown_value(at: &str, field: &'static str, value: &str, known: &str) -> CompileError {
    CompileError::new(
        at,
        Problem::UnknownValue {
            field,
            value: shown(value),
            known: known.to_owned(),
        },
    )
}

fn write_node(node: &Condition) -> Value {
    let mut object = Map::new();
    let (operator, conditions) = match &node.test {
        Test::And(conditions) => (Some("AND"), conditions.as_slice()),
        Test::Or(conditions) => (Some("OR"), conditions.as_slice()),
        Test::Not(conditions) => (Some("NOT"), conditions.as_slice()),
        Test::Filter(filter) => {
            let (name, value) = write_filter(filter);
            object.insert(name.into(), value);
            (None, [].as_slice())
        }
    };
    if operator.is_some() {
        let conditions = conditions.iter().map(write_node).collect();
        object.insert("conditions".into(), Value::Array(conditions));
    }
    if let Some(id) = &node.id {
        object.insert("id".into(), id.as_str().into());
    }
    if let Some(operator) = operator {
        object.insert("operator".into(), operator.into());
    }
    // Some builds of serde_json keep the order of insertion.
    object.sort_keys();
    Value::Object(object)
}

fn write_filter(filter: &Filter) -> (&'static str, Value) {
    let value = match filter {
        Filter::From(text)
        | Filter::To(text)
        | Filter::Cc(text)
        | Filter::Subject(text)
        | Filter::Body(text) => text.as_str().into(),
        Filter::HasAttachment(flag) | Filter::Reply(flag) => (*flag).into(),
        Filter::Header { name, text } => std::iter::once(name.as_str())
            .chain(text.as_deref())
            .collect(),
        Filter::Class(classes) => one_or_many(classes.iter().map(|c| c.as_str())),
        Filter::Sender(relations) => one_or_many(relations.iter().map(|r| r.as_str())),
        Filter::RepliedTo(ids) => one_or_many(ids.iter().map(String::as_str)),
        Filter::Direction(direction) => {
            let known = DIRECTIONS.into_iter().find(|(_, d)| d == direction);
            known.map_or(Value::Null, |(name, _)| name.into())
        }
        Filter::KeywordGroup {
            words,
            within,
            at_least,
        } => {
            let places: Value = within.iter().map(|place| place.as_str()).collect();
            let mut object = Map::new();
            object.insert("atLeast".into(), (*at_least).into());
            object.insert("in".into(), places);
            object.insert("words".into(), words.iter().map(String::as_str).collect());
            Value::Object(object)
        }
    };
    (filter.name(), value)
}

fn one_or_many<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> Value {
    if names.len() == 1 {
        names.map(Value::from).collect::<Vec<_>>().pop().into()
    } else {
        names.collect()
    }
}
