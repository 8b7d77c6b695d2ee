//! Telling new text from quoted, beside merely splitting the same text into
//! lines and lower-casing them.

use inboxlink_benches::{BenchError, sample_mails, time};
use inboxlink_message::{Message, parse};
use inboxlink_timeline::{reply_text, reply_text_of, snippet_of};
use serde_json::json;

fn main() -> Result<(), BenchError> {
    let mails: Vec<Message> = sample_mails()?.iter().map(|raw| parse(raw, None)).collect();
    let texts: Vec<&str> = mails
        .iter()
        .filter_map(|mail| mail.text.as_deref())
        .collect();
    let megabytes = texts.iter().map(|text| text.len()).sum::<usize>() as f64 / 1e6;
    let ours = time(7, || {
        let spans = texts.iter().map(|text| reply_text(text).spans().len());
        spans.sum::<usize>()
    })
    .fastest
        / 1e6;
    let lines = time(7, || {
        let lines = texts.iter().flat_map(|text| text.lines());
        lines.map(|line| line.to_lowercase().len()).sum::<usize>()
    })
    .fastest
        / 1e6;
    let with_html = time(3, || {
        let spans = mails.iter().map(|mail| reply_text_of(mail).spans().len());
        spans.sum::<usize>()
    })
    .fastest
        / 1e6;
    let snippets = time(3, || {
        let snippets = mails.iter().map(|mail| snippet_of(mail, 200).len());
        snippets.sum::<usize>()
    })
    .fastest
        / 1e6;
    println!(
        "{}",
        json!({
            "bench": "reply_text", "mails": mails.len(), "megabytes_of_text": megabytes,
            "mb_s": megabytes / ours,
            "lower_casing_mb_s": megabytes / lines,
            "mails_per_second_html_asked": mails.len() as f64 / with_html,
            "snippets_per_second": mails.len() as f64 / snippets,
        })
    );
    Ok(())
}
