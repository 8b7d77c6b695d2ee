//! Conditions to JSON, always in the same form.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::{DIRECTIONS, VERSION};
use crate::{Condition, Filter, Test};

impl Condition {
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
        Filter::NthReply { at_least, at_most } => match at_most {
            Some(most) if most == at_least => (*most).into(),
            Some(most) => json!({ "atLeast": at_least, "atMost": most }),
            None => json!({ "atLeast": at_least }),
        },
        Filter::NotRepliedWithin { period, time_zone } => match time_zone {
            Some(zone) => json!({ "period": period, "timeZone": zone }),
            None => json!(period),
        },
        Filter::Domain(domains) => one_or_many(domains.iter().map(String::as_str)),
        Filter::Thread(threads) => texts_of(threads.iter()),
        Filter::Inbox(inboxes) => texts_of(inboxes.iter()),
        Filter::Owner(owners) => texts_of(owners.iter()),
        Filter::BusinessHours(hours) => json!(hours),
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

fn texts_of(ids: impl ExactSizeIterator<Item = impl ToString>) -> Value {
    let texts: Vec<_> = ids.map(|id| id.to_string()).collect();
    one_or_many(texts.iter().map(String::as_str))
}
