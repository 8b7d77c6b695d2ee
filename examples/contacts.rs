//! Contacts: persons out of a directory, or out of mail with a reason for
//! each address.
//!
//! ```text
//! cargo run --release --example contacts -- cluster people.tsv --tier suggest
//! cargo run --release --example contacts -- extract --own anna@example.com inbox/
//! ```
//! `cluster` reads a TSV file with a header; of its columns `name`, `email`
//! and, if there, `count`. A line a row: `{"row","email","person"}`.
//! `extract` takes the mails as one mailbox. A line an address:
//! `{"email","name","decision","reason"}`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use clap::{Parser, Subcommand, ValueEnum};
use inboxlink_contacts::{
    AddressFacts, Blocked, PersonRow, Policy, Tier, cluster, decide, observe,
};
use inboxlink_examples::{Failure, JsonLines, MailArgs, arguments, run};
use inboxlink_message::{Context, classify, parse};
use inboxlink_model::{Address, CreateContacts, OwnAddresses};
use inboxlink_timeline::direction;
use serde_json::json;

/// Contacts out of a directory, or out of mail.
#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    work: Work,
}

#[derive(Subcommand)]
enum Work {
    /// Find the rows that are one person
    Cluster {
        /// The directory
        people: PathBuf,
        /// How far to go
        #[arg(long, value_enum, default_value_t = Reach::Suggest)]
        tier: Reach,
        /// Print the time taken on stderr, file reading left out
        #[arg(long)]
        time: bool,
    },
    /// Find contacts in mail
    Extract {
        /// An address of ours
        #[arg(long, value_name = "ADDRESS")]
        own: Vec<Address>,
        #[command(flatten)]
        mail: MailArgs,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Reach {
    /// What may be merged without asking
    Auto,
    /// What would be proposed to a person
    Suggest,
}

fn main() -> ExitCode {
    let args: Args = arguments();
    run(|out| match args.work {
        Work::Cluster { people, tier, time } => persons(&people, tier, time, out),
        Work::Extract { own, mail } => extract(own.into_iter().collect(), &mail, out),
    })
}

fn persons(path: &Path, tier: Reach, time: bool, out: &mut JsonLines) -> Result<(), Failure> {
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::new(format!("{} cannot be read: {error}.", path.display())))?;
    let text = String::from_utf8_lossy(&bytes);
    let rows = read_rows(&text)?;
    let tier = match tier {
        Reach::Auto => Tier::Auto,
        Reach::Suggest => Tier::Suggest,
    };
    let start = Instant::now();
    let persons = cluster(&rows, tier);
    let seconds = start.elapsed().as_secs_f64();
    for (row, (person, of)) in persons.into_iter().zip(&rows).enumerate() {
        out.line(&json!({ "row": row, "email": of.email, "person": person }))?;
    }
    if time {
        eprintln!(
            "{}",
            json!({ "rows": rows.len(), "seconds": seconds, "peak_rss_bytes": peak_rss_bytes() })
        );
    }
    Ok(())
}

fn read_rows(text: &str) -> Result<Vec<PersonRow<'_>>, Failure> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| header.iter().position(|column| *column == name);
    let (Some(name), Some(email)) = (column("name"), column("email")) else {
        return Err(Failure::new(
            "The first line must name the columns, `name` and `email` among them, with tabs between.",
        ));
    };
    let count = column("count");
    let row = |line| cells(line, [Some(name), Some(email), count]);
    Ok(lines.map(row).collect())
}

/// The row that stands in the columns for name, email and count.
fn cells(line: &str, [name, email, count]: [Option<usize>; 3]) -> PersonRow<'_> {
    let mut row = PersonRow {
        name: "",
        email: "",
        count: 1,
    };
    for (column, cell) in line.split('\t').enumerate() {
        if Some(column) == name {
            row.name = cell;
        } else if Some(column) == email {
            row.email = cell;
        } else if Some(column) == count {
            row.count = cell.parse().unwrap_or(1);
        }
    }
    row
}

/// The most memory this process has held (`None` where the system has no
/// `/proc`).
fn peak_rss_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    kib.checked_mul(1024)
}

fn extract(own: OwnAddresses, mail: &MailArgs, out: &mut JsonLines) -> Result<(), Failure> {
    let mut facts: BTreeMap<Address, AddressFacts> = BTreeMap::new();
    for source in mail.sources() {
        match source {
            Err(error) => out.error(&error)?,
            Ok(source) => {
                let message = parse(&source.raw, None);
                let verdict = classify(&message, &Context { own: &own });
                for observation in observe(&message, &verdict, direction(&own, &message), &own) {
                    let of = facts
                        .entry(observation.mailbox.address.clone())
                        .or_default();
                    of.add(&observation, message.date.map(|date| date.at));
                }
            }
        }
    }
    let blocked = Blocked::default();
    let policy = Policy {
        create: CreateContacts::All,
        own: &own,
        blocked: &blocked,
        allow_roles: false,
    };
    for (address, facts) in facts {
        let decision = decide(&address, &facts, &policy);
        out.line(&json!({
            "email": address,
            "name": facts.display_name(),
            "decision": decision.action,
            "reason": decision.reason,
        }))?;
    }
    Ok(())
}
