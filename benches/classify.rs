//! What a verdict costs, for a mail that has been parsed: classes from people's
//! mail, which every rule is asked about, to bounces without a report, whose
//! words are looked for.
//!
//! `cargo bench -p inboxlink-benches --bench classify`

use inboxlink_benches::{Words, time};
use inboxlink_message::{Context, classify, parse};
use inboxlink_model::OwnAddresses;
use serde_json::json;

const RUNS: usize = 2_000;

fn main() {
    let mut words = Words::new(20_000, 5);
    let person = "From: Ann <ann@example.org>\r\nTo: me@example.com\r\nSubject: Re: Offer\r\n\
                  In-Reply-To: <1@example.com>\r\n";
    let cases = [
        (
            "a person's answer",
            format!("{person}\r\n{}", words.text(3_400)),
        ),
        (
            "a person's answer, long",
            format!("{person}\r\n{}", words.text(200_000)),
        ),
        (
            "with a link",
            format!("{person}\r\nSee https://example.org {}", words.text(3_400)),
        ),
        (
            "in HTML",
            format!(
                "{person}Content-Type: text/html\r\n\r\n<p>{}</p>",
                words.text(3_400)
            ),
        ),
        (
            "an automatic answer by its subject",
            format!(
                "From: ann@example.org\r\nSubject: Automatic reply: Offer\r\n\r\n{}",
                words.text(800)
            ),
        ),
        (
            "a bounce by its words",
            format!(
                "From: postmaster@example.org\r\nReturn-Path: <>\r\n\r\n{} user unknown",
                words.text(2_000)
            ),
        ),
        (
            "a newsletter",
            format!(
                "From: news@example.org\r\nList-Unsubscribe: <https://example.org/u>\r\n\r\n{}",
                words.text(20_000)
            ),
        ),
    ];
    let own = OwnAddresses::default();
    for (what, raw) in cases {
        let message = parse(raw.as_bytes(), None);
        let class = classify(&message, &Context { own: &own }).class;
        let timed = time(RUNS, || classify(&message, &Context { own: &own }));
        eprintln!(
            "{what:36} {class:14} {:8.2} µs (fastest {:.2})",
            timed.median, timed.fastest
        );
        println!(
            "{}",
            json!({ "what": what, "class": class, "median_us": timed.median, "fastest_us": timed.fastest })
        );
    }
}
