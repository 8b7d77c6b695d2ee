//! What is new in each mail, and what its signature is.
//!
//! ```text
//! cargo run --release --example reply_text -- inbox/
//! cargo run --release --example reply_text -- --text body.txt
//! ```
//! One line per mail: `{"path","new_text","signature"}`.

use std::{fs, path::Path, process::ExitCode};

use inboxlink_examples::{Failure, JsonLines, MailArgs, SourceError, arguments, run};
use inboxlink_message::parse;
use inboxlink_timeline::{ReplyText, reply_text, reply_text_of};
use serde::Serialize;

/// What is new in each mail.
#[derive(clap::Parser)]
struct Args {
    /// Each file is a bare plain-text body
    #[arg(long)]
    text: bool,
    #[command(flatten)]
    mail: MailArgs,
}

#[derive(Serialize)]
struct Line<'a> {
    path: &'a str,
    new_text: String,
    signature: String,
}

fn main() -> ExitCode {
    let args: Args = arguments();
    run(|out| {
        if args.text {
            return args.mail.paths.iter().try_for_each(|path| body(path, out));
        }
        for mail in args.mail.sources() {
            match mail {
                Ok(mail) => print(&mail.path, &reply_text_of(&parse(&mail.raw, None)), out)?,
                Err(error) => out.error(&error)?,
            }
        }
        Ok(())
    })
}

fn body(path: &Path, out: &mut JsonLines) -> Result<(), Failure> {
    let name = path.display().to_string();
    match fs::read(path) {
        Ok(bytes) => print(&name, &reply_text(&String::from_utf8_lossy(&bytes)), out),
        Err(error) => out.error(&SourceError {
            path: name,
            error: error.to_string(),
        }),
    }
}

fn print(path: &str, reply: &ReplyText<'_>, out: &mut JsonLines) -> Result<(), Failure> {
    out.line(&Line {
        path,
        new_text: reply.new_text(),
        signature: reply.signature(),
    })
}
