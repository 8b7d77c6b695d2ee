//! Conditions from JSON, each fault with its node.

use std::{collections::BTreeSet, str::FromStr};

use inboxlink_model::Class;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Map, Value};

use super::{DIRECTIONS, FILTERS, VERSION};
use crate::{
    CompileError, Condition, Filter, Hours, Period, Place, Problem, SenderRelation, Test,
    error::shown, limits::MAX_DEPTH,
};

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
        "domain" => Filter::Domain(texts(value, at, "domain")?.into_iter().collect()),
        "thread" => Filter::Thread(ids(value, at, "thread")?),
        "inbox" => Filter::Inbox(ids(value, at, "inbox")?),
        "owner" => Filter::Owner(ids(value, at, "owner")?),
        "businessHours" => {
            let hours = Hours::deserialize(value);
            Filter::BusinessHours(hours.map_err(|error| unusable(at, "businessHours", &error))?)
        }
        "nthReply" => read_nth_reply(value, at)?,
        "notRepliedWithin" => read_not_replied(value, at)?,
        _ => {
            return Err(CompileError::new(
                at,
                Problem::UnknownField {
                    field: shown(name),
                    known: format!("operator, {}", FILTERS.join(", ")),
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

/// A number, or an object with `atLeast`, `atMost` or both.
fn read_nth_reply(value: &Value, at: &str) -> Result<Filter, CompileError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Range {
        #[serde(default = "first")]
        at_least: u32,
        at_most: Option<u32>,
    }
    fn first() -> u32 {
        1
    }
    if let Some(n) = value.as_u64() {
        let n = u32::try_from(n).map_err(|_| CompileError::new(at, Problem::NthReply))?;
        let (at_least, at_most) = (n, Some(n));
        return Ok(Filter::NthReply { at_least, at_most });
    }
    let range = Range::deserialize(value).map_err(|error| unusable(at, "nthReply", &error))?;
    Ok(Filter::NthReply {
        at_least: range.at_least,
        at_most: range.at_most,
    })
}

/// A period, or an object with a `period` and a `timeZone`.
fn read_not_replied(value: &Value, at: &str) -> Result<Filter, CompileError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct InZone {
        period: Period,
        time_zone: String,
    }
    let field = "notRepliedWithin";
    let (period, time_zone) = if value.is_string() {
        let period = Period::deserialize(value).map_err(|error| unusable(at, field, &error))?;
        (period, None)
    } else {
        let zoned = InZone::deserialize(value).map_err(|error| unusable(at, field, &error))?;
        (zoned.period, Some(zoned.time_zone))
    };
    Ok(Filter::NotRepliedWithin { period, time_zone })
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

/// An id, or a list of ids: whole numbers, UUIDs, 32 hexadecimal digits.
fn ids<T: FromStr + From<u64> + Ord>(
    value: &Value,
    at: &str,
    field: &'static str,
) -> Result<BTreeSet<T>, CompileError> {
    let list = match value {
        Value::Array(list) => list.as_slice(),
        single => std::slice::from_ref(single),
    };
    let id = |value: &Value| {
        let text = value.as_str().and_then(|text| text.parse().ok());
        text.or_else(|| value.as_u64().map(T::from))
            .ok_or_else(|| CompileError::new(at, Problem::Id(field)))
    };
    list.iter().map(id).collect()
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

/// A value whose own reader says what is wrong with it.
fn unusable(at: &str, field: &'static str, error: &serde_json::Error) -> CompileError {
    let reason = shown_whole(&error.to_string());
    CompileError::new(at, Problem::Unusable { field, reason })
}

/// A reader's sentence on one line. It may quote what somebody typed.
fn shown_whole(sentence: &str) -> String {
    let visible = sentence.chars().filter(|c| !c.is_control());
    visible.take(400).collect()
}
