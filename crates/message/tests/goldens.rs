//! Every mail in `tests/mail` gives the facts and the verdict of the JSON file
//! beside it, in LF and in CRLF. `UPDATE_GOLDENS=1` writes those files anew:
//! read the difference before it is committed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

use std::{collections::BTreeMap, fs, path::PathBuf};

use inboxlink_message::{Context, classify, parse, text_for_reading};
use inboxlink_model::OwnAddresses;
use serde_json::{Value, json};

fn mails() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail");
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut mails: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|e| e == "eml"))
        .collect();
    mails.sort();
    mails
}

fn facts(raw: &[u8]) -> Value {
    let mail = parse(raw, None);
    let own: OwnAddresses = ["rep@example.com".parse().unwrap()].into_iter().collect();
    json!({
        "message": facts_of(serde_json::to_value(&mail).unwrap()),
        "identity": mail.identity().to_string(),
        "reading": text_for_reading(&mail),
        "verdict": classify(&mail, &Context { own: &own }),
    })
}

/// Without what is empty, and without the digests, which `identity` stands for.
fn facts_of(value: Value) -> Value {
    let Value::Object(fields) = value else {
        return value;
    };
    let empty = |value: &Value| {
        value.is_null()
            || value.as_str() == Some("")
            || *value == Value::Bool(false)
            || value.as_array().is_some_and(Vec::is_empty)
    };
    let kept = fields
        .into_iter()
        .filter(|(name, _)| !name.ends_with("_digest"))
        .map(|(name, value)| match name.as_str() {
            // An empty return path is the null path.
            "return_path" => (name, value),
            _ => (name, facts_of(value)),
        })
        .filter(|(name, value)| name == "return_path" && !value.is_null() || !empty(value));
    Value::Object(kept.collect())
}

/// With its fields in alphabetical order, whatever a feature of serde_json that
/// some other package switches on makes of it.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<_, _> = fields.into_iter().collect();
            let fields = fields
                .into_iter()
                .map(|(name, value)| (name, sorted(value)));
            Value::Object(fields.collect())
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

#[test]
fn every_mail_as_written_down() {
    let update = std::env::var_os("UPDATE_GOLDENS").is_some();
    let mails = mails();
    assert!(mails.len() > 30, "only {} mails", mails.len());
    let mut different = Vec::new();
    for path in mails {
        let lf = fs::read(&path).unwrap();
        let golden = path.with_extension("json");
        let found = facts(&lf);
        let text = serde_json::to_string_pretty(&sorted(found.clone())).unwrap() + "\n";
        if update {
            fs::write(&golden, &text).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        if text != expected {
            different.push(format!("{}:\n{text}", golden.display()));
        }
        let mut crlf = Vec::new();
        for byte in lf {
            crlf.extend((byte == b'\n').then_some(b'\r'));
            crlf.push(byte);
        }
        assert_eq!(facts(&crlf), found, "{} in CRLF", path.display());
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}
