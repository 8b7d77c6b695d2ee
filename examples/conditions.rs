//! Which rules fire for which mails: a line of JSON for each firing, with the
//! mail of ours that was answered and what the rule's condition saw.
//!
//! `cargo run --release --example conditions -- --rules RULES.json [--own ADDRESS]… PATH…`
//!
//! The mails of all paths are taken as one mailbox. Those from `--own` are
//! ours; without it, any mail there may be the one that another answers. The
//! form of the rules is told in the README of `inboxlink-replies`; there is a
//! file to begin with in `examples/data/rules.json`.

use std::{collections::BTreeMap, fs, path::PathBuf, process::ExitCode};

use inboxlink_examples::{Failure, MailArgs, arguments, run};
use inboxlink_message::{Context, Message, classify, parse};
use inboxlink_model::{Address, Direction, Evidence, MessageId, OwnAddresses};
use inboxlink_replies::{
    Circumstances, MailFacts, Match, Outbound, Rule, RuleSet, attribute, matching,
};
use inboxlink_timeline::{direction, reply_text_of};
use serde::Serialize;

/// Says which rules fire for which mails
#[derive(clap::Parser)]
struct Args {
    /// The rules, as JSON
    #[arg(long, value_name = "FILE")]
    rules: PathBuf,
    /// An address of ours: what it sent can be answered
    #[arg(long, value_name = "ADDRESS")]
    own: Vec<Address>,
    #[command(flatten)]
    mail: MailArgs,
}

#[derive(Serialize)]
struct Line<'a> {
    path: &'a str,
    /// The rule's name; its id where it has none.
    rule: String,
    /// The Message-ID of the mail of ours that is answered.
    reply_to: Option<&'a MessageId>,
    evidence: Vec<Evidence>,
}

fn main() -> ExitCode {
    let args: Args = arguments();
    run(|out| {
        let rules = read_rules(&args.rules)?;
        let own: OwnAddresses = args.own.iter().cloned().collect();
        let sent = sent(&args.mail, &own);
        for mail in args.mail.sources() {
            let mail = match mail {
                Ok(mail) => mail,
                Err(error) => {
                    out.error(&error)?;
                    continue;
                }
            };
            let message = parse(&mail.raw, None);
            let attribution = attribute(&message, &|id| answered(&sent, id, &message));
            let facts = MailFacts {
                message: &message,
                verdict: &classify(&message, &Context { own: &own }),
                attribution: attribution.as_ref(),
                direction: direction(&own, &message),
                new_text: &reply_text_of(&message).new_text(),
                around: Circumstances::default(),
            };
            for Match { rule, evidence } in matching(&rules, &facts) {
                let named = rules.iter().find(|r| r.id == rule && !r.name.is_empty());
                out.line(&Line {
                    path: &mail.path,
                    rule: named.map_or_else(|| rule.to_string(), |r| r.name.clone()),
                    reply_to: attribution.as_ref().map(|found| &found.matched),
                    evidence,
                })?;
            }
        }
        Ok(())
    })
}

fn read_rules(path: &PathBuf) -> Result<Vec<Rule>, Failure> {
    let place = path.display();
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::new(format!("The rules in {place} cannot be read: {error}.")))?;
    match RuleSet::parse(&text) {
        Ok(set) => Ok(set.rules),
        Err(error) => Err(Failure::new(format!(
            "The rules in {place} cannot be used, {error}."
        ))),
    }
}

/// The mails that can be answered, by their ids. What cannot be read is told
/// of later, when it is looked at as an answer.
fn sent(mail: &MailArgs, own: &OwnAddresses) -> BTreeMap<MessageId, Outbound> {
    let anyone = own.addresses.is_empty();
    let messages = mail.sources().flatten().map(|mail| parse(&mail.raw, None));
    messages
        .filter(|message| anyone || direction(own, message) != Direction::Inbound)
        .filter_map(|message| Outbound::of(&message))
        .map(|outbound| (outbound.message_id.clone(), outbound))
        .collect()
}

/// The mail of that id, unless the author answers themselves.
fn answered(
    sent: &BTreeMap<MessageId, Outbound>,
    id: &MessageId,
    message: &Message,
) -> Option<Outbound> {
    let outbound = sent.get(id)?;
    let own_answer = message.author().is_some_and(|a| a.address == outbound.from);
    (!own_answer).then(|| outbound.clone())
}
