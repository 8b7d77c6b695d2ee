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
});
