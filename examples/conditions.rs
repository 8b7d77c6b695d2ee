//! Which rules fire for which mails: a line of JSON for each firing, with the
//! mail of ours that was answered and what the rule's condition saw.
//!
//! `cargo run --release --example conditions -- --rules RULES.json [--own ADDRESS]… [--explain] PATH…`
//!
//! With `--explain`, a line for each mail and rule instead, with what comes of
//! them and the answer of each node: why it fires, and why it does not.
//!
//! The mails of all paths are taken as one mailbox. Those from `--own` are
//! ours; without it, any mail there may be the one that another answers. The
//! form of the rules is told in the README of `inboxlink-replies`; there is a
//! file to begin with in `examples/data/rules.json`.

use std::{collections::BTreeMap, fs, path::PathBuf, process::ExitCode};

use inboxlink_examples::{Failure, MailArgs, arguments, run};
use inboxlink_message::{Context, Message, classify, parse};
use inboxlink_model::{Address, Direction, Evidence, MessageId, OwnAddresses, RuleId};
use inboxlink_replies::{
    Circumstances, MailFacts, Match, NodeTrace, Outbound, Outcome, Rule, RuleIndex, RuleSet,
    attribute, dry_run,
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
    /// Say of every rule why it fires, or why not
    #[arg(long)]
    explain: bool,
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

#[derive(Serialize)]
struct Explained<'a> {
    path: &'a str,
    rule: String,
    outcome: Outcome,
    trace: Vec<NodeTrace>,
}

fn main() -> ExitCode {
    let args: Args = arguments();
    run(|out| {
        let rules = read_rules(&args.rules)?;
        let index = RuleIndex::new(rules.iter().cloned());
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
                around: Circumstances {
                    // A file does not tell when a server received it.
                    received_at: message.date.map(|date| date.at),
                    ..Circumstances::default()
                },
            };
            if args.explain {
                for run in dry_run(&rules, &facts) {
                    out.line(&Explained {
                        path: &mail.path,
                        rule: name(&rules, run.rule),
                        outcome: run.outcome,
                        trace: run.evaluation.trace,
                    })?;
                }
                continue;
            }
            for Match { rule, evidence } in index.matching(&facts) {
                out.line(&Line {
                    path: &mail.path,
                    rule: name(&rules, rule),
                    reply_to: attribution.as_ref().map(|found| &found.matched),
                    evidence,
                })?;
            }
        }
        Ok(())
    })
}

/// What people call a rule.
fn name(rules: &[Rule], id: RuleId) -> String {
    let named = rules
        .iter()
        .find(|rule| rule.id == id && !rule.name.is_empty());
    named.map_or_else(|| id.to_string(), |rule| rule.name.clone())
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
