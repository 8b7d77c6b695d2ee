//! Reading mails, beside the bare MIME parser on the same mails.

use inboxlink_benches::{BenchError, sample_mails, time};
use inboxlink_message::parse;
use mail_parser::MessageParser;
use serde_json::json;

fn main() -> Result<(), BenchError> {
    let mails = sample_mails()?;
    let bytes: usize = mails.iter().map(Vec::len).sum();
    let megabytes = bytes as f64 / 1e6;
    let ours = time(7, || {
        let read = mails.iter().map(|raw| parse(raw, None));
        read.filter(|mail| mail.text.is_some()).count()
    })
    .fastest
        / 1e6;
    // The bare parser's bodies are decoded when asked for: so they are.
    let bare = time(7, || {
        let parser = MessageParser::default();
        let read = mails.iter().filter_map(|raw| parser.parse(raw));
        read.filter(|mail| mail.body_text(0).is_some()).count()
    })
    .fastest
        / 1e6;
    println!(
        "{}",
        json!({
            "bench": "parse", "mails": mails.len(), "megabytes": megabytes,
            "inboxlink_mb_s": megabytes / ours,
            "mail_parser_mb_s": megabytes / bare,
            "ratio": bare / ours,
        })
    );
    Ok(())
}
