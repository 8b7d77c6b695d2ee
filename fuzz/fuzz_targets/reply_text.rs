//! A body in spans: without gaps, and nothing lost.
#![no_main]

use inboxlink_timeline::{reply_text, reply_text_of_html};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &str| {
    let text = reply_text(body);
    let whole: String = text.spans().iter().map(|span| text.text_of(span)).collect();
    assert_eq!(whole, text.body());
    let _ = (text.new_text(), text.signature());
    let _ = reply_text_of_html(body).new_text();
});
