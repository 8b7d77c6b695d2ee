//! Any bytes are a mail: it is read, judged, and read the same again.
#![no_main]

use inboxlink_message::{Context, classify, parse, text_for_reading};
use inboxlink_model::OwnAddresses;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &[u8]| {
    let message = parse(raw, None);
    assert_eq!(message, parse(raw, None));

    let own = OwnAddresses::default();
    let context = Context { own: &own };
    assert_eq!(classify(&message, &context), classify(&message, &context));
    let _ = text_for_reading(&message);

    // Cut short by a fetch of its beginning, it says so.
    assert!(parse(raw, Some(raw.len() as u64 + 1)).truncated);

    // What stands in the header stands there however much of the body came,
    // and facts survive being written down.
    let head = b"From: a@b.example\nMessage-ID: <1@b.example>\nContent-Type: multipart/mixed; boundary=a\n\n";
    let whole = [head.as_slice(), raw].concat();
    let cut = head.len() + raw.len() / 2;
    let (all, some) = (parse(&whole, None), parse(&whole[..cut], Some(whole.len() as u64)));
    assert_eq!((&all.from, &all.message_id), (&some.from, &some.message_id));
    assert!(some.attachments.len() <= all.attachments.len() + 1);
    let written = serde_json::to_string(&all).unwrap();
    assert_eq!(all, serde_json::from_str(&written).unwrap());
});
