//! What kind of mail each mail is: a line of JSON for each, with the evidence.
//!
//! `cargo run --release --example classify -- [--own ADDRESS]… PATH…`

use std::process::ExitCode;

use inboxlink_examples::{MailArgs, arguments, run};
use inboxlink_message::{Bounce, Context, Day, away_until, bounce_of, classify, parse};
use inboxlink_model::{Address, Class, Evidence, OwnAddresses};
use serde::Serialize;

/// Tells people from machines, and machines from each other
#[derive(clap::Parser)]
struct Args {
    /// An address of ours: mail from it is the team's
    #[arg(long, value_name = "ADDRESS")]
    own: Vec<Address>,
    #[command(flatten)]
    mail: MailArgs,
}

#[derive(Serialize)]
struct Line {
    path: String,
    class: Class,
    human: bool,
    evidence: Vec<Evidence>,
    /// Of a bounce: how final it is, for whom, with which code.
    #[serde(skip_serializing_if = "Option::is_none")]
    bounce: Option<Bounce>,
    /// Of an automatic answer: the day that it names as the absence's end.
    #[serde(skip_serializing_if = "Option::is_none")]
    away_until: Option<Day>,
}

fn main() -> ExitCode {
    let args: Args = arguments();
    let own: OwnAddresses = args.own.into_iter().collect();
    let context = Context { own: &own };
    run(|out| {
        for mail in args.mail.sources() {
            match mail {
                Ok(mail) => {
                    let message = parse(&mail.raw, None);
                    let verdict = classify(&message, &context);
                    let is = |class| verdict.class == class;
                    out.line(&Line {
                        path: mail.path,
                        bounce: is(Class::Bounce).then(|| bounce_of(&message)),
                        away_until: away_until(&message).filter(|_| is(Class::AutoReply)),
                        class: verdict.class,
                        human: verdict.human,
                        evidence: verdict.evidence,
                    })?;
                }
                Err(error) => out.error(&error)?,
            }
        }
        Ok(())
    })
}
