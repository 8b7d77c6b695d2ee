//! Threads of mail: which mails belong together by their ids, and which
//! threads a subject merely relates.
//!
//! ```text
//! cargo run --release --example threads -- inbox/
//! ```
//! One line per mail, in the order of the paths:
//! `{"path","message_id","thread","related":[…]}`. `thread` is a union of ids
//! only. With `--shuffle SEED` the mails are read in another order; the output
//! is the same, byte by byte.

use std::process::ExitCode;

use inboxlink_examples::{MailArgs, SourceError, arguments, run};
use inboxlink_message::parse;
use inboxlink_model::{MessageId, ThreadId};
use inboxlink_timeline::Forest;
use serde::Serialize;

/// Threads of mail.
#[derive(clap::Parser)]
struct Args {
    /// Read the mails in an order made from this number
    #[arg(long, value_name = "SEED")]
    shuffle: Option<u64>,
    #[command(flatten)]
    mail: MailArgs,
}

#[derive(Serialize)]
struct Line {
    path: String,
    message_id: Option<MessageId>,
    thread: ThreadId,
    related: Vec<ThreadId>,
}

fn main() -> ExitCode {
    let args: Args = arguments();
    run(|out| {
        // What a thread needs of a mail is small; its text is let go at once.
        let mut mails: Vec<Result<_, SourceError>> = Vec::new();
        for source in args.mail.sources() {
            mails.push(source.map(|source| {
                let mut message = parse(&source.raw, None);
                (message.text, message.html) = (None, None);
                (source.path, message)
            }));
        }
        let mut order: Vec<usize> = (0..mails.len()).collect();
        if let Some(seed) = args.shuffle {
            order.sort_by_key(|index| scatter(seed ^ *index as u64));
        }
        let mut forest = Forest::default();
        let mut added = Vec::new();
        for index in order {
            if let Some(Ok((_, message))) = mails.get(index) {
                forest.add(message);
                added.push(index);
            }
        }
        let mut placed: Vec<_> = added.into_iter().zip(forest.finish()).collect();
        placed.sort_by_key(|(index, _)| *index);
        let mut placed = placed.into_iter().map(|(_, placed)| placed);
        for mail in mails {
            match mail {
                Err(error) => out.error(&error)?,
                Ok((path, message)) => {
                    if let Some(placed) = placed.next() {
                        out.line(&Line {
                            path,
                            message_id: message.message_id,
                            thread: placed.thread,
                            related: placed.related,
                        })?;
                    }
                }
            }
        }
        Ok(())
    })
}

/// A number that looks random and is always the same (SplitMix64).
fn scatter(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
