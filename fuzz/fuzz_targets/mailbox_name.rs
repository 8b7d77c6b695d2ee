//! Folder names: what we encode is ASCII and decodes to what it was.
#![no_main]

use inboxlink_sync::{decode_mailbox_name, encode_mailbox_name};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|name: &str| {
    let sent = encode_mailbox_name(name);
    assert!(sent.bytes().all(|byte| matches!(byte, b' '..=b'~')));
    assert_eq!(decode_mailbox_name(&sent), name);
    // A server may send anything.
    let _ = decode_mailbox_name(name);
});
